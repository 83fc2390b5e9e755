import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setAccessLevel } from '../../src/actions/change-contacts.ts'
import { closeConversation, takeConversation } from '../../src/actions/close-conversation.ts'
import { settleViews } from '../../src/actions/expire-messages.ts'
import { reachDecision } from '../../src/actions/reach-decision.ts'
import { readThread } from '../../src/actions/read-thread.ts'
import type { SipUri } from '../../src/domain/sip-uri.ts'
import { itemsOf, markOf, openPostOffice, outcomeOf, rowOf } from './post-office.ts'

/** Offline-im section 6, every row through the one path on real SQLite. M16 and M17 are federation. */

const OFFLINE = { kind: 'stored', because: 'offline' }
const NOT_CONFIRMED = { kind: 'stored', because: 'notConfirmed' }

async function twoPeople() {
  const office = await openPostOffice()
  return { office, romeo: await office.person('romeo'), juliet: await office.person('juliet') }
}

test('M1: a message to somebody who is nowhere is stored and is one unread item', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  const sent = await office.send(romeo, juliet, 'Wherefore')
  assert.deepEqual(await outcomeOf(sent), OFFLINE)
  assert.equal(rowOf(sent).reason, 'offline')
  assert.deepEqual(await itemsOf(office, juliet.id), [{ state: 'Unread', texts: ['Wherefore'] }])
  assert.equal(await markOf(office, rowOf(sent)), 'Queued')
})

test('M1, R4: an offline message never enters Conversation History of either side, not by delivery, not by reading', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  const history = async () => {
    await office.rest()
    const sides = await Promise.all([romeo, juliet].map(({ id }) => office.store.threads.statistics(id)))
    return sides.map(({ historyThreads, historyMessages }) => [historyThreads, historyMessages])
  }
  const row = rowOf(await office.send(romeo, juliet, 'Wherefore'))
  assert.deepEqual(await history(), [[0, 0], [0, 0]]) // biome-ignore format: a table
  const device = await office.device(juliet, { inboxView: true })
  device.confirmTold()
  assert.equal(await markOf(office, row), 'Delivered')
  assert.deepEqual(await history(), [[0, 0], [0, 0]]) // biome-ignore format: a table
  await readThread(office.ports, juliet.id, row.thread, row.seq)
  assert.equal(await markOf(office, row), 'Read')
  assert.deepEqual(await history(), [[0, 0], [0, 0]]) // biome-ignore format: a table
})

test('M2: with the policy of the sender closed nothing is kept, at the same moment another sender is stored', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  const tony = await office.person('tony')
  await office.policy('CsClientPolicy', 'Tag:OfflineIM', { EnableIMAutoArchiving: false })
  await office.store.ledger.commit(
    [{ kind: 'grant', noun: 'CsClientPolicy', id: tony.id, policy: 'Tag:OfflineIM' }],
    [],
  )
  assert.deepEqual(await office.send(tony, juliet, 'no'), { kind: 'refused', because: 'senderPolicy' })
  assert.deepEqual(await outcomeOf(await office.send(romeo, juliet, 'yes')), OFFLINE)
  assert.deepEqual(await itemsOf(office, juliet.id), [{ state: 'Unread', texts: ['yes'] }])
})

test('M2: the switch of the deployment closes for everybody, and opens again', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  await office.policy('CsImConfiguration', 'Global', { EnableOfflineIm: false })
  assert.deepEqual(await office.send(romeo, juliet, 'no'), { kind: 'refused', because: 'deploymentOff' })
  await office.policy('CsImConfiguration', 'Global', { EnableOfflineIm: true })
  assert.deepEqual(await outcomeOf(await office.send(romeo, juliet, 'yes')), OFFLINE)
})

test('M2: an old desktop client is refused, the same account on another client is stored', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  const old = { userAgent: 'UCCAPI/16.0.4417.1000 OC/16.0.4417.1000 (Skype for Business)' }
  assert.deepEqual(await office.send(romeo, juliet, 'no', old), { kind: 'refused', because: 'senderClient' })
  assert.deepEqual(await outcomeOf(await office.send(romeo, juliet, 'yes')), OFFLINE)
})

test('M2: what is closed does not matter while the recipient is there', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  await office.policy('CsImConfiguration', 'Global', { EnableOfflineIm: false })
  await office.device(juliet)
  assert.deepEqual(await outcomeOf(await office.send(romeo, juliet, 'live')), { kind: 'delivered' })
})

