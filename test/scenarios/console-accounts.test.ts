import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { digestHa1, ntHash } from '../../src/base/hash.ts'
import { direct, fileWith, type, typed } from './console-house.ts'
import { type Launched, launch, ROOT } from './launch.ts'

/** Accounts on the command line and by cmdlet (INTERFACES 2). */

let house: Launched
before(async () => {
  house = await launch(['--domain', 'example.test'])
})
after(() => house.end())

const account = (...args: readonly string[]) => direct(['account', ...args, '--data', house.data])
/** Whether the password opens the web door; a wrong one is 400. */
async function signsIn(user: string, password: string): Promise<boolean> {
  const response = await fetch(`http://localhost:${house.ready.http}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, password, keep: false }),
  })
  return response.status === 200
}

test('account add makes a password, shows it once, and it opens the door', async () => {
  const added = await account(
    'add',
    'ken@example.test',
    '--display-name',
    'Ken Myer',
    '--department',
    'Sales',
    '--enable',
    '--json',
  )
  assert.equal(added.code, 0, added.stderr)
  const [ken] = JSON.parse(added.stdout)
  assert.deepEqual(
    [ken.DisplayName, ken.SipAddress, ken.Enabled, ken.DigestState],
    ['Ken Myer', 'sip:ken@example.test', true, 'Ready'],
  )
  assert.ok(ken.Password.length >= 22)
  assert.ok(await signsIn('ken@example.test', ken.Password))
  const [again] = await typed(house.data, 'Get-NpAccount ken@example.test')
  assert.ok(!('Password' in again))
  assert.equal(again.PasswordMadeByServer, true)
})

test('without [[site]] everybody is in Main, on the pool of the first domain', async () => {
  const [site] = await typed(house.data, 'Get-CsSite')
  assert.deepEqual([site.Identity, site.Pools], ['Site:Main', ['pool.example.test']])
  const [ken] = await typed(house.data, 'Get-CsUser ken@example.test')
  assert.equal(ken.RegistrarPool, 'pool.example.test')
})

test('the line of the old clients: a weak password from standard input, on loopback', async () => {
  const args = ['account', 'add', 'alice@example.test', '--password-stdin', '--enable', '--data', house.data]
  const refused = await direct(args, 'pw')
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /at least 12 characters/)
  const taken = await direct([...args, '--allow-weak-password'], 'pw')
  assert.equal(taken.code, 0, taken.stderr)
  assert.ok(!taken.stdout.includes('pw\n'))
  assert.ok(await signsIn('alice@example.test', 'pw'))
  const twice = await direct([...args, '--allow-weak-password'], 'pw')
  assert.equal(twice.code, 1)
  assert.match(twice.stderr, /already exists/)
})

test('a new password ends the sessions of the old one', async () => {
  const response = await fetch(`http://localhost:${house.ready.http}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: 'alice@example.test', password: 'pw', keep: false }),
  })
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? ''
  const signedIn = async () => {
    const answer = await fetch(`http://localhost:${house.ready.http}/session`, { headers: { cookie } })
    return ((await answer.json()) as { signedIn: boolean }).signedIn
  }
  assert.equal(await signedIn(), true)
  const changed = await direct(
    ['account', 'password', 'alice@example.test', '--password-stdin', '--data', house.data],
    'four words of my own\n',
  )
  assert.equal(changed.code, 0, changed.stderr)
  assert.equal(await signedIn(), false)
  assert.deepEqual(
    [await signsIn('alice@example.test', 'pw'), await signsIn('alice@example.test', 'four words of my own')],
    [false, true],
  )
})

test('account list shows everybody', async () => {
  const text = await account('list')
  assert.match(text.stdout, /UserPrincipalName +DisplayName +SipAddress +Enabled\n/)
  assert.match(text.stdout, /ken@example\.test +Ken Myer +sip:ken@example\.test +True\n/)
  assert.ok(JSON.parse((await account('list', '--json')).stdout).length >= 3)
})

