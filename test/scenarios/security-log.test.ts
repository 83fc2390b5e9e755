import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { direct, typed } from './console-house.ts'
import { type Launched, launch, temporaryFolder } from './launch.ts'

// Every event of the list of SECURITY 58, made to happen; audit records and their chain are in audit.test.ts and doctor.test.ts.

type Event = Readonly<Record<string, unknown>> & { readonly event: string }

function events(data: string): readonly Event[] {
  const folder = join(data, 'security-log')
  return readdirSync(folder)
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line) as Event)
}

/** The newest event of a kind, once it is there. */
async function seen(
  data: string,
  event: string,
  matches: (one: Event) => boolean = () => true,
): Promise<Event> {
  for (let waited = 0; waited < 60_000; waited += 50) {
    const found = events(data).findLast((one) => one.event === event && matches(one))
    if (found) return found
    await sleep(50)
  }
  throw new Error(`no ${event} among ${JSON.stringify(events(data))}`)
}

let house: Launched
before(async () => {
  house = await launch(['--demo'])
})
after(() => house.end())

function person(name: string) {
  const found = house.ready.users?.find(({ displayName }) => displayName === name)
  assert.ok(found, name)
  return { user: found.user, password: found.password ?? '' }
}

const signIn = (user: string, password: string) =>
  fetch(`${house.ready.url}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, password }),
  })

test('a sign-in that was right and one that was wrong: name, address, door, method, reason', async () => {
  const ken = person('Ken Myer')
  await signIn(ken.user, ken.password)
  const right = await seen(house.data, 'signIn', ({ door }) => door === 'web')
  assert.deepEqual(
    { ...right, time: '' },
    {
      time: '',
      event: 'signIn',
      name: ken.user,
      address: '127.0.0.1',
      door: 'web',
      method: 'password',
      reason: 'signedIn',
    },
  )
  await signIn(ken.user, 'not the one')
  const wrong = await seen(house.data, 'signInFailed')
  assert.deepEqual([wrong.name, wrong.method, wrong.reason], [ken.user, 'password', 'wrong'])
  const basic = Buffer.from(`${ken.user}:${ken.password}`).toString('base64')
  await fetch(`${house.ready.url}/wsman`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: '<',
  })
  await seen(house.data, 'signIn', ({ door, name }) => door === 'wsman' && name === ken.user)
})

test('lock and unlock', async () => {
  const { user } = person('Lisa Andrews')
  // Ten failures at once have no delays yet; the next attempt is refused.
  await Promise.all(Array.from({ length: 10 }, () => signIn(user, 'not the one')))
  assert.equal((await signIn(user, 'not the one')).status, 429)
  const locked = await seen(house.data, 'locked')
  assert.deepEqual([locked.name, locked.door, locked.reason], [user, 'web', 'locked'])
  await typed(house.data, `Unlock-NpAccount -Identity ${user}`)
  const unlocked = await seen(house.data, 'unlocked')
  assert.deepEqual([unlocked.cmdlet, unlocked.door], ['Unlock-NpAccount', 'console'])
})

test('tokens revoked: by signing out, by a new password, by being disabled', async () => {
  const tony = person('Tony Smith')
  const signed = await signIn(tony.user, tony.password)
  const cookie = signed.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const { csrf } = (await signed.json()) as { csrf: string }
  const headers = { cookie, 'X-Nightpost-CSRF': csrf, origin: house.ready.url }
  assert.equal((await fetch(`${house.ready.url}/session`, { method: 'DELETE', headers })).status, 204)
  await seen(house.data, 'tokensRevoked', ({ name, reason }) => name === tony.user && reason === 'signOut')
  await typed(house.data, `Set-NpAccountPassword -Identity ${tony.user} | Out-Null`)
  const changed = await seen(house.data, 'tokensRevoked', ({ reason }) => reason === 'administrator')
  assert.deepEqual([changed.name, changed.by], [tony.user, 'console'])
  await seen(house.data, 'passwordChanged')
  const pilar = person('Pilar Ackerman')
  await typed(house.data, `Disable-CsUser -Identity ${pilar.user} -Confirm:$false`)
  await seen(house.data, 'tokensRevoked', ({ name }) => name === pilar.user)
})

test('the switch of SIP sign-in, of one person', async () => {
  const { user } = person('Ken Myer')
  await typed(house.data, `Set-NpAccount -Identity ${user} -SipSignIn $false | Out-Null`)
  const found = await seen(house.data, 'sipSignIn')
  assert.deepEqual([found.cmdlet, found.result], ['Set-NpAccount', 'Success'])
})

test('roles and policies, and what was refused of them', async () => {
  const { user } = person('Ken Myer')
  await typed(house.data, `Add-NpAdminRoleMember -Role CsHelpDesk -Identity ${user}`)
  const role = await seen(
    house.data,
    'roleChanged',
    ({ cmdlet, object }) => cmdlet === 'Add-NpAdminRoleMember' && object !== null,
  )
  assert.deepEqual(
    [role.result, role.door, String(role.name).split(':')[0]],
    ['Success', 'console', 'console'],
  )
  const lines = [
    'Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $false',
    'New-CsClientPolicy -Identity Night | Out-Null',
    `Grant-CsClientPolicy -Identity ${user} -PolicyName Night`,
    `Grant-CsClientPolicy -Identity ${user} -PolicyName $null`,
    'Remove-CsClientPolicy -Identity Night -Confirm:$false',
    'Set-CsImConfiguration -Identity Global -EnableOfflineIm $false',
    'Set-CsClientVersionConfiguration -Identity Global -DefaultAction Allow',
  ]
  for (const line of lines) {
    await typed(house.data, line)
    const cmdlet = line.split(' ')[0]
    await seen(house.data, 'policyChanged', (one) => one.cmdlet === cmdlet && one.result === 'Success')
  }
  await direct([
    'shell',
    '--data',
    house.data,
    '-c',
    'Set-CsClientPolicy -Identity Nowhere -EnableIMAutoArchiving $false',
  ])
  await seen(house.data, 'policyChanged', ({ result }) => result === 'Failure')
})

test('a limit that was hit, and a connection that was closed for what it sent, each with its reason', async () => {
  await fetch(`${house.ready.url}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: 'x'.repeat(300_000),
  })
  const limit = await seen(house.data, 'limit', (one) => one.limit === 'requestBody')
  assert.equal(limit.address, '127.0.0.1')
  for (const line of ['not http at all\r\n\r\n', 'not http at all\r\n\r\n']) {
    const socket = connect(house.ready.http ?? 0, '127.0.0.1')
    socket.end(line)
    socket.resume()
    await once(socket, 'close')
  }
  const abuse = await seen(house.data, 'abuse')
  assert.deepEqual([abuse.address, abuse.door], ['127.0.0.1', 'http'])
  assert.match(String(abuse.because), /^HPE_/)
  assert.equal(
    events(house.data).filter(({ event }) => event === 'abuse').length,
    1,
    'once, then one a minute with a count',
  )
})

