import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expireMessages } from '../../src/actions/expire-messages.ts'
import { clearThread, readThread } from '../../src/actions/read-thread.ts'
import { pathSteps, refusalStep } from '../../src/admin/message-steps.ts'
import { property } from '../../src/base/ps-value.ts'
import type { Account } from '../../src/domain/account.ts'
import type { Row } from '../../src/domain/message.ts'
import { openPostOffice, outcomeOf, type PostOffice, rowOf } from './post-office.ts'

// What Trace-NpMessage is told of the way of a message (R51): the port over the real store, with a clock that the test sets.

async function steps(office: PostOffice, row: Row): Promise<string[]> {
  await office.rest()
  const path = await office.ports.trace.path(row.recipient, row.seq)
  assert.ok(path)
  return pathSteps(path, { from: 'a', to: 'b' }, office.ports.limits.unreadAfterMs).map((step) =>
    ['Place', 'Decision', 'Reason', 'Detail']
      .map((name) => property(step, name))
      .filter((value) => value !== null)
      .join(' '),
  )
}

async function refusals(office: PostOffice, from: Account, to: Account | string): Promise<string[]> {
  const [recipient, address] = typeof to === 'string' ? [undefined, to] : [to.id, '']
  const found = await office.ports.trace.refusals({ sender: from.id, recipient, address, since: 0 })
  return found.map((one) => {
    const step = refusalStep(one, { from: 'a', to: 'b' })
    return ['Gate', 'Reason', 'Detail'].map((name) => property(step, name) ?? '-').join(' ')
  })
}

async function houseOf(...names: string[]) {
  const office = await openPostOffice()
  const people: Account[] = []
  for (const name of names) people.push(await office.person(name))
  return { office, people: people as [Account, Account, Account] }
}

test('a live message: pushed to which kind of client, confirmed, delivered, read', async () => {
  const { office, people } = await houseOf('romeo', 'juliet')
  await using _ = office
  const [romeo, juliet] = people
  await office.device(juliet, { inboxView: true })
  const row = rowOf(await office.send(romeo, juliet, 'hello'))
  office.advance(1000)
  await office.rest()
  await readThread(office.ports, juliet.id, row.thread, row.seq)
  assert.deepEqual(await steps(office, row), [
    'Gate Accepted',
    'Store Live live',
    'Endpoint Pushed memory, inbox view',
    'Endpoint Confirmed memory, inbox view',
    'Sender Delivered',
    'Sender Read',
  ])
})

test('one that waited: told at sign-in as a whole, and what the sender must not see yet is withheld, then released', async () => {
  const { office, people } = await houseOf('romeo', 'juliet')
  await using _ = office
  const [romeo, juliet] = people
  const row = rowOf(await office.send(romeo, juliet, 'hello'))
  await office.choose(juliet, 'Offline')
  const device = await office.device(juliet, { inboxView: true })
  office.advance(1000)
  device.confirmTold()
  await office.rest()
  office.advance(1000)
  await office.choose(juliet, undefined)
  assert.deepEqual(await steps(office, row), [
    'Gate Accepted',
    'Store Stored offline',
    'Endpoint Announced memory, inbox view',
    'Endpoint Confirmed memory, inbox view',
    'Sender DeliveredWithheld',
    'Sender DeliveredReleased',
  ])
})

test('reading that the sender is not told of says so', async () => {
  const { office, people } = await houseOf('romeo', 'juliet')
  await using _ = office
  const [romeo, juliet] = people
  await office.clientPolicyEntries({ OfflineIMReadReceipts: 'False' })
  const row = rowOf(await office.send(romeo, juliet, 'hello'))
  await readThread(office.ports, juliet.id, row.thread, row.seq)
  assert.deepEqual((await steps(office, row)).slice(2), [
    'Sender Delivered',
    'Sender Read not shown to the sender',
  ])
})

