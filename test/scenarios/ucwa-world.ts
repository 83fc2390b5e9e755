import type { Account } from '../../src/domain/account.ts'
import { listOf, type UcwaClient } from '../client/ucwa-client.ts'
import { openUcwaHouse, type UcwaHouse } from './ucwa-house.ts'

/** A house in which every resource is there to be found: people with everything said of them, contacts, conversations, history. */
export interface UcwaWorld extends AsyncDisposable {
  readonly house: UcwaHouse
  /** Long poll, takes HTML; an invitation of Dave's rings here. */
  readonly alice: UcwaClient
  /** The same person in our web client. */
  readonly web: UcwaClient
  readonly bob: UcwaClient
  readonly dave: UcwaClient
  /** Long poll, signed in after Alice wrote: what waited is replayed. */
  readonly frank: UcwaClient
  /** Alice once more, not available. */
  readonly lurker: UcwaClient
}

const EVERYTHING: Partial<Account> = {
  directory: {
    mail: 'mail@example.test',
    title: 'Buyer',
    department: 'Sales',
    company: 'Example',
    office: '2.01',
    phone: '+1 425 555 0100',
    mobilePhone: '+1 425 555 0101',
  },
}

/** More than two pages of transcripts, so that there is a next one with a next one. */
const MESSAGES = 105

export async function openUcwaWorld(): Promise<UcwaWorld> {
  const house = await openUcwaHouse({
    limits: { messagesPerSecond: 1000, messagesBurst: 1000, messagesPerMinuteToAbsent: 1000 },
  })
  for (const name of ['alice', 'bob', 'carol', 'dave', 'frank']) await house.person(name, EVERYTHING)
  // Rings for as long as a slow machine needs.
  await house.policy('CsClientPolicy', {
    PolicyEntry: [{ Name: 'OfflineIMInviteSeconds', Value: '3600' }],
    IMWarning: 'No secrets here.',
  })
  const bob = await house.online('bob')
  const dave = await house.online('dave')
  const web = await house.web('alice')
  const lurker = await house.client('alice')
  const alice = await house.client('alice', { instanceId: 'tab', clientType: 'Browser' })
  await alice.makeAvailable({ supportedMessageFormats: ['Plain', 'Html'] })
  alice.listen()
  await manageContacts(alice)
  await talk(alice, bob)
  await alice.startMessaging('sip:carol@example.test', 'are you there?')
  await alice.startMessaging('sip:nobody@example.test', 'is this an address?')
  await dave.startMessaging('sip:alice@example.test', 'do you have a minute?')
  await alice.event('messagingInvitation started', (e) => e.resource.direction === 'Incoming')
  await dave.post(`${dave.path}/me/presence`, { availability: 'DoNotDisturb', activity: 'presenting' })
  const quiet = await alice.conversation('sip:dave@example.test')
  await quiet.send('not now', { headers: { 'Idempotency-Key': 'quiet' } })
  await alice.event('message completed', (e) => e.resource.deliveryReason === 'doNotDisturb')
  const over = await alice.conversation('sip:carol@example.test')
  await alice.post(`${over.href}/messaging/terminate`)
  await alice.event('conversation deleted', (e) => e.href === over.href)
  await alice.startMessaging('sip:frank@example.test', 'good morning')
  const frank = await house.online('frank')
  await frank.event('messagingInvitation started', (e) => Boolean(e.resource.offline))
  await sayEverything(alice)
  return {
    house,
    alice,
    web,
    bob,
    dave,
    frank,
    lurker,
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  }
}

async function manageContacts(alice: UcwaClient): Promise<void> {
  await alice.post(`${alice.link('myContactsAndGroupsSubscription')}/startOrRefresh`, { duration: 30 })
  const made = await alice.post(alice.link('myGroups'), { displayName: 'Friends' })
  const groupId = String(made.headers.location).split('/').at(-1)
  const contactUri = 'sip:bob@example.test'
  await alice.post(alice.link('myGroupMemberships'), { contactUri, groupId })
  await alice.post(alice.link('myGroupMemberships'), { contactUri: 'sip:carol@example.test' })
  await alice.post(alice.link('presenceSubscriptions'), { duration: 30, uris: [contactUri] })
  await alice.post(`${alice.path}/me/note`, { message: 'here' })
  await alice.post(`${alice.path}/me/location`, { location: 'Redmond' })
  await alice.post(`${alice.path}/me/presence`, { availability: 'Offwork', expires: '2099-01-01T00:00:00Z' })
}

/** What a client may say of calls and places, and what it has read. */
async function sayEverything(alice: UcwaClient): Promise<void> {
  const at = `${alice.path}/communication`
  const { json } = await alice.get(at)
  await alice.request('PUT', at, {
    json: {
      ...json,
      lisLocation: '<location/>',
      lisQueryResult: 'Succeeded',
      phoneNumber: '+1 425 555 0102',
      videoBasedScreenSharing: 'Disabled',
    },
    headers: { 'If-Match': `"${json.etag}"` },
  })
  const logs = await alice.get(alice.link('conversationLogs'))
  for (const log of listOf(logs.json._embedded?.conversationLog)) {
    // What rings must go on ringing: reading would end it.
    if (log.subject !== 'Lunch') continue
    await alice.get(log._links?.conversationLogTranscripts?.href ?? '')
    await alice.post(log._links?.markAsRead?.href ?? '')
  }
}

/** A conversation that both are in, with texts of both kinds both ways, read by Bob, and Bob typing. */
async function talk(alice: UcwaClient, bob: UcwaClient): Promise<void> {
  const conversation = await alice.conversation('sip:bob@example.test', 'hello', { subject: 'Lunch' })
  await bob.accept()
  const theirs = await bob.event('conversation updated', (e) => e.resource.state === 'Connected')
  for (let n = 0; n < MESSAGES; n += 1) {
    await conversation.send(`number ${n}`)
  }
  const own = `${conversation.href}/messaging/messages?operationId=named`
  await alice.request('POST', own, { text: 'named', type: 'text/plain' })
  const answer = `${theirs.href}/messaging/messages`
  await bob.request('POST', answer, { text: '<b>yes</b>', type: 'text/html' })
  await bob.request('POST', answer, { text: 'plain', type: 'text/plain' })
  await alice.until('the answers', () => (alice.received.length >= 2 ? true : undefined))
  await alice.until('marks', () =>
    alice.events.filter((e) => e.rel === 'message' && e.resource.delivery === 'Read').length >= MESSAGES
      ? true
      : undefined,
  )
  await bob.post(`${theirs.href}/messaging/typing`)
  await alice.event('participant added', (e) => e.in === 'typingParticipants')
}
