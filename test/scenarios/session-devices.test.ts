import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { BrowserSession } from '../client/browser-session.ts'
import { launch } from './launch.ts'
import { openUcwaHouse, PASSWORD, type UcwaHouse } from './ucwa-house.ts'

interface Device {
  readonly id: string
  readonly kind: string
  readonly current: boolean
  readonly signedIn: string
  readonly lastUsed: string
  readonly expires: string
  readonly keep: boolean
  readonly address: string | null
  readonly userAgent: string | null
}

async function houseWith(...names: readonly string[]): Promise<UcwaHouse> {
  const house = await openUcwaHouse()
  for (const name of names) await house.person(name)
  return house
}

const browserOf = (house: UcwaHouse, name: string, userAgent?: string) =>
  BrowserSession.signIn(house.base, `${name}@example.test`, PASSWORD, userAgent ? { userAgent } : {})

async function devicesOf(browser: BrowserSession): Promise<readonly Device[]> {
  const { status, json } = await browser.send('GET', '/session/devices')
  assert.equal(status, 200)
  return json.devices as readonly Device[]
}

test('a person sees where they are signed in: browsers and applications, the one asked with marked', async () => {
  await using house = await houseWith('alice', 'bob')
  const first = await browserOf(house, 'alice', 'Firefox/140 on Linux')
  house.advance(3_600_000)
  const second = await browserOf(house, 'alice', 'Chrome/140 on Windows')
  const kept = await BrowserSession.signIn(house.base, 'alice@example.test', PASSWORD, { keep: true })
  house.advance(60_000)
  await house.client('alice')
  await browserOf(house, 'bob')
  const devices = await devicesOf(first)
  assert.deepEqual(
    devices.map(({ kind, current, keep, userAgent }) => [kind, current, keep, userAgent]),
    [
      ['browser', true, false, 'Firefox/140 on Linux'],
      ['application', false, false, null],
      ['browser', false, true, kept.userAgent],
      ['browser', false, false, second.userAgent],
    ],
    'the one used last first',
  )
  const [mine] = devices
  assert.match(mine?.address ?? '', /127\.0\.0\.1$/)
  assert.ok(Date.parse(mine?.lastUsed ?? '') > Date.parse(mine?.signedIn ?? ''))
  assert.equal(new Set(devices.map(({ id }) => id)).size, 4)
  assert.ok(!JSON.stringify(devices).includes(first.cookie.split('=')[1] ?? ''), 'no token in the list')
})

test('a device that is signed out is out at once: requests, event stream and presence (SECURITY 38)', async () => {
  await using house = await houseWith('alice', 'bob')
  const watcher = await house.client('bob')
  await watcher.makeAvailable()
  const here = await browserOf(house, 'alice', 'Here')
  const away = await browserOf(house, 'alice', 'Left behind')
  const made = await away.send('POST', '/ucwa/oauth/v1/applications', {
    UserAgent: 'NightpostWeb/1',
    EndpointId: 'left-behind',
    Culture: 'en-US',
  })
  assert.equal(made.status, 201)
  const path = (made.json._links as Record<string, { href: string }>).self?.href ?? ''
  const stream = await away.fetch(`${path}/eventStream?ack=1`, { headers: { accept: 'text/event-stream' } })
  assert.equal(
    (await away.send('POST', `${path}/me/makeMeAvailable`, { supportedModalities: ['Messaging'] })).status,
    204,
  )
  const seen = async () =>
    (await watcher.get(`${watcher.path}/people/alice@example.test/presence`)).json.availability
  assert.equal(await seen(), 'Online')

  const device = (await devicesOf(here)).find(({ userAgent }) => userAgent === 'Left behind')
  assert.equal((await here.send('DELETE', `/session/devices/${device?.id}`)).status, 204)
  // Reads to its end: the server closed it.
  await stream.text()
  assert.equal((await away.send('GET', path)).status, 401)
  assert.equal(await away.isSignedIn(), false)
  assert.equal(await seen(), 'Offline')
  assert.equal(await here.isSignedIn(), true)
  assert.equal((await here.send('DELETE', `/session/devices/${device?.id}`)).status, 404, 'gone is gone')
})

test('signing out all others leaves this device, and nobody else’s', async () => {
  await using house = await houseWith('alice', 'bob')
  const here = await browserOf(house, 'alice')
  const there = await browserOf(house, 'alice')
  const application = await house.web('alice')
  const bob = await browserOf(house, 'bob')
  assert.equal((await here.send('DELETE', '/session/devices')).status, 204)
  assert.deepEqual(
    (await devicesOf(here)).map(({ current }) => current),
    [true],
  )
  assert.equal(await there.isSignedIn(), false)
  assert.equal((await application.get(application.path)).status, 401)
  assert.equal(await bob.isSignedIn(), true)
})

const REFUSED: readonly [name: string, method: string, headers: Record<string, string>, status: number][] = [
  ['no CSRF word', 'DELETE', { 'x-nightpost-csrf': '' }, 403],
  ['another origin', 'DELETE', { origin: 'https://evil.example' }, 403],
  ['no cookie', 'DELETE', { cookie: '' }, 401],
  ['no cookie, reading', 'GET', { cookie: '' }, 401],
]
for (const [name, method, headers, status] of REFUSED) {
  test(`devices with ${name}: ${status}, and nothing happens (SECURITY 41)`, async () => {
    await using house = await houseWith('alice')
    const here = await browserOf(house, 'alice')
    const there = await browserOf(house, 'alice')
    assert.equal((await here.fetch('/session/devices', { method, headers })).status, status)
    assert.equal(await there.isSignedIn(), true)
  })
}

test('a bearer token reads and ends no devices: that is for our own pages', async () => {
  await using house = await houseWith('alice')
  const application = await house.client('alice')
  assert.equal((await application.get('/session/devices')).status, 401)
})

test('nobody ends the device of somebody else by its name', async () => {
  await using house = await houseWith('alice', 'bob')
  const alice = await browserOf(house, 'alice')
  const bob = await browserOf(house, 'bob')
  const [his] = await devicesOf(bob)
  assert.equal((await alice.send('DELETE', `/session/devices/${his?.id}`)).status, 404)
  assert.equal(await bob.isSignedIn(), true)
})

test('what a device said of itself survives a restart; the security log has who ended it (SECURITY 58)', async () => {
  const server = await launch(['--demo'])
  const tony = server.ready.users?.find(({ displayName }) => displayName === 'Tony Smith')
  const signIn = (base: string, userAgent: string) =>
    BrowserSession.signIn(base, tony?.user ?? '', tony?.password ?? '', { userAgent, keep: true })
  await signIn(server.ready.url, 'Old laptop')
  await server.end()
  await using again = await launch(['--demo'], { data: server.data })
  const here = await signIn(again.ready.url, 'New laptop')
  const old = (await devicesOf(here)).find(({ userAgent }) => userAgent === 'Old laptop')
  assert.match(old?.address ?? '', /127\.0\.0\.1$/)
  assert.equal((await here.send('DELETE', `/session/devices/${old?.id}`)).status, 204)
  const folder = join(server.data, 'security-log')
  const lines = readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8').trim().split('\n'),
  )
  const revoked = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'tokensRevoked')
  assert.deepEqual(
    revoked.map(({ name, reason, count }) => [name, reason, count]),
    [[tony?.user, 'owner', 1]],
  )
})
