import { rolesOf } from '../admin/caller-roles.ts'
import type { Caller } from '../admin/cmdlet.ts'
import type { Engine } from '../admin/invoke.ts'
import type { Limits } from '../codec/limits.ts'

/** One open pool, whatever carries it: a shell of WSMan, a session over SSH or WebSocket. */
export interface OpenPool {
  readonly id: string
  readonly owner: Caller
  /** Commands that are not done, and requests that are held. */
  readonly operations: number
  /** The owner may no longer be here, or has a new password. */
  revoked(because: 'account' | 'password'): void
}

/** Why a pool ended. */
export type PoolEnd = 'closed' | 'deleted' | 'idle' | 'lost' | 'revoked' | 'shutdown' | 'protocol'

/** What happens at the doors of remoting, for log, metrics and security log (SECURITY 58). */
export interface PoolEvents {
  opened?(pool: Pick<OpenPool, 'id' | 'owner'>): void
  limit?(name: 'shells' | 'shellsPerUser' | 'shellOperations', caller: Caller): void
  /** The client broke the protocol. */
  abuse?(because: string, caller: Caller): void
  closed?(pool: Pick<OpenPool, 'id' | 'owner'>, because: PoolEnd): void
}

/** Why somebody who is signed in may not open a session, in the words of the original (cmdlets.md section 3). */
export const NO_ENTRY = {
  remoteAccessOff: 'Connecting to this tenant by remote PowerShell has been disabled.',
  noRole:
    'The user does not have permission to manage this tenant; permissions come from an administrator role.',
} as const
export type NoEntry = keyof typeof NO_ENTRY

/** Every open pool of this server: one allowance for all carriers (DECISIONS 25, SECURITY 23). */
export interface Pools {
  /** Why `caller` may not open a session, or undefined. */
  refusal(caller: Caller): NoEntry | undefined
  /** Counts one more. @returns which limit is reached, or undefined */
  admit(pool: OpenPool): 'shells' | 'shellsPerUser' | undefined
  leave(pool: OpenPool, because: PoolEnd): void
  /** Commands that are not done and requests that are held, over all pools of a person, are above the limit. */
  isBusy(owner: Caller): boolean
  readonly events: PoolEvents
  /** No longer listens for accounts that change. */
  stop(): void
}

/** The same person: the account, not its name, which somebody else may get later (DECISIONS 21). */
export function isSame(one: Caller, other: Caller): boolean {
  return one.account?.id === other.account?.id && (one.account !== undefined || one.name === other.name)
}

export function createPools(needs: {
  readonly engine: Engine
  readonly limits: Limits
  readonly events?: PoolEvents
  /** False: nobody may enter (`powershell.enabled`). */
  readonly enabled?: boolean
}): Pools {
  const { engine, limits, events = {} } = needs
  const open = new Set<OpenPool>()
  const of = (owner: Caller): OpenPool[] => [...open].filter((pool) => isSame(pool.owner, owner))

  // Roles are read at each invocation; a person who holds none any more, or has a new password, loses the connection too (SECURITY 38).
  const stop = engine.ports.bus.subscribe((what) => {
    if (what.topic !== 'revoked' && what.topic !== 'account') return
    for (const pool of [...open]) {
      if (pool.owner.account?.id !== what.account) continue
      if (rolesOf(engine.ports, pool.owner).length === 0) pool.revoked('account')
      else if (what.topic === 'revoked') pool.revoked('password')
    }
  })

  return {
    events,
    refusal(caller) {
      if (needs.enabled === false) return 'remoteAccessOff'
      return rolesOf(engine.ports, caller).length === 0 ? 'noRole' : undefined
    },
    admit(pool) {
      const full =
        open.size >= limits.shells
          ? 'shells'
          : of(pool.owner).length >= limits.shellsPerUser
            ? 'shellsPerUser'
            : undefined
      if (full) {
        events.limit?.(full, pool.owner)
        return full
      }
      open.add(pool)
      events.opened?.(pool)
      return undefined
    },
    leave(pool, because) {
      if (open.delete(pool)) events.closed?.(pool, because)
    },
    isBusy(owner) {
      const operations = of(owner).reduce((sum, pool) => sum + pool.operations, 0)
      if (operations <= limits.shellOperations) return false
      events.limit?.('shellOperations', owner)
      return true
    },
    stop,
  }
}
