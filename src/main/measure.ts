import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Ports } from '../actions/ports/ports.ts'
import type { Metrics } from '../ops/metrics.ts'

/** How often the event loop is asked whether it is late; what is longer is delay. */
const RESOLUTION_MS = 20
/** A scraper that asks often gets the totals of a moment ago. */
const KEEP_TOTALS_MS = 1000

/** What is asked at each scrape. */
export interface MeasureNeeds {
  readonly metrics: Metrics
  readonly ports: Pick<Ports, 'clock' | 'facts' | 'lanes' | 'threads'>
  /** Lengths of queues by name (`QUEUES` of ops/metrics.ts). */
  readonly queues: () => Readonly<Record<string, number>>
}

/** Gauges that are read at each scrape instead of being kept (SECURITY 60). @returns the end of the measuring. */
export function measure({ metrics, ports, queues }: MeasureNeeds): () => void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delay.enable()
  metrics.onScrape(() => {
    metrics.eventLoopLagSeconds.set(
      Number.isFinite(delay.max) ? Math.max(0, delay.max / 1e9 - RESOLUTION_MS / 1000) : 0,
    )
    delay.reset()
    for (const [protocol, count] of Object.entries(endpointsOf(ports)))
      metrics.endpoints.set({ protocol }, count)
    for (const [queue, length] of Object.entries(queues())) metrics.queueLength.set({ queue }, length)
  })
  const totals = keepFor(KEEP_TOTALS_MS, () => ports.threads.totals())
  metrics.onScrape(async () => {
    const { unread, read, oldestUnread } = await totals()
    metrics.mailboxItems.set({ state: 'unread' }, unread)
    metrics.mailboxItems.set({ state: 'read' }, read)
    metrics.mailboxOldestSeconds.set(
      oldestUnread === undefined ? 0 : Math.max(0, (ports.clock.now() - oldestUnread) / 1000),
    )
  })
  return () => delay.disable()
}

function endpointsOf({ facts, lanes }: MeasureNeeds['ports']): { sip: number; ucwa: number } {
  const endpoints = { sip: 0, ucwa: 0 }
  for (const account of facts.accounts()) {
    for (const { protocol } of lanes.endpoints(account.id)) if (protocol !== 'memory') endpoints[protocol]++
  }
  return endpoints
}

function keepFor<T>(ms: number, make: () => Promise<T>): () => Promise<T> {
  let made: { at: number; value: Promise<T> } | undefined
  return () => {
    const now = performance.now()
    if (!made || now - made.at > ms) made = { at: now, value: make() }
    return made.value
  }
}