test('M3: somebody who appears offline gets it at once, and for the sender it is as M1 until they are visible again', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  await office.choose(juliet, 'Offline')
  const device = await office.device(juliet)
  const sent = await office.send(romeo, juliet, 'psst')
  assert.deepEqual(await outcomeOf(sent), OFFLINE)
  assert.deepEqual(device.texts(), ['psst'])
  assert.equal(rowOf(sent).reason, 'appearsOffline')
  assert.equal(await markOf(office, rowOf(sent)), 'Queued', 'the mark is withheld')
  assert.ok(!office.heard.some(({ topic }) => topic === 'marks'), 'nobody is told to look')
  assert.deepEqual(await itemsOf(office, juliet.id), [], 'on her side it is live')
  await office.choose(juliet, undefined)
  assert.equal(await markOf(office, rowOf(sent)), 'Delivered')
})

test('M3: whoever hides and writes back gives out the marks of that conversation alone', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  const paris = await office.person('paris')
  await office.choose(juliet, 'Offline')
  await office.device(juliet)
  const one = rowOf(await office.send(romeo, juliet, 'one'))
  const other = rowOf(await office.send(paris, juliet, 'other', { thread: 'P' }))
  await office.rest()
  await office.send(juliet, romeo, 'answer')
  assert.equal(await markOf(office, one), 'Delivered')
  assert.equal(await markOf(office, other), 'Queued')
})

test('M3: with the gate of the sender closed nothing reaches somebody who appears offline', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  await office.policy('CsClientPolicy', 'Global', { EnableIMAutoArchiving: false })
  await office.choose(juliet, 'Offline')
  const device = await office.device(juliet)
  assert.deepEqual(await office.send(romeo, juliet, 'psst'), { kind: 'refused', because: 'senderPolicy' })
  assert.deepEqual(device.offers, [])
})

test('M4: Do Not Disturb makes an item, no device alerts, a client without inbox view gets it when the state ends', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  const phone = await office.device(juliet)
  const web = await office.device(juliet, { id: 'web', inboxView: true, answers: 'silent' })
  await office.choose(juliet, 'DoNotDisturb')
  const sent = await office.send(romeo, juliet, 'hush')
  assert.deepEqual(await outcomeOf(sent), { kind: 'stored', because: 'doNotDisturb', closed: undefined })
  assert.deepEqual(phone.texts(), [])
  assert.deepEqual(
    web.offers.map(({ alert }) => alert),
    [false],
  )
  assert.deepEqual(await itemsOf(office, juliet.id), [{ state: 'Unread', texts: ['hush'] }])
  await office.choose(juliet, undefined)
  assert.deepEqual(
    phone.offers.map(({ replay }) => replay),
    [true],
  )
})

test("M4: the item is made although the sender's own gate is closed, and the sender is told so", async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  await office.policy('CsClientPolicy', 'Global', { EnableIMAutoArchiving: false })
  await office.device(juliet)
  await office.choose(juliet, 'DoNotDisturb')
  const sent = await office.send(romeo, juliet, 'hush')
  assert.deepEqual(await outcomeOf(sent), { kind: 'stored', because: 'doNotDisturb', closed: 'senderPolicy' })
  assert.deepEqual(await itemsOf(office, juliet.id), [{ state: 'Unread', texts: ['hush'] }])
})

test('M4: a conversation that was taken is open, and closes after ten quiet minutes', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  await office.device(juliet)
  await office.device(romeo)
  const first = rowOf(await office.send(romeo, juliet, 'before'))
  await office.choose(juliet, 'DoNotDisturb')
  takeConversation(office.ports, juliet.id, first.thread)
  assert.deepEqual(await outcomeOf(await office.send(romeo, juliet, 'open')), { kind: 'delivered' })
  const fresh = await office.send(romeo, juliet, 'new window', { newConversation: true })
  assert.equal(rowOf(fresh).reason, 'doNotDisturb', 'a new conversation is never open')
  closeConversation(office.ports, juliet.id, first.thread)
  assert.equal(rowOf(await office.send(romeo, juliet, 'closed')).reason, 'doNotDisturb')
  takeConversation(office.ports, juliet.id, first.thread)
  office.advance(600_000)
  assert.equal(rowOf(await office.send(romeo, juliet, 'too late')).reason, 'doNotDisturb')
})

test('M4: writing takes the conversation, acceptance by the server does not', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  await office.device(juliet)
  await office.device(romeo)
  await office.send(romeo, juliet, 'taken by nobody')
  await office.choose(juliet, 'DoNotDisturb')
  assert.equal(rowOf(await office.send(romeo, juliet, 'item')).reason, 'doNotDisturb')
  await office.send(juliet, romeo, 'what?')
  assert.equal(rowOf(await office.send(romeo, juliet, 'live')).reason, 'live')
})

