import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RepeatKey } from '../../src/domain/message.ts'
import { itemsOf, openPostOffice, outcomeOf, rowOf } from './post-office.ts'

/** Sizes, rates, full inboxes and repeats: DECISIONS 24 and 25 through sendMessage on real SQLite. */

const KEY: RepeatKey = { kind: 'request', hex: '00112233445566778899aabbccddeeff' }
const DAY_KEY: RepeatKey = { kind: 'idempotency', key: 'outbox-1' }

test('a text of 64 KiB is taken, one octet more is not', async () => {
  await using office = await openPostOffice()
  const [romeo, juliet] = [await office.person('romeo'), await office.person('juliet')]
  assert.equal((await office.send(romeo, juliet, 'x'.repeat(65_536))).kind, 'kept')
  assert.deepEqual(await office.send(romeo, juliet, 'x'.repeat(65_537)), {
    kind: 'refused',
    because: 'tooLarge',
  })
})

test('after a burst of 60 a sender has 20 messages a second, and is told how long to wait', async () => {
  await using office = await openPostOffice()
  const [romeo, juliet] = [await office.person('romeo'), await office.person('juliet')]
  await office.device(juliet)
  for (let n = 0; n < 60; n++) assert.equal((await office.send(romeo, juliet, 'x')).kind, 'kept')
  assert.deepEqual(await office.send(romeo, juliet, 'x'), { kind: 'limited', retryAfterMs: 50 })
  assert.equal(
    (await office.send(romeo, juliet, 'x', { trusted: true })).kind,
    'kept',
    'trusted peers are exempt',
  )
  office.advance(50)
  assert.equal((await office.send(romeo, juliet, 'x')).kind, 'kept')
  assert.equal((await office.send(juliet, romeo, 'x')).kind, 'kept', 'others have their own')
})

test('an absent recipient takes 60 messages a minute of one sender, live chat is not counted', async () => {
  await using office = await openPostOffice({ messagesPerSecond: 1000, messagesBurst: 1000 })
  const [romeo, juliet] = [await office.person('romeo'), await office.person('juliet')]
  const device = await office.device(juliet)
  for (let n = 0; n < 70; n++) assert.equal((await office.send(romeo, juliet, 'live')).kind, 'kept')
  device.leave()
  for (let n = 0; n < 60; n++) assert.equal((await office.send(romeo, juliet, 'x')).kind, 'kept')
  const limited = await office.send(romeo, juliet, 'x')
  assert.deepEqual(limited, { kind: 'limited', retryAfterMs: 1000 })
  const paris = await office.person('paris')
  assert.equal((await office.send(romeo, paris, 'x')).kind, 'kept', 'another recipient has an own count')
  office.advance(1000)
  assert.equal((await office.send(romeo, juliet, 'x')).kind, 'kept')
})

test('asking about unknown addresses is counted as sending', async () => {
  await using office = await openPostOffice()
  const romeo = await office.person('romeo')
  for (let n = 0; n < 60; n++) await office.send(romeo, `sip:x${n}@example.test`, 'x')
  assert.equal((await office.send(romeo, 'sip:y@example.test', 'x')).kind, 'limited')
})

test('an inbox full of unread messages refuses, live messages still arrive', async () => {
  await using office = await openPostOffice({ inboxMessages: 3 })
  const [romeo, juliet] = [await office.person('romeo'), await office.person('juliet')]
  for (let n = 0; n < 3; n++) assert.equal((await office.send(romeo, juliet, 'x')).kind, 'kept')
  assert.deepEqual(await office.send(romeo, juliet, 'x'), { kind: 'refused', because: 'inboxFull' })
  await office.device(juliet)
  await office.rest()
  assert.deepEqual(await outcomeOf(await office.send(romeo, juliet, 'live')), { kind: 'delivered' })
})

