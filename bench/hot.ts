import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { confirmMessages } from '../src/actions/confirm-message.ts'
import type { Limits } from '../src/actions/ports/ports.ts'
import { reachDecision } from '../src/actions/reach-decision.ts'
import { sendMessage } from '../src/actions/send-message.ts'
import { createMemoryBus } from '../src/bus/memory.ts'
import { createRuntime } from '../src/bus/runtime.ts'
import type { Account } from '../src/domain/account.ts'
import type { EndpointId } from '../src/domain/endpoint.ts'
import type { Message } from '../src/domain/message.ts'
import type { SipUri } from '../src/domain/sip-uri.ts'
import { openStore, SYSTEM_CLOCK } from '../src/store/open.ts'
import { openSqlite } from '../src/store/sqlite.ts'
import type { AppendWrite } from '../src/store/writes.ts'
import type { Measurement } from './run.ts'
import { bench as throughUcwa } from './ucwa.ts'

/** Messages of one turn of the loop: what a busy server sees (SPIKE.md of the side-by-side bench). */
const BATCH = 45
/** As in W1 and W3 of the side-by-side bench: 1,000 people who are absent, 50 who are there. */
const ABSENT = 1_000
const PRESENT = 50
/** About a third of a second of CPU after each start is V8 compiling (SPIKE.md of the side-by-side bench). */
const WARM_UP = 20_000
const TEXT = 'The quick brown fox jumps over the lazy dog, and then it waits for an answer that never comes.'

/** No sender of a bench is too fast. */
const LIMITS: Limits = {
  messageText: 65_536,
  inboxMessages: 1e9,
  inboxUnreadItems: 1e9,
  inboxBytes: 1e12,
  messagesPerSecond: 1e9,
  messagesBurst: 1e9,
  messagesPerMinuteToAbsent: 1e9,
  pushMs: 5_000,
  openConversationMs: 600_000,
  unreadAfterMs: 120_000,
  presenceIdleMs: 300_000,
  presenceAwayMs: 300_000,
}

/**
 * µs of CPU a message through `sendMessage`, with ready-made messages and no door, in batches of 45: for people who are absent (store)
 * and for people with a memory endpoint that confirms at once (relay). The stages are measured alone; what they do not explain is `rest`.
 * Beside it the figure of the whole UCWA door, of a server of its own.
 * Arguments: `--n` messages per measurement, `--dir` a folder on a real disk.
 */
export async function* bench(args: readonly string[]): AsyncIterable<Measurement> {
  const count = Math.ceil(Number(option(args, '--n') ?? 45_000) / BATCH) * BATCH
  const parent = option(args, '--dir') ?? tmpdir()
  const dir = mkdtempSync(join(parent, 'nightpost-bench-'))
  try {
    const world = await openWorld(dir)
    try {
      yield* measure(world, count)
    } finally {
      await world.close()
    }
    yield* throughUcwa(args)
  } finally {
    rmSync(dir, { recursive: true })
  }
}

async function openWorld(dir: string) {
  const commits = { seconds: 0, flushes: 0 }
  const bus = createMemoryBus()
  const store = await openStore({
    dir,
    bus,
    observe: (seconds) => {
      commits.seconds += seconds
      commits.flushes += 1
    },
  })
  const runtime = createRuntime({ ...store, bus, limits: LIMITS }, await store.ledger.presences())
  const people = Array.from({ length: 2 * ABSENT + PRESENT }, (_, n) =>
    accountOf(store.ledger.newAccountId(), n),
  )
  await store.ledger.commit(
    people.map((account) => ({ kind: 'putAccount', account })),
    [],
  )
  const needs = { ...store, ...runtime, limits: LIMITS }
  return {
    dir,
    store,
    needs,
    commits,
    senders: people.slice(0, ABSENT),
    absent: people.slice(ABSENT, 2 * ABSENT),
    present: people.slice(2 * ABSENT),
    close: async () => {
      runtime.stop()
      await store.close()
    },
  }
}

type World = Awaited<ReturnType<typeof openWorld>>

async function* measure(world: World, count: number): AsyncIterable<Measurement> {
  const { needs, commits } = world
  await openEndpoints(world)
  for (const [path, recipients] of [
    ['store', world.absent],
    ['relay', world.present],
  ] as const) {
    // Threads are opened, code is compiled: what a server does all day is measured, not its first minute.
    await inBatches(WARM_UP, (n) => sendMessage(needs, messageOf(world, recipients, n)))
    const decide = await cpuPer(count, (n) => reachDecision(needs, askingOf(world, recipients, n)))
    yield line(path, 'decide', decide, count)
    commits.flushes = 0
    const whole = await cpuPer(count, async (n) => {
      const sent = await sendMessage(needs, messageOf(world, recipients, n))
      if (sent.kind !== 'kept') throw new Error(`not kept: ${sent.kind}`)
      return sent.outcome
    })
    const { flushes } = commits
    const append = await appendAlone(world, recipients, count)
    const commit = await commitAlone(world, recipients, count)
    yield line(path, 'append', append - commit, count)
    yield line(path, 'commit', commit, count)
    yield line(
      path,
      path === 'relay' ? 'push, confirm and the rest' : 'push and the rest',
      whole - decide - append,
      count,
    )
    yield { ...line(path, 'whole', whole, count), flushesPerMessage: round(flushes / count) }
  }
}

