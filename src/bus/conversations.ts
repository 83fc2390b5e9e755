import type { OpenConversations } from '../actions/ports/people.ts'
import type { Clock, Limits } from '../actions/ports/ports.ts'
import type { AccountId } from '../domain/account.ts'
import type { ThreadId } from '../domain/message.ts'

interface Taken {
  readonly owners: Map<AccountId, { wrote: boolean }>
  /** When somebody wrote or took last, on the monotonic clock. */
  touchedMs: number
}

/** Every so many takings look for what has gone quiet. */
const SWEEP_EVERY = 4096

/**
 * Which conversations are open for whom (DECISIONS 15a), in memory: after a restart all are closed. Only threads that somebody took are
 * remembered, and none longer than `delivery.openConversation` after the last word.
 */
export function createOpenConversations(needs: {
  readonly clock: Clock
  readonly limits: Pick<Limits, 'openConversationMs'>
}): OpenConversations {
  const { clock, limits } = needs
  const threads = new Map<ThreadId, Taken>()
  const byOwner = new Map<AccountId, Set<ThreadId>>()
  let takings = 0

  function alive(thread: ThreadId): Taken | undefined {
    const taken = threads.get(thread)
    if (taken === undefined) return undefined
    if (clock.monotonicMs() - taken.touchedMs < limits.openConversationMs) return taken
    forget(thread, taken)
    return undefined
  }

  function forget(thread: ThreadId, taken: Taken): void {
    threads.delete(thread)
    for (const owner of taken.owners.keys()) leave(owner, thread)
  }

  function leave(owner: AccountId, thread: ThreadId): void {
    const own = byOwner.get(owner)
    own?.delete(thread)
    if (own?.size === 0) byOwner.delete(owner)
  }

  function close(owner: AccountId, thread: ThreadId): void {
    const taken = threads.get(thread)
    if (!taken?.owners.delete(owner)) return
    leave(owner, thread)
    if (taken.owners.size === 0) threads.delete(thread)
  }

  return {
    isOpen: (owner, thread) => alive(thread)?.owners.has(owner) ?? false,
    hasWritten: (owner, thread) => alive(thread)?.owners.get(owner)?.wrote ?? false,
    take(owner, thread, wrote = false) {
      if (++takings % SWEEP_EVERY === 0) for (const known of [...threads.keys()]) alive(known)
      let taken = alive(thread)
      if (taken === undefined) {
        taken = { owners: new Map(), touchedMs: 0 }
        threads.set(thread, taken)
      }
      taken.touchedMs = clock.monotonicMs()
      const side = taken.owners.get(owner)
      if (side !== undefined) {
        side.wrote ||= wrote
        return
      }
      taken.owners.set(owner, { wrote })
      const own = byOwner.get(owner)
      if (own) own.add(thread)
      else byOwner.set(owner, new Set([thread]))
    },
    touch(thread) {
      const taken = alive(thread)
      if (taken) taken.touchedMs = clock.monotonicMs()
    },
    close,
    closeAll(owner) {
      for (const thread of [...(byOwner.get(owner) ?? [])]) close(owner, thread)
    },
  }
}
