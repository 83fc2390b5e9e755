import { defineCmdlet } from '../cmdlet.ts'
import { findItem, itemIdentity } from '../inbox-item.ts'

/** Says once more that rows wait: every lane of the recipient looks (ARCHITECTURE, promise 3). */
export const resumeNpOfflineMessage = defineCmdlet({
  name: 'Resume-NpOfflineMessage',
  synopsis: {
    en: 'Tries now to deliver an item that waits.',
    ja: '配信待ちの項目の配信を今すぐ試みます。',
  },
  roles: ['CsAdministrator', 'CsUserAdministrator', 'CsHelpDesk'],
  supportsShouldProcess: true,
  confirmImpact: 'Low',
  parameters: {
    Identity: {
      type: { kind: 'string' },
      position: 0,
      mandatory: true,
      pipeline: ['ByPropertyName'],
      help: { en: 'Identity of Get-NpOfflineMessage.', ja: 'Get-NpOfflineMessage の Identity です。' },
    },
  },
  async run(invocation, { Identity }) {
    const item = await findItem(invocation, String(Identity))
    if (item === undefined) return
    const identity = itemIdentity(item)
    if (!(await invocation.shouldProcess(identity))) return
    for (const { row, state } of item.rows)
      if (state === 'Unread') invocation.ports.bus.announce({ topic: 'row', row })
    await invocation.change([], { target: identity, before: null, after: { Resumed: true } })
  },
})
