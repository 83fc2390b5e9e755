import type { MessagePath, MoveReason, TracedMark, TracedRefusal } from '../actions/ports/trace.ts'
import type { PsValue } from '../base/ps-value.ts'
import { psObject } from '../base/ps-value.ts'
import { EXPIRED_LINE_MS } from '../domain/expiry.ts'
import { gateOf, type RefusedBecause } from '../domain/gate.ts'
import { messageId } from '../domain/message.ts'

export const STEP_TYPE = 'Nightpost.MessageTraceStep'

/** One step of a message on its way; reasons are the words of INTERFACES 4. */
interface Step {
  /** Undefined: nobody knows when. */
  readonly ms: number | undefined
  readonly place: 'Gate' | 'Store' | 'Endpoint' | 'Sender'
  readonly decision: string
  readonly reason?: string
  readonly gate?: string | undefined
  readonly detail?: string | undefined
}

/** Who wrote to whom, as the steps show it. */
export interface Ends {
  readonly from: string | undefined
  readonly to: string | undefined
}

/** The whole way of a message that was kept, in the order in which it went. */
export function pathSteps(path: MessagePath, ends: Ends, unreadAfterMs: number): readonly PsValue[] {
  const id = messageId(path.recipient, path.seq)
  const steps = [
    ...accepted(path),
    ...endpointSteps(path),
    ...markSteps('Delivered', path.delivered),
    ...markSteps('Read', path.read),
    ...becameItem(path, unreadAfterMs),
    ...path.moves.map(({ at, because }) => MOVED[because](at)),
    ...ended(path),
  ]
  return inTime(steps).map((step) => stepObject(step, id, ends))
}

/** An endpoint that is told of all that waits is told of nothing that is gone already. */
function endpointSteps(path: MessagePath): readonly Step[] {
  const over = ended(path)[0]?.ms ?? Number.POSITIVE_INFINITY
  return path.endpoints
    .filter(({ at }) => at <= over)
    .map(({ at, what, protocol, inboxView }) => ({
      ms: at,
      place: 'Endpoint',
      decision: ENDPOINT[what],
      detail: inboxView ? `${protocol}, inbox view` : protocol,
    }))
}

const ENDPOINT = { pushed: 'Pushed', announced: 'Announced', confirmed: 'Confirmed' } as const

const MOVED: Readonly<Record<MoveReason, (ms: number) => Step>> = {
  owner: (ms) => ({ ms, place: 'Store', decision: 'Removed', detail: 'by its owner' }),
  administrator: (ms) => ({ ms, place: 'Store', decision: 'Removed', detail: 'by an administrator' }),
  room: (ms) => ({ ms, place: 'Store', decision: 'Removed', detail: 'read, to make room' }),
  notConfirmed: (ms) => ({ ms, place: 'Store', decision: 'Stored', reason: 'notConfirmed' }),
}

function accepted({ at, reason, refused }: MessagePath): readonly Step[] {
  const kept: Step[] = [
    { ms: at, place: 'Gate', decision: 'Accepted' },
    { ms: at, place: 'Store', decision: reason === 'live' ? 'Live' : 'Stored', reason },
  ]
  // The item is the recipient's doing; the sender was told something else (R7).
  return refused === undefined ? kept : [...kept, { ...refusedStep(at, refused), place: 'Sender' }]
}

/** What a sender is shown; a mark that was earned while the recipient appeared offline is shown later (DECISIONS 15c). */
function markSteps(what: 'Delivered' | 'Read', mark: TracedMark | undefined): readonly Step[] {
  if (mark === undefined) return []
  const { at, withheld } = mark
  if (withheld !== undefined) {
    const held: Step = { ms: withheld, place: 'Sender', decision: `${what}Withheld` }
    return at === undefined ? [held] : [held, { ms: at, place: 'Sender', decision: `${what}Released` }]
  }
  const hidden = at === undefined ? { detail: 'not shown to the sender' } : {}
  return [{ ms: at, place: 'Sender', decision: what, ...hidden }]
}

/** A live row that was confirmed and not read in its time (M8); that it was not confirmed at all is a move of its own. */
function becameItem({ reason, view, at, moves }: MessagePath, unreadAfterMs: number): readonly Step[] {
  const live = reason === 'live' || reason === 'appearsOffline'
  if (!live || view !== 'inbox' || moves.some(({ because }) => because === 'notConfirmed')) return []
  return [{ ms: at + unreadAfterMs, place: 'Store', decision: 'Stored', detail: 'not read in time' }]
}

function ended({ view, until, moves }: MessagePath): readonly Step[] {
  if (view === 'expired') return [{ ms: until - EXPIRED_LINE_MS, place: 'Store', decision: 'Expired' }]
  if (view === 'gone' && moves.every(({ because }) => because === 'notConfirmed'))
    return [{ ms: undefined, place: 'Store', decision: 'Removed' }]
  return []
}

/** A message that was refused; it has no identifier because nothing of it was kept. */
export function refusalStep({ at, because, count, userAgent }: TracedRefusal, ends: Ends): PsValue {
  const client = userAgent === undefined || userAgent === '' ? [] : [userAgent]
  const detail = [...client, ...(count > 1 ? [`${count} times`] : [])].join(', ')
  return stepObject({ ...refusedStep(at, because), detail: detail === '' ? undefined : detail }, null, ends)
}

function refusedStep(ms: number, because: RefusedBecause): Step {
  return { ms, place: 'Gate', decision: 'Refused', reason: because, gate: gateOf(because) }
}

/** Steps without a time stay at the end; of one time, in the order in which they were made. */
function inTime(steps: readonly Step[]): readonly Step[] {
  return [...steps].sort(
    (a, b) => (a.ms ?? Number.POSITIVE_INFINITY) - (b.ms ?? Number.POSITIVE_INFINITY) || 0,
  )
}

function stepObject(step: Step, id: string | null, { from, to }: Ends): PsValue {
  return psObject(STEP_TYPE, [
    ['MessageId', id],
    ['Time', step.ms === undefined ? null : { kind: 'date', ms: step.ms }],
    ['Place', step.place],
    ['Decision', step.decision],
    ['Reason', step.reason ?? null],
    ['From', from ?? null],
    ['To', to ?? null],
    ['Gate', step.gate ?? null],
    ['Detail', step.detail ?? null],
  ])
}
