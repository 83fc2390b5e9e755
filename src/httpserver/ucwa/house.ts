import type { Ports } from '../../actions/ports/ports.ts'
import type { AccountId } from '../../domain/account.ts'
import type { Logger } from '../../ops/log.ts'
import type { Applications } from './applications.ts'
import type { Dispatch } from './dispatch.ts'

/** What the configuration says to this door; durations in milliseconds, sizes in octets (INTERFACES 6). */
export interface UcwaConfig {
  /** Without a slash at the end; undefined: scheme and host of the request. */
  readonly publicUrl: string | undefined
  readonly applicationIdleMs: number
  readonly eventTimeoutMs: number
  readonly goneMs: number
  readonly goneLongPollMs: number
  readonly requestsPerSecond: number
  readonly requestsBurst: number
  readonly searchesPerSecond: number
  readonly requestBody: number
  readonly startMessagingBody: number
  /** Origins that may use the XFrame page and plain CORS; empty by default (SECURITY 41). */
  readonly allowedOrigins: readonly string[]
}

/** The defaults of INTERFACES 6. */
export const DEFAULT_UCWA: UcwaConfig = {
  publicUrl: undefined,
  applicationIdleMs: 15 * 60_000,
  eventTimeoutMs: 180_000,
  goneMs: 20_000,
  goneLongPollMs: 60_000,
  requestsPerSecond: 20,
  requestsBurst: 100,
  searchesPerSecond: 2,
  requestBody: 256 * 1024,
  startMessagingBody: 1024 * 1024,
  allowedOrigins: [],
}

/** Requests of a user that are not answered yet, parts of batches among them (ucwa.md section 10). */
export interface Outstanding {
  count(account: AccountId): number
  /** @returns what takes them off again, once */
  add(account: AccountId, requests: number): () => void
}

/** Counters in memory. */
export function countOutstanding(): Outstanding {
  const counts = new Map<AccountId, number>()
  return {
    count: (account) => counts.get(account) ?? 0,
    add(account, requests) {
      counts.set(account, (counts.get(account) ?? 0) + requests)
      let done = false
      return () => {
        if (done) return
        done = true
        const left = (counts.get(account) ?? requests) - requests
        if (left > 0) counts.set(account, left)
        else counts.delete(account)
      }
    },
  }
}

/** Everything that handlers share: the ports, the configuration, who is signed in. */
export interface House {
  readonly ports: Ports
  readonly config: UcwaConfig
  readonly applications: Applications
  readonly log: Logger
  /** Runs a request of the table; for the parts of a batch. */
  readonly dispatch: Dispatch
  readonly outstanding: Outstanding
}
