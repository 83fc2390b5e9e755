import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setAccessLevel } from '../../src/actions/change-contacts.ts'
import { closeConversation } from '../../src/actions/close-conversation.ts'
import { declineMessages, unansweredMessages } from '../../src/actions/confirm-message.ts'
import { choosePresence, releaseMarksWhenVisible } from '../../src/actions/publish-presence.ts'
import { clearThread, readThread, unreadThread } from '../../src/actions/read-thread.ts'
import { SILENT_MS } from '../../src/bus/endpoints.ts'
import type { SipUri } from '../../src/domain/sip-uri.ts'
import { after } from '../../src/domain/time.ts'
import { itemsOf, markOf, openPostOffice, outcomeOf, rowOf } from './post-office.ts'

/** Who gets what, when, and what a confirmation means: DECISIONS 13, 14, 19 to 21, on real SQLite. */

async function twoPeople() {
  const office = await openPostOffice()
  return { office, romeo: await office.person('romeo'), juliet: await office.person('juliet') }
}

test('what waited goes to a client without inbox view in order, once for ever', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  for (const text of ['one', 'two', 'three']) await office.send(romeo, juliet, text)
  const first = await office.device(juliet)
  await office.rest()
  assert.deepEqual(first.texts(), ['one', 'two', 'three'])
  assert.ok(first.offers.every(({ replay }) => replay))
  first.leave()
  const again = await office.device(juliet)
  await office.rest()
  assert.deepEqual(again.texts(), [])
})

test('R40: a second client without inbox view gets nothing that was read', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  await office.send(romeo, juliet, 'one')
  await office.device(juliet, { id: 'first' })
  await office.rest()
  const second = await office.device(juliet, { id: 'second' })
  await office.rest()
  assert.deepEqual(second.texts(), [])
})

test('R40: what was only delivered, because she was away, goes to a further client', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  const row = rowOf(await office.send(romeo, juliet, 'one'))
  await office.choose(juliet, 'Away')
  const first = await office.device(juliet, { id: 'first' })
  await office.rest()
  assert.deepEqual(first.texts(), ['one'])
  assert.equal(await markOf(office, row), 'Delivered')
  assert.deepEqual(await itemsOf(office, juliet.id), [{ state: 'Delivered', texts: ['one'] }])
  const second = await office.device(juliet, { id: 'second' })
  await office.rest()
  assert.deepEqual(second.texts(), ['one'])
})

test('an inbox view is told up to where it waits, gets nothing replayed, and confirms it as a whole', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  const one = rowOf(await office.send(romeo, juliet, 'one'))
  const two = rowOf(await office.send(romeo, juliet, 'two', { thread: 'U' }))
  const web = await office.device(juliet, { id: 'web', inboxView: true })
  await office.rest()
  assert.deepEqual([web.told, web.texts()], [[two.seq], []])
  assert.equal(await markOf(office, one), 'Queued')
  web.confirmTold()
  assert.deepEqual([await markOf(office, one), await markOf(office, two)], ['Delivered', 'Delivered'])
  assert.equal((await itemsOf(office, juliet.id)).filter(({ state }) => state === 'Delivered').length, 2)
  await outcomeOf(await office.send(romeo, juliet, 'live'))
  assert.deepEqual(web.texts(), ['live'])
  web.leave()
  const back = await office.device(juliet, { id: 'web', inboxView: true })
  assert.deepEqual(back.told, [], 'nothing is new')
})

test('the case of ARCHITECTURE: 1 and 3 of thread A confirmed, 2 of thread B not; after a restart 2 is offered, 1 and 3 are not', async () => {
  const { office, romeo, juliet } = await twoPeople()
  const device = await office.device(juliet, { answers: 'silent' })
  await office.send(romeo, juliet, '1', { thread: 'A' })
  const paris = await office.person('paris')
  await office.send(paris, juliet, '2', { thread: 'B' })
  await office.send(romeo, juliet, '3', { thread: 'A' })
  assert.deepEqual(device.texts(), ['1', '2', '3'])
  for (const { row, thread } of device.offers) if (thread.externalId === 'A') device.confirm(row)
  await using again = await office.restart()
  const after = await again.device(await again.person('juliet'), { answers: 'silent' })
  await again.rest()
  assert.deepEqual(after.texts(), ['2'])
})

