import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createMetrics } from '../ops/metrics.ts'
import { SYSTEM_CLOCK } from '../store/open.ts'
import { measure } from './measure.ts'

test('a blocked event loop is seen at the next scrape, once; queues show what waits', async () => {
  const metrics = createMetrics()
  const none = { unread: 0, read: 0, oldestUnread: undefined }
  const queues = { store: 3, passwords: 0, endpoints: 0 }
  const end = measure({
    metrics,
    ports: {
      clock: SYSTEM_CLOCK,
      facts: { accounts: () => [] },
      lanes: {},
      threads: { totals: () => Promise.resolve(none) },
    } as never,
    queues: () => queues,
  })
  try {
    await sleep(60)
    await metrics.page()
    // The first look after a scrape only begins to count.
    await sleep(60)
    const until = performance.now() + 400
    while (performance.now() < until);
    await sleep(60)
    const { text } = await metrics.page()
    const lag = Number(/^nightpost_event_loop_lag_seconds (\S+)$/m.exec(text)?.[1])
    assert.ok(lag > 0.2, `${lag} s`)
    assert.match(text, /^nightpost_queue_length\{queue="store"\} 3$/m)
    queues.store = 0
    assert.match((await metrics.page()).text, /^nightpost_queue_length\{queue="store"\} 0$/m)
  } finally {
    end()
  }
})
