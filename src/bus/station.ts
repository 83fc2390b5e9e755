import type { Sink } from '../actions/ports/lanes.ts'
import type { ThreadSideRef } from '../actions/ports/log.ts'
import type { AccountId } from '../domain/account.ts'
import type { Endpoint, EndpointId } from '../domain/endpoint.ts'
import { LaneQueue } from '../domain/lane.ts'
import type { Row, Seq, ThreadId } from '../domain/message.ts'
import { mayOffer } from '../domain/offer.ts'
import type { Waiter } from './waiters.ts'

/** A row on the way to one endpoint. */
export interface Item {
  readonly seq: Seq
  readonly thread: ThreadId
  readonly row: Row
  readonly ref: ThreadSideRef
  readonly alert: boolean
  readonly replay: boolean
}

/** One endpoint in its lane. */
export interface Station {
  readonly endpoint: Endpoint
  readonly sink: Sink
  readonly queue: LaneQueue<Item>
  readonly lane: Lane
  readonly may: (item: Item) => boolean
  /** The newest live row of each thread in which one may wait behind others. */
  readonly liveBehind: Map<ThreadId, Seq>
  /** The thread that is being replayed to it. */
  replaying: ThreadId | undefined
  /** The first row that was pushed while it was here: older ones are a replay. */
  liveFrom: number
  reading: boolean
  pumping: boolean
  closed: boolean
  /** When it last showed a sign of life, or began to owe one; monotonic. */
  heardMs: number
  unwritten: boolean
}

/** Everything of one person who has endpoints. */
export interface Lane {
  readonly owner: AccountId
  readonly stations: Map<EndpointId, Station>
  readonly waiters: Map<Seq, Waiter>
  readonly replaying: Map<ThreadId, EndpointId>
  quiet: boolean
  /** The newest row that was pushed. */
  pushed: number
}

/** An endpoint at its position, before anything is offered. */
export function newStation(
  lane: Lane,
  endpoint: Endpoint,
  sink: Sink,
  position: { readonly cursor: Seq; readonly settled: readonly Seq[] },
  nowMs: number,
): Station {
  const at: Station = {
    endpoint,
    sink,
    lane,
    queue: new LaneQueue<Item>(position.cursor, position.settled, endpoint.window),
    may: (item) => mayGo(at, item),
    liveBehind: new Map(),
    replaying: undefined,
    liveFrom: Number.POSITIVE_INFINITY,
    reading: false,
    pumping: false,
    closed: false,
    heardMs: nowMs,
    unwritten: false,
  }
  return at
}

function mayGo(at: Station, item: Item): boolean {
  const { lane, endpoint } = at
  const elsewhere = lane.replaying.get(item.thread)
  return mayOffer({
    inboxView: endpoint.inboxView,
    replay: item.replay,
    quiet: lane.quiet,
    liveBehind: item.seq < (at.liveBehind.get(item.thread) ?? 0),
    replayBusy:
      (at.replaying !== undefined && at.replaying !== item.thread) ||
      (elsewhere !== undefined && elsewhere !== endpoint.id),
  })
}

export function beginReplay(at: Station, thread: ThreadId): void {
  at.replaying ??= thread
  if (!at.lane.replaying.has(thread)) at.lane.replaying.set(thread, at.endpoint.id)
}

/** @returns whether a replay of this thread to this endpoint has just come to its end */
export function endsReplay(at: Station, thread: ThreadId): boolean {
  const { lane, endpoint, queue } = at
  const isOurs = lane.replaying.get(thread) === endpoint.id
  if (!isOurs && at.replaying !== thread) return false
  if (queue.isCut(thread) || queue.unsettledOf(thread).some((item) => item.replay)) return false
  if (at.replaying === thread) at.replaying = undefined
  if (isOurs) lane.replaying.delete(thread)
  return true
}

/** Up to which row a conversation waited here: before its first live row. */
export function waitedUpTo(at: Station, thread: ThreadId): Seq {
  const live = at.queue.unsettledOf(thread).find((item) => !item.replay)
  return live === undefined ? at.queue.scanned : ((live.seq - 1) as Seq)
}

/** Kept without alert: an item of Do Not Disturb or Presenting. */
export function isQuiet(row: Row): boolean {
  return row.reason === 'doNotDisturb' || row.reason === 'presenting'
}
