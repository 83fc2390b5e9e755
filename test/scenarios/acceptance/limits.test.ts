import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually, itemsOf, openOffice, readAll, tell, transcriptsOf } from './office.ts'

// Limits of section 10 (DECISIONS 25), each by its key in the configuration of a running server.

const FULL = 'Not delivered: message too long / mailbox of Ken Myer is full.'

test('section 10: so many unread messages fill an inbox; T7, never an HTTP error; live still arrives, and reading makes room', async () => {
  await using office = await openOffice('[limits]\ninboxMessages = 3')
  const tony = await office.sender('tony')
  for (const text of ['1', '2', '3']) await tell(tony, office.sip('ken'), text)
  const full = await tell(tony, office.sip('ken'), '4')
  assert.deepEqual([full.status, full.code, full.subcode], ['Failure', 'RemoteFailure', 'Unreachable'])
  assert.match(full.text ?? '', /^Not delivered: .*mailbox of Ken Myer is full\.$/)
  assert.ok(FULL)
  const ken = await office.web('ken')
  assert.equal((await tell(tony, office.sip('ken'), 'live')).status, 'Success')
  await ken.until('the live one', () => ken.received[0])
  await readAll(ken)
  await ken.signOut()
  assert.equal((await tell(tony, office.sip('ken'), '5')).status, 'Success')
  const texts = (await transcriptsOf(await office.web('ken'))).map((line) => line.split(' ')[1])
  assert.deepEqual([...texts].sort(), ['1', '2', '3', '5', 'live'], 'nothing was removed')
})

test('section 10 (R24): so many unread items, or fewer by OfflineIMMaxItems of the recipient', async () => {
  await using office = await openOffice('[limits]\ninboxUnreadItems = 3')
  const tony = await office.sender('tony')
  const sends = async () => (await tell(tony, office.sip('ken'), 'x')).status
  assert.deepEqual(
    [await sends(), await sends(), await sends(), await sends()],
    ['Success', 'Success', 'Success', 'Failure'],
  )
  await office.type(
    'Set-CsClientPolicy -PolicyEntry @{Add=(New-CsClientPolicyEntry -Name OfflineIMMaxItems -Value 1)}',
  )
  const pilar = async () => (await tell(tony, office.sip('pilar'), 'x')).status
  assert.deepEqual([await pilar(), await pilar()], ['Success', 'Failure'])
})

test('section 10: of octets read rows make room, oldest first; unread ones never go', async () => {
  await using office = await openOffice('[limits]\ninboxBytes = 300')
  const tony = await office.sender('tony')
  const text = (name: string) => `${name} ${'x'.repeat(98)}`
  await tell(tony, office.sip('ken'), text('a'))
  await tell(tony, office.sip('ken'), text('b'))
  const ken = await office.web('ken')
  await readAll(ken)
  await ken.signOut()
  const sends = async (name: string) => (await tell(tony, office.sip('ken'), text(name))).status
  assert.equal(await sends('c'), 'Success')
  assert.equal(await sends('d'), 'Success', 'the oldest read one gave way')
  const left = async () =>
    (await office.type('Get-NpOfflineMessage -Identity "Ken Myer"')).map(({ State }) => State)
  assert.deepEqual(await left(), ['Read', 'Unread', 'Unread'])
  assert.equal(await sends('e'), 'Success')
  assert.deepEqual(await left(), ['Unread', 'Unread', 'Unread'])
  assert.equal(await sends('f'), 'Failure')
  assert.deepEqual(await itemsOf(office, 'ken'), ['Unread 1', 'Unread 1', 'Unread 1'])
  const removed = await office.type('Trace-NpMessage -From "Tony Smith" -To "Ken Myer" -Last 1h')
  assert.equal(removed.filter(({ Decision }) => Decision === 'Removed').length, 2)
})

test('section 10: 64 KiB of UTF-8 are taken, one octet more is 413', async () => {
  await using office = await openOffice()
  const tony = await office.sender('tony')
  assert.equal((await tell(tony, office.sip('ken'), 'あ'.repeat(21_845))).status, 'Success')
  const { status } = await tony.startMessaging(office.sip('ken'), 'あ'.repeat(21_846))
  assert.equal(status, 413)
})

test('section 10, SECURITY 21: a burst of 60, then 429 with Retry-After and nothing kept; after that time the next one goes', async () => {
  await using office = await openOffice()
  const ken = await office.web('ken')
  const tony = await office.sender('tony')
  const talk = await tony.conversation(office.sip('ken'))
  let taken = 0
  let retryAfter: number | undefined
  // 20 a second are earned back meanwhile: some more than 60 may pass, and then one does not.
  while (retryAfter === undefined && taken < 2000) {
    const many = await Promise.all(Array.from({ length: 40 }, (_, i) => talk.send(`burst ${taken + i}`)))
    taken += many.filter(({ status }) => status === 201).length
    const refused = many.find(({ status }) => status !== 201)
    if (refused === undefined) continue
    assert.equal(refused.status, 429)
    retryAfter = Number(refused.headers['retry-after'])
  }
  assert.ok(taken >= 60, `${taken} were taken`)
  assert.ok(retryAfter !== undefined && retryAfter >= 1)
  await eventually('everything that was taken, nothing else', async () => {
    const [counts] = await office.type('Get-NpMailboxStatistics -Identity "Ken Myer"')
    return counts.HistoryMessages + counts.InboxMessages === taken
  })
  await eventually('the next one goes', async () => (await talk.send('later')).status === 201)
  await ken.until('it', () => ken.received.find((text) => text === 'later'))
})

test('section 10: 60 a minute to one absent person; others, and live chat, are not counted', async () => {
  await using office = await openOffice('[limits]\nmessagesPerMinuteToAbsent = 5')
  const tony = await office.sender('tony')
  const talk = await tony.conversation(office.sip('ken'), '1')
  // One every 12 s is earned back meanwhile: on a busy machine some more than five may pass, and then one does not.
  let [kept, refused] = [1, await talk.send('2')]
  for (; refused.status === 201 && kept < 100; kept += 1) refused = await talk.send('again')
  assert.ok(kept >= 5)
  assert.equal(refused.status, 429)
  assert.match(String(refused.headers['retry-after']), /^[1-9]\d*$/)
  assert.equal((await tell(tony, office.sip('pilar'), 'x')).status, 'Success')
  assert.deepEqual(await itemsOf(office, 'ken'), [`Unread ${kept}`])
  const pilar = await office.web('pilar')
  const live = await tony.conversation(office.sip('pilar'))
  for (let i = 0; i < 10; i += 1) assert.equal((await live.send(`${i}`)).status, 201)
  await pilar.until('all', () => pilar.received[9])
  const steps = await office.type('Trace-NpMessage -From "Tony Smith" -To "Ken Myer" -Last 1h')
  assert.equal(steps.filter(({ Reason, Gate }) => Reason === 'rate' && Gate === 'G7').length, 1)
})
