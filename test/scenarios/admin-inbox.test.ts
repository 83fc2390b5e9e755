import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sendMessage } from '../../src/actions/send-message.ts'
import type { Caller } from '../../src/admin/cmdlet.ts'
import { property } from '../../src/base/ps-value.ts'
import { plainMessage } from '../plain-message.ts'
import type { Administration } from './administration.ts'
import { openAdministration } from './administration.ts'

/** INTERFACES 5: what scripts see of inboxes. */

async function send(admin: Administration, from: string, to: string, text: string): Promise<string> {
  const recipient = admin.account(to).sip
  assert.ok(recipient)
  const sent = await sendMessage(admin.ports, plainMessage(admin.account(from).id, recipient, text))
  return sent.kind === 'kept' ? 'kept' : sent.kind === 'refused' ? sent.because : sent.kind
}

const NUMBERS = [
  'InboxItems',
  'UnreadItems',
  'InboxMessages',
  'HistoryThreads',
  'HistoryMessages',
  'SentWaiting',
]

async function statistics(admin: Administration, name: string): Promise<Record<string, unknown>> {
  const { output } = await admin.run(`Get-NpMailboxStatistics -Identity "${name}"`)
  return Object.fromEntries(NUMBERS.map((one) => [one, property(output[0] ?? null, one)]))
}

test('three messages are one item, without its text for an administrator', async () => {
  await using admin = await openAdministration()
  for (const text of ['one', 'two', 'three']) await send(admin, 'Tony Smith', 'Pilar Ackerman', text)
  await send(admin, 'Ken Myer', 'David Longmire', 'other')
  const items = await admin.run('Get-NpOfflineMessage -Identity "Pilar Ackerman"')
  assert.deepEqual(items.values('From'), ['sip:tonysmith@litwareinc.com'])
  assert.deepEqual(items.values('FromDisplayName'), ['Tony Smith'])
  assert.deepEqual(items.values('To'), ['sip:pilarackerman@litwareinc.com'])
  assert.deepEqual([items.values('Count'), items.values('Size'), items.values('Text')], [[3], [11], [null]])
  assert.deepEqual(items.values('State'), ['Unread'])
  const messages = await admin.run('(Get-NpOfflineMessage "Pilar Ackerman").Messages')
  assert.deepEqual(messages.values('Size'), [3, 3, 5])
  assert.deepEqual(messages.values('Reason'), ['offline', 'offline', 'offline'])
  assert.equal((await admin.run('Get-NpOfflineMessage')).output.length, 2)
  assert.equal((await admin.run('Get-NpOfflineMessage -State Read')).output.length, 0)
  assert.deepEqual(await statistics(admin, 'Pilar Ackerman'), {
    InboxItems: 1,
    UnreadItems: 1,
    InboxMessages: 3,
    HistoryThreads: 0,
    HistoryMessages: 0,
    SentWaiting: 0,
  })
  const sender = await statistics(admin, 'Tony Smith')
  assert.deepEqual([sender.HistoryMessages, sender.SentWaiting], [0, 3], 'R4, and sent while away')
})

test('the text needs a role of its own, and reading it is on record (SECURITY 53)', async () => {
  await using admin = await openAdministration()
  await send(admin, 'Tony Smith', 'Pilar Ackerman', 'secret of two')
  const ken = admin.account('Ken Myer')
  const caller: Caller = { account: ken, name: ken.upn, from: '192.0.2.1', door: 'wsman', local: false }
  const { ledger } = admin.ports
  await ledger.commit([{ kind: 'addRole', role: 'CsAdministrator', id: ken.id }], [])
  assert.deepEqual((await admin.run('Get-NpOfflineMessage "Pilar Ackerman"', caller)).values('Text'), [null])
  await ledger.commit([{ kind: 'addRole', role: 'NpMessageReader', id: ken.id }], [])
  assert.deepEqual((await admin.run('Get-NpOfflineMessage "Pilar Ackerman"', caller)).values('Text'), [
    'secret of two',
  ])
  const records = await admin.run('Get-NpAuditRecord -TargetObject pilarackerman@litwareinc.com')
  assert.deepEqual(records.values('Who'), ['kenmyer@litwareinc.com'])
  assert.equal(property(records.values('After')[0] ?? null, 'text'), 'read')
  const everything = JSON.stringify((await admin.run('Get-NpAuditRecord | ConvertTo-Json -Depth 5')).output)
  assert.doesNotMatch(everything, /secret of two/)
})

