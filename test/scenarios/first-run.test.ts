import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { configured, examine } from './doctor-house.ts'
import { launch, nightpost, ROOT, temporaryFolder } from './launch.ts'

const signIn = (url: string, user: string, password: string) =>
  fetch(`${url}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, password }),
  })

test('the first start makes one administrator and shows the password once (SECURITY 1)', async () => {
  await using first = await launch()
  const { admin, users } = first.ready
  assert.equal(admin?.user, 'admin@nightpost.localhost')
  assert.equal(users, undefined)
  const password = admin?.password ?? ''
  assert.ok(Buffer.from(password, 'base64url').length >= 16, 'at least 128 bits')
  assert.equal((await signIn(first.ready.url, 'admin', password)).status, 200)
  assert.ok(!first.output().stderr.includes(password), 'never to the log')
  await first.end()

  await using second = await launch([], { data: first.data })
  assert.deepEqual(second.ready.admin, {
    user: 'admin@nightpost.localhost',
    sip: 'sip:admin@nightpost.localhost',
  })
  assert.equal(
    (await signIn(second.ready.url, 'admin', password)).status,
    200,
    'it works until it is changed',
  )
})

test('a first start that found its port taken has used up no password: the next one shows it', async () => {
  await using other = await launch()
  const data = temporaryFolder()
  const port = new URL(other.ready.url).port
  const refused = await nightpost(['start', '--data', data, '--http-port', port, '--https-port', '0'])
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /\[portTaken\]/)
  await using next = await launch([], { data })
  const password = next.ready.admin?.password ?? ''
  assert.equal((await signIn(next.ready.url, 'admin', password)).status, 200)
  await next.end()
  await using third = await launch([], { data })
  assert.equal(third.ready.admin?.password, undefined, 'once')
})

test('for a person: the address, the sign-in, the next step', async () => {
  const data = temporaryFolder()
  const started = nightpostUntil(data, 'Ctrl+C')
  const text = await started
  assert.match(text, /Open {6}http:\/\/localhost:\d+/)
  assert.match(text, /admin@nightpost\.localhost/)
  assert.match(text, /Password {2}\S{22}/)
  assert.match(text, /npx nightpost account add ken@nightpost\.localhost --enable/)
})

/** Starts without `--ready-json`, reads until `mark`, ends it with Ctrl+C. */
async function nightpostUntil(data: string, mark: string): Promise<string> {
  const args = ['start', '--data', data, '--http-port', '0', '--https-port', '0', '--ssh-port', '0']
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'nightpost.js'), ...args])
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  let text = ''
  const shown = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes(mark)) resolve()
    })
  })
  await Promise.race([shown, ended])
  child.kill('SIGINT')
  assert.equal(await ended, 0, 'Ctrl+C ends with 0')
  return text
}

test('another first domain later is refused, a further domain is not', async () => {
  await using first = await launch(['--domain', 'one.test'])
  assert.equal(first.ready.admin?.user, 'admin@one.test')
  await first.end()
  const refused = await nightpost([
    'start',
    '--data',
    first.data,
    '--domain',
    'two.test',
    '--http-port',
    '0',
    '--https-port',
    '0',
  ])
  assert.equal(refused.code, 2)
  assert.match(refused.stderr, /^nightpost: domain: the first domain was one\.test[^\n]+\n$/)
  await using again = await launch(['--domain', 'one.test', '--domain', 'two.test'], { data: first.data })
  assert.equal(again.ready.domain, 'one.test')
  await again.end()
  await using quiet = await launch([], { data: first.data })
  assert.equal(quiet.ready.domain, 'one.test', 'nobody names one: those of the last start')
  await quiet.end()
  const listed = await nightpost(['shell', '--data', first.data, '--json', '-c', '(Get-CsTenant).Domains'])
  assert.deepEqual(JSON.parse(listed.stdout), ['one.test', 'two.test'])
})

test('accounts.sipSignIn = false keeps nothing that SIP needs, and deletes what was kept (SECURITY 32)', async () => {
  await using first = await launch(['--demo'])
  const shell = async (data: string) =>
    JSON.parse(
      (
        await nightpost([
          'shell',
          '--data',
          data,
          '--json',
          '-c',
          'Get-NpAccount | Select-Object DigestState',
        ])
      ).stdout,
    ) as {
      DigestState: string
    }[]
  assert.ok((await shell(first.data)).every(({ DigestState }) => DigestState === 'Ready'))
  await first.end()
  writeFileSync(join(first.data, 'nightpost.toml'), '[accounts]\nsipSignIn = false\n', { mode: 0o600 })
  await using second = await launch([], { data: first.data })
  assert.ok((await shell(first.data)).every(({ DigestState }) => DigestState === 'Off'))
  await second.end()
  const database = new DatabaseSync(join(first.data, 'nightpost.db'), { readOnly: true })
  const kept = database
    .prepare('select count(*) as n from secret where nt_hash is not null or ha1 is not null')
    .get()
  database.close()
  assert.equal(kept?.n, 0)
})

test('the demo: people, departments, sites, contacts; its passwords are shown at every start with --demo', async () => {
  await using first = await launch(['--demo'])
  const names = first.ready.users?.map(({ displayName }) => displayName) ?? []
  for (const name of ['Tony Smith', 'Ken Myer', 'Pilar Ackerman', '佐藤 花子'])
    assert.ok(names.includes(name), name)
  assert.ok(names.length >= 6)
  const file = join(first.data, 'demo-accounts.json')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const shell = async (line: string) => {
    const done = await nightpost(['shell', '--data', first.data, '--json', '-c', line])
    assert.equal(done.code, 0, done.stderr)
    return JSON.parse(done.stdout) as Record<string, unknown>[]
  }
  const departments = (await shell('Get-CsAdUser | Select-Object Department')).map(
    ({ Department }) => Department,
  )
  for (const department of ['Sales', '営業']) assert.ok(departments.includes(department), department)
  const sites = (await shell('Get-CsSite')).map(({ Identity }) => String(Identity))
  assert.deepEqual(sites.map((site) => site.replace(/^Site:/, '')).sort(), ['Redmond', 'Tokyo'])
  assert.equal((await shell('Get-CsUser | Where-Object {$_.Enabled -ne $True}')).length, 0)
  await first.end()

  await using second = await launch(['--demo'], { data: first.data })
  assert.deepEqual(second.ready.users, first.ready.users)
  assert.deepEqual(second.ready.admin, first.ready.admin)
  await second.end()

  await using third = await launch([], { data: first.data })
  assert.equal(third.ready.admin?.password, undefined)
  assert.equal(third.ready.users, undefined)
})

test('--demo on data that is not a demo’s is exit 2 and changes nothing', async () => {
  await using first = await launch()
  await first.end()
  const refused = await nightpost([
    'start',
    '--data',
    first.data,
    '--demo',
    '--http-port',
    '0',
    '--https-port',
    '0',
  ])
  assert.equal(refused.code, 2)
  assert.match(refused.stderr, /--demo needs an empty data folder/)
  assert.equal(existsSync(join(first.data, 'demo-accounts.json')), false)
})

test('a restored demo stays a demo with its passwords; backup and restore refuse what is there', async () => {
  await using first = await launch(['--demo'])
  const file = temporaryFolder('backup.db')
  const made = await nightpost(['backup', file, '--data', first.data])
  assert.equal(made.code, 0, made.stderr)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.equal(
    (await nightpost(['backup', file, '--data', first.data])).code,
    1,
    'an existing file is refused',
  )
  assert.equal(
    (await nightpost(['restore', file, '--data', first.data])).code,
    1,
    'a folder in use is refused',
  )
  await first.end()
  const copy = temporaryFolder()
  assert.equal((await nightpost(['restore', file, '--data', copy])).code, 0)
  await using second = await launch(['--demo'], { data: copy })
  assert.deepEqual(second.ready.users, first.ready.users)
  const [person] = second.ready.users ?? []
  assert.equal((await signIn(second.ready.url, person?.user ?? '', person?.password ?? '')).status, 200)
  assert.equal((await nightpost(['restore', '/nonexistent', '--data', temporaryFolder()])).code, 1)
  assert.equal(
    (await nightpost(['restore', join(copy, 'demo-accounts.json'), '--data', temporaryFolder()])).code,
    1,
  )
})

test('backup and doctor say the same without a running server', async () => {
  await using server = await launch()
  await server.end()
  const file = temporaryFolder('backup.db')
  assert.equal((await nightpost(['backup', file, '--data', server.data])).code, 0)
  const { code, of } = await examine(server.data, '--config', configured(''))
  const state = (check: string) => of(check)?.state
  assert.equal(code, 3)
  assert.equal(state('database'), 'ok')
  assert.equal(state('audit'), 'ok')
  assert.equal(state('backup'), 'ok')
  assert.equal(state('passwords'), 'warning')
})

test('doctor finds an audit record that was changed by hand in the file', async () => {
  await using server = await launch()
  await server.end()
  const database = new DatabaseSync(join(server.data, 'nightpost.db'))
  const changed = database.prepare(
    "update audit set entry = replace(entry, 'admin@', 'another@') where number = 1 and entry like '%admin@%'",
  )
  assert.equal(changed.run().changes, 1)
  database.close()
  const done = await nightpost(['doctor', '--data', server.data, '--json'])
  assert.equal(done.code, 1, done.stdout)
  const audit = (JSON.parse(done.stdout) as { check: string; state: string; text: string }[]).find(
    ({ check }) => check === 'audit',
  )
  assert.equal(audit?.state, 'failed')
  assert.match(audit?.text ?? '', /record 1 /)
})

test('the security log has sign-ins by name, address, door and reason, and no password (SECURITY 58)', async () => {
  await using server = await launch()
  await signIn(server.ready.url, 'admin', 'planted-wrong-password')
  await signIn(server.ready.url, 'admin', server.ready.admin?.password ?? '')
  await server.end()
  const day = new Date().toISOString().slice(0, 10)
  const text = readFileSync(join(server.data, 'security-log', `${day}.jsonl`), 'utf8')
  const events = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  assert.deepEqual(
    events.map(({ event }) => event),
    ['roleChanged', 'certificateChanged', 'start', 'signInFailed', 'signIn', 'stop'],
  )
  assert.deepEqual(
    { ...events[3], time: '' },
    {
      time: '',
      event: 'signInFailed',
      name: 'admin',
      address: '127.0.0.1',
      door: 'web',
      method: 'password',
      reason: 'wrong',
    },
  )
  assert.ok(!text.includes('planted-wrong-password'))
})

test('the security log has who changed a policy and what was refused, and nothing of -WhatIf (SECURITY 58)', async () => {
  await using server = await launch()
  for (const line of [
    'Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $false -WhatIf',
    'Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $false',
    'Set-CsClientPolicy -Identity Nowhere -EnableIMAutoArchiving $false',
  ])
    await nightpost(['shell', '--data', server.data, '-c', line])
  await server.end()
  const [file = ''] = readdirSync(join(server.data, 'security-log'))
  const lines = readFileSync(join(server.data, 'security-log', file), 'utf8')
    .trim()
    .split('\n')
  const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  assert.deepEqual(
    events
      .filter(({ event }) => event === 'policyChanged')
      .map(({ cmdlet, object, result, name, door }) => [
        cmdlet,
        object,
        result,
        String(name).split(':')[0],
        door,
      ]),
    [
      ['Set-CsClientPolicy', 'Global', 'Success', 'console', 'console'],
      ['Set-CsClientPolicy', null, 'Failure', 'console', 'console'],
    ],
  )
})
