import type { AccountId } from '../../domain/account.ts'
import type { Endpoint, EndpointId } from '../../domain/endpoint.ts'
import type { Row, Seq, ThreadId } from '../../domain/message.ts'
import type { ThreadSideRef } from './log.ts'

/** Per endpoint: every row up to `cursor` is settled, and so are those in `settled`, all above it. */
export interface Position {
  readonly cursor: Seq
  readonly settled: readonly Seq[]
}

export interface Positions {
  /** A new endpoint starts at 0. */
  read(owner: AccountId, endpoint: EndpointId): Promise<Position>
  /** Written behind, in the next transaction within 250 ms; `flush` waits for it. */
  write(owner: AccountId, endpoint: EndpointId, position: Position): void
  forget(owner: AccountId, endpoint: EndpointId): void
  flush(): Promise<void>
}

/** A row on its way to one endpoint. `replay`: it was there before the endpoint; `alert` false: nothing may pop up. */
export interface Offer {
  readonly row: Row
  readonly thread: ThreadSideRef
  readonly replay: boolean
  readonly alert: boolean
}

/** What a door gives when it registers an endpoint: the lane calls it, in `seq` order per thread, never more than `window` unconfirmed. */
export interface Sink {
  offer(offer: Offer): void
  /**
   * For an endpoint with inbox view: rows up to `upTo` waited in the log and are not offered one by one. It is told counts, senders and items
   * (R39); when the device has that, `confirmWaiting`. An endpoint with inbox view whose sink lacks this gets every waiting row as a replay.
   */
  waiting?(upTo: Seq): void
  /** The endpoint left rows unconfirmed for 32 s and is out of the lane (ARCHITECTURE). Called after the fact. */
  gone?(): void
  /** The row needs no more work on this endpoint (read elsewhere, window expired): a ringing invitation may be ended. */
  withdraw?(row: Row, because: 'readElsewhere' | 'declinedElsewhere'): void
}

/** What one confirmation settled. */
export interface Confirmed {
  readonly row: Row | undefined
  readonly upTo: Seq | undefined
  readonly inboxView: boolean
}

/** One lane per recipient; endpoints are fed only from the log (ARCHITECTURE). */
export interface Lanes {
  /**
   * Opens the endpoint's queue at its position. Also when it comes back.
   * @param arrived called when it is in the lane and before anything is offered: presence is published there, so that nobody quiet is alerted
   */
  open(endpoint: Endpoint, sink: Sink, arrived?: () => void): Promise<void>
  /** Gone: nothing more is offered; what it did not confirm stays. */
  close(owner: AccountId, endpoint: EndpointId): void
  endpoints(owner: AccountId): readonly Endpoint[]
  endpoint(owner: AccountId, id: EndpointId): Endpoint | undefined
  reachable(owner: AccountId): boolean
  /**
   * After the commit. Resolves true when a device confirmed within the time of a live message, false otherwise; never rejects.
   * @param offer.wait false: nobody asks for the answer, which is then false at once
   */
  push(row: Row, offer: { alert: boolean; thread: ThreadSideRef; wait?: boolean }): Promise<boolean>
  /** The answer a live row still waits for, for a repeat of its sender; undefined when it is decided or unknown here. */
  pending(recipient: AccountId, seq: Seq): Promise<boolean> | undefined
  /**
   * The device has it, however late. @returns undefined when the row was settled for this endpoint before; `row` undefined when it was
   * not in memory; `upTo`: every row of the thread up to there is settled here now (undefined while an earlier one is not).
   * Also undefined when the endpoint is not in its lane: see `endpoint`.
   */
  confirm(owner: AccountId, endpoint: EndpointId, seq: Seq): Confirmed | undefined
  /** Everything up to `upTo` that `Sink.waiting` told of. @returns false when nothing was new. */
  confirmUpTo(owner: AccountId, endpoint: EndpointId, upTo: Seq): boolean
  /** Ends an invitation that rings on the other endpoints without inbox view, and settles the row there (M9). */
  withdrawElsewhere(owner: AccountId, endpoint: EndpointId, seq: Seq): void
  /**
   * Settled without having been taken: declined, left unanswered as a replay (both with the whole conversation as it waited), or refused for
   * good (415). A live row that is left unanswered is not settled: it goes out again with the next live row of its thread, or when the
   * endpoint comes back.
   */
  settle(
    owner: AccountId,
    endpoint: EndpointId,
    seq: Seq,
    because: 'declined' | 'unanswered' | 'refused',
  ): void
  /** The thread waits for a person on this endpoint (a ringing invitation): later rows of it stay back until it is released. */
  hold(owner: AccountId, endpoint: EndpointId, thread: ThreadId): void
  release(owner: AccountId, endpoint: EndpointId, thread: ThreadId): void
  /** Rows read on another endpoint (`where`, which has settled them itself): settled for endpoints without inbox view (DECISIONS 14). */
  readElsewhere(owner: AccountId, thread: ThreadId, upTo: Seq, where?: EndpointId): void
  /** The person's Do Not Disturb or Presenting began or ended: replays wait or go on. */
  quietChanged(owner: AccountId, quiet: boolean): void
}
