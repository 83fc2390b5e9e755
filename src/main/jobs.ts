import { expireMessages, settleViews } from '../actions/expire-messages.ts'
import type { Ports } from '../actions/ports/ports.ts'
import type { Logger } from '../ops/log.ts'

/** What runs by the clock: one batch at a time, so that senders never wait for a job. */
export interface Jobs {
  stop(): Promise<void>
}

/** Nothing is written where nothing is over. */
const EXPIRE_EVERY_MS = 10_000
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
