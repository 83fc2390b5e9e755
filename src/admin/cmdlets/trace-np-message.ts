import type { PsValue } from '../../base/ps-value.ts'
import { psObject } from '../../base/ps-value.ts'
import type { AccountId } from '../../domain/account.ts'
import type { Row, Seq } from '../../domain/message.ts'
import { messageId, parseMessageId } from '../../domain/message.ts'
import type { Invocation } from '../cmdlet.ts'
import { defineCmdlet, managementError } from '../cmdlet.ts'
import { usersNamed } from '../guard.ts'
import { LAST, lastMs } from '../last.ts'
import { ALL_READERS, USER_IDENTITY_HELP } from '../shared-parameters.ts'

const TYPE = 'Nightpost.MessageTraceStep'
/** Rows read at once. */
const PAGE = 100
/** Rows of one recipient that one trace looks at. */
const MAX_ROWS = 10_000

export const traceNpMessage = defineCmdlet({
  name: 'Trace-NpMessage',
  synopsis: {
    en: 'Shows what became of messages: each step with time, place, decision and reason, without the text.',
    ja: 'メッセージの経過を、日時、場所、判断、理由とともに表示します。本文は含みません。',
  },
  description: {
    en: 'Shows messages that were kept: a refused message leaves no row, so it is not in the list; the sender was told the reason, and the metrics count refusals by reason.',
    ja: '保存されたメッセージだけを表示します。拒否されたメッセージは記録が残らないため表示されません。理由は送信者に通知され、メトリックで理由別に数えられます。',
  },
  roles: ALL_READERS,
  defaultSet: 'People',
  outputTypes: [TYPE],
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
    const { log } = invocation.ports
    if (typeof bound.MessageId === 'string') {
      const id = parseMessageId(bound.MessageId)
      const row = id && (await log.row(id.recipient, id.seq))
      if (row !== undefined) yield* steps(invocation, row)
      else invocation.error(noMessage(bound.MessageId))
      return
    }
    const last = lastMs(invocation, bound.Last)
    const [from] = usersNamed(invocation, String(bound.From), 'directory', 'change')
    const [to] = usersNamed(invocation, String(bound.To), 'directory', 'change')
    if (last === undefined || from === undefined || to === undefined) return
    const since = invocation.ports.clock.now() - last
    for await (const row of rowsOf(invocation, to.id, since))
      if (row.sender === from.id && row.at >= since) yield* steps(invocation, row)
  },
})

function noMessage(id: string) {
  return managementError(
    `Cannot find the message "${id}": it was never kept here, or its time is over.`,
    'MissingItem',
    'ObjectNotFound',
    id,
  )
}

/** Rows of a recipient from `since` on, the newest `MAX_ROWS` at most: who traces says so where there are more. */
async function* rowsOf(
  invocation: Invocation,
  recipient: AccountId,
  since: number,
): AsyncGenerator<Row, void, undefined> {
  const { log } = invocation.ports
  const newest = await log.last(recipient)
  const first = await firstSince(invocation, recipient, newest, since)
  let seq = Math.max(first, newest - MAX_ROWS) as Seq
  if (seq > first) {
    invocation.warning(
      invocation.language === 'ja'
        ? `新しい ${MAX_ROWS} 件のメッセージだけを調べました。-Last で期間を短くしてください。`
        : `Only the newest ${MAX_ROWS} messages of the recipient were looked at; a shorter -Last narrows the time.`,
    )
  }
  while (!invocation.signal.aborted) {
    const rows = await log.after(recipient, seq, PAGE)
    yield* rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return
    seq = last.seq
  }
}

/** The place before the first row that came at `since` or later: rows of one recipient stand in the order of their times. */
async function firstSince(
  { ports }: Invocation,
  recipient: AccountId,
  newest: Seq,
  since: number,
): Promise<Seq> {
  let [low, high]: [number, number] = [0, newest]
  if (since === Number.NEGATIVE_INFINITY) return low as Seq
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const [row] = await ports.log.after(recipient, middle as Seq, 1)
    if (row === undefined || row.at >= since) high = middle
    else low = row.seq
  }
  return low as Seq
}

/** The row itself is the trace (ARCHITECTURE, The hot path 7); the marks of the sender's side are the later steps. */
async function* steps(invocation: Invocation, row: Row): AsyncGenerator<PsValue, void, undefined> {
  const { facts, threads } = invocation.ports
  const id = messageId(row.recipient, row.seq)
  const people: readonly (readonly [string, PsValue])[] = [
    ['From', facts.account(row.sender)?.sip ?? null],
    ['To', facts.account(row.recipient)?.sip ?? null],
  ]
  const step = (ms: number, place: string, decision: string, reason: PsValue) =>
    psObject(TYPE, [
      ['MessageId', id],
      ['Time', { kind: 'date', ms }],
      ['Place', place],
      ['Decision', decision],
      ['Reason', reason],
      ...people,
    ])
  yield step(row.at, 'Store', row.reason === 'live' ? 'Live' : 'Stored', row.reason)
  const mark = (await threads.transcript(row.sender, id)) ?? (await threads.transcript(row.recipient, id))
  if (mark?.deliveredAt !== undefined) yield step(mark.deliveredAt, 'Endpoint', 'Delivered', null)
  if (mark?.readAt !== undefined) yield step(mark.readAt, 'Endpoint', 'Read', null)
  if (mark?.state === 'Expired') yield step(row.until, 'Store', 'Expired', null)
}
