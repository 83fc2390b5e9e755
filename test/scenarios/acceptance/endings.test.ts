import assert from 'node:assert/strict'
import { test } from 'node:test'
import { itemsOf, openOffice, tell, transcriptsOf } from './office.ts'

// What is promised is kept, whatever happens to the server, and exactly once (R30, R36, R37).

test('14.11 (R36): a server killed after its answers has every message it gave its word for, once and in order', async () => {
  await using office = await openOffice()
  const tony = await office.sender('tony')
  const talk = await tony.conversation(office.sip('ken'), 'text 0')
  const texts = ['text 0']
  for (let i = 1; i <= 20; i += 1) {
    const { status } = await talk.send(`text ${i}`)
    assert.equal(status, 201)
    texts.push(`text ${i}`)
  }
  await office.restart('SIGKILL')
  const [item] = await office.type('Get-NpOfflineMessage -Identity "Ken Myer"')
  assert.equal(item.Count, 21)
  const ken = await office.phone('ken')
  await ken.accept()
  await ken.until('the last', () => ken.received[20])
  assert.deepEqual(ken.received, texts)
})

test('14.11 (R36): live messages too, for both histories', async () => {
  await using office = await openOffice()
  const ken = await office.web('ken')
  const tony = await office.web('tony')
  const talk = await tony.conversation(office.sip('ken'), 'one')
  for (const text of ['two', 'three']) assert.equal((await talk.send(text)).status, 201)
  await office.restart('SIGKILL')
  for (const name of ['tony', 'ken'] as const) {
    const again = await office.web(name)
    const texts = (await transcriptsOf(again)).map((line) => line.split(' ')[1])
    assert.deepEqual(texts, ['one', 'two', 'three'], name)
  }
  assert.ok(ken.received.length <= 3)
})

test('14.12 (R30; M20): who signs in while somebody types has every message exactly once, before or after', async () => {
  await using office = await openOffice()
  const tony = await office.sender('tony')
  const talk = await tony.conversation(office.sip('ken'), 'text 0')
  const sending = (async () => {
    for (let i = 1; i < 30; i += 1) assert.equal((await talk.send(`text ${i}`)).status, 201)
  })()
  const ken = await office.web('ken')
  await sending
  const expected = Array.from({ length: 30 }, (_, i) => `text ${i}`)
  const lines = (await transcriptsOf(ken)).map((line) => line.split(' ').slice(1, 3).join(' '))
  assert.deepEqual(lines, expected)
  // On the recipient's side a row is an item or history, never both (R30).
  const [counts] = await office.type('Get-NpMailboxStatistics -Identity "Ken Myer"')
  assert.equal(counts.InboxMessages + counts.HistoryMessages, 30)
})

test('R30 (DECISIONS 24): a repeat with the same Idempotency-Key is one message with the first answer, also after a kill', async () => {
  await using office = await openOffice()
  const send = async () => {
    const tony = await office.sender('tony')
    const answer = await tony.startMessaging(
      office.sip('ken'),
      'once',
      { operationId: 'again' },
      { 'Idempotency-Key': 'b0f3a1f0-6f0e-4f54-9a6e-0a5d0f6b1c11' },
    )
    assert.equal(answer.status, 201)
    return answer.headers['x-nightpost-message-id']
  }
  const first = await send()
  assert.ok(first)
  assert.equal(await send(), first)
  await office.restart('SIGKILL')
  assert.equal(await send(), first)
  assert.deepEqual(await itemsOf(office, 'ken'), ['Unread 1'])
})

test('R37: one conversation of two people keeps its order, waiting and live', async () => {
  await using office = await openOffice()
  const tony = await office.sender('tony')
  const talk = await tony.conversation(office.sip('ken'), '1')
  await talk.send('2')
  const ken = await office.phone('ken')
  await ken.accept()
  await talk.send('3')
  await ken.until('three', () => ken.received[2])
  await talk.send('4')
  await ken.until('four', () => ken.received[3])
  assert.deepEqual(ken.received, ['1', '2', '3', '4'])
  assert.equal((await tell(tony, office.sip('ken'), 'else')).status, 'Success')
})
