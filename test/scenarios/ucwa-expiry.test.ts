import assert from 'node:assert/strict'
import { test } from 'node:test'
import { after } from '../../src/domain/time.ts'
import { openUcwaHouse, type UcwaHouse } from './ucwa-house.ts'

// Expiry is a state at the sender and a count at the next sign-in, not a message (offline-im section 10, R50; DECISIONS 20).

const DAY_MS = 86_400_000

async function houseOf(...names: string[]): Promise<UcwaHouse> {
  const house = await openUcwaHouse()
  for (const name of names) await house.person(name)
  await house.policy('CsClientPolicy', { PolicyEntry: [{ Name: 'OfflineIMRetentionDays', Value: '1' }] })
  return house
}

/** What the job does every minute; `aheadMs`: as if it were so much later, while everybody stays signed in. */
function expire(house: UcwaHouse, aheadMs = 0): Promise<number> {
  return house.ports.log.expire(after(house.ports.clock.now(), aheadMs), 1000)
}

test('a message that expires is Expired at once on every application of its sender', async () => {
  await using house = await houseOf('alice', 'bob')
  const alice = await house.web('alice')
  const old = await house.online('alice')
  const talk = await old.conversation('sip:bob@example.test', undefined)
  await talk.send('too late')
  const added = await alice.event('conversationLogTranscript added')
  assert.equal(added.resource.delivery, 'Stored')
  assert.equal(await expire(house, DAY_MS), 1)
  const marked = await alice.event(
    'conversationLogTranscript updated',
    (e) => e.resource.delivery === 'Expired',
  )
  assert.equal(marked.resource.messageId, added.resource.messageId)
  const inTalk = await old.event('message updated', (e) => e.resource.delivery === 'Expired')
  assert.equal(inTalk.resource.messageId, added.resource.messageId)
})

test('of many messages the oldest ones are Expired, however many came after them', async () => {
  await using house = await openUcwaHouse({
    limits: { messagesPerSecond: 1000, messagesBurst: 1000, messagesPerMinuteToAbsent: 1000 },
  })
  for (const name of ['alice', 'bob']) await house.person(name)
  const retention = (days: string) =>
    house.policy('CsClientPolicy', { PolicyEntry: [{ Name: 'OfflineIMRetentionDays', Value: days }] })
  await retention('1')
  const writer = await house.online('alice')
  const talk = await writer.conversation('sip:bob@example.test', undefined)
  await talk.send('first')
  await retention('90')
  for (let n = 0; n < 150; n += 1) await talk.send(`later ${n}`)
  // Signed in after they were sent: it has not been told of any.
  const alice = await house.web('alice')
  assert.equal(await expire(house, DAY_MS), 1)
  const marked = await alice.event(
    'conversationLogTranscript updated',
    (e) => e.resource.delivery === 'Expired',
  )
  assert.match(marked.resource._embedded?.messageTranscript?._links?.plainMessage?.href ?? '', /,first$/)
})

test('both sides are told how many expired at their next sign-in with an inbox view, once', async () => {
  await using house = await houseOf('alice', 'bob')
  const sender = await house.client('alice')
  await sender.makeAvailable()
  sender.listen()
  const talk = await sender.conversation('sip:bob@example.test', undefined)
  for (const text of ['one', 'two']) await talk.send(text)
  await sender.close()
  house.advance(DAY_MS)
  assert.equal(await expire(house), 2)

  for (const name of ['alice', 'bob']) {
    // A client that cannot show the count does not use it up.
    const plain = await house.online(name)
    await plain.event('missedItems updated', (e) => Number(e.resource.expiredCount) === 2)
    await plain.request('DELETE', plain.path)
    const first = await house.web(name, { endpointId: `${name}-first` })
    const told = await first.event('missedItems updated', (e) => Number(e.resource.expiredCount) === 2)
    assert.equal(Number(told.resource.unreadMissedConversationsCount), 0)
    // It goes on saying so: a client that reads again sees the same number.
    assert.equal(Number((await first.get(first.link('missedItems'))).json.expiredCount), 2)
    const second = await house.web(name, { endpointId: `${name}-second` })
    assert.equal(Number((await second.get(second.link('missedItems'))).json.expiredCount), 0)
    for (const client of [first, second]) await client.signOut()
  }

  // What expires after that is counted at the sign-in after that.
  const again = await house.online('alice')
  await (await again.conversation('sip:bob@example.test', undefined)).send('three')
  house.advance(DAY_MS)
  assert.equal(await expire(house), 1)
  const next = await house.web('alice', { endpointId: 'alice-third' })
  await next.event('missedItems updated', (e) => Number(e.resource.expiredCount) === 1)
})