test('no confirmation in time makes an item, and so does no reading in time', async () => {
  const { office, people } = await houseOf('romeo', 'juliet')
  await using _ = office
  const [romeo, juliet] = people
  const silent = await office.device(juliet, { answers: 'silent', inboxView: true })
  const sent = await office.send(romeo, juliet, 'one')
  const outcome = outcomeOf(sent)
  office.advance(5001)
  assert.equal((await outcome).kind, 'stored')
  assert.deepEqual((await steps(office, rowOf(sent))).slice(2), [
    'Endpoint Pushed memory, inbox view',
    'Store Stored notConfirmed',
  ])
  silent.confirm(rowOf(sent))
  const live = await office.send(romeo, juliet, 'two')
  silent.confirm(rowOf(live))
  await office.rest()
  office.advance(121_000)
  await office.store.log.settleViews(office.ports.clock.now(), 100)
  assert.equal((await steps(office, rowOf(live))).at(-1), 'Store Stored not read in time')
})

test('how it ended: removed by its owner, by expiry', async () => {
  const { office, people } = await houseOf('romeo', 'juliet', 'nurse')
  await using _ = office
  const [romeo, juliet, nurse] = people
  const removed = rowOf(await office.send(romeo, juliet, 'one'))
  const expired = rowOf(await office.send(romeo, nurse, 'two'))
  await office.rest()
  await clearThread(office.ports, juliet.id, removed.thread)
  assert.equal((await steps(office, removed)).at(-1), 'Store Removed by its owner')
  office.advance(91 * 86_400_000)
  while ((await expireMessages(office.ports)) > 0);
  assert.equal((await steps(office, expired)).at(-1), 'Store Expired')
  const path = await office.ports.trace.path(expired.recipient, expired.seq)
  assert.ok(path)
  const last = pathSteps(path, { from: 'a', to: 'b' }, 0).at(-1) ?? null
  assert.deepEqual(property(last, 'Time'), { kind: 'date', ms: office.ports.clock.now() })
})

test('a refusal names its gate, and the client where it was the client; equal ones are one line with a count', async () => {
  const { office, people } = await houseOf('romeo', 'juliet')
  await using _ = office
  const [romeo, juliet] = people
  await office.send(romeo, juliet, 'old', { userAgent: 'OC/15.0.4420.1017' })
  await office.send(romeo, 'sip:nobody@example.test', 'x')
  await office.send(romeo, juliet, 'x'.repeat(65_537))
  await office.rest()
  await office.policy('CsClientPolicy', 'Global', { EnableIMAutoArchiving: false })
  for (let i = 0; i < 3; i += 1) await office.send(romeo, juliet, 'x')
  assert.deepEqual(await refusals(office, romeo, juliet), [
    'G5 senderClient OC/15.0.4420.1017',
    'G7 tooLarge -',
    'G4 senderPolicy 3 times',
  ])
  assert.deepEqual(await refusals(office, romeo, 'sip:nobody@example.test'), ['G1 unknownRecipient -'])
  assert.deepEqual(await refusals(office, juliet, romeo), [])
})

test('what was kept although the sender was refused says both (R7)', async () => {
  const { office, people } = await houseOf('romeo', 'juliet')
  await using _ = office
  const [romeo, juliet] = people
  await office.device(juliet)
  await office.choose(juliet, 'DoNotDisturb')
  await office.policy('CsClientPolicy', 'Global', { EnableIMAutoArchiving: false })
  const row = rowOf(await office.send(romeo, juliet, 'x'))
  assert.deepEqual(await steps(office, row), [
    'Gate Accepted',
    'Store Stored doNotDisturb',
    'Sender Refused senderPolicy',
  ])
  assert.deepEqual(await refusals(office, romeo, juliet), [], 'it was kept')
})

test('refusals survive a restart and go after 30 days', async () => {
  const { office: first, people } = await houseOf('romeo', 'juliet')
  const [romeo, juliet] = people
  await first.policy('CsClientPolicy', 'Global', { EnableIMAutoArchiving: false })
  await first.send(romeo, juliet, 'x')
  await using office = await first.restart()
  assert.equal((await refusals(office, romeo, juliet)).length, 1)
  office.advance(31 * 86_400_000)
  await expireMessages(office.ports)
  assert.deepEqual(await refusals(office, romeo, juliet), [])
})
