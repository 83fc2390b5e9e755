import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { UcwaClient } from '../client/ucwa-client.ts'
import { direct } from './console-house.ts'
import { type Launched, launch, temporaryFolder } from './launch.ts'

interface Line {
  readonly level: string
  readonly room?: string
  readonly msg: string
  readonly request?: string
  readonly message?: string
  readonly [field: string]: unknown
}

function linesOf(house: Launched): readonly Line[] {
  return house
    .output()
    .stderr.split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line)
}

function person(house: Launched, name: string) {
  const found = house.ready.users?.find(({ displayName }) => displayName === name)
  assert.ok(found, name)
  return { base: house.ready.url, user: found.user, password: found.password ?? '', sip: found.sip }
}

test('--log-level gives rooms levels of their own, over those of the file', async () => {
  const data = temporaryFolder()
  mkdirSync(data, { mode: 0o700 })
  writeFileSync(join(data, 'nightpost.toml'), '[log]\nlevel = "error"\n[log.rooms]\nstore = "debug"\n', {
    mode: 0o600,
  })
  await using house = await launch(['--log-level', 'warn,httpserver=debug', '--demo'], { data })
  await fetch(`${house.ready.url}/livez`)
  const tony = await UcwaClient.online(person(house, 'Tony Smith'))
  await tony.conversation(person(house, 'Ken Myer').sip, 'hello')
  await tony.close()
  assert.equal(await house.end(), 0)
  const quiet = linesOf(house).filter(({ level }) => level === 'debug' || level === 'info')
  assert.deepEqual([...new Set(quiet.map(({ room }) => room))].sort(), ['httpserver', 'store'])
})

const WRONG: readonly [name: string, level: string, message: RegExp][] = [
  ['a room that is none', 'info,stroe=debug', /unknown key log\.rooms\.stroe; write log\.rooms\.store \[/],
  ['a level that is none', 'loud', /log\.level: write one of trace, debug/],
  ['a level of a room that is none', 'store=loud', /log\.rooms\.store: write one of trace, debug/],
]
for (const [name, level, message] of WRONG) {
  test(`${name} is exit 2 with one line`, async () => {
    const done = await direct(['start', '--data', temporaryFolder(), '--log-level', level])
    assert.equal(done.code, 2)
    assert.match(done.stderr, message)
    assert.match(done.stderr, /^nightpost: [^\n]+\n$/)
  })
}

test('one id goes from the request of the sender to the message, whose id stands beside (R51)', async () => {
  await using house = await launch(['--demo', '--log-level', 'debug'])
  const tony = await UcwaClient.online(person(house, 'Tony Smith'))
  await tony.conversation(person(house, 'Ken Myer').sip, 'hello')
  await tony.close()
  const shown = await direct(['shell', '--data', house.data, '--json', '-c', 'Get-NpOfflineMessage'])
  const [item] = JSON.parse(shown.stdout) as { Messages: { Id: string }[] }[]
  await house.end()
  const lines = linesOf(house)
  const [kept] = lines.filter(({ room, msg }) => room === 'actions' && msg === 'message')
  assert.equal(kept?.message, item?.Messages[0]?.Id)
  assert.equal(kept?.outcome, 'stored')
  assert.equal(kept?.reason, 'offline')
  const request = lines.find(({ msg, request: id }) => msg === 'request' && id === kept?.request)
  assert.equal(request?.method, 'POST')
  assert.match(String(request?.url), /messagingInvitations$/)
  assert.equal(request?.who, person(house, 'Tony Smith').user)
  assert.equal(kept?.who, request?.who)
})

test('nothing secret is in any log at trace, whatever people do (SECURITY 56)', async () => {
  await using house = await launch(['--demo', '--log-level', 'trace'])
  const ken = person(house, 'Ken Myer')
  const planted = {
    text: 'planted-text-of-a-message',
    wrong: 'planted-wrong-password',
    fresh: 'planted-fresh-password',
    mail: 'planted.third.party@elsewhere.test',
    basic: 'planted-basic-password',
    search: 'planted-search-words',
    query: 'planted-token-in-a-query',
    nt: 'ab5a11ed0ddba11cafe5a11ed0ddba11',
  }
  const secrets: string[] = Object.values(planted)
  const tony = await UcwaClient.online(person(house, 'Tony Smith'))
  await tony.conversation(ken.sip, planted.text)
  await tony.get(`${tony.link('search')}?query=${planted.search}`)
  secrets.push(tony.token, encodeURIComponent(tony.token))
  const session = (password: string) =>
    fetch(`${ken.base}/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: ken.user, password }),
    })
  await session(planted.wrong)
  const signedIn = await session(ken.password)
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const { csrf } = (await signedIn.json()) as { csrf: string }
  secrets.push(ken.password, csrf, cookie.split('=')[1] ?? '')
  await fetch(`${ken.base}/session?token=${planted.query}`, { headers: { cookie, 'X-Nightpost-CSRF': csrf } })
  const basic = Buffer.from(`${ken.user}:${planted.basic}`).toString('base64')
  secrets.push(basic)
  await fetch(`${ken.base}/wsman`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: '<',
  })
  const file = temporaryFolder('people.csv')
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(
    file,
    `UserPrincipalName,DisplayName,Password,NtHash,Mail\nnew@nightpost.localhost,New,,${planted.nt},${planted.mail}\n`,
  )
  await direct(['account', 'import', file, '--data', house.data])
  await direct(
    ['account', 'password', 'new@nightpost.localhost', '--password-stdin', '--data', house.data],
    `${planted.fresh}\n`,
  )
  await direct([
    'shell',
    '--data',
    house.data,
    '-c',
    `Get-NpAccount | Where-Object Mail -eq "${planted.mail}"`,
  ])
  await tony.close()
  await house.end()
  const security = readdirSync(join(house.data, 'security-log')).map((name) =>
    readFileSync(join(house.data, 'security-log', name), 'utf8'),
  )
  const logs = [house.output().stderr, ...security].join('\n')
  assert.match(logs, /messagingInvitations/, 'the scenario is in the log')
  assert.match(logs, new RegExp(ken.user))
  assert.deepEqual(
    secrets.filter((secret) => secret.length < 8 || logs.includes(secret)),
    [],
  )
})

test('a line is one line: control characters are escaped, long values are cut (SECURITY 56)', async () => {
  await using house = await launch(['--log-level', 'debug'])
  const long = 'x'.repeat(4000)
  await fetch(`${house.ready.url}/nowhere%0d%0aforged%20line%1b%5b2J/${long}`)
  await fetch(`${house.ready.url}/livez`, { headers: { 'client-request-id': 'plain-id' } })
  await house.end()
  const raw = house
    .output()
    .stderr.split('\n')
    .filter((one) => one !== '' && !one.startsWith('nightpost: '))
  assert.deepEqual(
    raw.filter((line) => !line.startsWith('{')),
    [],
  )
  const line = raw.find((one) => one.includes('/nowhere')) ?? ''
  assert.ok(line.length < 2000, `${line.length} characters`)
  assert.doesNotMatch(line, /\p{Cc}/u)
  assert.ok(raw.some((one) => one.includes('"clientRequestId":"plain-id"')))
})
