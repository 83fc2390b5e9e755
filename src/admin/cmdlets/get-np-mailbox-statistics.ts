import { psObject } from '../../base/ps-value.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { usersNamed } from '../guard.ts'
import { distinguishedName } from '../identity.ts'
import { ALL_READERS, USER_IDENTITY } from '../shared-parameters.ts'

const TYPE = 'Nightpost.MailboxStatistics'

export const getNpMailboxStatistics = defineCmdlet({
  name: 'Get-NpMailboxStatistics',
  synopsis: {
    en: 'Counts what is kept for a user: inbox, history, sent messages that wait.',
    ja: 'ユーザーの受信トレイ、履歴、配信待ちのメッセージの数を表示します。',
  },
  roles: ALL_READERS,
  outputTypes: [TYPE],
  parameters: {
    ...USER_IDENTITY,
  },
  async *run(invocation, { Identity }) {
    const { facts, threads } = invocation.ports
    for (const account of usersNamed(invocation, String(Identity), 'directory', 'read')) {
      const counts = await threads.statistics(account.id)
      yield psObject(TYPE, [
        ['Identity', distinguishedName(facts, account)],
        ['SipAddress', account.sip ?? null],
        ['InboxItems', counts.inboxItems],
        ['UnreadItems', counts.unreadItems],
        ['InboxMessages', counts.inboxMessages],
        ['HistoryThreads', counts.historyThreads],
        ['HistoryMessages', counts.historyMessages],
        ['SentWaiting', counts.sentWaiting],
        ['Bytes', counts.bytes],
        [
          'OldestUnread',
          counts.oldestUnread === undefined ? null : { kind: 'date', ms: counts.oldestUnread },
        ],
      ])
    }
  },
})
