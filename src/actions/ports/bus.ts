import type { AccountId } from '../../domain/account.ts'
import type { Row, ThreadId } from '../../domain/message.ts'

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
  /** The person's right to be here changed: password, disable, role. Everything that was let in on it ends. */
  | { readonly topic: 'revoked'; readonly account: AccountId }
  /** Who may see whose presence changed for many at once (M12): watchers look again. */
  | { readonly topic: 'privacy' }
  /** Some of the person's tokens are good no longer, nothing else changed: who waits with one of them waits no longer (SECURITY 38). */
  | { readonly topic: 'tokens'; readonly account: AccountId }

export interface Bus {
  announce(what: Announcement): void
  /** @returns the end of the subscription. */
  subscribe(listener: (what: Announcement) => void): () => void
}
