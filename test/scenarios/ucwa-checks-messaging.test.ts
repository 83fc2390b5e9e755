import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Json, listOf, type SeenEvent, textOfMessage, type UcwaClient } from '../client/ucwa-client.ts'
import { openUcwaHouse, type UcwaHouse } from './ucwa-house.ts'

// The checks of ucwa-resources.json about messages, under their ids.

const ALICE = 'sip:alice@example.test'
const BOB = 'sip:bob@example.test'

async function houseWith(...names: string[]): Promise<UcwaHouse> {
  const house = await openUcwaHouse()
  for (const name of names) await house.person(name)
  return house
}

const ofOperation = (operationId: string) => (e: SeenEvent) => e.resource.operationId === operationId

test('I1: startMessaging answers 201 with a Location that can be read before and after, and every event has its operationId', async () => {
  await using house = await houseWith('alice', 'bob')
  const alice = await house.client('alice')
  await alice.makeAvailable()
  const operationId = 'op '.padEnd(50, '€')
  const answer = await alice.startMessaging(BOB, 'hello', { operationId })
  assert.deepEqual([answer.status, answer.text], [201, ''])
  const location = String(answer.headers.location)
  assert.match(location, /^\/ucwa\/.*\/messagingInvitations\/\w+$/)
  // Nobody has been told yet: the client has not asked for events.
  const before = await alice.get(location)
  assert.equal(before.json.operationId, operationId)
  assert.equal((await alice.get(before.json._links?.conversation?.href ?? '')).status, 200)
  alice.listen()
  const completed = await alice.event('messagingInvitation completed', ofOperation(operationId))
  assert.equal(completed.href, location)
  const events = alice.events.filter((e) => e.href === location)
  assert.deepEqual(
    events.map((e) => [e.type, e.resource.operationId]),
    [
      ['started', operationId],
      ['completed', operationId],
    ],
  )
  await alice.post(completed.resource._links?.conversation?.href?.concat('/messaging/terminate') ?? '')
  await alice.event('conversation deleted')
  const after = await alice.get(location)
  assert.deepEqual([after.status, after.json.state], [200, 'Connected'])
  const tooLong = await alice.startMessaging(BOB, 'hello', { operationId: 'x'.repeat(51) })
  assert.deepEqual([tooLong.status, tooLong.json.parameters], [400, { operationId: 'Invalid' }])
})

test('I2: one operationId may serve for one conversation after another, and two texts are two messages', async () => {
  await using house = await houseWith('alice', 'bob')
  const alice = await house.online('alice')
  const locations = new Set<string>()
  for (let n = 0; n < 2; n += 1) {
    const answer = await alice.startMessaging(BOB, 'the same text', { operationId: 'always' })
    assert.equal(answer.status, 201)
    locations.add(String(answer.headers.location))
  }
  assert.equal(locations.size, 2)
  await alice.until('both', () => {
    const done = alice.events.filter((e) => e.rel === 'messagingInvitation' && e.type === 'completed')
    return done.filter(ofOperation('always')).length === 2 ? true : undefined
  })
  const bob = await house.client('bob')
  const logs = listOf((await bob.get(bob.link('conversationLogs'))).json._embedded?.conversationLog)
  assert.deepEqual(
    logs.map((log) => Number(log.inboxCount)),
    [1, 1],
  )
})

test('I3: accept answers 204 to an empty body, to {} and with a parameter that it does not know', async () => {
  await using house = await houseWith('alice', 'bob')
  const alice = await house.online('alice')
  const bob = await house.online('bob')
  const bodies: ((href: string) => ReturnType<UcwaClient['request']>)[] = [
    (href) => bob.request('POST', href),
    (href) => bob.request('POST', href, { type: 'application/json', text: '' }),
    (href) => bob.post(href, {}),
    (href) => bob.request('POST', `${href}?unknown=1`, { json: { unknown: 2 } }),
  ]
  for (const [n, take] of bodies.entries()) {
    await alice.startMessaging(BOB, `text ${n}`)
    const ringing = await bob.event(
      'messagingInvitation started',
      (e) => textOfMessage(e.resource) === `text ${n}`,
    )
    const href = ringing.resource._links?.accept?.href ?? ''
    const answer = await take(href)
    assert.deepEqual([answer.status, answer.text], [204, ''])
    await bob.event('messagingInvitation completed', (e) => e.href === ringing.href && e.status === 'Success')
  }
})