test('M4: reading on screen takes the conversation', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  await office.device(juliet, { inboxView: true })
  const row = rowOf(await office.send(romeo, juliet, 'first'))
  await office.choose(juliet, 'DoNotDisturb')
  await readThread(office.ports, juliet.id, row.thread, row.seq)
  assert.equal(rowOf(await office.send(romeo, juliet, 'live')).reason, 'live')
})

test('M4: with her last endpoint every conversation closes', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  const device = await office.device(juliet)
  await office.send(juliet, romeo, 'taken')
  device.leave()
  await office.device(juliet)
  await office.choose(juliet, 'DoNotDisturb')
  assert.equal(rowOf(await office.send(romeo, juliet, 'item')).reason, 'doNotDisturb')
})

test('M5: a close colleague interrupts Do Not Disturb, not Presenting', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  const device = await office.device(juliet)
  await setAccessLevel(office.ports, juliet.id, romeo.id, 'Workgroup')
  await office.choose(juliet, 'DoNotDisturb')
  assert.deepEqual(await outcomeOf(await office.send(romeo, juliet, 'urgent')), { kind: 'delivered' })
  assert.deepEqual(device.texts(), ['urgent'])
  await office.choose(juliet, 'DoNotDisturb', true)
  const sent = await office.send(romeo, juliet, 'not now')
  assert.deepEqual(await outcomeOf(sent), { kind: 'stored', because: 'presenting', closed: undefined })
  assert.deepEqual(device.texts(), ['urgent'])
})

test('M5: a live message of a close colleague brings what waited in its conversation first', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  await office.send(romeo, juliet, 'one')
  await office.choose(juliet, 'DoNotDisturb')
  const device = await office.device(juliet)
  await office.rest()
  assert.deepEqual(device.texts(), [], 'the replay waits for the end of Do Not Disturb')
  await setAccessLevel(office.ports, juliet.id, romeo.id, 'Workgroup')
  const sent = await office.send(romeo, juliet, 'two')
  assert.deepEqual(await outcomeOf(sent), { kind: 'delivered' })
  assert.deepEqual(device.texts(), ['one', 'two'])
})

test('M6: Presenting makes an item for every sender', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  const device = await office.device(juliet)
  await office.choose(juliet, 'DoNotDisturb', true)
  const sent = await office.send(romeo, juliet, 'slides')
  assert.deepEqual(await outcomeOf(sent), { kind: 'stored', because: 'presenting', closed: undefined })
  assert.deepEqual(device.offers, [])
})

for (const state of [undefined, 'Online', 'Busy', 'Away', 'BeRightBack', 'Offwork'] as const) {
  test(`M7: a message to somebody ${state ?? 'who chose nothing'} is live`, async () => {
    const { office, romeo, juliet } = await twoPeople()
    await using _ = office
    const device = await office.device(juliet)
    await office.choose(juliet, state)
    const sent = await office.send(romeo, juliet, 'hello')
    assert.deepEqual(await outcomeOf(sent), { kind: 'delivered' })
    assert.deepEqual(
      device.offers.map(({ replay, alert }) => [replay, alert]),
      [[false, true]],
    )
    assert.deepEqual(await itemsOf(office, juliet.id), [])
  })
}

test('M8: without a confirmation in 5 s it is stored, an item, and a later confirmation changes neither', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  const device = await office.device(juliet, { answers: 'silent' })
  const sent = await office.send(romeo, juliet, 'hello?')
  office.advance(4999)
  let answered = false
  void outcomeOf(sent).then(() => {
    answered = true
  })
  await office.rest()
  assert.equal(answered, false)
  office.advance(1)
  assert.deepEqual(await outcomeOf(sent), NOT_CONFIRMED)
  assert.deepEqual(await itemsOf(office, juliet.id), [{ state: 'Unread', texts: ['hello?'] }])
  assert.equal(await markOf(office, rowOf(sent)), 'Queued')
  device.confirm(rowOf(sent))
  assert.equal(await markOf(office, rowOf(sent)), 'Read')
  assert.deepEqual(await itemsOf(office, juliet.id), [{ state: 'Read', texts: ['hello?'] }])
  assert.equal((await office.store.threads.statistics(juliet.id)).historyMessages, 0, 'no move to history')
})

test('M8: an invitation that rings has 30 s, or what the policy of the recipient says', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  await office.clientPolicyEntries({ OfflineIMInviteSeconds: '20' })
  const device = await office.device(juliet, { answers: 'rings' })
  const slow = await office.send(romeo, juliet, 'ring')
  office.advance(19_000)
  device.confirm(rowOf(slow))
  assert.deepEqual(await outcomeOf(slow), { kind: 'delivered' })
  const late = await office.send(romeo, juliet, 'ring again', { thread: 'U' })
  office.advance(20_000)
  assert.deepEqual(await outcomeOf(late), NOT_CONFIRMED)
})

