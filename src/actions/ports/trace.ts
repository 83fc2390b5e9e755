import type { AccountId } from '../../domain/account.ts'
import type { Endpoint } from '../../domain/endpoint.ts'
import type { RefusedBecause } from '../../domain/gate.ts'
import type { Row, RowReason, Seq, ThreadId } from '../../domain/message.ts'
import type { SipUri } from '../../domain/sip-uri.ts'
import type { Instant } from '../../domain/time.ts'

/**
 * What administrators are told of the way of a message beyond its row (R51): nothing is ever decided by it, and no text is in it.
 * Refusals and removals are kept in a small table, written behind, the newest 100,000 for 30 days; what was pushed where is memory, the
 * newest 65,536 steps since the server started.
 */
export interface Trace {
  /** A message was refused. Equal ones within a moment are one record with a count. */
  refused(refusal: Refusal): void
  /** A device was given the row. */
  pushed(row: Pick<Row, 'recipient' | 'seq'>, endpoint: TracedEndpoint): void
  /** A device confirmed it. */
  confirmed(row: Pick<Row, 'recipient' | 'seq'>, endpoint: TracedEndpoint): void
  /** An endpoint with inbox view was told of these rows as a whole (R39), or has confirmed having been told. */
  announced(rows: TracedRange, endpoint: TracedEndpoint): void
  tookAll(rows: TracedRange, endpoint: TracedEndpoint): void
  /** A row left an inbox, or a live one became an item. */
  moved(move: Move): void
  refusals(query: {
    readonly sender: AccountId
    /** Undefined: of an address that nobody has. */
    readonly recipient: AccountId | undefined
    readonly address: string
    readonly since: number
  }): Promise<readonly TracedRefusal[]>
  /** What one wrote to another and was kept, oldest first, removed and expired rows among it; paged. */
  rows(query: {
    readonly sender: AccountId
    readonly recipient: AccountId
    readonly since: number
  }): AsyncIterable<Seq>
  /** @returns undefined when there is no such row any more. */
  path(recipient: AccountId, seq: Seq): Promise<MessagePath | undefined>
}

/** What is told of an endpoint: its kind, and not which one it is. */
export type TracedEndpoint = Pick<Endpoint, 'protocol' | 'inboxView'>

/** Rows of one recipient: those above `after` up to `upTo`. */
export interface TracedRange {
  readonly recipient: AccountId
  readonly after: Seq
  readonly upTo: Seq
}

export interface Refusal {
  readonly sender: AccountId
  readonly recipient: AccountId | undefined
  readonly address: SipUri
  readonly because: RefusedBecause
  /** As it names itself; kept where it was the reason. */
  readonly userAgent: string | undefined
  /** The item was made all the same (R7): the refusal is what the sender was told. */
  readonly kept?: Seq
}

export interface TracedRefusal {
  readonly at: Instant
  readonly because: RefusedBecause
  readonly count: number
  /** The client that may not send. */
  readonly userAgent: string | undefined
}

export interface Move {
  readonly recipient: AccountId
  readonly sender: AccountId
  readonly thread: ThreadId
  /** One row, or every row of the thread up to it. */
  readonly seq: Seq
  readonly upTo?: boolean
  readonly because: MoveReason
}

/** `owner`, `administrator`, `room`: it left the recipient's views; `notConfirmed`: a live row became an item (M8). */
export type MoveReason = 'owner' | 'administrator' | 'room' | 'notConfirmed'

/** One kept message and what became of it. */
export interface MessagePath {
  readonly recipient: AccountId
  readonly sender: AccountId
  readonly seq: Seq
  readonly at: Instant
  readonly reason: RowReason
  readonly until: Instant
  /** Where it lies now; `gone`: the recipient has it no more, `expired`: it waited too long. */
  readonly view: 'inbox' | 'history' | 'none' | 'gone' | 'expired'
  /** What the sender was told although it was kept (R7). */
  readonly refused: RefusedBecause | undefined
  readonly endpoints: readonly {
    readonly at: Instant
    readonly what: 'pushed' | 'announced' | 'confirmed'
    readonly protocol: Endpoint['protocol']
    readonly inboxView: boolean
  }[]
  readonly delivered: TracedMark | undefined
  /** `at` and `withheld` undefined: read, and nothing of it is shown to the sender (R50). */
  readonly read: TracedMark | undefined
  readonly moves: readonly { readonly at: Instant; readonly because: MoveReason }[]
}

/** A mark of the sender. */
export interface TracedMark {
  /** Since when the sender sees it; undefined: not yet, or never. */
  readonly at: Instant | undefined
  /** When it was earned while the recipient appeared offline (DECISIONS 15c). */
  readonly withheld: Instant | undefined
}
