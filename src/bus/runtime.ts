import type { Bus } from '../actions/ports/bus.ts'
import type { Facts } from '../actions/ports/facts.ts'
import type { Positions } from '../actions/ports/lanes.ts'
import type { StoredPresence } from '../actions/ports/ledger.ts'
import type { Log } from '../actions/ports/log.ts'
import type { OpenConversations } from '../actions/ports/people.ts'
import type { Clock, Limits, Rates } from '../actions/ports/ports.ts'
import type { Trace } from '../actions/ports/trace.ts'
import { createOpenConversations } from './conversations.ts'
import { createLanes, type LaneOptions, type RunningLanes } from './endpoints.ts'
import { createPresenceBoard, type RunningPresence } from './presence.ts'
import { createRates } from './rates.ts'

/** What lives in memory only, for one process (ARCHITECTURE, Cluster: single). */
export interface Runtime {
  readonly bus: Bus
  readonly presence: RunningPresence
  readonly conversations: OpenConversations
  readonly rates: Rates
  readonly lanes: RunningLanes
  /** Ends timers and closes every lane; positions are handed to the store. */
  stop(): void
}

/**
 * Joins the ports of memory with those of the store.
 * @param presences what people chose and wrote: `await ledger.presences()`
 * @param options.gone a silent endpoint left its lane: call `endpointGone`
 */
export function createRuntime(
  needs: {
    readonly bus: Bus
    readonly clock: Clock
    readonly facts: Facts
    readonly log: Log
    readonly positions: Positions
    readonly trace: Trace
    readonly limits: Limits
  },
  presences: readonly StoredPresence[],
  options: LaneOptions = {},
): Runtime {
  const presence = createPresenceBoard(needs, presences)
  const lanes = createLanes({ ...needs, presence }, options)
  return {
    bus: needs.bus,
    presence,
    conversations: createOpenConversations(needs),
    rates: createRates(needs),
    lanes,
    stop() {
      lanes.stop()
      presence.stop()
    },
  }
}
