import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listOf, type SeenEvent, textOfMessage, type UcwaClient } from '../client/ucwa-client.ts'
import { openUcwaHouse, type UcwaHouse } from './ucwa-house.ts'

const ALICE = 'sip:alice@example.test'
const BOB = 'sip:bob@example.test'

async function houseWith(...names: string[]): Promise<UcwaHouse> {
  const house = await openUcwaHouse()
  for (const name of names) await house.person(name)
  return house
}

function outgoing(client: UcwaClient, delivery?: string): Promise<SeenEvent> {
  return client.event(
    'message completed',
    (e) => e.resource.direction === 'Outgoing' && (!delivery || e.resource.delivery === delivery),
  )
}

/** What came in one package of a conversation and its invitation, as `rel type`. */
function packageOf(client: UcwaClient, event: SeenEvent): string[] {
  return client.events
    .filter((e) => e.package === event.package && e.sender !== 'me' && e.rel !== 'communication')
    .map((e) => `${e.rel} ${e.type}`)
}

test('a message to somebody who is there: accepted by the server, taken, delivered (8.1 row 1)', async () => {
  await using house = await houseWith('alice', 'bob')
  const bob = await house.online('bob')
  const alice = await house.online('alice')
  const talk = await alice.conversation(BOB)
  assert.equal(talk.completed.reason?.code, 'Informational')
  assert.equal(talk.completed.reason?.subcode, 'AutoAccepted')
  assert.equal(talk.completed.reason?.message, undefined)
  const sent = await talk.send('hello')
  assert.equal(sent.status, 201)
  const invitation = await bob.accept()
  assert.equal(textOfMessage(invitation.resource), 'hello')
  await bob.until('the text', () => bob.received[0])
  assert.deepEqual(bob.received, ['hello'])
  const told = await outgoing(alice)
  assert.equal(told.status, 'Success')
  assert.equal(told.resource.status, 'Succeeded')
  assert.equal(told.resource.delivery, 'Delivered')
  // The conversation goes on without another invitation, both ways.
  await talk.send('again')
  await bob.until('the second text', () => bob.received[1])
  const back = await bob.request('POST', `${invitation.resource._links?.messaging?.href}/messages`, {
    text: 'hello yourself',
    type: 'text/plain',
  })
  assert.equal(back.status, 201)
  await alice.until('the answer', () => alice.received[0])
  assert.deepEqual(alice.received, ['hello yourself'])
})

test('packages are cut so that clients which read one block find their step (E7)', async () => {
  await using house = await houseWith('alice', 'bob')
  const bob = await house.online('bob')
  const alice = await house.online('alice')
  const talk = await alice.conversation(BOB)
  const started = await alice.event('messagingInvitation started')
  assert.deepEqual(packageOf(alice, started), [
    'messagingInvitation started',
    'conversation added',
    'localParticipant added',
    'messaging updated',
  ])
  assert.deepEqual(packageOf(alice, talk.completed), [
    'conversation updated',
    'participant added',
    'participantMessaging added',
    'participantMessaging added',
    'messaging updated',
    'messagingInvitation completed',
  ])
  await talk.send('one')
  await talk.send('two')
  await bob.accept()
  await bob.until('both texts', () => bob.received[1])
  const messages = bob.events.filter((e) => e.rel === 'message')
  assert.equal(new Set(messages.map((e) => e.package)).size, 2)
})

