import { defineCmdlet } from '../cmdlet.ts'
import { findItem, itemIdentity } from '../inbox-item.ts'
import { FORCE } from '../shared-parameters.ts'

export const removeNpOfflineMessage = defineCmdlet({
  name: 'Remove-NpOfflineMessage',
  synopsis: { en: 'Deletes an item of an inbox.', ja: '受信トレイの項目を削除します。' },
  roles: ['CsAdministrator'],
  supportsShouldProcess: true,
  confirmImpact: 'High',
  parameters: {
    Identity: {
      type: { kind: 'string' },
      position: 0,
      mandatory: true,
      pipeline: ['ByPropertyName'],
      help: { en: 'Identity of Get-NpOfflineMessage.', ja: 'Get-NpOfflineMessage の Identity です。' },
    },
    ...FORCE,
  },
  async run(invocation, { Identity }) {
    const item = await findItem(invocation, String(Identity))
    if (item === undefined) return
    const { facts, threads, trace } = invocation.ports
    const identity = itemIdentity(item)
    if (!(await invocation.shouldProcess(identity))) return
    await threads.removeItem(item.owner, item.id)
    for (const { row } of item.rows) trace.moved({ ...row, because: 'administrator' })
    await invocation.change([], {
      target: identity,
      before: {
        From: facts.account(item.sender)?.sip ?? item.senderName,
        To: facts.account(item.owner)?.sip ?? null,
        Count: item.rows.length,
        State: item.state,
      },
      after: null,
    })
  },
})