test('a message that was on its way when the server ended comes again with the same id', async () => {
  const { office, romeo, juliet } = await twoPeople()
  const before = await office.device(juliet, { answers: 'silent' })
  const row = rowOf(await office.send(romeo, juliet, 'again'))
  assert.deepEqual(before.texts(), ['again'])
  await using again = await office.restart()
  const after = await again.device(await again.person('juliet'))
  await again.rest()
  assert.deepEqual(
    after.offers.map((offer) => offer.row.seq),
    [row.seq],
  )
})

test('a live message never overtakes what waits in its thread, and another thread is not held up', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  for (const text of ['a1', 'a2', 'a3']) await office.send(romeo, juliet, text, { thread: 'A' })
  const device = await office.device(juliet, { answers: 'rings' })
  await office.rest()
  assert.deepEqual(device.texts(), ['a1'], 'the first rings, the others of its thread stay back')
  await office.send(romeo, juliet, 'b1', { thread: 'B' })
  await office.send(romeo, juliet, 'a4', { thread: 'A' })
  assert.deepEqual(device.texts(), ['a1', 'b1'])
  device.confirm(device.offers[0]?.row ?? assert.fail())
  office.ports.lanes.release(juliet.id, device.endpoint.id, device.offers[0]?.thread.id ?? assert.fail())
  await office.rest()
  assert.deepEqual(device.texts(), ['a1', 'b1', 'a2'])
})

test('conversations that waited are replayed one at a time, oldest first', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  for (const thread of ['A', 'B', 'C']) await office.send(romeo, juliet, thread, { thread })
  const device = await office.device(juliet, { answers: 'rings' })
  await office.rest()
  assert.deepEqual(device.texts(), ['A'])
  const first = device.offers[0] ?? assert.fail()
  unansweredMessages(office.ports, juliet.id, device.endpoint.id, [first.row.seq])
  assert.deepEqual(device.texts(), ['A', 'B'])
  declineMessages(office.ports, juliet.id, device.endpoint.id, [device.offers[1]?.row.seq ?? assert.fail()])
  assert.deepEqual(device.texts(), ['A', 'B', 'C'])
  device.leave()
  const again = await office.device(juliet, { answers: 'rings' })
  await office.rest()
  assert.deepEqual(again.texts(), ['C'], 'what was let pass is not replayed again to this endpoint')
  const states = (await itemsOf(office, juliet.id)).map(({ state }) => state)
  assert.deepEqual(states, ['Unread', 'Unread', 'Unread'])
})

test('one conversation is replayed to one endpoint at a time', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  await office.send(romeo, juliet, 'A', { thread: 'A' })
  const one = await office.device(juliet, { id: 'one', answers: 'rings' })
  await office.rest()
  const two = await office.device(juliet, { id: 'two', answers: 'rings' })
  await office.rest()
  assert.deepEqual([one.texts(), two.texts()], [['A'], []])
  unansweredMessages(office.ports, juliet.id, one.endpoint.id, [one.offers[0]?.row.seq ?? assert.fail()])
  assert.deepEqual(two.texts(), ['A'])
})

test('M9: a decline ends the invitation on all endpoints, the sender has Stored at once', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  const one = await office.device(juliet, { id: 'one', answers: 'rings' })
  const two = await office.device(juliet, { id: 'two', answers: 'rings' })
  const sent = await office.send(romeo, juliet, 'ring')
  declineMessages(office.ports, juliet.id, one.endpoint.id, [rowOf(sent).seq])
  assert.deepEqual(await outcomeOf(sent), { kind: 'stored', because: 'notConfirmed' })
  assert.deepEqual(two.withdrawn, ['ring declinedElsewhere'])
  assert.deepEqual(await itemsOf(office, juliet.id), [{ state: 'Unread', texts: ['ring'] }])
})

