import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Json, listOf, textOfMessage } from '../client/ucwa-client.ts'
import { openUcwaHouse, type UcwaHouse } from './ucwa-house.ts'

// When something was chosen, when it ends, when a message was there: what a client needs to say it (ucwa.md 6.2, section 15).

const BOB = 'sip:bob@example.test'
/** Less than the hour after which an idle token is over. */
const HALF_AN_HOUR_MS = 1_800_000

async function houseOfTwo(): Promise<UcwaHouse> {
  const house = await openUcwaHouse()
  for (const name of ['alice', 'bob']) await house.person(name)
  return house
}

/** Milliseconds of `/Date(n)/`; NaN where there is none. */
function ms(date: string | undefined): number {
  return Number(/^\/Date\((\d+)\)\/$/.exec(date ?? '')?.[1])
}

test('a chosen state says since when it holds and when it ends, on every application of the person, and nothing chosen says neither', async () => {
  await using house = await houseOfTwo()
  const alice = await house.web('alice')
  const phone = await house.online('alice')
  const at = `${alice.path}/me/presence`
  const times = ({ since, expires }: Json) => [ms(since), ms(expires)]
  assert.deepEqual(times((await alice.get(at)).json), [Number.NaN, Number.NaN])
  const before = house.ports.clock.now()
  const ends = before + HALF_AN_HOUR_MS
  await alice.post(at, { availability: 'DoNotDisturb', expires: new Date(ends).toISOString() })
  const told = await alice.event('presence updated', (e) => e.resource.availability === 'DoNotDisturb')
  const [since = 0, expires] = times(told.resource)
  assert.ok(since >= before && since <= house.ports.clock.now())
  assert.equal(expires, ends)
  assert.deepEqual(times((await phone.get(`${phone.path}/me/presence`)).json), [since, ends])
  // The same state once more begins anew, and is told although the state is the same.
  house.advance(1000)
  await alice.post(at, { availability: 'DoNotDisturb' })
  const again = await alice.event('presence updated', (e) => ms(e.resource.since) > since)
  assert.equal(again.resource.expires, undefined)
  await alice.post(at)
  await alice.event('presence updated', (e) => e.resource.availability === 'Online')
  assert.deepEqual(times((await alice.get(at)).json), [Number.NaN, Number.NaN])
})

test('a state ends by itself when it was chosen to, and its owner is told', async () => {
  await using house = await houseOfTwo()
  const alice = await house.web('alice')
  const at = `${alice.path}/me/presence`
  const expires = new Date(house.ports.clock.now() + HALF_AN_HOUR_MS).toISOString()
  await alice.post(at, { availability: 'Busy', expires })
  await alice.event('presence updated', (e) => e.resource.availability === 'Busy')
  const told = alice.events.length
  house.advance(HALF_AN_HOUR_MS + 1000)
  await alice.until('the end', () =>
    alice.events.slice(told).find((e) => e.rel === 'presence' && e.resource.since === undefined),
  )
  assert.equal((await alice.get(at)).json.expires, undefined)
})

test('Offline is taken back by an empty choice, and said to nobody else (M3)', async () => {
  await using house = await houseOfTwo()
  const alice = await house.web('alice')
  const bob = await house.online('bob')
  await alice.post(`${alice.path}/me/presence`, { availability: 'Offline', expires: '2099-01-01T00:00:00Z' })
  const own = await alice.event('presence updated', (e) => e.resource.availability === 'Offline')
  assert.ok(ms(own.resource.since) > 0 && ms(own.resource.expires) > 0)
  const seen = await bob.get(`${bob.path}/people/alice@example.test/presence`)
  assert.deepEqual(
    [seen.json.availability, seen.json.since, seen.json.expires],
    ['Offline', undefined, undefined],
  )
})

