import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  choose,
  eventually,
  logsOf,
  markOf,
  type Name,
  type Office,
  openOffice,
  readAll,
  tell,
  transcriptsOf,
} from './office.ts'

// "Not archived in the mailbox" and "sent to the mailbox" (R4, R5, R16): one row, four views.

/** `HistoryThreads HistoryMessages` of both sides, as administrators count them. */
async function history(office: Office, ...names: readonly Name[]): Promise<readonly string[]> {
  const found: string[] = []
  for (const name of names) {
    const [counts] = await office.type(`Get-NpMailboxStatistics -Identity ${name}@example.test`)
    found.push(`${counts.HistoryThreads} ${counts.HistoryMessages}`)
  }
  return found
}

test('14.5 (R4): history of both sides is equal before sending, after delivery and after reading, whoever takes the message', async () => {
  await using office = await openOffice()
  const tony = await office.web('tony')
  const before = await history(office, 'tony', 'ken', 'pilar')
  assert.deepEqual(before, ['0 0', '0 0', '0 0'])
  await tell(tony, office.sip('ken'), 'for the inbox view')
  await tell(tony, office.sip('pilar'), 'for the replay')
  assert.deepEqual(await history(office, 'tony', 'ken', 'pilar'), before)

  const ken = await office.web('ken')
  await eventually('delivered', async () => (await markOf(tony, 'for the inbox view')) === 'Delivered')
  assert.deepEqual(await history(office, 'tony', 'ken', 'pilar'), before)
  await readAll(ken)
  await eventually('read', async () => (await markOf(tony, 'for the inbox view')) === 'Read')
  const pilar = await office.phone('pilar')
  await pilar.accept()
  await eventually('replayed and read', async () => (await markOf(tony, 'for the replay')) === 'Read')
  assert.deepEqual(await history(office, 'tony', 'ken', 'pilar'), before)

  // The answer is live: that is history, on both sides, in the same thread.
  const [log] = await logsOf(ken)
  const answered = await ken.post(log?._links?.continueMessaging?.href ?? '', {
    operationId: 'a',
    message: 'thanks',
  })
  assert.equal(answered.status, 201)
  await tony.until('the answer', () => tony.received[0])
  await eventually('the answer in both histories', async () => {
    const counts = await history(office, 'tony', 'ken')
    return counts.every((one) => one === '1 1')
  })
  const [both] = await logsOf(ken)
  assert.deepEqual([both?.origin, both?.inboxCount, both?.historyCount], ['Both', 1, 1])
})

test('R5, R16.2: what the sender sees of it is Sent while away, whatever the recipient does with the copy', async () => {
  await using office = await openOffice()
  const tony = await office.web('tony')
  await tell(tony, office.sip('ken'), 'kept')
  const [sent] = await office.type('Get-NpMailboxStatistics -Identity "Tony Smith"')
  assert.deepEqual([sent.SentWaiting, sent.InboxItems, sent.HistoryMessages], [1, 0, 0])
  const ken = await office.web('ken')
  const [log] = await logsOf(ken)
  assert.equal((await ken.request('DELETE', log?._links?.self?.href ?? '')).status, 204)
  assert.deepEqual(await transcriptsOf(ken), [])
  assert.deepEqual(await office.type('Get-NpOfflineMessage -Identity "Ken Myer"'), [])
  assert.equal((await transcriptsOf(tony))[0]?.split(' ').slice(0, 2).join(' '), 'Outgoing kept')
})

test('R21: EnableIMAutoArchiving False keeps no transcripts on that side alone', async () => {
  await using office = await openOffice()
  await office.type(
    'New-CsClientPolicy Quiet -EnableIMAutoArchiving $False; Grant-CsClientPolicy "Ken Myer" Quiet',
  )
  const tony = await office.web('tony')
  const ken = await office.web('ken')
  await tell(tony, office.sip('ken'), 'live')
  await ken.until('the text', () => ken.received[0])
  await eventually("in the sender's history alone", async () => {
    const counts = await history(office, 'tony', 'ken')
    return counts.join() === '1 1,0 0'
  })
})

test('DECISIONS 12: a live row that neither side keeps goes when it was confirmed and read', async () => {
  // Long enough for a busy machine to confirm and to read in it.
  await using office = await openOffice('[delivery]\npushSeconds = 60\nunreadAfter = "15 s"')
  await office.type('Set-CsClientPolicy -EnableIMAutoArchiving $False')
  const tony = await office.sender('tony')
  const ken = await office.phone('ken')
  const told = await tell(tony, office.sip('ken'), 'nobody keeps this')
  const id = told.answer.headers['x-nightpost-message-id']
  await ken.accept()
  await ken.until('the text', () => ken.received[0])
  await eventually('gone from both sides', async () => {
    const { errors, output } = await office.typed(`Trace-NpMessage ${id}`)
    return errors.length > 0 || output.some(({ Decision }) => Decision === 'Removed')
  })
  assert.deepEqual(await history(office, 'tony', 'ken'), ['0 0', '0 0'])
})

test('a message to oneself is one message of the history, and one line', async () => {
  await using office = await openOffice()
  const tony = await office.web('tony')
  await tony.startMessaging(office.sip('tony'), 'note to self')
  await tony.until('the line', () => tony.received[0])
  await eventually('one in the history', async () => (await history(office, 'tony'))[0] === '1 1')
  assert.equal((await transcriptsOf(tony)).length, 1)
  assert.deepEqual(await office.type('Get-NpOfflineMessage -Identity "Tony Smith"'), [])
})

test('Get-NpMailboxStatistics counts what is there, and what is oldest', async () => {
  await using office = await openOffice()
  const tony = await office.sender('tony')
  const pilar = await office.sender('pilar')
  const started = Date.now()
  await tell(tony, office.sip('ken'), 'four')
  await tell(pilar, office.sip('ken'), 'fifty')
  const ken = await office.web('ken')
  await choose(ken, 'DoNotDisturb')
  await tell(tony, office.sip('ken'), 'six six')
  const [counts] = await office.type('Get-NpMailboxStatistics -Identity "Ken Myer"')
  assert.equal(counts.SipAddress, office.sip('ken'))
  assert.deepEqual(
    [counts.InboxItems, counts.UnreadItems, counts.InboxMessages, counts.HistoryMessages, counts.Bytes],
    [3, 3, 3, 0, 'four'.length + 'fifty'.length + 'six six'.length],
  )
  assert.ok(
    Date.parse(counts.OldestUnread) >= started - 1000 && Date.parse(counts.OldestUnread) <= Date.now(),
  )
  await readAll(ken)
  const [after] = await office.type('Get-NpMailboxStatistics -Identity "Ken Myer"')
  assert.deepEqual([after.InboxItems, after.UnreadItems, after.OldestUnread], [3, 0, null])
})
