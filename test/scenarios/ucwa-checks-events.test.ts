import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answer, type Json, listOf, type UcwaClient } from '../client/ucwa-client.ts'
import { openUcwaHouse, type UcwaHouse } from './ucwa-house.ts'

// The checks of ucwa-resources.json about the event channel, under their ids; one request at a time, as a client makes them.

async function houseWith(...names: string[]): Promise<UcwaHouse> {
  const house = await openUcwaHouse()
  for (const name of names) await house.person(name)
  return house
}

/** `rel type` of every event of an answer, with the name of a group, which tells events apart. */
function eventsOf({ json }: Answer): string[] {
  return listOf(json.sender).flatMap((block) =>
    listOf(block.events).map((event: Json) => `${event.link?.rel} ${event.type} ${event.link?.title ?? ''}`),
  )
}

function next({ json }: Answer): string {
  return json._links?.next?.href ?? json._links?.resync?.href ?? assert.fail(JSON.stringify(json))
}

/** Makes a group: one High event that is like no other. */
async function raise(client: UcwaClient, displayName: string): Promise<void> {
  assert.equal((await client.post(client.link('myGroups'), { displayName })).status, 204)
}

async function subscribed(house: UcwaHouse): Promise<UcwaClient> {
  const client = await house.client('alice')
  await client.post(`${client.link('myContactsAndGroupsSubscription')}/startOrRefresh`, { duration: 30 })
  return client
}

test('E1: no event is repeated and none is left out, however often an answer is lost', async () => {
  await using house = await houseWith('alice')
  const alice = await subscribed(house)
  const received: string[] = []
  const expected: string[] = []
  let ack = alice.link('events')
  for (let n = 0; n < 30; n += 1) {
    await raise(alice, `group ${n}`)
    expected.push(`group added group ${n}`)
    // Two of three answers are lost once or twice: the client asks again with what it had.
    for (let lost = n % 3; lost > 0; lost -= 1) await alice.get(ack)
    const answer = await alice.get(ack)
    received.push(...eventsOf(answer))
    ack = next(answer)
  }
  assert.deepEqual(received, expected)
})

test('E1: an answer that arrives late confirms only what it contained', async () => {
  await using house = await houseWith('alice')
  const alice = await subscribed(house)
  const first = alice.link('events')
  await raise(alice, 'one')
  const late = await alice.get(first)
  await raise(alice, 'two')
  const again = await alice.get(first)
  assert.deepEqual(eventsOf(again), ['group added one', 'group added two'])
  // The client goes on with the late answer, which had the first alone.
  assert.deepEqual(eventsOf(await alice.get(next(late))), ['group added two'])
})

test('E2, E3: an ack that was passed is answered by resync alone, and following it loses nothing', async () => {
  await using house = await houseWith('alice')
  const alice = await subscribed(house)
  const start = alice.link('events')
  await raise(alice, 'one')
  const one = next(await alice.get(start))
  await raise(alice, 'two')
  const two = next(await alice.get(one))
  await raise(alice, 'three')
  const three = await alice.get(two)
  for (const passed of [start, one]) {
    const resync = await alice.get(passed)
    assert.deepEqual([resync.status, Object.keys(resync.json._links ?? {})], [200, ['self', 'resync']])
    assert.equal(resync.json.sender, undefined)
    // Unconfirmed still, so it comes again: a copy rather than a loss.
    assert.deepEqual(eventsOf(await alice.get(next(resync))), eventsOf(three))
  }
})

test('E3: of two who ask, the one with the higher priority stays; of equals the newer', async () => {
  await using house = await houseWith('alice')
  const alice = await subscribed(house)
  const at = alice.link('events')
  const conflict = (answer: Answer) => [answer.status, answer.json.code, answer.json.subcode]
  const GONE = [409, 'Conflict', 'PGetReplaced']
  const important = alice.get(`${at}&priority=5`)
  const low = await untilWaiting(() => alice.get(`${at}&priority=4`), GONE)
  assert.deepEqual(conflict(low), GONE)
  const newer = alice.get(`${at}&priority=5`)
  assert.deepEqual(conflict(await important), GONE)
  await raise(alice, 'released')
  assert.deepEqual(eventsOf(await newer), ['group added released'])
})

/** The first request may still be on its way: asks again until it is refused. */
async function untilWaiting(ask: () => Promise<Answer>, wanted: unknown[]): Promise<Answer> {
  for (let n = 0; n < 50; n += 1) {
    const answer = await Promise.race([ask(), new Promise<undefined>((go) => setTimeout(go, 300, undefined))])
    if (answer !== undefined && answer.status === wanted[0]) return answer
  }
  return assert.fail('never refused')
}