test('start, stop, restore, another certificate, the server’s SIP switch, a migration', async () => {
  await using first = await launch()
  assert.equal((await seen(first.data, 'start')).domain, 'nightpost.localhost')
  const [made] = events(first.data).filter(({ event }) => event === 'certificateChanged')
  assert.equal(made?.selfSigned, true)
  const file = temporaryFolder('backup.db')
  await direct(['backup', file, '--data', first.data])
  await first.end()
  assert.equal(events(first.data).at(-1)?.event, 'stop')

  await using second = await launch([], { data: first.data })
  await second.end()
  const count = (data: string, event: string) => events(data).filter((one) => one.event === event).length
  assert.equal(count(first.data, 'certificateChanged'), 1, 'the same one is no change')
  rmSync(join(first.data, 'tls'), { recursive: true })
  writeFileSync(join(first.data, 'nightpost.toml'), '[accounts]\nsipSignIn = false\n', { mode: 0o600 })
  await using third = await launch([], { data: first.data })
  await third.end()
  assert.equal(count(first.data, 'certificateChanged'), 2)
  const off = events(first.data).filter(({ event }) => event === 'sipSignIn')
  assert.deepEqual(
    off.map(({ object, allowed }) => [object, allowed]),
    [['server', false]],
  )

  const folder = temporaryFolder()
  assert.equal((await direct(['restore', file, '--data', folder])).code, 0)
  assert.equal(events(folder)[0]?.event, 'restore')
})

test('a migration is an event with the numbers before and after', async () => {
  const { openStore } = await import('../../src/store/open.ts')
  const folder = temporaryFolder()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  await (await openStore({ dir: folder })).close()
  const told: { from: number; to: number }[] = []
  const again = await openStore({ dir: folder, migrated: (what) => told.push(what) })
  await again.close()
  assert.equal(told.length, 0, 'nothing to do')
  const database = new DatabaseSync(join(folder, 'nightpost.db'))
  const known = Number(database.prepare('PRAGMA user_version').get()?.user_version)
  database.close()
  const fresh = temporaryFolder()
  mkdirSync(fresh, { recursive: true, mode: 0o700 })
  await (await openStore({ dir: fresh, migrated: (what) => told.push(what) })).close()
  assert.deepEqual(told, [{ from: 0, to: known }])
})
