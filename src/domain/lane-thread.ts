import type { Seq, ThreadId } from './message.ts'

/** A place that no row has. */
export const NEVER = Number.POSITIVE_INFINITY

/** What the queue looks at in a row. */
export interface Queued {
  readonly seq: Seq
  readonly thread: ThreadId
}

/** One thread in the queue of one endpoint; it changes in place (see `lane.ts`). */
export interface Thread<T> {
  readonly id: ThreadId
  /** Offered and not settled, in order. */
  flight: T[]
  waiting: T[]
  /** It waits for a person on this endpoint: a ringing invitation. Its rows do not count against the window. */
  held: boolean
  /** Nobody took it: its rows wait for a live one behind them, or for the endpoint to come back. Then it is held, too. */
  parked: boolean
  /** Rows from here on were left in the log. */
  cutAt: number
  /** Rows up to here are settled as soon as they are met: declined, or read elsewhere. */
  dismissed: number
  /** The newest row that was settled here. */
  high: number
}

export function newThread<T>(id: ThreadId): Thread<T> {
  return {
    id,
    flight: [],
    waiting: [],
    held: false,
    parked: false,
    cutAt: NEVER,
    dismissed: 0,
    high: 0,
  }
}

/** Nearly always at the end: rows come in the order of the log. */
export function insertInOrder<T extends Queued>(list: T[], item: T): void {
  let at = list.length
  while (at > 0 && (list[at - 1]?.seq ?? 0) > item.seq) at--
  list.splice(at, 0, item)
}

/** The lowest row of the thread that is not settled, as far as the queue knows. */
export function lowestOf<T extends Queued>(thread: Thread<T>): number {
  return Math.min(thread.flight[0]?.seq ?? NEVER, thread.waiting[0]?.seq ?? NEVER, thread.cutAt)
}