test('a live invitation that nobody took leaves the endpoint in its lane and comes again with the next message', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  const device = await office.device(juliet, { answers: 'rings' })
  const sent = await office.send(romeo, juliet, 'ring')
  office.advance(30_000)
  assert.deepEqual(await outcomeOf(sent), { kind: 'stored', because: 'notConfirmed' })
  unansweredMessages(office.ports, juliet.id, device.endpoint.id, [rowOf(sent).seq])
  office.advance(2 * SILENT_MS)
  assert.equal(device.gone, false)
  await office.send(romeo, juliet, 'ring again')
  assert.deepEqual(device.texts(), ['ring', 'ring'])
})

test('the first confirmation answers the sender, a gone endpoint is not waited for', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  const silent = await office.device(juliet, { id: 'silent', answers: 'silent' })
  await office.device(juliet, { id: 'quick' })
  assert.deepEqual(await outcomeOf(await office.send(romeo, juliet, 'hello')), { kind: 'delivered' })
  office.ports.lanes.close(juliet.id, 'quick' as typeof silent.endpoint.id)
  const sent = await office.send(romeo, juliet, 'and now')
  silent.leave()
  assert.deepEqual(await outcomeOf(sent), { kind: 'stored', because: 'notConfirmed' })
})

test('an endpoint that owes an answer for 32 s is gone, and her presence with it', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  const device = await office.device(juliet, { answers: 'silent' })
  await office.send(romeo, juliet, 'hello?')
  office.advance(SILENT_MS - 1)
  assert.equal(device.gone, false)
  office.advance(1)
  assert.equal(device.gone, true)
  assert.equal(office.ports.presence.of(juliet.id).reachable, false)
  const later = await office.send(romeo, juliet, 'absent')
  assert.deepEqual(await outcomeOf(later), { kind: 'stored', because: 'offline' })
})

test('an endpoint that confirms is not silent, whatever else is on its way', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  const device = await office.device(juliet, { answers: 'silent' })
  for (let n = 0; n < 4; n++) {
    const row = rowOf(await office.send(romeo, juliet, String(n), { thread: String(n) }))
    office.advance(20_000)
    device.confirm(row)
  }
  assert.equal(device.gone, false)
})

test('no more than 16 rows are on their way to one endpoint', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  const device = await office.device(juliet, { answers: 'silent' })
  for (let n = 0; n < 20; n++) await office.send(romeo, juliet, String(n))
  assert.equal(device.offers.length, 16)
  for (const { row } of [...device.offers]) device.confirm(row)
  assert.equal(device.offers.length, 20)
})

test('a burst beyond what memory keeps arrives whole and in order', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  const device = await office.device(juliet, { answers: 'silent', window: 4 })
  const numbers = Array.from({ length: 300 }, (_, n) => String(n))
  await Promise.all(numbers.map((text) => office.send(romeo, juliet, text, { trusted: true })))
  for (let turn = 0; turn < 500 && device.offers.length < 300; turn++) {
    device.confirm(...device.offers.slice(-4).map(({ row }) => row))
    await office.runtime.lanes.idle()
  }
  assert.deepEqual(device.texts(), numbers)
})

test('reading on screen settles the rows elsewhere and shows the sender Read', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  const phone = await office.device(juliet, { id: 'phone', answers: 'rings' })
  await office.device(juliet, { id: 'web', inboxView: true })
  const row = rowOf(await office.send(romeo, juliet, 'look'))
  assert.equal(await markOf(office, row), 'Delivered')
  await readThread(office.ports, juliet.id, row.thread, row.seq)
  assert.deepEqual(phone.withdrawn, ['look readElsewhere'])
  assert.equal(await markOf(office, row), 'Read')
  assert.ok(office.heard.some((what) => what.topic === 'thread' && what.owner === juliet.id))
  await unreadThread(office.ports, juliet.id, row.thread, row.seq)
  assert.equal((await office.store.threads.side(juliet.id, row.thread))?.unread, 1)
  assert.equal(await markOf(office, row), 'Read', 'the mark of the sender does not go back')
})