/** Ready-made writes in transactions of 45, in a file of its own: inserts and flushes without the rest of `append`. */
async function commitAlone(world: World, recipients: readonly Account[], count: number): Promise<number> {
  const engine = openSqlite(join(world.dir, `commit-${recipients.length}.db`))
  const write = (n: number): AppendWrite => ({
    kind: 'append',
    seq: 0,
    drift: n % 1000,
    recipient: recipients[n % recipients.length]?.id ?? 0,
    sender: world.senders[n % recipients.length]?.id ?? 0,
    thread: n % recipients.length,
    batch: SYSTEM_CLOCK.now(),
    at: SYSTEM_CLOCK.now(),
    reason: 1,
    rview: 0,
    sview: 0,
    until: SYSTEM_CLOCK.now(),
    key: Buffer.from(nextKey().slice(0, 16), 'hex'),
    idempotency: undefined,
    type: 0,
    body: Buffer.from(`${n} ${TEXT}`),
    senderName: '',
    recipientName: '',
  })
  const start = process.cpuUsage()
  for (let n = 0; n < count; n += BATCH) {
    await engine.commit(Array.from({ length: BATCH }, (_, k) => write(n + k)))
  }
  const { user, system } = process.cpuUsage(start)
  await engine.close()
  return (user + system) / count
}

/** Rows of the same kind through `append` alone. */
function appendAlone(world: World, recipients: readonly Account[], count: number): Promise<number> {
  const { log } = world.store
  return cpuPer(count, (n) => {
    const message = messageOf(world, recipients, n)
    const at = SYSTEM_CLOCK.now()
    const because = recipients === world.present ? 'live' : 'offline'
    const recipient = recipients[n % recipients.length]?.id
    if (recipient === undefined) throw new Error('nobody')
    return log.append({
      message,
      recipient,
      delivery: { kind: 'keep', alert: true, because, until: (at + 90 * 86_400_000) as typeof at },
      at,
      senderKeeps: true,
      recipientKeeps: true,
      batchSeconds: 120,
    })
  })
}

/** A memory endpoint for everybody who is present: takes what it is offered and confirms it in the next turn. */
async function openEndpoints(world: World): Promise<void> {
  const { needs } = world
  for (const { id } of world.present) {
    const endpoint = {
      id: 'memory' as EndpointId,
      account: id,
      protocol: 'memory',
      inboxView: false,
      window: 16,
      userAgent: undefined,
    } as const
    needs.presence.publish(id, {
      endpoint: endpoint.id,
      availability: 'Online',
      deviceType: 'Desktop',
      lastActive: needs.clock.now(),
    })
    await needs.lanes.open(endpoint, {
      offer: ({ row }) => {
        queueMicrotask(() => confirmMessages(needs, id, endpoint.id, [row.seq]))
      },
    })
  }
}

/** CPU of the process, user and system, in µs a message; `work` is called 45 times a turn. */
async function cpuPer(count: number, work: (n: number) => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage()
  await inBatches(count, work)
  const { user, system } = process.cpuUsage(start)
  return (user + system) / count
}

async function inBatches(count: number, work: (n: number) => Promise<unknown>): Promise<void> {
  for (let n = 0; n < count; n += BATCH) {
    const batch: Promise<unknown>[] = []
    for (let k = n; k < n + BATCH; k += 1) batch.push(work(k))
    await Promise.all(batch)
  }
}

function line(path: string, stage: string, us: number, messages: number): Measurement {
  return { bench: 'hot', path, stage, usPerMessage: round(us), messages, batch: BATCH }
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}

function messageOf(world: World, recipients: readonly Account[], n: number): Message {
  return {
    ...askingOf(world, recipients, n),
    senderEndpoint: undefined,
    newConversation: false,
    subject: undefined,
    importance: 'Normal',
    type: 'text/plain',
    body: Buffer.from(`${n} ${TEXT}`),
    key: { kind: 'request', hex: nextKey() },
  }
}

let keys = 0

/** Every message is a new one, also when a measurement starts over. */
function nextKey(): string {
  keys += 1
  return keys.toString(16).padStart(16, '0').padEnd(32, '0')
}

function askingOf(world: World, recipients: readonly Account[], n: number) {
  // Pairs as in the side-by-side bench: everybody writes to one and the same person.
  const sender = world.senders[n % recipients.length]
  const recipient = recipients[n % recipients.length]
  if (!sender || !recipient?.sip) throw new Error('nobody')
  return { sender: sender.id, recipient: recipient.sip, userAgent: undefined, thread: undefined }
}

function accountOf(id: Account['id'], n: number): Account {
  const name = `u${String(n).padStart(5, '0')}@im.test`
  const now = SYSTEM_CLOCK.now()
  return {
    id,
    guid: String(n),
    upn: name,
    sip: `sip:${name}` as SipUri,
    enabled: true,
    displayName: `User ${n}`,
    directory: {},
    language: undefined,
    registrarPool: undefined,
    site: 'Default',
    passwordMadeByUs: false,
    created: now,
    changed: now,
  }
}

function option(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name)
  return at < 0 ? undefined : args[at + 1]
}
