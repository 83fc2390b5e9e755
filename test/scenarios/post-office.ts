import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { confirmMessages, confirmWaiting } from '../../src/actions/confirm-message.ts'
import { settleMarks } from '../../src/actions/mark.ts'
import type { Announcement } from '../../src/actions/ports/bus.ts'
import type { Offer, Sink } from '../../src/actions/ports/lanes.ts'
import type { Clock, Limits, Ports } from '../../src/actions/ports/ports.ts'
import { choosePresence } from '../../src/actions/publish-presence.ts'
import { endpointGone, registerEndpoint } from '../../src/actions/register-endpoint.ts'
import { type Outcome, type Sent, sendMessage } from '../../src/actions/send-message.ts'
import { createMemoryBus } from '../../src/bus/memory.ts'
import { createRuntime, type Runtime } from '../../src/bus/runtime.ts'
import type { Account, AccountId } from '../../src/domain/account.ts'
import type { Endpoint, EndpointId } from '../../src/domain/endpoint.ts'
import type { Message, Row, Seq } from '../../src/domain/message.ts'
import type { PolicyValue } from '../../src/domain/policy.ts'
import type { ChosenAvailability } from '../../src/domain/presence.ts'
import type { SipUri } from '../../src/domain/sip-uri.ts'
import { instant } from '../../src/domain/time.ts'
import { openStore, type Store, SYSTEM_RANDOM } from '../../src/store/open.ts'
import { plainMessage } from '../plain-message.ts'
import { LIMITS } from './core.ts'

/** The core without doors: real SQLite in a temporary folder, memory endpoints, a clock that the test sets. */

const DOMAIN = 'example.test'
const START = Date.UTC(2026, 10, 25, 9)

export interface Device {
  readonly endpoint: Endpoint
  readonly offers: Offer[]
  readonly withdrawn: string[]
  /** `Sink.waiting` was called with these. */
  readonly told: Seq[]
  gone: boolean
  texts(): string[]
  confirm(...rows: readonly Pick<Row, 'seq'>[]): void
  confirmTold(): void
  leave(): void
}

export interface DeviceOptions {
  readonly id?: string
  readonly inboxView?: boolean
  /** What it does with an offer at once: confirm it (default), nothing, or let it ring for a person. */
  readonly answers?: 'confirms' | 'silent' | 'rings'
  readonly window?: number
}

export interface PostOffice {
  readonly ports: Ports
  readonly runtime: Runtime
  readonly store: Store
  readonly heard: Announcement[]
  /** Errors of work that nobody waits for; empty at the end of every test. */
  readonly faults: unknown[]
  advance(ms: number): void
  /** Lets everything that is under way come to rest. */
  rest(): Promise<void>
  person(name: string): Promise<Account>
  device(account: Account, options?: DeviceOptions): Promise<Device>
  send(from: Account, to: Account | string, text: string, more?: Partial<Message>): Promise<Sent>
  choose(account: Account, availability: ChosenAvailability | undefined, presenting?: boolean): Promise<void>
  policy(noun: string, identity: string, values: Record<string, PolicyValue>): Promise<void>
  clientPolicyEntries(entries: Record<string, string>): Promise<void>
  /** The same data folder in a new server: all that was memory is gone. */
  restart(limits?: Partial<Limits>): Promise<PostOffice>
  [Symbol.asyncDispose](): Promise<void>
}

export async function openPostOffice(limits: Partial<Limits> = {}): Promise<PostOffice> {
  const dir = mkdtempSync(join(tmpdir(), 'nightpost-core-'))
  let now = START
  const clock: Clock = { now: () => instant(now), monotonicMs: () => now - START, wait: async () => {} }
  return open(
    dir,
    clock,
    (ms) => {
      now += ms
    },
    { ...LIMITS, ...limits },
  )
}

