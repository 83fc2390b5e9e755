import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics } from './metrics.ts'

const NAMES = [
  'nightpost_messages_total',
  'nightpost_mailbox_items',
  'nightpost_mailbox_oldest_seconds',
  'nightpost_endpoints',
  'nightpost_store_commit_seconds',
  'nightpost_store_batch_messages',
  'nightpost_sign_ins_total',
  'nightpost_cmdlets_total',
  'nightpost_event_loop_lag_seconds',
  'process_cpu_user_seconds_total',
]

test('every name of the interface page is there before the first event', async () => {
  const { text } = await createMetrics().page()
  for (const name of NAMES) assert.match(text, new RegExp(`^# TYPE ${name} `, 'm'), name)
  assert.match(text, /^nightpost_messages_total\{outcome="stored",reason="appearsOffline"\} 0$/m)
  assert.match(text, /^nightpost_messages_total\{outcome="refused",reason="storeDown"\} 0$/m)
})

test('two servers in one process count apart', async () => {
  const first = createMetrics()
  const second = createMetrics()
  first.messages.inc({ outcome: 'stored', reason: 'offline' })
  assert.match((await first.page()).text, /reason="offline"\} 1$/m)
  assert.match((await second.page()).text, /reason="offline"\} 0$/m)
})

test('collectors run before every scrape', async () => {
  const metrics = createMetrics()
  metrics.onScrape(() => metrics.mailboxItems.set({ state: 'unread' }, 7))
  assert.match((await metrics.page()).text, /nightpost_mailbox_items\{state="unread"\} 7/)
})
