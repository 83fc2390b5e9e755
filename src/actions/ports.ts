import type { Account, AccountId, PersonalSettings } from '../domain/account.ts'
import type { AccessLevel, ContactList, GroupId } from '../domain/contact.ts'
import type { Delivery } from '../domain/delivery.ts'
import type { Endpoint, EndpointId } from '../domain/endpoint.ts'
import type { Message, MessageId, Row, Seq, ThreadId } from '../domain/message.ts'
import type { EffectivePolicy, MessagingRules, PolicyInstance } from '../domain/policy.ts'
import type { Choice, Note, PresenceState, Publication } from '../domain/presence.ts'
import type { SipUri } from '../domain/sip-uri.ts'
import type { Instant } from '../domain/time.ts'

/**
 * What actions and cmdlets may ask of the world. The store, the bus and main implement it; the doors never see SQL.
 * A rejected promise is always a broken world (disk, database), never a refusal.
 */
export interface Ports {
  readonly clock: Clock
  readonly random: Random
  readonly facts: Facts
  readonly ledger: Ledger
  readonly log: Log
  readonly threads: Threads
  readonly positions: Positions
  readonly lanes: Lanes
  readonly presence: PresenceBoard
  readonly conversations: OpenConversations
  readonly contacts: Contacts
  readonly passwords: Passwords
  readonly tokens: Tokens
  readonly lockouts: Lockouts
  readonly audit: Audit
  readonly bus: Bus
  readonly limits: Limits
  readonly rates: Rates
  readonly server: ServerSettings
  /** Where an error goes of work that nobody waits for (a mark, a late view); absent: it is dropped. */
  readonly fault?: (error: unknown, doing: string) => void
  /** Counts what became of a message, by the words of INTERFACES 4 (R51); a repeat is not counted again. */
  readonly counted?: (outcome: 'delivered' | 'stored' | 'refused', reason: string) => void
}

/** What the configuration says beside numbers, as far as cmdlets ask for it. */
export interface ServerSettings {
  /** Every listener is on loopback: weak passwords may be taken (SECURITY 31). */
  readonly loopbackOnly: boolean
  /** The text of a file below `import.folder`; undefined when it is not there, not below it, or too large (DECISIONS 29). */
  readImport(path: string): Promise<string | undefined>
}

export interface Clock {
  now(): Instant
  /** For durations; never goes back. */
  monotonicMs(): number
  /** The delay of SECURITY 37; absent: a timer of the process. Tests return at once. */
  wait?(ms: number): Promise<void>
}

/** How fast people may send; counters in memory, on the monotonic clock (DECISIONS 25). */
export interface Rates {
  /** One message of this sender. @returns 0 when it may pass, else the milliseconds until the next one may. */
  takeMessage(sender: AccountId): number
  /** One message to somebody who is not there; live messages are not counted. */
  takeAbsent(sender: AccountId, recipient: AccountId): number
}

export interface Random {
  /** base64url of `bytes` random octets. */
  token(bytes: number): string
  guid(): string
}

/** Numbers from the configuration (`limits.*`, `delivery.*`, …; INTERFACES 6); durations in milliseconds, sizes in octets. */
export interface Limits {
  readonly messageText: number
  readonly inboxMessages: number
  readonly inboxUnreadItems: number
  readonly inboxBytes: number
  readonly messagesPerSecond: number
  readonly messagesBurst: number
  readonly messagesPerMinuteToAbsent: number
  readonly pushMs: number
  readonly openConversationMs: number
  readonly unreadAfterMs: number
  readonly presenceIdleMs: number
  readonly presenceAwayMs: number
}