test('a message to somebody who is absent waits, is announced, is replayed with its time, and is read (O1, O3, O4)', async () => {
  await using house = await houseWith('alice', 'bob')
  const alice = await house.online('alice')
  const talk = await alice.conversation(BOB, 'first', { subject: 'Lunch', importance: 'Urgent' })
  assert.match(talk.completed.reason?.message ?? '', /^Bob is not signed in\./)
  const sent = await talk.send('second')
  assert.match(String(sent.headers['x-nightpost-message-id']), /^[0-9a-z]+\.[0-9a-z]+$/)
  const stored = await outgoing(alice, 'Stored')
  assert.match(stored.reason?.message ?? '', /kept in their mailbox/)

  const bob = await house.online('bob')
  const missed = await bob.event('missedItems updated')
  assert.equal(missed.resource.missedConversationsCount, 1)
  assert.equal(missed.resource.unreadMissedConversationsCount, 1)
  const invitation = await bob.accept()
  assert.equal(invitation.resource.offline, true)
  assert.equal(invitation.resource.threadId, talk.threadId)
  assert.equal(invitation.resource.subject, 'Lunch')
  assert.equal(invitation.resource.importance, 'Urgent')
  assert.equal(invitation.resource._embedded?.from?.uri, ALICE)
  await bob.until('both texts', () => bob.received[1])
  assert.deepEqual(bob.received, ['first', 'second'])
  const [first] = bob.events.filter((e) => e.rel === 'message')
  assert.match(first?.resource.timeStamp ?? '', /^\/Date\(\d+\)\/$/)
  const read = await alice.event('message updated', (e) => e.resource.delivery === 'Read')
  assert.equal(read.resource.messageId, sent.headers['x-nightpost-message-id'])
  const after = await bob.event(
    'missedItems updated',
    (e) => Number(e.resource.unreadMissedConversationsCount) === 0,
  )
  assert.equal(after.resource.missedConversationsCount, 1)
})

test('what was confirmed is never sent to that endpoint again; what was not comes again with the same id (O4)', async () => {
  await using house = await houseWith('alice', 'bob')
  const alice = await house.online('alice')
  await alice.conversation(BOB, 'first')
  const endpointId = 'desk'
  const bob = await house.online('bob', { endpointId })
  // The text arrives, and the client is gone before it asks again.
  await bob.event('messagingInvitation started')
  bob.pause()
  await bob.accept()
  await new Promise((resolve) => setTimeout(resolve, 300))
  await bob.close()
  await bob.request('DELETE', bob.path).catch(() => {})
  const again = await house.online('bob', { endpointId })
  await again.accept()
  await again.until('the text', () => again.received[0])
  await alice.event('messagingInvitation completed')
  await again.event('missedItems updated', (e) => Number(e.resource.unreadMissedConversationsCount) === 0)
  await again.signOut()
  const third = await house.online('bob', { endpointId })
  const marker = await house.online('alice', { endpointId: 'other' })
  await marker.conversation(BOB, 'marker')
  await third.accept()
  await third.until('the marker', () => third.received[0])
  assert.deepEqual(third.received, ['marker'])
})

test('one replay invitation is open at a time; a declined one stays in the inbox and is not replayed here again (8.2)', async () => {
  await using house = await houseWith('alice', 'bob', 'carol')
  const alice = await house.online('alice')
  const carol = await house.online('carol')
  await alice.conversation(BOB, 'from alice')
  await carol.conversation(BOB, 'from carol')
  const endpointId = 'desk'
  const bob = await house.online('bob', { endpointId })
  const first = await bob.event('messagingInvitation started')
  assert.equal(bob.events.filter((e) => e.rel === 'messagingInvitation').length, 1)
  await bob.post(first.resource._links?.decline?.href ?? '', { reason: 'Global' })
  const ended = await bob.event('messagingInvitation completed')
  assert.equal(ended.status, 'Failure')
  assert.equal(ended.reason?.subcode, 'Declined')
  const second = await bob.event('messagingInvitation started', (e) => e.href !== first.href)
  assert.equal(textOfMessage(second.resource), 'from carol')
  await bob.post(second.resource._links?.accept?.href ?? '', {})
  await bob.until('the text', () => bob.received[0])
  await bob.event('missedItems updated', (e) => Number(e.resource.unreadMissedConversationsCount) === 1)
  assert.deepEqual(bob.received, ['from carol'])
  await bob.signOut()
  const again = await house.online('bob', { endpointId })
  await carol.conversation(BOB, 'one more')
  const third = await again.event('messagingInvitation started')
  assert.equal(textOfMessage(third.resource), 'one more')
})