test('an import with passwords and hashes; again only what changed', async () => {
  const pass = 'five words of my own'
  const hashed = await account(
    'hash',
    fileWith(`UserPrincipalName,DisplayName,Password,Department\nhana@example.test,佐藤 花子,${pass},営業\n`),
    '--domain',
    'example.test',
  )
  assert.equal(hashed.code, 0, hashed.stderr)
  assert.ok(
    hashed.stdout.includes(ntHash(pass)) && hashed.stdout.includes(digestHa1('hana', 'example.test', pass)),
  )
  assert.ok(!hashed.stdout.includes(pass))
  const file = fileWith(`${hashed.stdout}plain@example.test,"Plain, Only",,,,\n`)
  const first = await account('import', file, '--json')
  assert.equal(first.code, 0, first.stderr)
  const results = (text: string) => (JSON.parse(text) as { Result: string }[]).map(({ Result }) => Result)
  assert.deepEqual(results(first.stdout), ['Created', 'Created'])
  assert.deepEqual(results((await account('import', file, '--json')).stdout), ['Unchanged', 'Unchanged'])
  assert.ok(await signsIn('hana@example.test', pass))
  const [hana, plain] = await typed(
    house.data,
    'Get-NpAccount hana@example.test; Get-NpAccount plain@example.test',
  )
  assert.deepEqual(
    [hana.DisplayName, hana.Department, hana.Enabled, hana.DigestState],
    ['佐藤 花子', '営業', true, 'Ready'],
  )
  assert.deepEqual([plain.DisplayName, plain.Enabled, plain.SipAddress], ['Plain, Only', null, null])
  const changed = fileWith(
    'UserPrincipalName,Department,Password\nhana@example.test,総務,five words of my own\nplain@example.test,,\n',
  )
  assert.deepEqual(results((await account('import', changed, '--json')).stdout), ['Changed', 'Unchanged'])
})

test('a line that is wrong is named, and the others are taken', async () => {
  const file = fileWith(
    'UserPrincipalName,DisplayName,PasswordHash\nno-domain,No,\nok@example.test,Okay,\nok@example.test,Twice,\nbad@example.test,Bad,$md5$x\nbig@example.test,Big,"$argon2id$v=19$m=1048576,t=2,p=1$c29tZXNhbHRzYWx0$nf65EOgLrQMR"\n',
  )
  const done = await account('import', file, '--json')
  assert.equal(done.code, 1)
  assert.deepEqual(
    (JSON.parse(done.stdout) as { Result: string }[]).map(({ Result }) => Result),
    ['Failed', 'Created', 'Failed', 'Failed', 'Failed'],
  )
  // The last one is a hash that no sign-in would check: a gigabyte of memory.
  for (const line of ['Line 2:', 'Line 4:', 'Line 5:', 'Line 6:'])
    assert.ok(done.stderr.includes(line), done.stderr)
  const unknown = await account('import', fileWith('UserPrincipalName,Shoe size\na@example.test,42\n'))
  assert.deepEqual([unknown.code, unknown.stderr.split('\n').length], [2, 2])
})

test('-WhatIf imports nothing', async () => {
  const done = await account(
    'import',
    fileWith('UserPrincipalName,SipAddress\nghost@example.test,sip:ghost@example.test\n'),
    '--what-if',
  )
  assert.equal(done.code, 0, done.stderr)
  assert.deepEqual(await typed(house.data, 'Get-NpAccount "ghost*"'), [])
})

test('an import that is interrupted says where, and the same command goes on there', async () => {
  const hash =
    '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g'
  const rows = Array.from({ length: 4000 }, (_, at) => `many${at}@example.test,Many ${at},"${hash}"`)
  const file = fileWith(`UserPrincipalName,DisplayName,PasswordHash\n${rows.join('\n')}\n`)
  const child = spawn(
    process.execPath,
    [join(ROOT, 'src/main/cli.ts'), 'account', 'import', file, '--data', house.data],
    {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    // The first tenth is done: somebody presses Ctrl+C.
    if (said === '') child.kill('SIGINT')
    said += chunk
  })
  const [code] = await once(child, 'close')
  assert.equal(code, 1, said)
  const row = Number(/stopped after row (\d+)/.exec(said)?.[1])
  assert.ok(row >= 100 && row < 4000, said)
  const rest = await account('import', file)
  assert.equal(rest.code, 0, rest.stderr)
  assert.ok(rest.stderr.startsWith(`going on after row ${row}\n`), rest.stderr)
  assert.match(rest.stdout, /^4000 rows: \d+ created\n$/)
  const [{ Count }] = await typed(
    house.data,
    'Get-NpAccount | Where-Object DisplayName -like "Many *" | Measure-Object',
  )
  assert.equal(Count, 4000)
  assert.deepEqual(
    readdirSync(join(house.data, 'tmp')).filter((name) => name.startsWith('import-')),
    [],
  )
})

