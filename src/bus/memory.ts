import type { Announcement, Bus } from '../actions/ports/bus.ts'

/** How listeners' mistakes are told: a throw in one must not keep the others from hearing. */
export type BusFault = (error: unknown, what: Announcement) => void

/**
 * The bus of one process: every listener hears at once, in the order of subscription. It says only "look" (ARCHITECTURE, promise 3).
 * Listeners must be short; who has work to do puts it into its own queue.
 */
export function createMemoryBus(fault: BusFault = rethrowLater): Bus {
  const listeners = new Set<(what: Announcement) => void>()
  return {
    announce(what) {
      for (const listener of listeners) {
        try {
          listener(what)
        } catch (error) {
          fault(error, what)
        }
      }
    },
    subscribe(listener) {
      // A wrapper of its own, so that one function may subscribe twice and end once.
      const own = (what: Announcement) => listener(what)
      listeners.add(own)
      return () => {
        listeners.delete(own)
      }
    },
  }
}

/** A listener's throw is our bug: it reaches the process, not the one who announced. */
function rethrowLater(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