test('I4: sendMessage takes any charset, answers 201 with Location, and says what became of it', async () => {
  await using house = await houseWith('alice', 'bob')
  const bob = await house.online('bob')
  const alice = await house.online('alice')
  const talk = await alice.conversation(BOB)
  const at = `${talk.href}/messaging/messages`
  const cases = [
    ['text/plain', 'plain', undefined],
    ['text/plain;charset=utf-8', 'größer あ', 'operationId'],
    ['text/plain; charset="UTF-8"', 'quoted', 'operationContext'],
    ["text/plain;charset='us-ascii'", 'old', 'OPERATIONID'],
    ['TEXT/PLAIN; charset=utf-8; format=flowed', 'capitals', undefined],
  ] as const
  for (const [n, [type, text, parameter]] of cases.entries()) {
    const query = parameter === undefined ? '' : `?${parameter}=op${n}`
    const answer = await alice.request('POST', `${at}${query}`, { text, type })
    assert.deepEqual([answer.status, answer.text], [201, ''], type)
    const location = String(answer.headers.location)
    assert.match(location, new RegExp(`^${at}/\\d+$`))
    if (n === 0) await bob.accept()
    const told = await alice.event('message completed', (e) => e.href === location)
    assert.deepEqual([told.status, told.resource.direction], ['Success', 'Outgoing'])
    assert.equal(told.resource.operationId, parameter === undefined ? undefined : `op${n}`)
    assert.equal((await alice.get(location)).json.direction, 'Outgoing')
  }
  await bob.until('all', () => (bob.received.length === cases.length ? true : undefined))
  assert.deepEqual(
    bob.received,
    cases.map(([, text]) => text),
  )
  // A refusal is 201 too: nothing is kept, and the event says why (8.1).
  const privacy = `${bob.path}/people/alice@example.test/privacyRelationship`
  await bob.request('PUT', privacy, {
    json: { relationshipLevel: 'Blocked' },
    headers: { 'If-Match': '*' },
  })
  const refused = await talk.send('blocked')
  assert.equal(refused.status, 201)
  const failed = await alice.event('message completed', (e) => e.href === refused.headers.location)
  assert.deepEqual(
    [failed.status, failed.resource.status, failed.reason?.code, failed.reason?.subcode],
    ['Failure', 'Failed', 'RemoteFailure', 'Unreachable'],
  )
  // Where there is nothing to send to any more.
  await alice.request('DELETE', talk.href)
  assert.equal((await talk.send('late')).status, 404)
})

test('I5: an incoming message has direction, time, author and its text in the one form that all clients read', async () => {
  await using house = await houseWith('alice', 'bob')
  const bob = await house.online('bob')
  const alice = await house.online('alice')
  const talk = await alice.conversation(BOB)
  const text = 'Größe 100% + a&b=c;\r\nあ "x"'
  await talk.send(text)
  const invitation = await bob.accept()
  const message = await bob.event('message completed', (e) => e.resource.direction === 'Incoming')
  const { resource } = message
  assert.match(resource.timeStamp ?? '', /^\/Date\(\d{13}\)\/$/)
  for (const rel of ['contact', 'participant', 'messaging', 'plainMessage', 'self']) {
    assert.equal(typeof resource._links?.[rel]?.href, 'string', rel)
  }
  assert.match(resource._links?.contact?.href ?? '', /\/people\/alice@example\.test$/)
  assert.equal(resource._links?.participant?.title, 'Alice')
  assert.equal(resource._links?.messaging?.href, invitation.resource._links?.messaging?.href)
  assert.equal(
    resource._links?.plainMessage?.href,
    'data:text/plain;charset=utf-8,Gr%C3%B6%C3%9Fe+100%25+%2B+a%26b%3Dc%3B%0D%0A%E3%81%82+%22x%22',
  )
  assert.equal(textOfMessage(resource), text)
  assert.equal(resource._links?.htmlMessage, undefined)
})

test('I7: the text of an invitation is in its message link, and again in the first message after accept', async () => {
  await using house = await houseWith('alice', 'bob')
  const bob = await house.online('bob')
  const alice = await house.online('alice')
  await alice.startMessaging(BOB, 'are you there?')
  const ringing = await bob.event('messagingInvitation started')
  assert.equal(textOfMessage(ringing.resource), 'are you there?')
  assert.deepEqual(bob.received, [], 'not before it is taken')
  await bob.accept()
  const connected = await bob.event('messagingInvitation completed')
  const message = await bob.event('message completed')
  assert.equal(textOfMessage(message.resource), 'are you there?')
  assert.ok(message.package > connected.package)
})

test('I8: an incoming invitation has a message link, and a sender who can be read before it is accepted', async () => {
  await using house = await houseWith('alice', 'bob')
  const bob = await house.online('bob')
  const alice = await house.online('alice')
  // Without a text nothing rings: the server opens the leg with the first one (DECISIONS 15). So the shortest text there is.
  await alice.startMessaging(BOB, '.')
  const { resource } = await bob.event('messagingInvitation started')
  assert.equal(resource._links?.message?.href, 'data:text/plain;charset=utf-8,.')
  const from = resource._links?.from
  assert.equal(from?.title, 'Alice')
  assert.match(from?.href ?? '', /\/participants\/alice@example\.test$/)
  const embedded: Json = resource._embedded?.from ?? {}
  assert.deepEqual([embedded.rel, embedded.uri, embedded.name], ['participant', ALICE, 'Alice'])
  const read = await bob.get(from?.href ?? '')
  assert.deepEqual([read.status, read.json.uri], [200, ALICE])
  assert.equal((await bob.get(resource._links?.conversation?.href ?? '')).json.state, 'Incoming')
})

