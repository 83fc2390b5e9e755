import type { AccountId } from '../../domain/account.ts'
import type { Row } from '../../domain/message.ts'
import type { Instant } from '../../domain/time.ts'
import type { Bus } from './bus.ts'
import type { Lockouts, Passwords, Tokens } from './credentials.ts'
import type { Facts } from './facts.ts'
import type { Lanes, Positions } from './lanes.ts'
import type { Audit, Contacts, Ledger } from './ledger.ts'
import type { Log } from './log.ts'
import type { OpenConversations, PresenceBoard } from './people.ts'
import type { Threads } from './threads.ts'
import type { Trace } from './trace.ts'

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
  readonly trace: Trace
  readonly bus: Bus
  readonly limits: Limits
  readonly rates: Rates
  readonly server: ServerSettings
  /** Where an error goes of work that nobody waits for (a mark, a late view); absent: it is dropped. */
  readonly fault?: (error: unknown, doing: string) => void
  /** Counts what became of a message, by the words of INTERFACES 4 (R51), with its row where it was kept; a repeat is not counted again. */
  readonly counted?: (outcome: 'delivered' | 'stored' | 'refused', reason: string, row?: Row) => void
}

/** What the configuration says beside numbers, as far as cmdlets and doors ask for it. */
export interface ServerSettings {
  /** Every listener is on loopback: weak passwords may be taken (SECURITY 31). */
  readonly loopbackOnly: boolean
  /** Quiet hours of whoever chose none, in the form of `domain/quiet-hours.ts` (`notifications.quietHours`). */
  readonly quietHours: string
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
