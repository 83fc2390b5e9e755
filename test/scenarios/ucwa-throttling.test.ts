import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Limits } from '../../src/actions/ports/ports.ts'
import type { UcwaConfig } from '../../src/httpserver/ucwa/house.ts'
import { type Answer, listOf, type UcwaClient } from '../client/ucwa-client.ts'
import { openUcwaHouse, type UcwaHouse } from './ucwa-house.ts'

// Limits answer 429 or 503 with Retry-After, before anything is kept (ucwa.md section 10; SECURITY 21, 22).

const BOB = 'sip:bob@example.test'

async function houseOfTwo(
  limits: Partial<Limits> = {},
  config: Partial<UcwaConfig> = {},
): Promise<UcwaHouse> {
  const house = await openUcwaHouse({ limits, config })
  for (const name of ['alice', 'bob']) await house.person(name)
  return house
}

function assertTooMany(answer: Answer): number {
  assert.deepEqual([answer.status, answer.json.code], [429, 'TooManyRequests'], answer.text)
  assert.equal(answer.headers['content-type'], 'application/json')
  const seconds = Number(answer.headers['retry-after'])
  assert.ok(Number.isInteger(seconds) && seconds >= 1, String(answer.headers['retry-after']))
  return seconds
}

/** Messages that wait for Bob. */
async function waiting(house: UcwaHouse): Promise<number> {
  const bob = await house.client('bob')
  const { json } = await bob.get(bob.link('conversationLogs'))
  return listOf(json._embedded?.conversationLog).reduce((sum, log) => sum + Number(log.inboxCount), 0)
}

test('messages over the rate of their sender are 429 and not kept, on every way in; after the time it says they go', async () => {
  await using house = await houseOfTwo({ messagesPerSecond: 1, messagesBurst: 3 })
  const alice = await house.online('alice')
  const talk = await alice.conversation(BOB, 'one')
  for (const text of ['two', 'three']) assert.equal((await talk.send(text)).status, 201)
  const seconds = assertTooMany(await talk.send('four'))
  assertTooMany(await alice.startMessaging(BOB, 'five'))
  const { json } = await alice.get(alice.link('conversationLogs'))
  const [log] = listOf(json._embedded?.conversationLog)
  const message = { _links: { message: { href: 'data:text/plain;charset=utf-8,six' } } }
  assertTooMany(await alice.post(log?._links?.continueMessaging?.href ?? '', message))
  assertTooMany(await alice.post(`${talk.href}/messaging/addMessaging`, message))
  assert.equal(await waiting(house), 3)
  // Nothing was begun either: no invitation, no conversation of a refused request.
  assert.equal(alice.events.filter((e) => e.rel === 'messagingInvitation' && e.type === 'started').length, 1)
  house.advance(seconds * 1000)
  assert.equal((await talk.send('four')).status, 201)
  assert.equal(await waiting(house), 4)
})

test('a repeat with its key is the first answer, also over the rate (section 15, Outbox)', async () => {
  await using house = await houseOfTwo({ messagesPerSecond: 1, messagesBurst: 1 })
  const alice = await house.online('alice')
  const talk = await alice.conversation(BOB)
  const first = await talk.send('once', { headers: { 'Idempotency-Key': 'k' } })
  assert.equal(first.status, 201)
  assertTooMany(await talk.send('another', { headers: { 'Idempotency-Key': 'l' } }))
  house.advance(2000)
  const again = await talk.send('once', { headers: { 'Idempotency-Key': 'k' } })
  assert.equal(again.status, 201)
  assert.equal(again.headers['x-nightpost-message-id'], first.headers['x-nightpost-message-id'])
  assert.equal(await waiting(house), 1)
})

test('an application has as many presence subscriptions as there may be people in them, and no more', async () => {
  await using house = await houseOfTwo()
  const alice = await house.client('alice')
  const subscribe = () => alice.post(alice.link('presenceSubscriptions'), { duration: 30, uris: [BOB] })
  const first = await subscribe()
  for (let n = 1; n < 500; n += 1) assert.equal((await subscribe()).status, 201)
  const refused = await subscribe()
  assert.deepEqual([refused.status, refused.json.subcode], [403, 'LimitExceeded'])
  assert.equal((await alice.request('DELETE', first.json._links?.self?.href ?? '')).status, 204)
  assert.equal((await subscribe()).status, 201)
})

test('live chat is not counted against the limit for absent people', async () => {
  await using house = await houseOfTwo({
    messagesPerMinuteToAbsent: 2,
    messagesBurst: 100,
    messagesPerSecond: 100,
  })
  const alice = await house.online('alice')
  const away = await alice.conversation(BOB)
  for (const text of ['1', '2']) assert.equal((await away.send(text)).status, 201)
  const seconds = assertTooMany(await away.send('3'))
  assert.ok(seconds <= 60)
  const bob = await house.online('bob')
  await bob.accept()
  await bob.until('what waited', () => bob.received[1])
  for (const text of ['4', '5', '6']) assert.equal((await away.send(text)).status, 201)
})

test('requests have a rate for each application, and events one of their own', async () => {
  await using house = await houseOfTwo({}, { requestsPerSecond: 1, requestsBurst: 10 })
  const alice = await house.client('alice')
  const other = await house.client('alice')
  let answer = await alice.get(`${alice.path}/me`)
  for (let n = 0; n < 15; n += 1) answer = await alice.get(`${alice.path}/me`)
  const seconds = assertTooMany(answer)
  assert.equal((await other.get(`${other.path}/me`)).status, 200, 'another application')
  assert.equal((await alice.get(`${alice.path}/events?ack=77`)).status, 200, 'the event channel')
  house.advance(seconds * 1000)
  assert.equal((await alice.get(`${alice.path}/me`)).status, 200)
})

test('B2: over 100 requests of a user at once nothing of a batch is done', async () => {
  await using house = await houseOfTwo()
  const alice = await house.client('alice')
  const part = (n: number) => {
    const body = JSON.stringify({ displayName: `group ${n}` })
    return `--b\r\nContent-Type: application/http; msgtype=request\r\n\r\nPOST ${alice.link('myGroups')} HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n\r\n${body}\r\n`
  }
  const batch = (parts: number) =>
    alice.request('POST', alice.link('batch'), {
      type: 'multipart/batching;boundary=b',
      text: `${Array.from({ length: parts }, (_, n) => part(n)).join('')}--b--\r\n`,
    })
  assertTooMany(await batch(101))
  assert.equal(await groups(alice), 0)
  assert.equal((await batch(5)).status, 200)
  assert.equal(await groups(alice), 5)
})

async function groups(client: UcwaClient): Promise<number> {
  return listOf((await client.get(client.link('myGroups'))).json._embedded?.group).length
}

test('open conversations of one application are bounded, and who has too many is told when to come back (section 9)', async () => {
  await using house = await houseOfTwo({
    messagesPerSecond: 10_000,
    messagesBurst: 10_000,
    messagesPerMinuteToAbsent: 10_000,
  })
  const alice = await house.client('alice')
  let answer = await alice.startMessaging(BOB)
  let begun = 0
  for (; answer.status === 201 && begun < 300; begun += 1) answer = await alice.startMessaging(BOB)
  assert.equal(begun, 200)
  assertTooMany(answer)
  assert.equal(answer.json.subcode, 'TooManyConversations')
})
