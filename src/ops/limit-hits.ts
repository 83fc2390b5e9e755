import type { Metrics } from './metrics.ts'
import type { SecurityLog } from './security-log.ts'

/** A limit was reached: by its name in the configuration, and by whom or from where. */
export type LimitHit = (limit: string, fields: Readonly<Record<string, unknown>>) => void

/** Counts every hit and writes the first one, then one a minute, to the security log (SECURITY 58, 60). */
export function createLimitHits(ops: {
  readonly metrics: Pick<Metrics, 'limitHits'>
  readonly securityLog: Pick<SecurityLog, 'limit'>
}): LimitHit {
  return (limit, fields) => {
    ops.metrics.limitHits.inc({ limit })
    ops.securityLog.limit(limit, fields)
  }
}