for (const who of ['romeo', 'juliet'] as const) {
  test(`R50: without read receipts of ${who} Delivered is the last mark`, async () => {
    const { office, romeo, juliet } = await twoPeople()
    await using _ = office
    const { id } = who === 'romeo' ? romeo : juliet
    const settings = { ...office.store.facts.settings(id), readReceipts: false }
    await office.store.ledger.commit([{ kind: 'putSettings', id, settings }], [])
    await office.device(juliet)
    const row = rowOf(await office.send(romeo, juliet, 'look'))
    assert.equal(await markOf(office, row), 'Delivered')
    assert.equal((await office.store.threads.side(juliet.id, row.thread))?.unread, 0, 'she has read it')
  })
}

test('R50: OfflineIMReadReceipts False takes Read from everybody under the policy', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  await office.clientPolicyEntries({ OfflineIMReadReceipts: 'False' })
  await office.device(juliet)
  const row = rowOf(await office.send(romeo, juliet, 'look'))
  assert.equal(await markOf(office, row), 'Delivered')
})

for (const announce of ['Summary', 'None']) {
  test(`R39: with OfflineIMAnnounce ${announce} nothing is replayed, it stays unread, live goes on`, async () => {
    const { office, romeo, juliet } = await twoPeople()
    await using _ = office
    await office.clientPolicyEntries({ OfflineIMAnnounce: announce })
    await office.send(romeo, juliet, 'waited')
    const device = await office.device(juliet)
    await office.rest()
    assert.deepEqual(device.texts(), [])
    assert.equal((await itemsOf(office, juliet.id))[0]?.state, 'Unread')
    assert.deepEqual(await outcomeOf(await office.send(romeo, juliet, 'live', { thread: 'U' })), {
      kind: 'delivered',
    })
    assert.deepEqual(device.texts(), ['live'])
  })
}

test('6a: what a sender wrote before he was blocked stays readable and rings nowhere', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  await office.send(romeo, juliet, 'before')
  await setAccessLevel(office.ports, juliet.id, romeo.id, 'Blocked')
  const device = await office.device(juliet)
  await office.rest()
  assert.deepEqual(device.texts(), [])
  assert.deepEqual(await itemsOf(office, juliet.id), [{ state: 'Unread', texts: ['before'] }])
})

test('a thread that she deleted is not replayed, and the line of the sender stays', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  const row = rowOf(await office.send(romeo, juliet, 'gone'))
  await office.rest()
  await clearThread(office.ports, juliet.id, row.thread)
  const device = await office.device(juliet)
  await office.rest()
  assert.deepEqual(device.texts(), [])
  assert.equal(await markOf(office, row), 'Queued')
})

test('R26: three messages within 120 s are one item, a fourth after 130 s is another, another thread a third', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  for (const text of ['one', 'two', 'three']) {
    await office.send(romeo, juliet, text)
    office.advance(40_000)
  }
  office.advance(10_000)
  await office.send(romeo, juliet, 'four')
  await office.send(romeo, juliet, 'elsewhere', { thread: 'U' })
  const texts = (await itemsOf(office, juliet.id)).map((item) => item.texts)
  assert.deepEqual(texts, [['one', 'two', 'three'], ['four'], ['elsewhere']])
})

test('R26: the sender closing the conversation closes the batch', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  const { thread } = rowOf(await office.send(romeo, juliet, 'one'))
  closeConversation(office.ports, romeo.id, thread, juliet.id)
  await office.send(romeo, juliet, 'two')
  const texts = (await itemsOf(office, juliet.id)).map((item) => item.texts)
  assert.deepEqual(texts, [['one'], ['two']])
})

test('R23: what waits is still delivered after the switch went off', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  await office.send(romeo, juliet, 'before')
  await office.policy('CsClientPolicy', 'Global', { EnableIMAutoArchiving: false })
  await office.policy('CsImConfiguration', 'Global', { EnableOfflineIm: false })
  const device = await office.device(juliet)
  await office.rest()
  assert.deepEqual(device.texts(), ['before'])
})

