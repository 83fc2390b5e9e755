import type { AccountId } from '../../domain/account.ts'
import type { Delivery } from '../../domain/delivery.ts'
import type { Message, Row, Seq, ThreadId } from '../../domain/message.ts'
import type { Instant } from '../../domain/time.ts'

/** What `append` needs beyond the message. Text and names are already those of the row. */
export interface Draft {
  readonly message: Message
  readonly recipient: AccountId
  readonly delivery: Extract<Delivery, { kind: 'keep' }>
  readonly at: Instant
  /** Effective `EnableIMAutoArchiving` of the two sides at acceptance: who keeps a live row (DECISIONS 12). */
  readonly senderKeeps: boolean
  readonly recipientKeeps: boolean
  readonly batchSeconds: number
}

/** The message log (ARCHITECTURE, Append, then push). */
export interface Log {
  /**
   * Resolves when the row is on the disk; every draft of one turn of the event loop is one transaction.
   * A draft whose key is known resolves to the first row and appends nothing (DECISIONS 24).
   * Rows of one recipient resolve in `seq` order: the lane pushes them as they come.
   * @throws when the disk does not take it; nothing has been promised.
   */
  append(draft: Draft): Promise<Kept & { readonly repeated: boolean }>
  /** A key that is known already, before anything is decided or counted against a rate. Memory only for `request`, see `idempotent`. */
  known(sender: AccountId, key: NonNullable<Message['key']>): Promise<Kept | undefined>
  row(recipient: AccountId, seq: Seq): Promise<Row | undefined>
  /** At most `limit` rows with a higher seq, in order. */
  after(recipient: AccountId, seq: Seq, limit: number): Promise<readonly Row[]>
  /** As `after`, with what a lane needs to know of each row: what a lane feeds from. At most 32 a call. */
  feed(recipient: AccountId, seq: Seq, limit: number): Promise<Feed>
  /** The newest row of this recipient; 0 when there never was one. */
  last(recipient: AccountId): Promise<Seq>
  /**
   * No device confirmed a live row in time (M8): it becomes an inbox item of the recipient and a *Sent while away* line of the sender.
   * May be written behind; after a crash in between `settleViews` does the same for live rows that were never confirmed.
   */
  missed(recipient: AccountId, seq: Seq): Promise<void>
  /** Removes read rows, oldest first, until `bytes` more fit below `limits.inboxBytes` (DECISIONS 25). Unread rows stay. */
  makeRoom(recipient: AccountId, bytes: number): Promise<void>
  /** Ends the recipient's open R26 batches, of one thread or of all: signed in, or the sender closed the conversation. Memory. */
  closeBatches(recipient: AccountId, thread?: ThreadId): void
  /** What is in the recipient's way of a further message; memory for people with unread rows or endpoints. */
  inbox(recipient: AccountId): Promise<InboxCount>
  /** The same where memory has it: what a decision looks at before it asks the store. */
  inboxNow(recipient: AccountId): InboxCount | undefined
  /** Rows whose time is over, removed in batches; unread ones become Expired for the sender. @returns how many were removed. */
  expire(now: Instant, limit: number): Promise<number>
  /** Live rows unread for `unreadAfterMs` become inbox items; live rows nobody keeps go when confirmed and read (DECISIONS 12). @returns rows touched. */
  settleViews(now: Instant, limit: number): Promise<number>
}

/** A committed row with the thread it belongs to. */
export interface Kept {
  readonly row: Row
  readonly thread: ThreadSideRef
}

/** One read of a lane from the log. */
export interface Feed {
  readonly rows: readonly FeedRow[]
  /** Every row up to here was looked at; the next read begins after it. */
  readonly upTo: Seq
  /** The log has no row after `upTo`. */
  readonly end: boolean
}

export interface FeedRow extends Kept {
  /** The recipient has neither read nor removed it; only such rows go to an endpoint without inbox view (DECISIONS 14). */
  readonly unread: boolean
}

export interface InboxCount {
  readonly unreadMessages: number
  readonly unreadItems: number
  /** Of all rows, and of the unread ones: read rows make room, unread ones do not. */
  readonly bytes: number
  readonly unreadBytes: number
}

export interface ThreadSideRef {
  readonly id: ThreadId
  readonly externalId: string
  readonly subject: string | undefined
  readonly importance: Message['importance']
  /** Display name of the sender at sending time. */
  readonly senderName: string
}
