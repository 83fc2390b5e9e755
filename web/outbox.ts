import type { Uri } from './model.ts'

/**
 * A message that is on this device only, or was refused (ux.md 1.1 row 6; ucwa.md section 15, Outbox). The key is made when Enter is
 * pressed and goes out as `Idempotency-Key`, so that a repeat after a lost answer makes no second message.
 */
export interface Item {
  readonly key: string
  readonly account: Uri
  readonly person: Uri
  readonly text: string
  /** When it was written, in ms. */
  readonly at: number
  readonly state:
    | 'waiting'
    /** Older than a day when it could have been sent: the person is asked. */
    | 'held'
    | 'refused'
    /** The server has it; the line of the thread is on its way. */
    | 'accepted'
  /** The server's words for a refusal, in the sender's language. */
  readonly said: string | undefined
  /** Why the server refused the request itself, where it gave no words. */
  readonly because?: 'tooLong' | 'notTaken' | undefined
  readonly messageId: string | undefined
}

/** Older messages are not sent without asking (ux.md 1.1 row 6). */
export const ASK_AFTER_MS = 24 * 3_600_000

/** In the order in which they were written; equal times keep their order in the list. */
export function inOrder(items: readonly Item[]): readonly Item[] {
  return items.toSorted((a, b) => a.at - b.at)
}

/** The one message that may go out now: the oldest that waits. What is held or refused never holds up the others. */
export function nextToSend(items: readonly Item[]): Item | undefined {
  return inOrder(items).find((item) => item.state === 'waiting')
}

/** Puts aside what has become too old to be sent without asking. */
export function holdOld(items: readonly Item[], now: number): readonly Item[] {
  return items.map((item) =>
    item.state === 'waiting' && now - item.at > ASK_AFTER_MS ? { ...item, state: 'held' as const } : item,
  )
}

/** What still has to leave this device, for the hint line and the question at sign-out. */
export function unsent(items: readonly Item[]): readonly Item[] {
  return items.filter((item) => item.state === 'waiting' || item.state === 'held')
}

/** Items of one person that the thread does not show yet. */
export function itemsFor(
  items: readonly Item[],
  person: Uri,
  isShown: (messageId: string) => boolean,
): readonly Item[] {
  return inOrder(items).filter(
    (item) => item.person === person && !(item.messageId !== undefined && isShown(item.messageId)),
  )
}

/** What one attempt to send came to. */
export type Attempt =
  | { readonly kind: 'accepted'; readonly messageId: string | undefined }
  | { readonly kind: 'refused'; readonly said: string | undefined; readonly because?: Item['because'] }
  /** Nothing is lost: the same key is tried again, after `ms` where the server said so. `busy`: it answered, and takes nothing now. */
  | { readonly kind: 'later'; readonly ms: number | undefined; readonly busy?: boolean }

/** By the status of an answer that is not 2xx (ucwa.md sections 8.1, 9). */
export function attemptFrom(
  status: number,
  said: string | undefined,
  retryAfter: number | undefined,
): Attempt {
  const transient = [401, 403, 404, 408, 409, 410, 425, 429]
  if (transient.includes(status) || status >= 500) {
    const ms = retryAfter === undefined ? undefined : retryAfter * 1000
    return { kind: 'later', ms, busy: status === 429 || status >= 500 }
  }
  return { kind: 'refused', said, because: status === 413 ? 'tooLong' : 'notTaken' }
}