test('R48: what waits moves along with a change of address', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  await office.send(romeo, juliet, 'before')
  const moved = { ...juliet, sip: 'sip:juliet.montague@example.test' as SipUri }
  await office.store.ledger.commit([{ kind: 'putAccount', account: moved }], [])
  const device = await office.device(moved)
  await office.rest()
  assert.deepEqual(device.texts(), ['before'])
  assert.equal((await office.send(romeo, juliet, 'old address')).kind, 'refused')
  assert.deepEqual(await outcomeOf(await office.send(romeo, moved, 'new address')), { kind: 'delivered' })
})

test('R26: signing in closes the batch', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  await office.send(romeo, juliet, 'one')
  await office.send(romeo, juliet, 'two')
  const device = await office.device(juliet, { inboxView: true })
  device.leave()
  await office.send(romeo, juliet, 'three')
  const texts = (await itemsOf(office, juliet.id)).map((item) => item.texts)
  assert.deepEqual(texts, [['one', 'two'], ['three']])
})

test('a confirmation from an endpoint that is out of its lane still moves its position', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  const device = await office.device(juliet, { answers: 'silent' })
  const row = rowOf(await office.send(romeo, juliet, 'late'))
  device.leave()
  device.confirm(row)
  await office.rest()
  const again = await office.device(juliet, { answers: 'silent' })
  await office.rest()
  assert.deepEqual(again.texts(), [])
  assert.equal(await markOf(office, row), 'Delivered')
})

test('a sink that throws loses its endpoint, not the message, and the sender hears nothing of it', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  const device = await office.device(juliet)
  device.offers.push = () => {
    throw new Error('broken sink')
  }
  const sent = await office.send(romeo, juliet, 'safe')
  assert.deepEqual(await outcomeOf(sent), { kind: 'stored', because: 'notConfirmed' })
  assert.equal(device.gone, true)
  assert.equal(office.faults.length, 1)
  assert.deepEqual(await itemsOf(office, juliet.id), [{ state: 'Unread', texts: ['safe'] }])
})

test('confirmations that come close together are one mark, that of the newest row', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  await office.device(juliet)
  await office.send(romeo, juliet, 'one')
  const last = rowOf(await office.send(romeo, juliet, 'two'))
  assert.equal(await markOf(office, last), 'Read')
  assert.equal((await office.store.threads.side(juliet.id, last.thread))?.unread, 0)
})

test('M3: marks that were withheld are given out at the next visible sign-in, when hiding ended while nobody was there', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  await office.choose(juliet, 'Offline')
  const device = await office.device(juliet)
  const row = rowOf(await office.send(romeo, juliet, 'psst'))
  await office.rest()
  device.leave()
  await office.choose(juliet, undefined)
  assert.equal(await markOf(office, row), 'Queued')
  await office.device(juliet)
  assert.equal(await markOf(office, row), 'Delivered')
})

test('M3: marks are given out when hiding ends by its time', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  releaseMarksWhenVisible(office.ports)
  const since = office.ports.clock.now()
  const expires = after(since, 60_000)
  await office.device(juliet)
  await choosePresence(office.ports, juliet.id, {
    availability: 'Offline',
    presenting: false,
    since,
    expires,
  })
  const row = rowOf(await office.send(romeo, juliet, 'psst'))
  assert.equal(await markOf(office, row), 'Queued')
  office.advance(60_000)
  assert.equal(await markOf(office, row), 'Delivered')
})

test('a conversation that was taken before signing in is closed by it', async () => {
  const { office, romeo, juliet } = await twoPeople()
  await using _ = office
  await office.send(juliet, romeo, 'from a script')
  await office.choose(juliet, 'DoNotDisturb')
  await office.device(juliet)
  assert.equal(rowOf(await office.send(romeo, juliet, 'item')).reason, 'doNotDisturb')
})