test('an unanswered replay ends after a minute and makes room for the next (8.2)', async () => {
  await using house = await houseWith('alice', 'bob', 'carol')
  const alice = await house.online('alice')
  const carol = await house.online('carol')
  await alice.conversation(BOB, 'from alice')
  await carol.conversation(BOB, 'from carol')
  const bob = await house.online('bob')
  const first = await bob.event('messagingInvitation started')
  house.advance(61_000)
  const ended = await bob.event('messagingInvitation completed')
  assert.equal(ended.href, first.href)
  assert.equal(ended.reason?.subcode, 'Missed')
  await bob.event('messagingInvitation started', (e) => textOfMessage(e.resource) === 'from carol')
})

test('nobody is told apart: unknown and disabled read alike, blocked and a closed gate read alike (8.1)', async () => {
  await using house = await houseWith('alice', 'bob', 'carol')
  await house.person('dan', { enabled: false })
  const alice = await house.online('alice')
  const fails = async (to: string, operationId: string) => {
    const answer = await alice.startMessaging(to, 'hello', { operationId })
    assert.equal(answer.status, 201)
    const done = await alice.event(
      'messagingInvitation completed',
      (e) => e.resource.operationId === operationId,
    )
    assert.equal(done.status, 'Failure')
    await alice.event('conversation deleted', (e) => e.package === done.package)
    return done.reason
  }
  const unknown = await fails('sip:nobody@example.test', 'unknown')
  assert.equal(unknown?.code, 'NotFound')
  assert.equal(unknown?.subcode, 'DestinationNotFound')
  assert.deepEqual(await fails('sip:dan@example.test', 'disabled'), unknown)

  const bob = await house.client('bob')
  const privacy = `${bob.path}/people/alice@example.test/privacyRelationship`
  const { json } = await bob.get(privacy)
  const put = await bob.request('PUT', privacy, {
    json: { relationshipLevel: 'Blocked' },
    headers: { 'If-Match': `"${json.etag}"` },
  })
  assert.equal(put.status, 200)
  const blocked = await fails(BOB, 'blocked')
  assert.equal(blocked?.code, 'RemoteFailure')
  assert.equal(blocked?.subcode, 'Unreachable')
  await house.policy('CsClientPolicy', { EnableIMAutoArchiving: false })
  const closed = await fails('sip:carol@example.test', 'closed')
  assert.equal(closed?.message, blocked?.message?.replace('Bob', 'Carol'))
})

test('Do Not Disturb keeps the message without an alert, and says so (M4)', async () => {
  await using house = await houseWith('alice', 'bob')
  const bob = await house.online('bob')
  assert.equal((await bob.post(`${bob.path}/me/presence`, { availability: 'DoNotDisturb' })).status, 204)
  const alice = await house.online('alice')
  const talk = await alice.conversation(BOB, 'psst')
  assert.match(talk.completed.reason?.message ?? '', /does not want to be disturbed/)
  await talk.send('psst again')
  const told = await outgoing(alice)
  assert.equal(told.resource.delivery, 'Stored')
  assert.equal(told.resource.deliveryReason, 'doNotDisturb')
  await bob.event('missedItems updated', (e) => Number(e.resource.unreadMissedConversationsCount) === 1)
  assert.equal(
    bob.events.some((e) => e.rel === 'messagingInvitation'),
    false,
  )
  // When the state ends the messages come.
  await bob.post(`${bob.path}/me/presence`)
  await bob.accept()
  await bob.until('both texts', () => bob.received[1])
})

