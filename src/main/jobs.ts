import { monitorEventLoopDelay } from 'node:perf_hooks'
import { expireMessages, settleViews } from '../actions/expire-messages.ts'
import type { Ports } from '../actions/ports/ports.ts'
import type { Logger } from '../ops/log.ts'
import type { Metrics } from '../ops/metrics.ts'

/** What runs by the clock: one batch at a time, so that senders never wait for a job. */
export interface Jobs {
  stop(): Promise<void>
}

const EXPIRE_EVERY_MS = 60_000
const SETTLE_EVERY_MS = 5000
/** A job with more to do goes on after so long. */
const MORE_MS = 20

/** Starts expiry and the late change of views (DECISIONS 12, 20). A failure is logged and tried again at the next turn. */
export function startJobs(ports: Ports, settings: { unreadAfterMs: number }, log: Logger): Jobs {
  const jobs = [
    repeat('expire', EXPIRE_EVERY_MS, () => expireMessages(ports), log),
    // Tests shorten `delivery.unreadAfter`; the job must not be slower than what it looks for.
    repeat(
      'settleViews',
      Math.min(SETTLE_EVERY_MS, Math.max(100, settings.unreadAfterMs / 2)),
      () => settleViews(ports),
      log,
    ),
  ]
  return { stop: async () => void (await Promise.all(jobs.map((job) => job.stop()))) }
}

function repeat(name: string, everyMs: number, batch: () => Promise<number>, log: Logger): Jobs {
  let stopped = false
  let running: Promise<void> = Promise.resolve()
  let timer = setTimeout(turn, everyMs)
  function turn(): void {
    running = batch()
      .catch((error: unknown) => {
        log.error({ err: error, job: name }, 'a job failed; it is tried again')
        return 0
      })
      .then((done) => {
        if (!stopped) timer = setTimeout(turn, done > 0 ? MORE_MS : everyMs)
      })
  }
  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}

/** Gauges that are read at each scrape instead of being kept (SECURITY 60). @returns the end of the measuring. */
export function measure(
  metrics: Metrics,
  ports: Pick<Ports, 'facts' | 'lanes' | 'threads'>,
  clockNow: () => number,
): () => void {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  metrics.onScrape(() => {
    metrics.eventLoopLagSeconds.set(Number.isFinite(delay.max) ? Math.max(0, delay.max / 1e9 - 0.02) : 0)
    delay.reset()
    const endpoints = { sip: 0, ucwa: 0 }
    for (const account of ports.facts.accounts()) {
      for (const { protocol } of ports.lanes.endpoints(account.id))
        if (protocol !== 'memory') endpoints[protocol]++
    }
    for (const [protocol, count] of Object.entries(endpoints)) metrics.endpoints.set({ protocol }, count)
  })
  const totals = keepFor(1000, () => ports.threads.totals())
  metrics.onScrape(async () => {
    const { unread, read, oldestUnread } = await totals()
    metrics.mailboxItems.set({ state: 'unread' }, unread)
    metrics.mailboxItems.set({ state: 'read' }, read)
    metrics.mailboxOldestSeconds.set(
      oldestUnread === undefined ? 0 : Math.max(0, (clockNow() - oldestUnread) / 1000),
    )
  })
  return () => delay.disable()
}

/** A scraper that asks often gets the answer of a moment ago. */
function keepFor<T>(ms: number, make: () => Promise<T>): () => Promise<T> {
  let made: { at: number; value: Promise<T> } | undefined
  return () => {
    const now = performance.now()
    if (!made || now - made.at > ms) made = { at: now, value: make() }
    return made.value
  }
}
