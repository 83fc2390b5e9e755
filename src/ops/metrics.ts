import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** The reasons of INTERFACES 4, by outcome: the same words as in row, trace, log and test. */
export const REASONS = {
  delivered: ['live'],
  stored: ['offline', 'appearsOffline', 'doNotDisturb', 'presenting', 'notConfirmed'],
  refused: [
    'unknownRecipient',
    'disabled',
    'blocked',
    'deploymentOff',
    'senderPolicy',
    'senderClient',
    'recipientSite',
    'inboxFull',
    'tooLarge',
    'rate',
    'content',
    'storeDown',
  ],
} as const

/** Queues whose length is measured (SECURITY 60). */
export const QUEUES = ['store', 'passwords', 'endpoints'] as const

/** Limits that count when they are reached, by their names in the configuration or in the reason of a refusal. */
const LIMITS = [
  'connections',
  'connectionsPerAddress',
  'fragmentsOpen',
  'headerBlock',
  'headerCount',
  'headerValue',
  'inboxFull',
  'pipelined',
  'plainHttp',
  'rate',
  'requestBody',
  'requestLine',
  'requestsPerSecond',
  'searchesPerSecond',
  'shellOperations',
  'shells',
  'shellsPerUser',
  'tooLarge',
  'unsignedPerSecond',
] as const

/** What is measured; user names are never labels (SECURITY 60). */
export interface Metrics {
  readonly messages: Counter<'outcome' | 'reason'>
  readonly mailboxItems: Gauge<'state'>
  readonly mailboxOldestSeconds: Gauge
  readonly endpoints: Gauge<'protocol'>
  readonly storeCommitSeconds: Histogram
  readonly storeBatchMessages: Histogram
  readonly signIns: Counter<'protocol' | 'result'>
  readonly cmdlets: Counter<'cmdlet' | 'result'>
  readonly eventLoopLagSeconds: Gauge
  readonly connections: Gauge<'protocol'>
  /** Writes before a transaction, passwords before a hashing, endpoints before their confirmation (SECURITY 60). */
  readonly queueLength: Gauge<'queue'>
  readonly requests: Counter<'protocol' | 'status'>
  readonly requestSeconds: Histogram<'protocol'>
  readonly limitHits: Counter<'limit'>
  /** Called before every scrape: what is cheaper to count than to keep. */
  onScrape(collect: () => void | Promise<void>): void
  /** The page of `/metrics` in the Prometheus text format. */
  page(): Promise<{ readonly type: string; readonly text: string }>
}

/** Every name of INTERFACES 4, there before the first event; a registry of its own, so that two servers in one test do not meet. */
export function createMetrics(): Metrics {
  const registers = [new Registry()]
  const registry = registers[0] ?? new Registry()
  collectDefaultMetrics({ register: registry })
  const collectors: (() => void | Promise<void>)[] = []
  const metrics: Metrics = {
    messages: new Counter({
      name: 'nightpost_messages_total',
      help: 'Messages by what became of them.',
      labelNames: ['outcome', 'reason'],
      registers,
    }),
    mailboxItems: new Gauge({
      name: 'nightpost_mailbox_items',
      help: 'Messages in all inboxes.',
      labelNames: ['state'],
      registers,
    }),
    mailboxOldestSeconds: new Gauge({
      name: 'nightpost_mailbox_oldest_seconds',
      help: 'Age of the oldest unread message.',
      registers,
    }),
    endpoints: new Gauge({
      name: 'nightpost_endpoints',
      help: 'Signed-in endpoints.',
      labelNames: ['protocol'],
      registers,
    }),
    storeCommitSeconds: new Histogram({
      name: 'nightpost_store_commit_seconds',
      help: 'Time of one commit.',
      buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    }),
    storeBatchMessages: new Histogram({
      name: 'nightpost_store_batch_messages',
      help: 'Messages of one commit.',
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
      registers,
    }),
    signIns: new Counter({
      name: 'nightpost_sign_ins_total',
      help: 'Sign-ins by door and result.',
      labelNames: ['protocol', 'result'],
      registers,
    }),
    cmdlets: new Counter({
      name: 'nightpost_cmdlets_total',
      help: 'Cmdlets that were run.',
      labelNames: ['cmdlet', 'result'],
      registers,
    }),
    eventLoopLagSeconds: new Gauge({
      name: 'nightpost_event_loop_lag_seconds',
      help: 'Largest delay of the event loop since the last scrape.',
      registers,
    }),
    connections: new Gauge({
      name: 'nightpost_connections',
      help: 'Open connections.',
      labelNames: ['protocol'],
      registers,
    }),
    queueLength: new Gauge({
      name: 'nightpost_queue_length',
      help: 'What waits: writes for a transaction, passwords for a hashing, endpoints that owe a confirmation.',
      labelNames: ['queue'],
      registers,
    }),
    requests: new Counter({
      name: 'nightpost_requests_total',
      help: 'Requests by status.',
      labelNames: ['protocol', 'status'],
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'nightpost_request_seconds',
      help: 'Time to answer.',
      labelNames: ['protocol'],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    }),
    limitHits: new Counter({
      name: 'nightpost_limit_hits_total',
      help: 'Times a limit was reached.',
      labelNames: ['limit'],
      registers,
    }),
    onScrape: (collect) => void collectors.push(collect),
    async page() {
      for (const collect of collectors) await collect()
      return { type: registry.contentType, text: await registry.metrics() }
    },
  }
  beforeTheFirstEvent(metrics)
  return metrics
}

function beforeTheFirstEvent(metrics: Metrics): void {
  for (const [outcome, reasons] of Object.entries(REASONS)) {
    for (const reason of reasons) metrics.messages.inc({ outcome, reason }, 0)
  }
  for (const state of ['unread', 'read']) metrics.mailboxItems.set({ state }, 0)
  for (const protocol of ['sip', 'ucwa']) metrics.endpoints.set({ protocol }, 0)
  for (const protocol of ['web', 'ucwa', 'wsman', 'ssh', 'sip']) {
    for (const result of ['ok', 'wrong', 'locked', 'busy']) metrics.signIns.inc({ protocol, result }, 0)
  }
  metrics.mailboxOldestSeconds.set(0)
  metrics.eventLoopLagSeconds.set(0)
  for (const protocol of ['https', 'http', 'ssh', 'console']) metrics.connections.set({ protocol }, 0)
  for (const queue of QUEUES) metrics.queueLength.set({ queue }, 0)
  for (const protocol of ['https', 'http']) {
    metrics.requestSeconds.zero({ protocol })
    for (const status of ['2xx', '3xx', '4xx', '5xx']) metrics.requests.inc({ protocol, status }, 0)
  }
  for (const limit of LIMITS) metrics.limitHits.inc({ limit }, 0)
}