async function open(
  dir: string,
  clock: Clock,
  advance: (ms: number) => void,
  limits: Limits,
): Promise<PostOffice> {
  const bus = createMemoryBus()
  const heard: Announcement[] = []
  bus.subscribe((what) => heard.push(what))
  const store = await openStore({
    dir,
    clock,
    bus,
    domains: [DOMAIN],
    behindMs: 5,
    inboxBytes: limits.inboxBytes,
    unreadAfterMs: limits.unreadAfterMs,
    reportsReading: (owner) => runtime.lanes.endpoints(owner).some(({ inboxView }) => inboxView),
  })
  const faults: unknown[] = []
  const runtime = createRuntime({ ...store, bus, clock, limits }, await store.ledger.presences(), {
    gone: (endpoint) => endpointGone(ports, endpoint.account, endpoint.id),
    fault: (error) => faults.push(error),
  })
  const ports: Ports = {
    ...store,
    ...runtime,
    clock,
    limits,
    random: SYSTEM_RANDOM,
    server: { loopbackOnly: true, quietHours: 'Never', readImport: async () => undefined },
    fault: (error) => faults.push(error),
  }
  let closed = false

  const office: PostOffice = {
    ports,
    runtime,
    store,
    heard,
    faults,
    advance(ms) {
      advance(ms)
      runtime.presence.tick()
      runtime.lanes.tick()
    },
    async rest() {
      for (let turn = 0; turn < 3; turn++) {
        await settleMarks(ports)
        await runtime.lanes.idle()
        await store.settled()
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
    async person(name) {
      const known = store.facts.byUpn(`${name}@${DOMAIN}`)
      if (known) return known
      const account: Account = {
        id: store.ledger.newAccountId(),
        guid: SYSTEM_RANDOM.guid(),
        upn: `${name}@${DOMAIN}`,
        sip: `sip:${name}@${DOMAIN}` as SipUri,
        enabled: true,
        displayName: name,
        directory: {},
        language: undefined,
        registrarPool: undefined,
        site: 'Main',
        passwordMadeByUs: false,
        created: clock.now(),
        changed: clock.now(),
      }
      await store.ledger.commit([{ kind: 'putAccount', account }], [])
      return account
    },
    device: (account, options = {}) => openDevice(ports, account, options),
    send: (from, to, text, more = {}) =>
      sendMessage(
        ports,
        plainMessage(from.id, typeof to === 'string' ? (to as SipUri) : (to.sip as SipUri), text, {
          thread: 'T',
          ...more,
        }),
      ),
    async choose(account, availability, presenting = false) {
      const choice =
        availability === undefined
          ? undefined
          : { availability, presenting, since: clock.now(), expires: undefined }
      await choosePresence(ports, account.id, choice)
    },
    async policy(noun, identity, values) {
      await store.ledger.commit([{ kind: 'putPolicy', policy: { noun, identity, values } }], [])
    },
    async clientPolicyEntries(entries) {
      const list = Object.entries(entries).map(([Name, Value]) => ({ Name, Value }))
      await office.policy('CsClientPolicy', 'Global', { PolicyEntry: list })
    },
    async restart(changed = {}) {
      closed = true
      runtime.stop()
      await office.rest()
      await store.close()
      return open(dir, clock, advance, { ...limits, ...changed })
    },
    async [Symbol.asyncDispose]() {
      if (closed) return
      runtime.stop()
      await settleMarks(ports)
      await store.close().catch(() => {}) // a test may have closed it
      rmSync(dir, { recursive: true, force: true })
    },
  }
  return office
}

async function openDevice(ports: Ports, account: Account, options: DeviceOptions): Promise<Device> {
  const { answers = 'confirms', inboxView = false, id = 'device', window = 16 } = options
  const endpoint: Endpoint = {
    id: id as EndpointId,
    account: account.id,
    protocol: 'memory',
    inboxView,
    window,
    userAgent: undefined,
  }
  const device: Device = {
    endpoint,
    offers: [],
    withdrawn: [],
    told: [],
    gone: false,
    texts: () => device.offers.map(({ row }) => textOf(row)),
    confirm: (...rows) =>
      confirmMessages(
        ports,
        account.id,
        endpoint.id,
        rows.map(({ seq }) => seq),
      ),
    confirmTold() {
      for (const upTo of device.told) confirmWaiting(ports, account.id, endpoint.id, upTo)
    },
    leave: () => endpointGone(ports, account.id, endpoint.id),
  }
  const sink: Sink = {
    offer(offer) {
      device.offers.push(offer)
      if (answers === 'confirms') device.confirm(offer.row)
      if (answers === 'rings') ports.lanes.hold(account.id, endpoint.id, offer.row.thread)
    },
    withdraw: (row, because) => device.withdrawn.push(`${textOf(row)} ${because}`),
    gone: () => {
      device.gone = true
    },
    ...(inboxView && { waiting: (upTo: Seq) => device.told.push(upTo) }),
  }
  await registerEndpoint(ports, endpoint, sink, {
    endpoint: endpoint.id,
    availability: 'Online',
    deviceType: 'Desktop',
    lastActive: ports.clock.now(),
  })
  return device
}

/** The answer to the sender of a message that must have been kept. */
export async function outcomeOf(sent: Sent): Promise<Outcome> {
  if (sent.kind !== 'kept') throw new Error(`not kept: ${JSON.stringify(sent)}`)
  return sent.outcome
}

export function rowOf(sent: Sent): Row {
  if (sent.kind !== 'kept') throw new Error(`not kept: ${JSON.stringify(sent)}`)
  return sent.row
}

/** State, unread count and origin of each inbox item of a person. */
export async function itemsOf(
  office: PostOffice,
  owner: AccountId,
): Promise<{ state: string; texts: string[] }[]> {
  await office.rest()
  const items = []
  for await (const { state, rows } of office.store.threads.items(owner)) {
    items.push({ state, texts: rows.map(({ row }) => textOf(row)) })
  }
  return items
}

/** What the sender sees of a row: Queued, Delivered, Read, … */
export async function markOf(office: PostOffice, row: Row): Promise<string | undefined> {
  await office.rest()
  const { messageId } = await import('../../src/domain/message.ts')
  return (await office.store.threads.transcript(row.sender, messageId(row.recipient, row.seq)))?.state
}

function textOf(row: Row): string {
  return new TextDecoder().decode(row.body)
}