test('O2: an invitation to an unknown address fails as DestinationNotFound, and its conversation is gone', async () => {
  await using house = await houseWith('alice')
  const alice = await house.online('alice')
  const answer = await alice.startMessaging('sip:nobody@example.test', 'hello', { operationId: 'o2' })
  assert.equal(answer.status, 201)
  const failed = await alice.event('messagingInvitation completed', ofOperation('o2'))
  assert.deepEqual(
    [failed.status, failed.reason?.code, failed.reason?.subcode, failed.resource.state],
    ['Failure', 'NotFound', 'DestinationNotFound', 'Failed'],
  )
  await alice.event('conversation deleted', (e) => e.href === failed.resource._links?.conversation?.href)
  assert.deepEqual((await alice.get(alice.link('conversations'))).json._links?.conversation, [])
  assert.deepEqual((await alice.get(alice.link('conversationLogs'))).json._links?.conversationLog, [])
})

test('O5: one log for each thread, Missed while something is unread, and no offline row is ever history', async () => {
  await using house = await houseWith('alice', 'bob')
  const alice = await house.online('alice')
  const talk = await alice.conversation(BOB, 'one')
  await talk.send('two')
  await alice.startMessaging(BOB, 'another thread')
  const bob = await house.web('bob')
  const logs = async () => {
    const { json } = await bob.get(bob.link('conversationLogs'))
    return listOf(json._embedded?.conversationLog)
  }
  const missed = async () => {
    const { json } = await bob.get(bob.link('missedItems'))
    return [Number(json.missedConversationsCount), Number(json.unreadMissedConversationsCount)]
  }
  const views = async () =>
    (await logs()).map((log) => [log.status, log.origin, Number(log.inboxCount), Number(log.historyCount)])
  assert.deepEqual(await views(), [
    ['Missed', 'Inbox', 1, 0],
    ['Missed', 'Inbox', 2, 0],
  ])
  assert.deepEqual(await missed(), [2, 2])
  for (const log of await logs()) {
    await bob.get(log._links?.conversationLogTranscripts?.href ?? '')
    assert.equal((await bob.post(log._links?.markAsRead?.href ?? '')).status, 204)
  }
  await bob.event('missedItems updated', (e) => Number(e.resource.unreadMissedConversationsCount) === 0)
  // Read, and still of the inbox: R4.
  assert.deepEqual(await views(), [
    ['Archived', 'Inbox', 1, 0],
    ['Archived', 'Inbox', 2, 0],
  ])
  assert.deepEqual(await missed(), [2, 0])
  // What is live in the same thread is history beside it.
  await talk.send('now you are there')
  await bob.event('conversationLog updated', (e) => e.resource.origin === 'Both')
  const [newest] = await views()
  assert.deepEqual(newest, ['Missed', 'Both', 2, 1])
})

test('a person who writes to themselves is counted once, in history, and misses nothing', async () => {
  await using house = await houseWith('alice')
  const alice = await house.web('alice')
  await alice.startMessaging(ALICE, 'note to self')
  await alice.event('conversationLogTranscript added')
  const { json } = await alice.get(alice.link('conversationLogs'))
  const [log, ...others] = listOf(json._embedded?.conversationLog)
  assert.equal(others.length, 0)
  assert.deepEqual([Number(log?.historyCount), Number(log?.inboxCount), log?.origin], [1, 0, 'History'])
  const transcripts = await alice.get(log?._links?.conversationLogTranscripts?.href ?? '')
  assert.equal(listOf(transcripts.json._embedded?.conversationLogTranscript).length, 1)
  const timeline = await alice.get(`${alice.path}/people/alice@example.test/timeline`)
  assert.equal(listOf(timeline.json._embedded?.conversationLogTranscript).length, 1)
  const missed = (await alice.get(alice.link('missedItems'))).json
  assert.deepEqual(
    [Number(missed.missedConversationsCount), Number(missed.unreadMissedConversationsCount)],
    [0, 0],
  )
})

test('a note to oneself while nobody is there waits once, and comes once', async () => {
  await using house = await houseWith('alice')
  const watcher = await house.client('alice')
  watcher.listen()
  await watcher.startMessaging(ALICE, 'for later')
  await watcher.event('messagingInvitation completed')
  const alice = await house.web('alice')
  const told = await alice.event('missedItems updated')
  assert.deepEqual(
    [Number(told.resource.missedConversationsCount), Number(told.resource.unreadMissedConversationsCount)],
    [1, 1],
  )
  const { json } = await alice.get(alice.link('conversationLogs'))
  const [log] = listOf(json._embedded?.conversationLog)
  assert.deepEqual([Number(log?.inboxCount), Number(log?.historyCount), Number(log?.unreadCount)], [1, 0, 1])
})