test("the sender's own closed gate makes the item all the same, and says Failure (R7)", async () => {
  await using house = await houseWith('alice', 'bob')
  await house.policy('CsClientPolicy', { EnableIMAutoArchiving: false })
  const bob = await house.online('bob')
  await bob.post(`${bob.path}/me/presence`, { availability: 'DoNotDisturb', activity: 'presenting' })
  const alice = await house.online('alice')
  await alice.startMessaging(BOB, 'psst', { operationId: 'x' })
  const done = await alice.event('messagingInvitation completed')
  assert.equal(done.status, 'Failure')
  assert.equal(done.reason?.subcode, 'Unreachable')
  await bob.event('missedItems updated', (e) => Number(e.resource.unreadMissedConversationsCount) === 1)
})

test('somebody who appears offline cannot be told from somebody who is absent, and gets the message (M3)', async () => {
  await using house = await houseWith('alice', 'bob', 'carol')
  const bob = await house.online('bob')
  assert.equal((await bob.post(`${bob.path}/me/presence`, { availability: 'Offline' })).status, 204)
  const alice = await house.online('alice')
  const hidden = await alice.conversation(BOB)
  const absent = await alice.conversation('sip:carol@example.test')
  assert.equal(hidden.completed.reason?.message, absent.completed.reason?.message?.replace('Carol', 'Bob'))
  await hidden.send('are you there')
  const told = await outgoing(alice)
  assert.equal(told.resource.delivery, 'Stored')
  await bob.accept()
  await bob.until('the text', () => bob.received[0])
  const seen = await alice.get(`${alice.path}/people/bob@example.test/presence`)
  assert.equal(seen.json.availability, 'Offline')
  assert.equal(
    alice.events.some((e) => e.rel === 'message' && e.type === 'updated'),
    false,
  )
  // Visible again: now the mark comes.
  await bob.post(`${bob.path}/me/presence`)
  await alice.event('message updated', (e) => e.resource.delivery !== 'Stored')
})

test('a close colleague interrupts Do Not Disturb, and sees that it is no wall (M5)', async () => {
  await using house = await houseWith('alice', 'bob')
  const bob = await house.online('bob')
  const privacy = `${bob.path}/people/alice@example.test/privacyRelationship`
  const { json } = await bob.get(privacy)
  await bob.request('PUT', privacy, {
    json: { relationshipLevel: 'Workgroup' },
    headers: { 'If-Match': `"${json.etag}"` },
  })
  await bob.post(`${bob.path}/me/presence`, { availability: 'DoNotDisturb' })
  const alice = await house.online('alice')
  const seen = await alice.get(`${alice.path}/people/bob@example.test/presence`)
  assert.equal(seen.json.activity, 'urgent-interruptions-only')
  await alice.conversation(BOB, 'fire')
  await bob.accept()
  await bob.until('the text', () => bob.received[0])
})

test('an invitation accepted on one endpoint ends on the others (6.8)', async () => {
  await using house = await houseWith('alice', 'bob')
  const desk = await house.online('bob', { endpointId: 'desk' })
  const phone = await house.online('bob', { endpointId: 'phone' })
  const alice = await house.online('alice')
  await alice.conversation(BOB, 'hello')
  await phone.event('messagingInvitation started')
  await desk.accept()
  const ended = await phone.event('messagingInvitation completed')
  assert.equal(ended.status, 'Failure')
  assert.equal(ended.reason?.subcode, 'ConnectedElsewhere')
})

test('stopMessaging ends the conversation here and leaves the other side alone', async () => {
  await using house = await houseWith('alice', 'bob')
  const bob = await house.online('bob')
  const alice = await house.online('alice')
  const talk = await alice.conversation(BOB, 'hello')
  const invitation = await bob.accept()
  await bob.until('the text', () => bob.received[0])
  assert.equal((await alice.post(`${talk.href}/messaging/terminate`)).status, 204)
  await alice.event('conversation deleted')
  assert.equal((await talk.send('late')).status, 404)
  const answer = await bob.request('POST', `${invitation.resource._links?.messaging?.href}/messages`, {
    text: 'still here',
    type: 'text/plain',
  })
  assert.equal(answer.status, 201)
})

