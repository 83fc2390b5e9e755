import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choose, eventually, itemsOf, missedOf, openOffice, readAll, tell, transcriptsOf } from './office.ts'

// Batches and what administrators do with them (R26, R28, R32, INTERFACES 5).

test('14.8 (R26, R28, R32): messages of one conversation are one item until its time is over; another conversation and another sender are others', async () => {
  await using office = await openOffice()
  await office.type(
    '$x = New-CsClientPolicyEntry -Name OfflineIMBatchSeconds -Value 15; Set-CsClientPolicy -PolicyEntry @{Add=$x}',
  )
  const tony = await office.sender('tony')
  const talk = await tony.conversation(office.sip('ken'), 'one')
  assert.deepEqual(await itemsOf(office, 'ken'), ['Unread 1'])
  await talk.send('two')
  await talk.send('three')
  const first = Date.now()
  assert.deepEqual(await itemsOf(office, 'ken'), ['Unread 3'])
  // The batch closes 15 s after its first message, by the server's clock; a busy machine sends three in that time.
  await eventually('the batch is closed', async () => Date.now() - first > 15_000)
  await talk.send('four')
  assert.deepEqual(await itemsOf(office, 'ken'), ['Unread 3', 'Unread 1'])
  await tell(tony, office.sip('ken'), 'another matter', { threadId: 'T-other' })
  await tell(await office.sender('pilar'), office.sip('ken'), 'from Pilar')
  const items = await office.type('Get-NpOfflineMessage -Identity "Ken Myer"')
  assert.deepEqual(
    items.map(({ Count, FromDisplayName }) => `${FromDisplayName} ${Count}`),
    ['Tony Smith 3', 'Tony Smith 1', 'Tony Smith 1', 'Pilar Ackerman 1'],
  )
  const [item] = items
  assert.equal(item.Size, 'onetwothree'.length)
  assert.deepEqual(
    item.Messages.map(({ State, Size }: { State: string; Size: number }) => `${State} ${Size}`),
    ['Unread 3', 'Unread 3', 'Unread 5'],
  )
  assert.ok(Date.parse(item.FirstMessage) <= Date.parse(item.LastMessage))
})

test('R26: signing in closes the batch', async () => {
  await using office = await openOffice()
  const tony = await office.sender('tony')
  const talk = await tony.conversation(office.sip('ken'), 'one')
  const ken = await office.web('ken')
  assert.equal((await missedOf(ken)).unread, 1)
  await ken.signOut()
  await talk.send('two')
  const items = await itemsOf(office, 'ken')
  assert.deepEqual(
    items.map((item) => item.split(' ')[1]),
    ['1', '1'],
    'two items',
  )
})

test('Get-NpOfflineMessage shows the state an item is in, and finds by it', async () => {
  await using office = await openOffice()
  const tony = await office.sender('tony')
  await tell(tony, office.sip('ken'), 'one')
  const states = async () => (await office.type('Get-NpOfflineMessage')).map(({ State }) => State)
  assert.deepEqual(await states(), ['Unread'])
  const ken = await office.web('ken')
  await eventually('delivered', async () => (await states()).join() === 'Delivered')
  await readAll(ken)
  await eventually('read', async () => (await states()).join() === 'Read')
  assert.deepEqual(await office.type('Get-NpOfflineMessage -State Unread'), [])
  assert.equal((await office.type('Get-NpOfflineMessage -State Read')).length, 1)
})

test('SECURITY 53: the text is for who holds NpMessageReader; the console does not', async () => {
  await using office = await openOffice()
  await tell(await office.sender('tony'), office.sip('ken'), 'for his eyes')
  assert.deepEqual(
    (await office.type('Get-NpOfflineMessage')).map(({ Text }) => Text),
    [null],
  )
})

test('Remove-NpOfflineMessage asks first, deletes the item from every view of its owner, and keeps the line of the sender', async () => {
  await using office = await openOffice()
  const tony = await office.web('tony')
  await tell(tony, office.sip('ken'), 'delete me')
  await tell(tony, office.sip('pilar'), 'and me')
  const ken = await office.web('ken')
  assert.equal((await missedOf(ken)).unread, 1)
  const [{ Identity }] = await office.type('Get-NpOfflineMessage -Identity "Ken Myer"')
  const asked = await office.typed('Get-NpOfflineMessage -Identity "Ken Myer" | Remove-NpOfflineMessage')
  assert.match(asked.errors[0]?.fullyQualifiedErrorId ?? '', /^PromptNotPossible/)
  assert.equal((await itemsOf(office, 'ken')).length, 1)
  await office.type('Get-NpOfflineMessage -Identity "Ken Myer" | Remove-NpOfflineMessage -Confirm:$false')
  assert.deepEqual(await itemsOf(office, 'ken'), [])
  assert.equal((await itemsOf(office, 'pilar')).length, 1)
  await eventually('the inbox view hears of it', async () => (await missedOf(ken)).missed === 0)
  assert.deepEqual((await transcriptsOf(tony)).map((line) => line.split(' ').slice(0, 3).join(' ')).sort(), [
    'Outgoing and me',
    'Outgoing delete me',
  ])
  const records = await office.type(`Get-NpAuditRecord -TargetObject "${Identity}" -Last 1h`)
  assert.deepEqual(
    records.map(({ Cmdlet, Result }) => `${Cmdlet} ${Result}`),
    ['Remove-NpOfflineMessage Success'],
  )
})

test('Resume-NpOfflineMessage tries at once; what the person has is not sent again', async () => {
  await using office = await openOffice()
  const tony = await office.sender('tony')
  await tell(tony, office.sip('ken'), 'one')
  await office.type('Get-NpOfflineMessage -Identity "Ken Myer" | Resume-NpOfflineMessage')
  const phone = await office.phone('ken')
  await choose(phone, 'DoNotDisturb')
  await office.type('Get-NpOfflineMessage -Identity "Ken Myer" | Resume-NpOfflineMessage')
  await choose(phone)
  await phone.accept()
  await phone.until('the text', () => phone.received[0])
  await eventually('read', async () => (await itemsOf(office, 'ken')).join() === 'Read 1')
  await office.type('Get-NpOfflineMessage -Identity "Ken Myer" | Resume-NpOfflineMessage')
  await tell(tony, office.sip('ken'), 'marker')
  await phone.accept()
  await phone.until('the marker', () => phone.received.find((text) => text === 'marker'))
  assert.deepEqual(phone.received, ['one', 'marker'])
})
