import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listOf, textOfMessage, type UcwaClient } from '../client/ucwa-client.ts'
import { openUcwaHouse, type UcwaHouse } from './ucwa-house.ts'

// When requests, endpoints and applications end (ucwa.md sections 4, 7.1, 7.3), and what changes under somebody's feet.

const BOB = 'sip:bob@example.test'

async function houseWith(...names: string[]): Promise<UcwaHouse> {
  const house = await openUcwaHouse()
  for (const name of names) await house.person(name)
  return house
}

async function listed(client: UcwaClient): Promise<number> {
  const { json } = await client.get('/ucwa/oauth/v1/applications')
  return listOf(json._embedded?.application).length
}

test('E4: with nothing to report the answer is empty after its time, and has a next link', async () => {
  await using house = await openUcwaHouse({ config: { eventTimeoutMs: 300 } })
  await house.person('alice')
  const alice = await house.client('alice')
  const answer = await alice.get(alice.link('events'))
  assert.equal(answer.status, 200)
  assert.deepEqual(answer.json.sender, [])
  assert.match(answer.json._links?.next?.href ?? '', /ack=2$/)
})

test('an application without event request ends after 15 minutes, and says why for an hour', async () => {
  await using house = await houseWith('alice')
  const alice = await house.online('alice')
  await alice.event('communication updated')
  await alice.deafen()
  // Only requests below it are use of an application; the list is not.
  await house.pass(16 * 60_000, async () => (await listed(alice)) === 0)
  assert.equal((await alice.get(alice.path)).json.subcode, 'InactiveApplicationExpired')
})

test('an application that never asked for events ends when it is idle for half an hour', async () => {
  await using house = await houseWith('alice')
  const alice = await house.client('alice')
  house.advance(29 * 60_000)
  assert.equal((await alice.get(alice.path)).status, 200)
  await house.pass(11 * 60_000, async () => (await listed(alice)) === 0)
  assert.equal((await alice.get(alice.path)).status, 410)
})

test('X-Ucwa-Ack on any request confirms what the stream brought (section 15)', async () => {
  await using house = await houseWith('alice', 'bob')
  const bob = await house.client('bob')
  await bob.haveInboxView()
  await bob.makeAvailable()
  const poll = (ack: string) => bob.get(`${bob.path}/events?ack=${ack}&packages=full&medium=0&low=0`)
  const first = await poll('1')
  const next = (json: typeof first.json) => /ack=(\d+)/.exec(json._links?.next?.href ?? '')?.[1] ?? ''
  const waiting = poll(next(first.json))
  const alice = await house.online('alice')
  const talk = await alice.conversation(BOB)
  await talk.send('hello')
  let answer = await waiting
  const hasLine = (json: typeof first.json) =>
    listOf(json.sender).some((block) =>
      listOf(block.events).some((event) => event.link?.rel === 'conversationLogTranscript'),
    )
  while (!hasLine(answer.json)) answer = await poll(next(answer.json))
  assert.equal(
    alice.events.some((e) => e.rel === 'message'),
    false,
  )
  await bob.get(`${bob.path}/me`, { 'X-Ucwa-Ack': next(answer.json) })
  const told = await alice.event('message completed')
  assert.equal(told.resource.delivery, 'Delivered')
})

test('whoever blocks shows up as absent, and what is sent in an open conversation fails (M11)', async () => {
  await using house = await houseWith('alice', 'bob')
  const bob = await house.online('bob')
  const alice = await house.online('alice')
  await alice.post(alice.link('presenceSubscriptions'), { duration: 11, uris: [BOB] })
  const talk = await alice.conversation(BOB)
  await setLevel(bob, 'alice@example.test', 'Blocked')
  await alice.event('contactPresence updated')
  const seen = await alice.get(`${alice.path}/people/bob@example.test/presence`)
  assert.equal(seen.json.availability, 'Offline')
  const modalities = await alice.get(`${alice.path}/people/bob@example.test/supportedMedia`)
  assert.deepEqual(modalities.json.modalities, ['Messaging'])
  assert.equal((await talk.send('why')).status, 201)
  const failed = await alice.event('message completed')
  assert.equal(failed.status, 'Failure')
  assert.equal(failed.reason?.subcode, 'Unreachable')
  await setLevel(bob, 'alice@example.test', 'Colleagues')
  await talk.send('thanks')
  const invitation = await bob.event('messagingInvitation started')
  assert.equal(textOfMessage(invitation.resource), 'thanks')
})

async function setLevel(client: UcwaClient, user: string, relationshipLevel: string): Promise<void> {
  const at = `${client.path}/people/${user}/privacyRelationship`
  const { json } = await client.get(at)
  const put = await client.request('PUT', at, {
    json: { relationshipLevel },
    headers: { 'If-Match': `"${json.etag}"` },
  })
  assert.equal(put.status, 200)
}

test('an account that is suspended loses its applications; what waits stays, and comes when it is back (6a)', async () => {
  await using house = await houseWith('alice', 'bob')
  const bob = await house.online('bob', { endpointId: 'desk' })
  const account = [...house.ports.facts.accounts()].find((one) => one.upn.startsWith('bob'))
  assert.ok(account)
  const alice = await house.online('alice')
  await bob.deafen()
  const at = `${alice.path}/people/bob@example.test/presence`
  await house.pass(61_000, async () => (await alice.get(at)).json.availability === 'Offline')
  await alice.conversation(BOB, 'for later')
  await house.ports.ledger.commit([{ kind: 'putAccount', account: { ...account, enabled: false } }], [])
  house.ports.bus.announce({ topic: 'account', account: account.id })
  assert.ok([401, 403, 404].includes((await bob.get(bob.path)).status))
  await alice.startMessaging(BOB, 'anybody', { operationId: 'gone' })
  const failed = await alice.event('messagingInvitation completed', (e) => e.resource.operationId === 'gone')
  assert.equal(failed.reason?.subcode, 'DestinationNotFound')
  await house.ports.ledger.commit([{ kind: 'putAccount', account: { ...account, enabled: true } }], [])
  house.ports.bus.announce({ topic: 'account', account: account.id })
  const back = await house.online('bob', { endpointId: 'desk' })
  await back.accept()
  await back.until('the text', () => back.received[0])
  assert.deepEqual(back.received, ['for later'])
})

test('a second person with an old address sees nothing of the first (R48)', async () => {
  await using house = await houseWith('alice', 'bob')
  const alice = await house.online('alice')
  await alice.conversation(BOB, 'for bob alone')
  const account = [...house.ports.facts.accounts()].find((one) => one.upn.startsWith('bob'))
  assert.ok(account)
  await house.ports.ledger.commit([{ kind: 'removeAccount', id: account.id }], [])
  await house.person('bob', { displayName: 'Another Bob' })
  const other = await house.online('bob')
  const logs = await other.get(other.link('conversationLogs'))
  assert.deepEqual(listOf(logs.json._embedded?.conversationLog), [])
  const missed = await other.get(other.link('missedItems'))
  assert.equal(missed.json.missedConversationsCount, 0)
})