test('typing shows to the other side and ends by itself', async () => {
  await using house = await houseWith('alice', 'bob')
  const bob = await house.online('bob')
  const alice = await house.online('alice')
  const talk = await alice.conversation(BOB, 'hello')
  await bob.accept()
  await bob.until('the text', () => bob.received[0])
  assert.equal((await alice.post(`${talk.href}/messaging/typing`)).status, 204)
  const typing = await bob.event('participant added', (e) => e.in === 'typingParticipants')
  assert.match(typing.href, /alice@example\.test$/)
  house.advance(11_000)
  await bob.event('participant deleted', (e) => e.in === 'typingParticipants')
})

test('a repeat with the same Idempotency-Key is one message with the first answer (section 15, Outbox)', async () => {
  await using house = await houseWith('alice', 'bob')
  const alice = await house.online('alice')
  const headers = { 'Idempotency-Key': 'key-1' }
  const first = await alice.startMessaging(BOB, 'once', {}, headers)
  const again = await alice.startMessaging(BOB, 'once', {}, headers)
  assert.equal(again.status, 201)
  assert.equal(again.headers['x-nightpost-message-id'], first.headers['x-nightpost-message-id'])
  const talk = await alice.conversation(BOB)
  const sent = await talk.send('twice?', { headers: { 'Idempotency-Key': 'key-2' } })
  const resent = await talk.send('twice?', { headers: { 'Idempotency-Key': 'key-2' } })
  assert.equal(resent.status, 201)
  assert.equal(resent.headers['x-nightpost-message-id'], sent.headers['x-nightpost-message-id'])
  const bob = await house.client('bob')
  const logs = await bob.get(bob.link('conversationLogs'))
  const counts = listOf(logs.json._embedded?.conversationLog).map((log) => Number(log.inboxCount))
  assert.deepEqual(counts.sort(), [1, 1])
})

test('texts reach people in their language (R33)', async () => {
  await using house = await houseWith('alice', 'bob')
  const alice = await house.online('alice', { culture: 'ja-JP' })
  const talk = await alice.conversation(BOB, 'こんにちは')
  assert.equal(
    talk.completed.reason?.message,
    'Bob さんはサインインしていません。メッセージは相手の受信トレイに届けられます。',
  )
})

test('HTML goes to those who asked for it as one span, cleaned, and as text to everybody else (I6)', async () => {
  await using house = await houseWith('alice', 'bob')
  const rich = await house.client('bob', { endpointId: 'rich' })
  await rich.makeAvailable({ supportedMessageFormats: ['Plain', 'Html'] })
  rich.listen()
  const plain = await house.online('bob', { endpointId: 'plain' })
  const alice = await house.online('alice')
  const talk = await alice.conversation(BOB)
  const options = { text: '<b onclick="x()">bold</b><script>x()</script> &lt;', type: 'text/html' }
  await alice.request('POST', `${talk.href}/messaging/messages`, options)
  const invitation = await rich.accept()
  assert.match(invitation.resource._links?.message?.href ?? '', /^data:text\/html;charset=utf-8,%3Cspan%3E/)
  await rich.until('the text', () => rich.received[0])
  assert.deepEqual(rich.received, ['<span><b>bold</b> &lt;</span>'])
  const other = await plain.event('messagingInvitation started')
  assert.equal(textOfMessage(other.resource), 'bold <')
})