test('M8: confirmed but unread for 2 minutes becomes an item on the side of the recipient alone', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  await office.device(juliet, { inboxView: true })
  const sent = await office.send(romeo, juliet, 'look')
  assert.deepEqual(await outcomeOf(sent), { kind: 'delivered' })
  await office.rest()
  office.advance(120_001)
  await settleViews(office.ports)
  assert.deepEqual(await itemsOf(office, juliet.id), [{ state: 'Delivered', texts: ['look'] }])
  const sides = await Promise.all([romeo, juliet].map(({ id }) => office.store.threads.statistics(id)))
  assert.deepEqual(
    sides.map(({ historyMessages }) => historyMessages),
    [1, 0],
  )
})

test('M10: a note about an absence changes nothing', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  office.ports.presence.annotate(juliet.id, { text: 'out', type: 'OutOfOffice' }, undefined)
  assert.deepEqual(await outcomeOf(await office.send(romeo, juliet, 'absent')), OFFLINE)
  await office.device(juliet)
  assert.deepEqual(await outcomeOf(await office.send(romeo, juliet, 'there')), { kind: 'delivered' })
})

test('M11: a blocked sender is refused and nothing is kept, there or not', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  await setAccessLevel(office.ports, juliet.id, romeo.id, 'Blocked')
  assert.deepEqual(await office.send(romeo, juliet, 'absent'), { kind: 'refused', because: 'blocked' })
  const device = await office.device(juliet)
  assert.deepEqual(await office.send(romeo, juliet, 'there'), { kind: 'refused', because: 'blocked' })
  assert.deepEqual(device.offers, [])
  assert.deepEqual(await itemsOf(office, juliet.id), [])
  await setAccessLevel(office.ports, juliet.id, romeo.id, 'Colleagues')
  assert.deepEqual(await outcomeOf(await office.send(romeo, juliet, 'again')), { kind: 'delivered' })
})

test('M13: a suspended person cannot be written to; what waited is still there afterwards', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  await office.send(romeo, juliet, 'before')
  await office.store.ledger.commit([{ kind: 'putAccount', account: { ...juliet, enabled: false } }], [])
  assert.deepEqual(await office.send(romeo, juliet, 'no'), { kind: 'refused', because: 'disabled' })
  await office.store.ledger.commit([{ kind: 'putAccount', account: juliet }], [])
  assert.deepEqual(await itemsOf(office, juliet.id), [{ state: 'Unread', texts: ['before'] }])
})

test('M14: an unknown address is refused', async () => {
  const { office, romeo } = await twoPeople()
  await using _ = office
  const sent = await office.send(romeo, 'sip:nobody@example.test', 'hello')
  assert.deepEqual(sent, { kind: 'refused', because: 'unknownRecipient' })
})

test('M15: a person who never signed in has an inbox', async () => {
  const { office, romeo } = await twoPeople()
  await using _ = office
  const fresh = await office.person('fresh')
  assert.deepEqual(await outcomeOf(await office.send(romeo, fresh, 'welcome')), OFFLINE)
})

test('M18: an address of another network is unknown', async () => {
  const { office, romeo } = await twoPeople()
  await using _ = office
  const sent = await office.send(romeo, 'sip:friend@network.example', 'hello')
  assert.deepEqual(sent, { kind: 'refused', because: 'unknownRecipient' })
})

test('M19: with the store down nothing is promised', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  await office.store.close()
  await assert.rejects(office.send(romeo, juliet, 'lost?'))
})

test('M20: whoever signs in while somebody types gets each message once', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  const sending = ['a', 'b', 'c', 'd'].map((text) => office.send(romeo, juliet, text))
  const device = await office.device(juliet)
  for (const text of ['e', 'f']) sending.push(office.send(romeo, juliet, text))
  const outcomes = await Promise.all((await Promise.all(sending)).map(outcomeOf))
  await office.rest()
  assert.deepEqual(device.texts(), ['a', 'b', 'c', 'd', 'e', 'f'])
  assert.equal(outcomes.length, 6)
})

test('an invitation without a text is decided as a message would be, and keeps nothing', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  const asking = { sender: romeo.id, recipient: juliet.sip as SipUri, userAgent: undefined, thread: 'T' }
  const because = async () => (await reachDecision(office.ports, asking)).because
  assert.equal(await because(), 'offline')
  await office.device(juliet)
  assert.equal(await because(), 'live')
  await office.choose(juliet, 'DoNotDisturb')
  assert.equal(await because(), 'doNotDisturb')
  await setAccessLevel(office.ports, juliet.id, romeo.id, 'Blocked')
  assert.equal(await because(), 'blocked')
  assert.deepEqual(await itemsOf(office, juliet.id), [])
})
