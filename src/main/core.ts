import { join } from 'node:path'
import { settleMarks } from '../actions/mark.ts'
import type { Ports } from '../actions/ports/ports.ts'
import { releaseMarksWhenVisible } from '../actions/publish-presence.ts'
import { endpointGone } from '../actions/register-endpoint.ts'
import { table } from '../admin/index.ts'
import type { Engine } from '../admin/invoke.ts'
import { createMemoryBus } from '../bus/memory.ts'
import { createRuntime, type Runtime } from '../bus/runtime.ts'
import { messageId, type Row } from '../domain/message.ts'
import { requestFields, withoutRequest } from '../ops/correlation.ts'
import { createLimitHits, type LimitHit } from '../ops/limit-hits.ts'
import type { Logger, LogRoom, RoomLog } from '../ops/log.ts'
import { createMetrics, type Metrics } from '../ops/metrics.ts'
import type { SecurityLog } from '../ops/security-log.ts'
import { openStore } from '../store/open.ts'
import { DEMO_SITES, readDemoAccounts } from './demo.ts'
import { readImport } from './import-folder.ts'
import { isLoopbackOnly, portLimits } from './limits.ts'
import type { Configuration } from './schema.ts'
import { tellAudit } from './security-events.ts'
import { deleteSipSecrets, withoutSipSecrets } from './sip-secrets.ts'

/** Store, memory and cmdlets without any door: what the server and the command line share. */
export interface Core {
  readonly engine: Engine
  readonly metrics: Metrics
  readonly store: Awaited<ReturnType<typeof openStore>>
  readonly runtime: Runtime
  readonly limitHit: LimitHit
  close(): Promise<void>
}

/**
 * Opens the data folder, which the caller holds (ARCHITECTURE, One writer).
 * @throws when the database cannot be opened.
 */
export async function openCore({
  settings,
  data,
  log,
  securityLog,
  demo = false,
}: {
  readonly settings: Configuration
  readonly data: string
  readonly log: RoomLog
  readonly securityLog: SecurityLog
  readonly demo?: boolean
}): Promise<Core> {
  const metrics = createMetrics()
  const limitHit = createLimitHits({ metrics, securityLog })
  const faultIn = (room: LogRoom) => (error: unknown, doing: string) =>
    log.room(room).error({ err: error, doing }, 'work that nobody waits for failed')
  const fault = faultIn('actions')
  const bus = createMemoryBus((error, what) => faultIn('bus')(error, `announce ${what.topic}`))
  const limits = portLimits(settings)
  const told = tellMessages(log.room('actions'))
  const running: { runtime?: Runtime } = {}
  const store = await openStore({
    dir: data,
    bus,
    domains: settings.domain,
    sites: sitesOf(settings, demo || readDemoAccounts(data) !== undefined),
    inboxBytes: limits.inboxBytes,
    unreadAfterMs: limits.unreadAfterMs,
    reportsReading: (owner) =>
      running.runtime?.lanes.endpoints(owner).some((endpoint) => endpoint.inboxView) ?? false,
    migrated: ({ from, to }) => {
      if (from > 0) securityLog.write({ event: 'migration', from, to })
    },
    fault: faultIn('store'),
    observe: (seconds, messages) => {
      metrics.storeCommitSeconds.observe(seconds)
      if (messages > 0) metrics.storeBatchMessages.observe(messages)
      // A commit is the work of all whose messages are in it, not of the one that came first.
      const level = messages > 0 ? 'debug' : 'trace'
      withoutRequest(() => log.room('store')[level]({ messages, ms: round(seconds * 1000) }, 'commit'))
    },
  })
  const ledger = settings.accounts.sipSignIn ? store.ledger : withoutSipSecrets(store.ledger)
  const runtime = createRuntime({ ...store, bus, limits }, await store.ledger.presences(), {
    gone: (endpoint) => endpointGone(ports, endpoint.account, endpoint.id),
    fault: (error) => faultIn('bus')(error, 'feed an endpoint'),
  })
  running.runtime = runtime
  const ports: Ports = {
    ...store,
    ...runtime,
    ledger,
    limits,
    server: {
      loopbackOnly: isLoopbackOnly(settings),
      quietHours: settings.notifications.quietHours,
      readImport: (path) => readImport(settings.import.folder ?? join(data, 'import'), path),
    },
    fault,
    counted(outcome, reason, row) {
      metrics.messages.inc({ outcome, reason })
      told(outcome, reason, row)
      if (LIMIT_REASONS.has(reason)) limitHit(reason, { name: requestFields().who })
    },
  }
  releaseMarksWhenVisible(ports)
  const engine: Engine = {
    ports,
    table,
    ended: (cmdlet, result) => metrics.cmdlets.inc({ cmdlet, result }),
    recorded: tellAudit(securityLog),
    broken: (error, cmdlet) => faultIn('admin')(error, cmdlet),
  }
  for (const cmdlet of table.all()) metrics.cmdlets.inc({ cmdlet: cmdlet.name, result: 'Success' }, 0)
  if (!settings.accounts.sipSignIn) await deleteSipSecrets(ledger, store.facts)
  return {
    engine,
    metrics,
    store,
    runtime,
    limitHit,
    async close() {
      runtime.stop()
      await settleMarks(ports)
      await store.close()
    },
  }
}

/** What became of a message, at `debug`: the request that brought it, its id and the reason of the decision (R51). Never who wrote what to whom. */
function tellMessages(log: Logger): (outcome: string, reason: string, row: Row | undefined) => void {
  return (outcome, reason, row) => {
    if (!log.isLevelEnabled('debug')) return
    const message = row === undefined ? {} : { message: messageId(row.recipient, row.seq) }
    log.debug({ ...message, outcome, reason }, 'message')
  }
}

/** Refusals that are limits reached (SECURITY 58). */
const LIMIT_REASONS = new Set(['rate', 'inboxFull', 'tooLarge'])

const round = (ms: number) => Math.round(ms * 100) / 100

/** `[[site]]`; the demo has Redmond and Tokyo, and one site always exists (DECISIONS 17; cmdlets.md 4.3 names it). */
function sitesOf(settings: Configuration, demo: boolean) {
  if (settings.site.length > 0) return settings.site
  return demo ? DEMO_SITES : [{ name: 'Main', pools: [`pool.${settings.domain[0]}`] }]
}