test('E5: a High event goes at once, and takes with it in order what was held before it', async () => {
  await using house = await houseWith('alice')
  const alice = await subscribed(house)
  // Medium events, held for longer than this test may take.
  const waiting = alice.get(`${alice.link('events')}&medium=1800&low=1800`)
  await alice.makeAvailable()
  await alice.post(`${alice.path}/me/note`, { message: 'held' })
  await raise(alice, 'at once')
  const seen = eventsOf(await waiting)
  assert.equal(seen.at(-1), 'group added at once')
  const medium = [
    'me updated ',
    'presence added ',
    'note added ',
    'location added ',
    'communication updated ',
  ]
  assert.deepEqual(
    seen.filter((event) => medium.includes(event)),
    medium,
  )
  assert.ok(seen.indexOf('note updated ') > seen.indexOf('note added '))
})

test('parameters of the channel are put into their range, remembered, and forgotten with the channel (7.1)', async () => {
  await using house = await openUcwaHouse({ config: { eventTimeoutMs: 200 } })
  await house.person('alice')
  const alice = await house.client('alice')
  // Out of range is no error: 1 becomes the 180 s that are the least, nonsense is the default.
  const empty = await alice.get(`${alice.link('events')}&timeout=soon&medium=-1&low=x&priority=1e9`)
  assert.deepEqual([empty.status, empty.json.sender], [200, []])
  assert.equal((await alice.get(`${alice.path}/events?ack=-1`)).status, 400)
  assert.equal((await alice.get(`${alice.path}/events?ack=1.5`)).status, 400)
})

test('an application that was away goes on where it was: conversations, subscriptions and cursor (7.3)', async () => {
  await using house = await houseWith('alice', 'bob')
  const bob = await house.online('bob')
  const alice = await house.client('alice')
  await alice.makeAvailable()
  alice.listen()
  const talk = await alice.conversation('sip:bob@example.test', 'hello')
  await alice.post(alice.link('presenceSubscriptions'), { duration: 30, uris: ['sip:bob@example.test'] })
  await alice.event('contactSupportedModalities updated')
  await bob.accept()
  await bob.until('the text', () => bob.received[0])
  await alice.deafen()
  const seen = async () => (await bob.get(`${bob.path}/people/alice@example.test/presence`)).json.availability
  await house.pass(61_000, async () => (await seen()) === 'Offline')
  // What comes meanwhile waits in the channel, and nothing of it is lost.
  const before = alice.events.length
  await bob.post(`${bob.path}/me/presence`, { availability: 'Busy' })
  assert.equal((await alice.get(talk.href)).json.state, 'Connected')
  alice.listen()
  await alice.until('what came meanwhile', () =>
    alice.events.slice(before).find((e) => e.rel === 'contactPresence'),
  )
  assert.equal(await seen(), 'Online')
  assert.equal((await talk.send('and on it goes')).status, 201)
  await bob.until('the next text', () => bob.received[1])
  // Without a resync: the client lost nothing that it would have to drop.
  assert.equal(
    alice.packages.some(({ _links }) => _links?.resync !== undefined),
    false,
  )
})

test('a client that asked once and fetches nothing more ends when its channel is full; one that never asked goes on (7.3)', async () => {
  await using house = await openUcwaHouse({
    limits: { messagesPerSecond: 1e6, messagesBurst: 1e6, messagesPerMinuteToAbsent: 1e6 },
    config: { requestsPerSecond: 1e6, requestsBurst: 1e6 },
  })
  for (const name of ['alice', 'bob']) await house.person(name)
  const [asked, silent] = [await house.client('alice'), await house.client('alice')]
  const flood = async (client: UcwaClient) => {
    const started = await client.startMessaging('sip:bob@example.test')
    const { json } = await client.get(String(started.headers.location))
    const at = `${json._links?.messaging?.href}/messages`
    for (let n = 0; n < 2100; n += 100) {
      const sends = Array.from({ length: 50 }, () =>
        client.request('POST', at, { text: 'x', type: 'text/plain' }),
      )
      await Promise.all(sends)
      await Promise.all(sends.map(() => client.request('POST', at, { text: 'y', type: 'text/plain' })))
    }
  }
  await asked.get(`${asked.path}/events?ack=77`)
  await flood(asked)
  await house.pass(0, async () => (await asked.get(asked.path)).status === 410)
  assert.equal((await asked.get(asked.path)).json.subcode, 'InactiveApplicationExpired')
  await flood(silent)
  const resync = await silent.get(silent.link('events'))
  assert.deepEqual([resync.status, Object.keys(resync.json._links ?? {})], [200, ['self', 'resync']])
  assert.equal((await silent.get(silent.path)).status, 200)
})