test('an incoming message says when it was there and when it was read, as an own one does', async () => {
  await using house = await houseOfTwo()
  const alice = await house.web('alice')
  await alice.startMessaging(BOB, 'good morning')
  const sent = await alice.event('conversationLogTranscript added')
  house.advance(HALF_AN_HOUR_MS)
  const arrived = house.ports.clock.now()
  const bob = await house.web('bob')
  const timeline = async (): Promise<Json> => {
    const { json } = await bob.get(`${bob.path}/people/alice@example.test/timeline`)
    return listOf(json._embedded?.conversationLogTranscript)[0] ?? assert.fail('nothing there')
  }
  // Told of what waits, its stream has confirmed that.
  await alice.event('conversationLogTranscript updated', (e) => e.resource.delivery === 'Delivered')
  const there = await timeline()
  assert.equal(there.timeStamp, sent.resource.timeStamp)
  assert.ok(ms(there.deliveredAt) >= arrived)
  assert.deepEqual([there.readAt, there.delivery], [undefined, undefined])
  const { json } = await bob.get(bob.link('conversationLogs'))
  const [log] = listOf(json._embedded?.conversationLog)
  await bob.post(log?._links?.markAsRead?.href ?? '', { upTo: there.messageId })
  const read = await alice.event('conversationLogTranscript updated', (e) => e.resource.delivery === 'Read')
  const now = await timeline()
  assert.deepEqual([now.deliveredAt, now.readAt], [read.resource.deliveredAt, read.resource.readAt])
})

test('whoever appears offline knows when a message was there, before the sender does and as it was (M3)', async () => {
  await using house = await houseOfTwo()
  const alice = await house.web('alice')
  const bob = await house.web('bob')
  await bob.post(`${bob.path}/me/presence`, { availability: 'Offline' })
  await alice.startMessaging(BOB, 'are you there?')
  await bob.event('conversationLogTranscript added')
  const line = async (): Promise<Json> => {
    const { json } = await bob.get(`${bob.path}/people/alice@example.test/timeline`)
    return listOf(json._embedded?.conversationLogTranscript)[0] ?? assert.fail('nothing there')
  }
  const [log] = listOf((await bob.get(bob.link('conversationLogs'))).json._embedded?.conversationLog)
  await bob.post(log?._links?.markAsRead?.href ?? '', { upTo: (await line()).messageId })
  const { deliveredAt, readAt } = await line()
  assert.ok(ms(deliveredAt) > 0 && ms(readAt) > 0)
  house.advance(60_000)
  await bob.post(`${bob.path}/me/presence`)
  const released = await alice.event(
    'conversationLogTranscript updated',
    (e) => e.resource.delivery === 'Read',
  )
  assert.ok(ms(released.resource.readAt) >= ms(readAt) + 60_000, 'the sender has the time of the release')
  assert.deepEqual([(await line()).deliveredAt, (await line()).readAt], [deliveredAt, readAt])
})

test('timeline?at= is a page around a time or a message, and leads on from both ends', async () => {
  await using house = await houseOfTwo()
  const alice = await house.online('alice')
  const talk = await alice.conversation(BOB)
  const times: number[] = []
  const ids: string[] = []
  for (let n = 0; n < 9; n += 1) {
    house.advance(60_000)
    times.push(house.ports.clock.now())
    const sent = await talk.send(`${n}`)
    ids.push(String(sent.headers['x-nightpost-message-id']))
  }
  const page = async (query: string) => {
    const { json, status } = await alice.get(`${alice.path}/people/bob@example.test/timeline?${query}`)
    assert.equal(status, 200)
    const texts = listOf(json._embedded?.conversationLogTranscript).map(textOfMessage)
    return { texts, earlier: json._links?.earlier?.href, later: json._links?.later?.href }
  }
  const iso = new Date(times[4] ?? 0).toISOString()
  for (const at of [iso, String(times[4]), `/Date(${times[4]})/`, ids[4] ?? '']) {
    const around = await page(`at=${encodeURIComponent(at)}&limit=4`)
    assert.deepEqual(around.texts, ['2', '3', '4', '5'], at)
    const [before, after] = [around.earlier?.split('?')[1] ?? '', around.later?.split('?')[1] ?? '']
    assert.deepEqual((await page(before)).texts, ['0', '1'])
    assert.deepEqual((await page(after)).texts, ['6', '7', '8'])
  }
  const end = await page(`at=${encodeURIComponent('2099-01-01')}&limit=2`)
  assert.deepEqual([end.texts, end.later], [['8'], undefined])
  const wrong = await alice.get(`${alice.path}/people/bob@example.test/timeline?at=yesterday`)
  assert.deepEqual([wrong.status, wrong.json.subcode], [400, 'ParameterValidationFailure'])
})
