import type { AccountId } from '../domain/account.ts'
import type { EndpointId } from '../domain/endpoint.ts'
import type { Seq, ThreadId } from '../domain/message.ts'

/** A sender who waits until a device has the row. */
export interface Waiter {
  readonly recipient: AccountId
  readonly seq: Seq
  readonly thread: ThreadId
  readonly sinceMs: number
  /** On the monotonic clock. */
  dueMs: number
  /** Endpoints that may still confirm. */
  readonly stations: Set<EndpointId>
  readonly promise: Promise<boolean>
  readonly resolve: (confirmed: boolean) => void
}

export interface Waiters {
  readonly size: number
  add(waiter: Waiter): void
  /** Gives every waiter whose time is up to `due`, which returns a later time or undefined when that was all. */
  expire(nowMs: number, due: (waiter: Waiter) => number | undefined): void
}

/**
 * Two queues in place of a timer per message: new waiters all have the same time, so the first in is the first due; the few that wait
 * longer (an invitation rings) are looked at each time. A waiter that was answered stays until its time and is passed over then.
 */
export function createWaiters(): Waiters {
  let queue: Waiter[] = []
  let head = 0
  const longer = new Set<Waiter>()
  return {
    get size() {
      return queue.length - head + longer.size
    },
    add(waiter) {
      queue.push(waiter)
    },
    expire(nowMs, due) {
      for (const waiter of [...longer]) {
        if (waiter.dueMs > nowMs) continue
        const until = due(waiter)
        if (until === undefined) longer.delete(waiter)
        else waiter.dueMs = until
      }
      for (; head < queue.length; head++) {
        const waiter = queue[head]
        if (waiter === undefined || waiter.dueMs > nowMs) break
        const until = due(waiter)
        if (until === undefined) continue
        waiter.dueMs = until
        longer.add(waiter)
      }
      if (head > 1024 || head === queue.length) {
        queue = queue.slice(head)
        head = 0
      }
    },
  }
}
