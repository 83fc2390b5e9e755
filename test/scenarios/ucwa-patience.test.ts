import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listOf, textOfMessage } from '../client/ucwa-client.ts'
import { openUcwaHouse, type UcwaHouse } from './ucwa-house.ts'

// What happens while nobody answers (offline-im M8, M9; ucwa.md 6.8, 8.1, 8.2).

const BOB = 'sip:bob@example.test'

async function houseWith(...names: string[]): Promise<UcwaHouse> {
  const house = await openUcwaHouse({ limits: { pushMs: 300 } })
  for (const name of names) await house.person(name)
  return house
}

test('a device that is silent on an open leg leaves the message in the inbox, and the sender hears Stored (M8)', async () => {
  await using house = await houseWith('alice', 'bob')
  const bob = await house.online('bob')
  const alice = await house.online('alice')
  const talk = await alice.conversation(BOB, 'hello')
  await bob.accept()
  await bob.until('the text', () => bob.received[0])
  await alice.until('its ack', () => (bob.events.some((e) => e.rel === 'message') ? true : undefined))
  bob.pause()
  await talk.send('anybody?')
  const told = await alice.event('message completed', (e) => textOfMessage(e.resource) === 'anybody?')
  assert.equal(told.status, 'Success')
  assert.equal(told.resource.delivery, 'Stored')
  bob.resume()
  await bob.until('the text', () => bob.received[1])
  // A late confirmation moves the mark, and the row stays an inbox item.
  await alice.event('message updated', (e) => e.resource.delivery === 'Read')
  const { json } = await bob.get(bob.link('conversationLogs'))
  const [log] = listOf(json._embedded?.conversationLog)
  assert.equal(log?.inboxCount, 1)
})

test('a decline is not shown to the sender: the message is stored, an item of the inbox (M9)', async () => {
  await using house = await houseWith('alice', 'bob')
  const desk = await house.online('bob', { endpointId: 'desk' })
  const phone = await house.online('bob', { endpointId: 'phone' })
  const alice = await house.online('alice')
  const talk = await alice.conversation(BOB)
  await talk.send('have a minute?')
  const invitation = await desk.event('messagingInvitation started')
  assert.equal(
    (await desk.post(invitation.resource._links?.decline?.href ?? '', { reason: 'Global' })).status,
    204,
  )
  const ended = await phone.event('messagingInvitation completed')
  assert.equal(ended.status, 'Failure')
  assert.equal(ended.reason?.subcode, 'Declined')
  const told = await alice.event('message completed')
  assert.equal(told.resource.delivery, 'Stored')
  assert.equal(told.reason, undefined)
  await desk.event('missedItems updated', (e) => Number(e.resource.unreadMissedConversationsCount) === 1)
  assert.equal((await talk.send('later then')).status, 201)
})

test('an invitation that nobody takes ends as missed, and waits for the next sign-in', async () => {
  await using house = await houseWith('alice', 'bob')
  await house.policy('CsClientPolicy', { PolicyEntry: [{ Name: 'OfflineIMInviteSeconds', Value: '2' }] })
  const bob = await house.online('bob', { endpointId: 'desk' })
  const alice = await house.online('alice')
  const talk = await alice.conversation(BOB)
  await talk.send('ring ring')
  await bob.event('messagingInvitation started')
  house.advance(3000)
  const missed = await bob.event('messagingInvitation completed')
  assert.equal(missed.reason?.subcode, 'Missed')
  await alice.event('message completed', (e) => e.resource.delivery === 'Stored')
  await bob.signOut()
  const again = await house.online('bob', { endpointId: 'desk' })
  await again.accept()
  await again.until('the text', () => again.received[0])
  assert.deepEqual(again.received, ['ring ring'])
})

test('reading in an inbox view ends the replay that rings on another client', async () => {
  await using house = await houseWith('alice', 'bob')
  const alice = await house.online('alice')
  await alice.conversation(BOB, 'hello')
  const old = await house.online('bob', { endpointId: 'old' })
  await old.event('messagingInvitation started')
  const web = await house.web('bob', { endpointId: 'web' })
  const { json } = await web.get(web.link('conversationLogs'))
  const [log] = listOf(json._embedded?.conversationLog)
  await web.get(log?._links?.conversationLogTranscripts?.href ?? '')
  await web.post(log?._links?.markAsRead?.href ?? '')
  const ended = await old.event('messagingInvitation completed')
  assert.equal(ended.status, 'Failure')
  await old.event('missedItems updated', (e) => Number(e.resource.unreadMissedConversationsCount) === 0)
})

test('an endpoint that was away while it rang takes the invitation when it is back', async () => {
  await using house = await houseWith('alice', 'bob')
  const alice = await house.online('alice')
  await alice.conversation(BOB, 'hello')
  const bob = await house.online('bob')
  const invitation = await bob.event('messagingInvitation started')
  await bob.deafen()
  const owner = account(house, 'bob')
  const [endpoint] = house.ports.lanes.endpoints(owner)
  assert.ok(endpoint)
  house.ports.lanes.close(owner, endpoint.id)
  bob.listen()
  assert.equal((await bob.post(invitation.resource._links?.accept?.href ?? '', {})).status, 204)
  await bob.until('the text', () => bob.received[0])
})

function account(house: UcwaHouse, name: string) {
  const found = [...house.ports.facts.accounts()].find((one) => one.upn.startsWith(name))
  assert.ok(found)
  return found.id
}

test('a message for somebody under Summary or None is counted and not replayed (R39)', async () => {
  await using house = await houseWith('alice', 'bob', 'carol')
  await house.policy('CsClientPolicy', { PolicyEntry: [{ Name: 'OfflineIMAnnounce', Value: 'None' }] })
  const alice = await house.online('alice')
  await alice.conversation(BOB, 'hello')
  const bob = await house.online('bob')
  await bob.event('missedItems updated')
  const carol = await house.online('carol')
  await carol.conversation(BOB, 'live')
  const first = await bob.event('messagingInvitation started')
  assert.equal(textOfMessage(first.resource), 'live')
})