test('a text that is too long is 413 and keeps nothing; other sizes and types have their answers', async () => {
  await using house = await houseWith('alice', 'bob')
  const alice = await house.online('alice')
  const talk = await alice.conversation(BOB)
  assert.equal((await talk.send('x'.repeat(65_537))).status, 413)
  assert.equal((await talk.send('x'.repeat(65_536))).status, 201)
  assert.equal((await talk.send('x'.repeat(300_000))).status, 413)
  assert.equal((await alice.startMessaging(BOB, 'あ'.repeat(21_845))).status, 201)
  assert.equal((await alice.startMessaging(BOB, 'あ'.repeat(21_846))).status, 413)
  assert.equal((await talk.send('x', { type: 'application/rtf' })).status, 415)
  assert.equal((await talk.send('a\u0000b')).status, 400)
  assert.equal((await talk.send('')).status, 400)
})

test('over a rate the answer is 429 with Retry-After, before anything is kept (section 10)', async () => {
  await using house = await openUcwaHouse({ limits: { messagesPerSecond: 1, messagesBurst: 2 } })
  for (const name of ['alice', 'bob']) await house.person(name)
  const alice = await house.online('alice')
  const talk = await alice.conversation(BOB)
  const answers = [await talk.send('1'), await talk.send('2'), await talk.send('3')]
  assert.deepEqual(
    answers.map(({ status }) => status),
    [201, 201, 429],
  )
  assert.match(String(answers[2]?.headers['retry-after']), /^[1-9]\d*$/)
  const start = await alice.startMessaging(BOB, '4')
  assert.equal(start.status, 429)
})

test('a full inbox is 201 and then Failure with T7, never an HTTP error (8.1, M15)', async () => {
  await using house = await openUcwaHouse({ limits: { inboxMessages: 2 } })
  for (const name of ['alice', 'bob']) await house.person(name)
  const alice = await house.online('alice')
  const talk = await alice.conversation(BOB, '1')
  await talk.send('2')
  assert.equal((await talk.send('3')).status, 201)
  const failed = await alice.event('message completed', (e) => e.status === 'Failure')
  assert.equal(failed.reason?.code, 'RemoteFailure')
  assert.equal(failed.reason?.subcode, 'Unreachable')
  assert.match(failed.reason?.message ?? '', /mailbox of Bob is full/)
  assert.equal(failed.resource.status, 'Failed')
  await alice.startMessaging(BOB, '4', { operationId: 'four' })
  const done = await alice.event('messagingInvitation completed', (e) => e.resource.operationId === 'four')
  assert.deepEqual(done.reason, failed.reason)
})

test('somebody writes to themselves, and has it once', async () => {
  await using house = await houseWith('alice')
  const alice = await house.web('alice')
  await alice.startMessaging(ALICE, 'note to self')
  await alice.until('the line', () => alice.events.find((e) => e.rel === 'conversationLogTranscript'))
  await alice.event('message completed', (e) => e.resource.direction === 'Outgoing')
  assert.deepEqual(alice.received, ['note to self'])
  assert.equal(
    alice.events.filter((e) => e.rel === 'conversationLogTranscript' && e.type === 'added').length,
    1,
  )
})

test('an application of the desktop family below the minimum may not write to somebody absent, others may (R8)', async () => {
  await using house = await houseWith('alice', 'bob')
  const cases = [
    ['UCCAPI/16.0.6701.1000 OC/16.0.6701.1000 (Skype for Business)', 'Success'],
    ['UCCAPI/16.0.6001.1073 OC/16.0.6001.1073 (Skype for Business)', 'Failure'],
    ['UCCAPI/16.0.4417.1000 OC/16.0.4417.1000 (Skype for Business)', 'Failure'],
    ['OC/15.0.4420.1017', 'Failure'],
    ['OC/current', 'Failure'],
    ['lyncbotApp/1.0 (Linux)', 'Success'],
  ] as const
  for (const [userAgent, status] of cases) {
    const alice = await house.online('alice', { userAgent })
    await alice.startMessaging(BOB, 'hello', { operationId: 'x' })
    const done = await alice.event('messagingInvitation completed')
    assert.equal(done.status, status, userAgent)
    await alice.signOut()
  }
})
