import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openUcwaHouse } from './ucwa-house.ts'

// What an administrator changes holds at once for whoever is signed in (R22, SECURITY 38).

const OLD = 'UCCAPI/16.0.7766.5281 OC/16.0.7766.2047 (Skype for Business)'

/** A rule that shuts out the desktop family, as an administrator adds it. */
const NO_DESKTOP = {
  Rules: [
    {
      RuleId: 'r',
      Priority: 0,
      Enabled: true,
      Action: 'Block',
      CompareOp: 'GEQ',
      UserAgent: 'OC',
      MajorVersion: 1,
    },
  ],
}

test('a new client version rule ends the applications it shuts out, and no others (R22)', async () => {
  await using house = await openUcwaHouse()
  await house.person('ken')
  const old = await house.online('ken', { userAgent: OLD })
  const web = await house.web('ken')
  await house.policy('CsClientVersionPolicy', NO_DESKTOP)
  // Whoever waits is told that what was its own is gone, then why.
  await old.event('presence deleted')
  const gone = await old.get(old.path)
  assert.deepEqual([gone.status, gone.json.code, gone.json.subcode], [410, 'Gone', 'UserAgentNotAllowed'])
  assert.equal((await web.get(web.path)).status, 200)
  assert.equal(
    web.events.some((e) => e.type === 'deleted' && e.sender === 'me'),
    false,
  )
})

test('a person who is taken out of service loses the applications at once, with their last events', async () => {
  await using house = await openUcwaHouse()
  const account = await house.person('ken')
  await house.person('alice')
  const poll = await house.online('ken')
  const stream = await house.web('ken')
  const talk = await poll.conversation('sip:alice@example.test', 'hello')
  await poll.post(poll.link('presenceSubscriptions'), { duration: 10, uris: ['sip:alice@example.test'] })
  await poll.event('contactSupportedModalities updated')
  // The next event request went out before these, so it waits by now.
  for (let n = 0; n < 3; n += 1) await poll.get(poll.path)
  await house.ports.ledger.commit([{ kind: 'putAccount', account: { ...account, enabled: false } }], [])
  for (const client of [poll, stream]) {
    for (const rel of ['presence', 'note', 'location']) await client.event(`${rel} deleted`)
    assert.equal((await client.get(client.path)).status, 403)
  }
  await poll.event('conversation deleted', (e) => e.href === talk.href)
  await poll.event('presenceSubscription deleted')
})

test('a stream whose session has ended is not written to again, whatever comes in the same turn (SECURITY 38)', async () => {
  await using house = await openUcwaHouse()
  const { id } = await house.person('bob')
  await house.person('alice')
  const bob = await house.web('bob')
  const alice = await house.client('alice')
  const { bus, tokens } = house.ports
  await tokens.revokeThose(id, () => true)
  // What is raised in this turn is looked at when it is over, and the second end comes before that.
  bus.announce({ topic: 'tokens', account: id })
  bus.announce({ topic: 'settings', account: id })
  bus.announce({ topic: 'tokens', account: id })
  const sent = await alice.startMessaging('sip:bob@example.test', 'after')
  assert.equal(sent.status, 201)
  assert.equal((await bob.get(bob.path)).status, 401)
  assert.deepEqual(house.faults, [])
})

test('somebody who is renamed while a conversation is open has the new name and address there (6a)', async () => {
  await using house = await openUcwaHouse()
  const bob = await house.person('bob')
  const alice = await house.person('alice')
  const web = await house.online('alice')
  const other = await house.online('bob')
  const talk = await web.conversation('sip:bob@example.test', 'hello')
  const ringing = await other.event('messagingInvitation started')
  await house.ports.ledger.commit(
    [{ kind: 'putAccount', account: { ...bob, displayName: 'Robert Brown' } }],
    [],
  )
  const renamed = await web.event('participant updated')
  assert.equal((await web.get(renamed.href)).json.name, 'Robert Brown')
  await house.ports.ledger.commit(
    [{ kind: 'putAccount', account: { ...alice, displayName: 'Alice Adams' } }],
    [],
  )
  const own = await web.event('localParticipant updated')
  assert.equal(own.resource.name, 'Alice Adams')
  const invitation = await other.event('messagingInvitation updated', (e) => e.href === ringing.href)
  assert.equal(invitation.resource._embedded?.from?.name, 'Alice Adams')

  const sip = 'sip:robert@example.test' as NonNullable<typeof bob.sip>
  await house.ports.ledger.commit(
    [{ kind: 'putAccount', account: { ...bob, displayName: 'Robert Brown', sip } }],
    [],
  )
  await web.event('participant deleted', (e) => e.href.endsWith('/bob@example.test'))
  await web.event('participant added', (e) => e.href.endsWith('/robert@example.test'))
  await other.accept()
  assert.equal((await talk.send('still you?')).status, 201)
  await other.until('the text', () => other.received.find((text) => text === 'still you?'))
})
