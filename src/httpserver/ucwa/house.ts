import type { Ports } from '../../actions/ports.ts'
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

/** Everything that handlers share: the ports, the configuration, who is signed in. */
export interface House {
  readonly ports: Ports
  readonly config: UcwaConfig
  readonly applications: Applications
  readonly log: Logger
  /** Runs a request of the table; for the parts of a batch. */
  readonly dispatch: Dispatch
  /** Requests of this user that are not answered yet. */
  outstanding(account: AccountId): number
}