test('a message is traced by its identifier, or by who wrote to whom', async () => {
  await using admin = await openAdministration()
  await send(admin, 'Tony Smith', 'Pilar Ackerman', 'hello')
  const people = await admin.run('Trace-NpMessage -From "Tony Smith" -To "Pilar Ackerman" -Last 1h')
  assert.deepEqual(people.values('Decision'), ['Accepted', 'Stored'])
  assert.deepEqual(people.values('Reason'), [null, 'offline'])
  const one = await admin.run('(Get-NpOfflineMessage "Pilar Ackerman").Messages | Trace-NpMessage')
  assert.deepEqual(one.values('MessageId'), people.values('MessageId'))
  const none = await admin.run('Trace-NpMessage zz.9')
  assert.equal(none.errors[0]?.category, 'ObjectNotFound')
  const wrong = await admin.run('Trace-NpMessage -From "Tony Smith" -To "Pilar Ackerman" -Last yesterday')
  assert.match(wrong.errors[0]?.message ?? '', /Cannot convert value "yesterday"/)
})

test('an item is deleted after a question, and the deletion is on record', async () => {
  await using admin = await openAdministration()
  await send(admin, 'Tony Smith', 'Pilar Ackerman', 'hello')
  const line = 'Get-NpOfflineMessage | Remove-NpOfflineMessage'
  assert.match((await admin.run(line)).errors[0]?.fullyQualifiedErrorId ?? '', /^PromptNotPossible/)
  assert.equal((await admin.run(`${line} -WhatIf`)).whatIf.length, 1)
  assert.equal((await admin.run('Get-NpOfflineMessage')).output.length, 1)
  assert.deepEqual((await admin.run(`${line} -Confirm:$false`)).errors, [])
  assert.equal((await admin.run('Get-NpOfflineMessage')).output.length, 0)
  const records = await admin.run('Get-NpAuditRecord -Cmdlet Remove-NpOfflineMessage -Last 1h')
  const deleted = records.values('TargetObject').filter((target) => target !== null)
  assert.equal(deleted.length, 1)
  const gone = await admin.run('Remove-NpOfflineMessage -Identity 1:nothing -Confirm:$false')
  assert.equal(gone.errors[0]?.category, 'ObjectNotFound')
})

test('trying again says once more that the rows are there', async () => {
  await using admin = await openAdministration()
  await send(admin, 'Tony Smith', 'Pilar Ackerman', 'hello')
  const said: string[] = []
  const end = admin.ports.bus.subscribe((what) => said.push(what.topic))
  await admin.run('Get-NpOfflineMessage | Resume-NpOfflineMessage')
  end()
  assert.ok(said.includes('row'))
})

test('what the console switches off is refused at once, for one and for all', async () => {
  await using admin = await openAdministration()
  assert.equal(await send(admin, 'Tony Smith', 'Pilar Ackerman', '1'), 'kept')
  await admin.run(
    'New-CsClientPolicy OfflineIM -EnableIMAutoArchiving $False; Grant-CsClientPolicy "Tony Smith" OfflineIM',
  )
  assert.equal(await send(admin, 'Tony Smith', 'Pilar Ackerman', '2'), 'senderPolicy')
  assert.equal(await send(admin, 'Ken Myer', 'Pilar Ackerman', '3'), 'kept')
  await admin.run('Set-CsImConfiguration -EnableOfflineIm $False')
  assert.equal(await send(admin, 'Ken Myer', 'Pilar Ackerman', '4'), 'deploymentOff')
  await admin.run(
    'Set-CsImConfiguration -EnableOfflineIm $True; New-CsImConfiguration Site:Tokyo -EnableOfflineIm $False',
  )
  assert.equal(await send(admin, 'Ken Myer', 'David Longmire', '5'), 'recipientSite')
  assert.equal(
    (await admin.run('Get-NpOfflineMessage "Pilar Ackerman"')).output.length,
    2,
    'R23: what waits stays',
  )
})
