import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listOf, textOfMessage, type UcwaClient } from '../client/ucwa-client.ts'
import { walkFrom } from '../client/ucwa-walk.ts'
import { openUcwaHouse, type UcwaHouse } from './ucwa-house.ts'

// Who is gone stays in the history of those who wrote with them, and nowhere else (R48, R49; offline-im 6a; H9).

const ROOT = '/Autodiscover/AutodiscoverService.svc/root'

/** Alice has a live conversation with Bob, a waiting text of Carol, and one for Dave; then all three go, each in another way. */
async function houseWithoutThem(): Promise<{ house: UcwaHouse; alice: UcwaClient; eve: UcwaClient }> {
  const house = await openUcwaHouse()
  const [, bob, carol, dave] = [
    await house.person('alice'),
    await house.person('bob'),
    await house.person('carol'),
    await house.person('dave'),
  ]
  await house.person('eve')
  const eve = await house.web('eve')
  const there = await house.online('bob')
  const writer = await house.online('carol')
  await writer.startMessaging('sip:alice@example.test', 'from carol')
  await writer.event('messagingInvitation completed')
  const alice = await house.web('alice')
  await alice.conversation('sip:bob@example.test', 'to bob')
  await there.accept()
  await alice.startMessaging('sip:dave@example.test', 'to dave')
  await alice.event('message completed', (e) => textOfMessage(e.resource) === 'to dave')
  await house.ports.ledger.commit(
    [
      { kind: 'removeAccount', id: bob.id },
      { kind: 'putAccount', account: { ...carol, enabled: false } },
      { kind: 'putAccount', account: { ...dave, enabled: undefined, sip: undefined } },
    ],
    [],
  )
  return { house, alice, eve }
}

test('H9: a walk of somebody whose partners are gone finds no 404, and their words where they were', async () => {
  const { house, alice, eve } = await houseWithoutThem()
  await using _closed = house
  const walked = await walkFrom(alice, ROOT)
  const conversations = (href: string) => href.includes('/conversations/')
  for (const [href, { status }] of walked.answers) {
    // An open conversation still points at the address it began with.
    if (!conversations(href)) assert.ok([200, 405].includes(status), `${href}: ${status}`)
  }
  const logs = await alice.get(alice.link('conversationLogs'))
  const found = new Map<string, string[]>()
  for (const log of listOf(logs.json._embedded?.conversationLog)) {
    const [recipient] = listOf(log._embedded?.conversationLogRecipient)
    const contact = await alice.get(recipient?._links?.contact?.href ?? '')
    assert.equal(contact.status, 200)
    const timeline = await alice.get(contact.json._links?.timeline?.href ?? '')
    found.set(
      contact.json.name ?? '',
      listOf(timeline.json._embedded?.conversationLogTranscript).map(textOfMessage),
    )
    const presence = await alice.get(contact.json._links?.contactPresence?.href ?? '')
    assert.equal(presence.json.availability, 'Offline')
    // Nothing else of the account, and nothing to act on.
    assert.deepEqual(Object.keys(contact.json._links ?? {}).sort(), ['contactPresence', 'self', 'timeline'])
  }
  assert.deepEqual([...found].sort(), [
    ['Bob', ['to bob']],
    ['Carol', ['from carol']],
    ['Dave', ['to dave']],
  ])
  // Somebody without such a history learns nothing.
  for (const href of walked.answers.keys()) {
    const user = /\/people\/([^/]+@[^/]+)/.exec(href)?.[1]
    if (user === undefined || /^(?:alice|eve)@/.test(user)) continue
    for (const part of ['', '/presence', '/timeline', '/note', '/privacyRelationship']) {
      assert.equal((await eve.get(`${eve.path}/people/${user}${part}`)).status, 404, `${user}${part}`)
    }
  }
})

test('writing to somebody who is gone fails as to an address that nobody has', async () => {
  const { house, alice } = await houseWithoutThem()
  await using _closed = house
  const logs = await alice.get(alice.link('conversationLogs'))
  for (const log of listOf(logs.json._embedded?.conversationLog)) {
    const operationId = `to ${log.threadId}`.slice(0, 50)
    const answer = await alice.post(log._links?.continueMessaging?.href ?? '', {
      operationId,
      _links: { message: { href: 'data:text/plain;charset=utf-8,still+there%3F' } },
    })
    assert.equal(answer.status, 201)
    const failed = await alice.event(
      'messagingInvitation completed',
      (e) => e.resource.operationId === operationId,
    )
    assert.deepEqual([failed.status, failed.reason?.subcode], ['Failure', 'DestinationNotFound'])
  }
})

test('a different account at the old address has none of the history (R48)', async () => {
  const { house, alice } = await houseWithoutThem()
  await using _closed = house
  await house.person('bob', { displayName: 'Another Bob' })
  const timeline = await alice.get(`${alice.path}/people/bob@example.test/timeline`)
  assert.deepEqual(listOf(timeline.json._embedded?.conversationLogTranscript), [])
  assert.equal((await alice.get(`${alice.path}/people/bob@example.test`)).json.name, 'Another Bob')
})
