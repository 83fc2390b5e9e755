import type { AccountId } from '../../domain/account.ts'
import type { EndpointId } from '../../domain/endpoint.ts'
import type { ThreadId } from '../../domain/message.ts'
import type { Choice, Note, PresenceState, Publication } from '../../domain/presence.ts'

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