test('OfflineIMMaxItems of the recipient closes an inbox earlier', async () => {
  await using office = await openPostOffice()
  const [romeo, juliet] = [await office.person('romeo'), await office.person('juliet')]
  await office.clientPolicyEntries({ OfflineIMMaxItems: '2' })
  for (const thread of ['A', 'B'])
    assert.equal((await office.send(romeo, juliet, 'x', { thread })).kind, 'kept')
  const third = await office.send(romeo, juliet, 'x', { thread: 'C' })
  assert.deepEqual(third, { kind: 'refused', because: 'inboxFull' })
})

test('without the entry the limit of the server holds, with it a person may have a larger inbox', async () => {
  await using office = await openPostOffice({ inboxUnreadItems: 1 })
  const [romeo, juliet] = [await office.person('romeo'), await office.person('juliet')]
  const send = async (thread: string) => (await office.send(romeo, juliet, 'x', { thread })).kind
  assert.deepEqual([await send('A'), await send('B')], ['kept', 'refused'])
  await office.clientPolicyEntries({ OfflineIMMaxItems: '501' })
  assert.equal(await send('B'), 'kept')
})

test('octets of read rows make room, those of unread rows do not', async () => {
  await using office = await openPostOffice({ inboxBytes: 1000 })
  const [romeo, juliet] = [await office.person('romeo'), await office.person('juliet')]
  await office.send(romeo, juliet, 'a'.repeat(600))
  const full = await office.send(romeo, juliet, 'b'.repeat(600))
  assert.deepEqual(full, { kind: 'refused', because: 'inboxFull' })
  const device = await office.device(juliet)
  await office.rest()
  device.leave()
  assert.equal((await office.send(romeo, juliet, 'b'.repeat(600))).kind, 'kept')
  const texts = (await itemsOf(office, juliet.id)).flatMap((item) => item.texts.map((text) => text[0]))
  assert.deepEqual(texts, ['b'])
})

for (const [name, key] of [
  ['a request', KEY],
  ['an Idempotency-Key', DAY_KEY],
] as const) {
  test(`the repeat of ${name} gets the first answer and makes no second row, also after a restart`, async () => {
    const office = await openPostOffice()
    const [romeo, juliet] = [await office.person('romeo'), await office.person('juliet')]
    const first = await office.send(romeo, juliet, 'once', { key })
    const second = await office.send(romeo, juliet, 'once', { key })
    assert.ok(second.kind === 'kept' && second.repeated)
    assert.equal(rowOf(second).seq, rowOf(first).seq)
    assert.deepEqual(await outcomeOf(second), await outcomeOf(first))
    await using again = await office.restart()
    const third = await again.send(await again.person('romeo'), await again.person('juliet'), 'once', { key })
    assert.equal(rowOf(third).seq, rowOf(first).seq)
    assert.deepEqual(await itemsOf(again, juliet.id), [{ state: 'Unread', texts: ['once'] }])
  })

  test(`the repeat of ${name} that overtakes the answer is one row with one answer`, async () => {
    await using office = await openPostOffice()
    const [romeo, juliet] = [await office.person('romeo'), await office.person('juliet')]
    const device = await office.device(juliet, { answers: 'silent' })
    const both = await Promise.all([1, 2].map(() => office.send(romeo, juliet, 'once', { key })))
    assert.deepEqual(
      both.map((sent) => sent.kind === 'kept' && sent.repeated),
      [false, true],
    )
    assert.deepEqual(device.texts(), ['once'])
    device.confirm(device.offers[0]?.row ?? assert.fail())
    assert.deepEqual(await Promise.all(both.map(outcomeOf)), [{ kind: 'delivered' }, { kind: 'delivered' }])
  })
}

test('a repeat is known before a switch, a rate or a full inbox is looked at', async () => {
  await using office = await openPostOffice({ inboxMessages: 1, messagesBurst: 1, messagesPerSecond: 0.001 })
  const [romeo, juliet] = [await office.person('romeo'), await office.person('juliet')]
  await office.send(romeo, juliet, 'once', { key: KEY })
  await office.policy('CsClientPolicy', 'Global', { EnableIMAutoArchiving: false })
  const again = await office.send(romeo, juliet, 'once', { key: KEY })
  assert.ok(again.kind === 'kept' && again.repeated)
})