/** Compiled and frozen: accounts, grants, effective policies, roles, blocks, settings. Memory only, never SQL (ARCHITECTURE, The hot path 3). */
export interface Facts {
  /** Grows with every change; UCWA's etags and caches hang on it. */
  readonly version: number
  account(id: AccountId): Account | undefined
  bySip(uri: SipUri): Account | undefined
  byUpn(upn: string): Account | undefined
  accounts(): Iterable<Account>
  readonly accountCount: number
  domains(): readonly string[]
  sites(): readonly Site[]
  tenantId(): string
  settings(id: AccountId): PersonalSettings
  rules(id: AccountId): MessagingRules
  /** `viewed`'s level for `viewer`; Colleagues where nothing was set. */
  accessLevel(viewed: AccountId, viewer: AccountId): AccessLevel
  policies(noun: string): readonly PolicyInstance[]
  /** @returns the instance whose identity equals `identity` without regard to case. */
  policy(noun: string, identity: string): PolicyInstance | undefined
  effectivePolicy(noun: string, id: AccountId): EffectivePolicy
  /** Name (`Tag:X`) of the granted per-user policy. */
  grant(noun: string, id: AccountId): string | undefined
  tenantGrant(noun: string): string | undefined
  roles(id: AccountId): readonly Role[]
  roleMembers(role: Role): readonly AccountId[]
}

export interface Site {
  readonly name: string
  readonly pools: readonly string[]
}

export const ROLES = [
  'CsAdministrator',
  'CsUserAdministrator',
  'CsHelpDesk',
  'CsViewOnlyAdministrator',
  'NpMessageReader',
] as const
export type Role = (typeof ROLES)[number]

/** One change of what administrators and people configure. The store turns each into writes; facts follow in the same turn. */
export type Change =
  | { readonly kind: 'putAccount'; readonly account: Account }
  | { readonly kind: 'removeAccount'; readonly id: AccountId }
  | { readonly kind: 'putSecrets'; readonly id: AccountId; readonly secrets: Secrets }
  | { readonly kind: 'putSipSignIn'; readonly id: AccountId; readonly allowed: boolean }
  | { readonly kind: 'putPolicy'; readonly policy: PolicyInstance }
  /** `policy.values` over what the instance has when its turn comes: two administrators who set different properties lose neither. */
  | { readonly kind: 'patchPolicy'; readonly policy: PolicyInstance }
  | { readonly kind: 'removePolicy'; readonly noun: string; readonly identity: string }
  | { readonly kind: 'grant'; readonly noun: string; readonly id: AccountId; readonly policy: string | null }
  | { readonly kind: 'grantTenant'; readonly noun: string; readonly policy: string | null }
  | { readonly kind: 'addRole'; readonly role: Role; readonly id: AccountId }
  | { readonly kind: 'removeRole'; readonly role: Role; readonly id: AccountId }
  | { readonly kind: 'putSettings'; readonly id: AccountId; readonly settings: PersonalSettings }
  | {
      readonly kind: 'putPresence'
      readonly id: AccountId
      readonly choice: Choice | undefined
      readonly note: Note | undefined
      readonly location: string | undefined
    }
  | {
      readonly kind: 'putAccessLevel'
      readonly owner: AccountId
      readonly other: AccountId
      readonly level: AccessLevel
    }
  | { readonly kind: 'putGroup'; readonly owner: AccountId; readonly id: GroupId; readonly name: string }
  | { readonly kind: 'removeGroup'; readonly owner: AccountId; readonly id: GroupId }
  | {
      readonly kind: 'addContact'
      readonly owner: AccountId
      readonly contact: AccountId
      readonly group: GroupId
    }
  | {
      readonly kind: 'removeContact'
      readonly owner: AccountId
      readonly contact: AccountId
      readonly group: GroupId | undefined
    }
  | { readonly kind: 'putServerValue'; readonly name: string; readonly value: string }

