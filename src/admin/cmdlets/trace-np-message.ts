import type { MessagePath } from '../../actions/ports/trace.ts'
import type { PsValue } from '../../base/ps-value.ts'
import type { Account } from '../../domain/account.ts'
import { parseMessageId } from '../../domain/message.ts'
import { parseAddress } from '../../domain/sip-uri.ts'
import type { Invocation } from '../cmdlet.ts'
import { defineCmdlet, managementError } from '../cmdlet.ts'
import { usersNamed } from '../guard.ts'
import { LAST, lastMs } from '../last.ts'
import { pathSteps, refusalStep, STEP_TYPE } from '../message-steps.ts'
import { ALL_READERS, USER_IDENTITY_HELP } from '../shared-parameters.ts'

export const traceNpMessage = defineCmdlet({
  name: 'Trace-NpMessage',
  synopsis: {
    en: 'Shows what became of messages: each step with time, place, decision and reason, without the text.',
    ja: 'メッセージの経過を、日時、場所、判断、理由とともに表示します。本文は含みません。',
  },
  description: {
    en: 'Place is Gate (taken or refused, with the reason and the gate), Store, Endpoint (what was pushed to which kind of client, and confirmed) or Sender (the marks the sender sees). Refusals are kept for 30 days, the newest 100,000; steps of endpoints since the server started, the newest 65,536. -To takes an address nobody has, too.',
    ja: 'Place は Gate (受け付けまたは拒否、理由とゲート)、Store、Endpoint (どの種類のクライアントに送られ、確認されたか)、Sender (送信者に表示される状態) です。拒否の記録は 30 日間、新しい 100,000 件まで、Endpoint の記録はサーバーの起動後、新しい 65,536 件まで保持されます。-To には存在しないアドレスも指定できます。',
  },
  roles: ALL_READERS,
  defaultSet: 'People',
  outputTypes: [STEP_TYPE],
  parameters: {
    MessageId: {
      type: { kind: 'string', maxLength: 64 },
      position: 0,
      mandatory: true,
      sets: ['Message'],
      pipeline: ['ByPropertyName'],
      aliases: ['Id'],
      help: { en: 'Identifier of one message.', ja: 'メッセージの識別子です。' },
    },
    From: {
      type: { kind: 'user' },
      mandatory: true,
      sets: ['People'],
      help: USER_IDENTITY_HELP,
    },
    To: {
      type: { kind: 'user' },
      mandatory: true,
      sets: ['People'],
      help: USER_IDENTITY_HELP,
    },
    Last: { ...LAST, sets: ['People'] },
  },
  async *run(invocation, bound) {
    const { ports } = invocation
    if (typeof bound.MessageId === 'string') {
      const id = parseMessageId(bound.MessageId)
      const path = id && (await ports.trace.path(id.recipient, id.seq))
      if (path !== undefined) yield* stepsOf(invocation, path)
      else invocation.error(noMessage(bound.MessageId))
      return
    }
    const last = lastMs(invocation, bound.Last)
    const [from] = usersNamed(invocation, String(bound.From), 'directory', 'change')
    if (last === undefined || from === undefined) return
    const address = parseAddress(String(bound.To))
    const nobody = address !== undefined && ports.facts.bySip(address) === undefined
    const since = ports.clock.now() - last
    if (nobody && ports.facts.byUpn(String(bound.To)) === undefined) {
      yield* refusalsOf(invocation, from, undefined, address, since)
      return
    }
    const [to] = usersNamed(invocation, String(bound.To), 'directory', 'change')
    if (to === undefined) return
    yield* refusalsOf(invocation, from, to, '', since)
    for await (const seq of ports.trace.rows({ sender: from.id, recipient: to.id, since })) {
      if (invocation.signal.aborted) return
      const path = await ports.trace.path(to.id, seq)
      if (path !== undefined) yield* stepsOf(invocation, path)
    }
  },
})

function stepsOf({ ports }: Invocation, path: MessagePath): readonly PsValue[] {
  const { facts, limits } = ports
  const ends = { from: facts.account(path.sender)?.sip, to: facts.account(path.recipient)?.sip }
  return pathSteps(path, ends, limits.unreadAfterMs)
}

async function* refusalsOf(
  { ports }: Invocation,
  from: Account,
  to: Account | undefined,
  address: string,
  since: number,
): AsyncGenerator<PsValue, void, undefined> {
  const ends = { from: from.sip, to: to?.sip ?? address }
  for (const refusal of await ports.trace.refusals({ sender: from.id, recipient: to?.id, address, since }))
    yield refusalStep(refusal, ends)
}

function noMessage(id: string) {
  return managementError(
    `Cannot find the message "${id}": it was never kept here, or its time is over.`,
    'MissingItem',
    'ObjectNotFound',
    id,
  )
}