test('a repeat is known also when its recipient has gone since', async () => {
  await using office = await openPostOffice()
  const [romeo, juliet] = [await office.person('romeo'), await office.person('juliet')]
  const first = await office.send(romeo, juliet, 'once', { key: KEY })
  await office.store.ledger.commit([{ kind: 'removeAccount', id: juliet.id }], [])
  const again = await office.send(romeo, juliet, 'once', { key: KEY })
  assert.equal(rowOf(again).seq, rowOf(first).seq)
  assert.deepEqual(await office.send(romeo, juliet, 'new'), { kind: 'refused', because: 'unknownRecipient' })
})

test('R48: a new account with an old address sees nothing of what the old one got', async () => {
  await using office = await openPostOffice()
  const [romeo, juliet] = [await office.person('romeo'), await office.person('juliet')]
  await office.send(romeo, juliet, 'for the old one')
  await office.store.ledger.commit([{ kind: 'removeAccount', id: juliet.id }], [])
  const other = await office.person('juliet')
  assert.notEqual(other.id, juliet.id)
  const device = await office.device(other)
  await office.rest()
  assert.deepEqual([device.texts(), await itemsOf(office, other.id)], [[], []])
})

test('a repeat of a live message that nobody confirmed says Stored as the first answer did', async () => {
  await using office = await openPostOffice()
  const [romeo, juliet] = [await office.person('romeo'), await office.person('juliet')]
  await office.device(juliet, { answers: 'silent' })
  const first = await office.send(romeo, juliet, 'once', { key: KEY })
  office.advance(5000)
  assert.deepEqual(await outcomeOf(first), { kind: 'stored', because: 'notConfirmed' })
  await office.rest()
  const again = await office.send(romeo, juliet, 'once', { key: KEY })
  assert.deepEqual(await outcomeOf(again), { kind: 'stored', because: 'notConfirmed' })
})

test('a repeat of an item that was made behind a closed gate says so again', async () => {
  await using office = await openPostOffice()
  const [romeo, juliet] = [await office.person('romeo'), await office.person('juliet')]
  await office.policy('CsClientPolicy', 'Global', { EnableIMAutoArchiving: false })
  await office.device(juliet)
  await office.choose(juliet, 'DoNotDisturb')
  const first = await office.send(romeo, juliet, 'once', { key: KEY })
  const again = await office.send(romeo, juliet, 'once', { key: KEY })
  assert.ok(again.kind === 'kept' && again.repeated)
  assert.deepEqual(await outcomeOf(again), await outcomeOf(first))
  assert.deepEqual(await outcomeOf(again), {
    kind: 'stored',
    because: 'doNotDisturb',
    closed: 'senderPolicy',
  })
})

test('messages of one sender to one recipient keep their order whatever each has to ask the store', async () => {
  await using office = await openPostOffice({
    messagesPerSecond: 1e6,
    messagesBurst: 1e6,
    messagesPerMinuteToAbsent: 1e6,
  })
  const [romeo, juliet] = [await office.person('romeo'), await office.person('juliet')]
  await office.choose(juliet, 'DoNotDisturb')
  const numbers = Array.from({ length: 60 }, (_, n) => n)
  const sending = numbers.map((n) => {
    if (n === 20) void office.device(juliet, { answers: 'silent' })
    if (n === 40) void office.choose(juliet, undefined)
    const key: RepeatKey =
      n % 3 === 0
        ? { kind: 'idempotency', key: String(n) }
        : { kind: 'request', hex: `${n}`.padStart(16, '0').padEnd(32, '0') }
    return office.send(romeo, juliet, String(n), n % 5 === 0 ? {} : { key })
  })
  const rows = (await Promise.all(sending)).map(rowOf)
  assert.deepEqual(
    rows.map(({ seq }) => seq),
    rows.map(({ seq }) => seq).sort((a, b) => a - b),
  )
})