test('settings of a person, by the names of UCWA', async () => {
  const [before, after] = await typed(
    house.data,
    'Get-NpUserSetting ken@example.test; Set-NpUserSetting -Identity ken@example.test -Language ja -TimeZone Asia/Tokyo -ReadReceipts $false; Get-NpUserSetting ken@example.test',
  )
  assert.deepEqual([before.ReadReceipts, before.Language], [true, null])
  assert.deepEqual(
    [after.ReadReceipts, after.Language, after.TimeZone, after.Theme],
    [false, 'ja', 'Asia/Tokyo', 'system'],
  )
  assert.equal((await type(house.data, 'Set-NpUserSetting ken@example.test -Theme pink')).code, 1)
})

test('another address: Digest waits for the next password sign-in', async () => {
  const { warnings, code } = await type(
    house.data,
    'Set-NpAccount hana@example.test -SipAddress sip:sato@example.test',
  )
  assert.deepEqual([code, warnings.length], [0, 1])
  const state = async () =>
    (await typed(house.data, 'Get-NpAccount hana@example.test')).map(({ DigestState }) => DigestState)
  assert.deepEqual(await state(), ['NeedsPassword'])
  assert.ok(await signsIn('hana@example.test', 'five words of my own'))
  assert.deepEqual(await state(), ['Ready'])
  await typed(house.data, 'Set-NpAccount hana@example.test -SipSignIn $false')
  assert.deepEqual(await state(), ['Off'])
})

test('roles are given and taken, but the last administrator stays', async () => {
  const admin = house.ready.admin?.user ?? ''
  await typed(house.data, 'Add-NpAdminRoleMember -Role CsAdministrator -Identity ken@example.test')
  assert.equal((await typed(house.data, 'Get-NpAdminRoleMember -Role CsAdministrator')).length, 2)
  const both = await type(
    house.data,
    'Get-NpAdminRoleMember -Role CsAdministrator | Remove-NpAdminRoleMember -Role CsAdministrator',
  )
  assert.deepEqual(
    [both.code, both.errors.map(({ fullyQualifiedErrorId }) => fullyQualifiedErrorId.split(',')[0])],
    [1, ['LastAdministrator']],
  )
  const left = await typed(house.data, 'Get-NpAdminRoleMember -Role CsAdministrator')
  assert.equal(left.length, 1)
  const removed = await type(house.data, `Remove-NpAccount ${left[0].Identity} -Confirm:$false`)
  assert.equal(removed.errors[0]?.fullyQualifiedErrorId, 'LastAdministrator,Remove-NpAccount')
  await typed(house.data, `Add-NpAdminRoleMember CsAdministrator ${admin}`)
})

test('no secret is in the audit trail, nor in what the server logged (SECURITY 56, 59)', async () => {
  await typed(
    house.data,
    'Set-NpAccountPassword ken@example.test -Password (ConvertTo-SecureString "Planted-Secret-9" -AsPlainText -Force)',
  )
  const trail = JSON.stringify(await typed(house.data, 'Get-NpAuditRecord'))
  for (const secret of [
    'Planted-Secret-9',
    'four words of my own',
    'five words of my own',
    '$argon2id$',
    ntHash('five words of my own'),
  ]) {
    assert.ok(!trail.includes(secret), secret)
    assert.ok(!house.output().stderr.includes(secret), secret)
  }
  assert.ok(trail.includes('********'))
})

test('beyond loopback a weak password is refused', async () => {
  await using open = await launch(['--listen', '0.0.0.0', '--https-port', '0'])
  const done = await direct(
    [
      'account',
      'add',
      'weak@nightpost.localhost',
      '--password-stdin',
      '--allow-weak-password',
      '--data',
      open.data,
    ],
    'pw',
  )
  assert.equal(done.code, 1)
  assert.match(done.stderr, /not on loopback/)
  const file = fileWith('UserPrincipalName,Password\nweak@nightpost.localhost,pw\n')
  assert.equal(
    (await direct(['account', 'import', file, '--allow-weak-password', '--data', open.data])).code,
    1,
  )
  assert.deepEqual(await typed(open.data, 'Get-NpAccount "weak*"'), [])
})