/** What sign-in needs; password-equivalents are encrypted at rest by the store (SECURITY 32). Undefined leaves a value, null deletes it. */
export interface Secrets {
  /** PHC string of argon2id or scrypt. */
  readonly passwordHash?: string | null
  /** 32 hexadecimal digits (MD4 of UTF-16LE). */
  readonly ntHash?: string | null
  /** MD5 hexadecimal for `user` and for `user@domain` (SECURITY 32). */
  readonly ha1?: { readonly user: string; readonly address: string } | null
}

/** One audit record before it is chained (INTERFACES 5, SECURITY 59). */
export interface AuditEntry {
  readonly time: Instant
  readonly who: string
  readonly role: string | null
  readonly from: string
  readonly door: string
  readonly invocation: string
  readonly cmdlet: string
  readonly parameters: Readonly<Record<string, unknown>>
  readonly targetObject: string | null
  readonly before: Readonly<Record<string, unknown>> | null
  readonly after: Readonly<Record<string, unknown>> | null
  readonly result: string
}

export interface AuditRecord extends AuditEntry {
  readonly number: number
  readonly node: string
  readonly hash: string
}

/** Configuration and its audit records commit together or not at all; when the promise resolves facts are compiled and the bus has been told. */
export interface Ledger {
  commit(changes: readonly Change[], audit: readonly AuditEntry[]): Promise<void>
  /** Numbers that are never used again, also not after a removal (R48). */
  newAccountId(): AccountId
  newGroupId(): GroupId
  secrets(id: AccountId): Promise<Secrets>
  sipSignIn(
    id: AccountId,
  ): Promise<{ readonly allowed: boolean; readonly digest: 'Ready' | 'NeedsPassword' | 'Off' }>
  serverValue(name: string): string | undefined
  /** What people chose and wrote (`putPresence`), for the presence board at start. */
  presences(): Promise<readonly StoredPresence[]>
}

export interface StoredPresence {
  readonly id: AccountId
  readonly choice: Choice | undefined
  readonly note: Note | undefined
  readonly location: string | undefined
}

export interface Audit {
  /** Oldest first, streamed. */
  find(query: {
    since?: Instant
    cmdlet?: string
    who?: string
    targetObject?: string
  }): AsyncIterable<AuditRecord>
  /** @returns the number of the first record whose hash does not fit, or undefined. */
  verify(): Promise<number | undefined>
}

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
  readonly sentWaitingCount: number
  /** The newest row of this side that was read. */
  readonly readUpTo: MessageId | undefined
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
  counts(owner: AccountId): Promise<{ logs: number; missed: number; unreadMissed: number; expired: number }>
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

/** A row on its way to one endpoint. `replay`: it was there before the endpoint; `alert` false: nothing may pop up. */
export interface Offer {
  readonly row: Row
  readonly thread: ThreadSideRef
  readonly replay: boolean
  readonly alert: boolean
}

