import type { InboxItem } from '../../actions/ports/threads.ts'
import type { PsValue } from '../../base/ps-value.ts'
import { psObject } from '../../base/ps-value.ts'
import type { AccountId } from '../../domain/account.ts'
import { messageId } from '../../domain/message.ts'
import { rolesOf } from '../caller-roles.ts'
import type { Invocation } from '../cmdlet.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { usersNamed } from '../guard.ts'
import { itemIdentity } from '../inbox-item.ts'
import { ALL_READERS, USER_IDENTITY_HELP } from '../shared-parameters.ts'

const TYPE = 'Nightpost.OfflineMessage'
const STATES = ['Unread', 'Delivered', 'Read', 'Expired'] as const

export const getNpOfflineMessage = defineCmdlet({
  name: 'Get-NpOfflineMessage',
  synopsis: {
    en: 'Lists the items of inboxes: who wrote to whom, when, how many messages, in which state.',
    ja: '受信トレイの項目を表示します (送信者、宛先、日時、件数、状態)。',
  },
  description: {
    en: 'The text is shown only to somebody who holds the role NpMessageReader, and that is recorded.',
    ja: '本文は NpMessageReader の役割を持つ人にだけ表示され、その記録が残ります。',
  },
  roles: ALL_READERS,
  outputTypes: [TYPE],
  parameters: {
    Identity: {
      type: { kind: 'user' },
      position: 0,
      pipeline: ['ByValue', 'ByPropertyName'],
      help: USER_IDENTITY_HELP,
    },
    State: {
      type: { kind: 'enum', typeName: 'Nightpost.MessageState', values: STATES },
      help: { en: 'Only items in this state.', ja: 'この状態の項目だけを返します。' },
    },
  },
  async *run(invocation, { Identity, State }) {
    const { threads } = invocation.ports
    const readsText = rolesOf(invocation.ports, invocation.caller).includes('NpMessageReader')
    const state = (State as { readonly name?: string } | undefined)?.name
    const owners =
      Identity === undefined
        ? [undefined]
        : usersNamed(invocation, String(Identity), 'directory', 'read').map((account) => account.id)
    for (const owner of owners) {
      if (readsText) await recordReading(invocation, owner)
      for await (const item of threads.items(owner))
        if (state === undefined || item.state === state) yield itemObject(invocation, item, readsText)
    }
  },
})

/** Reading other people's messages leaves a record of its own, and it is there before the text leaves (SECURITY 53). */
async function recordReading(invocation: Invocation, owner: AccountId | undefined): Promise<void> {
  const account = owner === undefined ? undefined : invocation.ports.facts.account(owner)
  await invocation.change([], {
    target: account?.upn ?? '*',
    before: null,
    after: { text: 'read' },
  })
  await invocation.flush()
}

function itemObject(invocation: Invocation, item: InboxItem, readsText: boolean): PsValue {
  const { facts } = invocation.ports
  const date = (ms: number | undefined): PsValue => (ms === undefined ? null : { kind: 'date', ms })
  const decode = new TextDecoder()
  const messages = item.rows.map(({ row, state }) =>
    psObject('Nightpost.OfflineMessagePart', [
      ['Id', messageId(row.recipient, row.seq)],
      ['Time', date(row.at)],
      ['Size', row.body.length],
      ['State', state],
      ['Reason', row.reason],
    ]),
  )
  const text = readsText ? item.rows.map(({ row }) => decode.decode(row.body)).join('\n') : null
  return psObject(
    TYPE,
    [
      ['Identity', itemIdentity(item)],
      ['From', facts.account(item.sender)?.sip ?? null],
      ['FromDisplayName', item.senderName],
      ['To', facts.account(item.owner)?.sip ?? null],
      ['FirstMessage', date(item.rows[0]?.row.at)],
      ['LastMessage', date(item.rows.at(-1)?.row.at)],
      ['Count', item.rows.length],
      ['State', item.state],
      ['Size', item.rows.reduce((sum, { row }) => sum + row.body.length, 0)],
      ['Text', text],
      ['Messages', messages],
    ],
    itemIdentity(item),
  )
}
