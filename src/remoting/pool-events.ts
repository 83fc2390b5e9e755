import type { Logger } from '../ops/log.ts'
import type { Metrics } from '../ops/metrics.ts'
import type { SecurityLog } from '../ops/security-log.ts'
import type { PoolEvents } from './pools.ts'

/** What happens at the PowerShell door, to log, metrics and security log (SECURITY 58, 60). */
export function tellPoolEvents(ops: {
  readonly log: Logger
  readonly metrics: Pick<Metrics, 'limitHits'>
  readonly securityLog: SecurityLog
}): Required<PoolEvents> {
  const { log, metrics, securityLog } = ops
  return {
    opened: ({ id, owner }) => log.info({ shell: id, who: owner.name, address: owner.from }, 'shell opened'),
    closed: ({ id, owner }, because) => log.info({ shell: id, who: owner.name, because }, 'shell closed'),
    limit(name, { name: who, from }) {
      metrics.limitHits.inc({ limit: name })
      securityLog.limit(name, { name: who, address: from })
    },
    abuse(because, { name, from, door }) {
      securityLog.write({ event: 'abuse', door, name, address: from, because })
    },
  }
}