export interface ThreadSideRef {
  readonly id: ThreadId
  readonly externalId: string
  readonly subject: string | undefined
  readonly importance: Message['importance']
  /** Display name of the sender at sending time. */
  readonly senderName: string
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

/** Whether a conversation is open for a person (DECISIONS 15a); memory only: after a restart every conversation is closed. */
export interface OpenConversations {
  isOpen(owner: AccountId, thread: ThreadId): boolean
  /** The owner wrote in it since it last closed: typing shows even while hidden (DECISIONS 15c). */
  hasWritten(owner: AccountId, thread: ThreadId): boolean
  /** The owner wrote (`wrote`), accepted by hand or read on screen. */
  take(owner: AccountId, thread: ThreadId, wrote?: boolean): void
  /** Either side wrote: the ten minutes begin again. */
  touch(thread: ThreadId): void
  close(owner: AccountId, thread: ThreadId): void
  /** The last endpoint is gone. */
  closeAll(owner: AccountId): void
}

/** Presence of everybody, in memory; choices and notes are read from the ledger at start. It announces `presence` itself. */
export interface PresenceBoard {
  of(account: AccountId): PresenceState
  publish(account: AccountId, publication: Publication): void
  withdraw(account: AccountId, endpoint: EndpointId): void
  /** Memory only; the action writes the change to the ledger. */
  choose(account: AccountId, choice: Choice | undefined): void
  annotate(account: AccountId, note: Note | undefined, location: string | undefined): void
}

export interface Contacts {
  list(owner: AccountId): Promise<ContactList>
  /** Who has `contact` on the list: watchers of Disable-CsUser. */
  owners(contact: AccountId): Promise<readonly AccountId[]>
}

/** argon2id off the main thread, at most 4 at once and 100 waiting (SECURITY 31). */
export interface Passwords {
  /** @throws PasswordsBusy beyond the queue. */
  hash(password: string): Promise<string>
  /** Does the same work for an unknown account: give `undefined` (SECURITY 36). */
  verify(
    password: string,
    phc: string | undefined,
  ): Promise<{ readonly right: boolean; readonly weak: boolean }>
}

export class PasswordsBusy extends Error {}

export type TokenKind = 'bearer' | 'cookie' | 'photo'

export interface TokenRecord {
  readonly account: AccountId
  readonly kind: TokenKind
  readonly issued: Instant
  readonly expires: Instant
  readonly csrf: string | undefined
  readonly keep: boolean
}

/** Opaque tokens of which only the SHA-256 is kept (SECURITY 38). */
export interface Tokens {
  issue(token: {
    account: AccountId
    kind: TokenKind
    lifeMs: number
    idleMs: number
    keep?: boolean
  }): Promise<{ token: string; record: TokenRecord }>
  /** Checks and, unless `peek`, counts as use. */
  check(kind: TokenKind, token: string, options?: { peek?: boolean }): TokenRecord | undefined
  revoke(kind: TokenKind, token: string): Promise<void>
  revokeAll(account: AccountId): Promise<void>
}

/** Failure counters shared by all doors; survive a restart (SECURITY 37). */
export interface Lockouts {
  /** Asked before the password is looked at. */
  gate(
    name: string,
    address: string,
  ):
    | { readonly kind: 'open'; readonly delayMs: number }
    | { readonly kind: 'refused'; readonly retryAfterMs: number }
  failed(name: string, address: string): void
  succeeded(name: string, address: string): void
  /** Unlock-NpAccount. */
  unlock(name: string): Promise<boolean>
}

/** Says only "look": what must survive is in the store (ARCHITECTURE, promise 3). */
export type Announcement =
  | { readonly topic: 'row'; readonly row: Row }
  /** `sender`'s marks in this thread changed. */
  | {
      readonly topic: 'marks'
      readonly thread: ThreadId
      readonly sender: AccountId
      readonly recipient: AccountId
    }
  /** Counts or reading state of the owner's side changed. */
  | {
      readonly topic: 'thread'
      readonly thread: ThreadId
      readonly owner: AccountId
      readonly removed: boolean
    }
  /**
   * What is seen of this person changed; the board itself says so, also for an end by time. `ownOnly`: only the person sees a difference;
   * an event for anybody else would give somebody away who appears offline (DECISIONS 15c).
   */
  | { readonly topic: 'presence'; readonly account: AccountId; readonly ownOnly?: boolean }
  | { readonly topic: 'contacts'; readonly owner: AccountId }
  | { readonly topic: 'access'; readonly owner: AccountId; readonly other: AccountId }
  | { readonly topic: 'settings'; readonly account: AccountId }
  | { readonly topic: 'account'; readonly account: AccountId }
  | { readonly topic: 'policy' }
  | {
      readonly topic: 'typing'
      readonly thread: ThreadId
      readonly from: AccountId
      readonly to: AccountId
      readonly typing: boolean
    }
  | { readonly topic: 'revoked'; readonly account: AccountId }

export interface Bus {
  announce(what: Announcement): void
  /** @returns the end of the subscription. */
  subscribe(listener: (what: Announcement) => void): () => void
}
