import type { AccountId } from '../../domain/account.ts'
import type { Message, MessageId, Row, Seq, ThreadId } from '../../domain/message.ts'
import type { Instant } from '../../domain/time.ts'

export type MessageState = 'Queued' | 'Mailed' | 'Delivered' | 'Read' | 'Expired'

/** A row as one side sees it on a page of history. */
export interface Transcript {
  readonly id: MessageId
  readonly row: Row
  readonly thread: ThreadId
  readonly direction: 'Incoming' | 'Outgoing'
  readonly origin: 'Inbox' | 'History' | 'Sent'
  readonly unread: boolean
  /** Of own messages; a mark that is withheld is not there yet (DECISIONS 15c). */
  readonly state: MessageState | undefined
  /** Of incoming rows too: when a device of the owner had it, whatever the sender is shown. */
  readonly deliveredAt: Instant | undefined
  readonly readAt: Instant | undefined
}

/** One side's view of one thread: what UCWA calls a conversationLog. */
export interface ThreadSide {
  readonly thread: ThreadId
  readonly externalId: string
  readonly subject: string | undefined
  readonly importance: Message['importance']
  readonly peer: AccountId
  /** Name at sending time, for a peer that was deleted (R49). */
  readonly peerName: string
  readonly last: Transcript | undefined
  readonly lastAt: Instant
  readonly unread: number
  readonly inboxCount: number
  readonly historyCount: number
  /** Up to 1,000; more are not counted. */
  readonly sentWaitingCount: number
  /** The newest row of this side that was read. */
  readonly readUpTo: MessageId | undefined
  /** When the first unread row was sent: where reading starts. */
  readonly oldestUnread: Instant | undefined
}

/** Which rows of a page; ids and times are exclusive borders, `at` is inside the page. */
export interface PageQuery {
  readonly before?: MessageId | Instant
  readonly after?: MessageId | Instant
  readonly at?: MessageId | Instant
  readonly limit: number
}

/** Oldest first, with whether there is more on either side. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly earlier: boolean
  readonly later: boolean
}

export interface Threads {
  side(owner: AccountId, thread: ThreadId): Promise<ThreadSide | undefined>
  /** @param externalId undefined: the thread of the pair, of messages whose client named none (R28) */
  byExternalId(
    owner: AccountId,
    peer: AccountId,
    externalId: string | undefined,
  ): Promise<ThreadId | undefined>
  /** Newest first. */
  sides(owner: AccountId, query: { limit: number; before?: Instant }): Promise<readonly ThreadSide[]>
  transcripts(owner: AccountId, thread: ThreadId, query: PageQuery): Promise<Page<Transcript>>
  /** All threads of two people as one (ucwa.md section 15, Timeline). */
  timeline(owner: AccountId, peer: AccountId, query: PageQuery): Promise<Page<Transcript>>
  transcript(owner: AccountId, id: MessageId): Promise<Transcript | undefined>
  /** `expired`: unread messages of or to this person that expired since `tellExpired`. */
  counts(owner: AccountId): Promise<{ logs: number; missed: number; unreadMissed: number; expired: number }>
  /** Told at sign-in, once (offline-im section 10, R50). @returns how many expired since it was told last */
  tellExpired(owner: AccountId, at: Instant): Promise<number>
  /**
   * Rows of one thread up to `upTo` are read (and so delivered). `mark` false: the sender's marks are withheld until `releaseMarks` (DECISIONS 15c).
   * `receipt` false: the sender never learns of the reading, Delivered is the last mark (R50); undefined is true.
   * @returns what changed.
   */
  markRead(
    owner: AccountId,
    thread: ThreadId,
    upTo: Seq,
    at: Instant,
    mark: boolean,
    receipt?: boolean,
  ): Promise<{ readonly changed: number }>
  markUnread(owner: AccountId, thread: ThreadId, from: Seq): Promise<{ readonly changed: number }>
  /** A device has the rows up to `upTo` of this thread; `mark` false withholds the sender's mark. */
  markDelivered(owner: AccountId, thread: ThreadId, upTo: Seq, at: Instant, mark: boolean): Promise<void>
  /** A device with inbox view was told of everything up to `upTo`. @returns the threads whose delivered mark moved, with the other side. */
  markAllDelivered(
    owner: AccountId,
    upTo: Seq,
    at: Instant,
    mark: boolean,
  ): Promise<readonly { thread: ThreadId; sender: AccountId }[]>
  /** Gives out, at time `at`, every mark that was withheld for this person (all threads, or one). */
  releaseMarks(
    owner: AccountId,
    at: Instant,
    thread?: ThreadId,
  ): Promise<readonly { thread: ThreadId; sender: AccountId }[]>
  /** Takes the thread out of this side's inbox and history (conversationLog DELETE). */
  clear(owner: AccountId, thread: ThreadId): Promise<void>
  /** R26 batches of unread, delivered and read inbox rows, oldest first. */
  items(owner: AccountId | undefined): AsyncIterable<InboxItem>
  removeItem(owner: AccountId, item: string): Promise<boolean>
  statistics(owner: AccountId): Promise<MailboxStatistics>
  /** Inbox messages of everybody, counted without reading them: for the gauges. */
  totals(): Promise<{
    readonly unread: number
    readonly read: number
    readonly oldestUnread: Instant | undefined
  }>
}

/** One missed-conversation item (R26); what `Get-NpOfflineMessage` returns. */
export interface InboxItem {
  readonly id: string
  readonly owner: AccountId
  readonly sender: AccountId
  readonly senderName: string
  readonly thread: ThreadId
  readonly state: 'Unread' | 'Delivered' | 'Read' | 'Expired'
  readonly rows: readonly { readonly row: Row; readonly state: 'Unread' | 'Delivered' | 'Read' | 'Expired' }[]
}

export interface MailboxStatistics {
  readonly inboxItems: number
  readonly unreadItems: number
  readonly inboxMessages: number
  readonly historyThreads: number
  readonly historyMessages: number
  readonly sentWaiting: number
  readonly bytes: number
  readonly oldestUnread: Instant | undefined
}
