import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Facts } from '../actions/ports/facts.ts'
import type { Position, Positions } from '../actions/ports/lanes.ts'
import type { Feed, Log } from '../actions/ports/log.ts'
import type { Clock } from '../actions/ports/ports.ts'
import type { AccountId } from '../domain/account.ts'
import type { Endpoint, EndpointId } from '../domain/endpoint.ts'
import type { Row, Seq, ThreadId } from '../domain/message.ts'
import { instant } from '../domain/time.ts'
import { createLanes, type LaneNeeds } from './endpoints.ts'
import { createMemoryBus } from './memory.ts'
import { createPresenceBoard } from './presence.ts'

/** Lanes over a log of the test: its reads answer when the test says so, which is what races are made of. The real store is in test/scenarios. */

const JULIET = 1 as AccountId
const LIMITS = { pushMs: 5000, presenceIdleMs: 1e9, presenceAwayMs: 1e9 }
const ref = (thread: ThreadId) => ({
  id: thread,
  externalId: String(thread),
  subject: undefined,
  importance: 'Normal' as const,
  senderName: 'Romeo',
})

function createWorld() {
  let nowMs = 0
  const clock: Clock = { now: () => instant(nowMs), monotonicMs: () => nowMs }
  const rows: Row[] = []
  const readUpTo = new Map<ThreadId, number>()
  const positions = new Map<string, Position>()
  /** Reads that wait for the test. */
  const reads: (() => void)[] = []
  const bus = createMemoryBus()
  const presence = createPresenceBoard({ clock, bus, limits: LIMITS })
  const rules = { announce: 'Messages', inviteSeconds: 30 }
  const facts = { rules: () => rules, accessLevel: () => 'Colleagues' } as unknown as Facts
  const log = {
    feed: (_: AccountId, seq: Seq, limit: number) =>
      new Promise<Feed>((resolve) => {
        const found = rows.filter((row) => row.seq > seq).slice(0, limit)
        const feed: Feed = {
          rows: found.map((row) => ({
            row,
            thread: ref(row.thread),
            unread: row.seq > (readUpTo.get(row.thread) ?? 0),
          })),
          upTo: found.at(-1)?.seq ?? seq,
          end: found.length < limit,
        }
        reads.push(() => resolve(feed))
      }),
    last: async () => rows.at(-1)?.seq ?? (0 as Seq),
  } as unknown as Log
  const stored: Positions = {
    read: async (_, endpoint) => positions.get(endpoint) ?? { cursor: 0 as Seq, settled: [] },
    write: (_, endpoint, position) => {
      positions.set(endpoint, position)
    },
    forget: (_, endpoint) => {
      positions.delete(endpoint)
    },
    flush: async () => {},
  }
  const needs: LaneNeeds = {
    clock,
    bus,
    facts,
    log,
    positions: stored,
    presence,
    limits: LIMITS as LaneNeeds['limits'],
    trace: { pushed() {}, confirmed() {}, announced() {}, tookAll() {} } as unknown as LaneNeeds['trace'],
  }
  const faults: unknown[] = []
  const lanes = createLanes(needs, { fault: (error) => faults.push(error) })
  return {
    lanes,
    /** What a sink threw, its assertions among them. */
    faults,
    rows,
    presence,
    readUpTo,
    reads,
    advance(ms: number) {
      nowMs += ms
    },
    append(thread: number, reason: Row['reason'] = 'live'): Row {
      const row = {
        seq: ((rows.at(-1)?.seq ?? 0) + 1) as Seq,
        recipient: JULIET,
        sender: 2 as AccountId,
        thread: thread as ThreadId,
        reason,
      } as Row
      rows.push(row)
      return row
    },
    push: (row: Row) =>
      lanes.push(row, { alert: row.reason === 'live' || row.reason === 'offline', thread: ref(row.thread) }),
    /** Lets reads answer until none is asked for any more. */
    async settle(): Promise<void> {
      for (let turn = 0; turn < 3; turn++) {
        while (reads.length > 0) {
          reads.shift()?.()
          await turnOfTheLoop()
        }
        await turnOfTheLoop()
      }
    },
  }
}

function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function endpointOf(id: string, more: Partial<Endpoint> = {}): Endpoint {
  return {
    id: id as EndpointId,
    account: JULIET,
    protocol: 'memory',
    inboxView: false,
    window: 4,
    userAgent: undefined,
    ...more,
  }
}

test('a row that is committed while the log is read is neither lost nor doubled', async () => {
  const world = createWorld()
  world.append(1)
  const offered: number[] = []
  await world.lanes.open(endpointOf('a'), { offer: ({ row }) => offered.push(row.seq) })
  assert.equal(world.reads.length, 1, 'the read has its rows and has not answered')
  const late = world.append(1)
  const confirmed = world.push(late)
  await world.settle()
  assert.deepEqual(offered, [1, 2])
  for (const seq of [1, 2] as Seq[]) world.lanes.confirm(JULIET, 'a' as EndpointId, seq)
  assert.equal(await confirmed, true)
})

test('a row that was read from the log before it is pushed is offered once', async () => {
  const world = createWorld()
  const offered: number[] = []
  const row = world.append(1)
  await world.lanes.open(endpointOf('a'), { offer: ({ row }) => offered.push(row.seq) })
  await world.settle()
  void world.push(row)
  await world.settle()
  assert.deepEqual(offered, [1])
})

test('a position that came to an endpoint out of nothing is where the last one left it', async () => {
  const world = createWorld()
  const sink = {
    offer: ({ row }: { row: Row }) => void world.lanes.confirm(JULIET, 'a' as EndpointId, row.seq),
  }
  await world.lanes.open(endpointOf('a'), sink)
  await world.settle()
  for (let n = 0; n < 3; n++) await world.push(world.append(n))
  world.lanes.close(JULIET, 'a' as EndpointId)
  world.append(9)
  const offered: number[] = []
  await world.lanes.open(endpointOf('a'), { offer: ({ row }) => offered.push(row.seq) })
  await world.settle()
  assert.deepEqual(offered, [4])
})

test('what an endpoint confirms while it opens again is not offered again', async () => {
  const world = createWorld()
  await world.lanes.open(endpointOf('a'), { offer: () => {} })
  await world.settle()
  const row = world.append(1)
  void world.push(row)
  const offered: number[] = []
  const opening = world.lanes.open(endpointOf('a'), { offer: ({ row }) => offered.push(row.seq) })
  world.lanes.confirm(JULIET, 'a' as EndpointId, row.seq)
  await opening
  await world.settle()
  assert.deepEqual(offered, [])
})

test('with nobody there a push is answered at once', async () => {
  const world = createWorld()
  assert.equal(await world.push(world.append(1)), false)
  assert.equal(world.lanes.reachable(JULIET), false)
})

test('an answered wait is not looked at again, and one that nobody answers ends with its time', async () => {
  const world = createWorld()
  const id = 'a' as EndpointId
  await world.lanes.open(endpointOf('a', { window: 16 }), { offer: () => {} })
  await world.settle()
  const [one, two] = [world.append(1), world.append(1)]
  const answers = [world.push(one), world.push(two)]
  world.lanes.confirm(JULIET, id, two.seq)
  assert.equal(await answers[1], true)
  world.advance(5000)
  world.lanes.tick()
  assert.equal(await answers[0], false)
  assert.equal(world.lanes.pending(JULIET, one.seq), undefined)
})

type Step =
  | { do: 'send'; thread: number; quiet: boolean }
  | { do: 'open'; id: number }
  | { do: 'close'; id: number }
  | { do: 'answer' }
  | { do: 'confirm'; id: number; pick: number }
  | { do: 'ring'; id: number }
  | { do: 'take'; id: number }
  | { do: 'quiet'; on: boolean }
  | { do: 'wait' }

const id = fc.integer({ min: 0, max: 2 })
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('send' as const),
        thread: fc.integer({ min: 1, max: 3 }),
        quiet: fc.boolean(),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('open' as const), id }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const), id }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('answer' as const) }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant('confirm' as const), id, pick: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('ring' as const), id }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('take' as const), id }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('quiet' as const), on: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const) }) },
  ),
  { minLength: 30, maxLength: 200, size: 'max' },
)

test('whatever endpoints do, each gets every row once, in the order of its thread, within its window', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (plan) => {
      const world = createWorld()
      const devices = new Map<number, ReturnType<typeof createDevice>>()
      const answers: Promise<boolean>[] = []
      let quiet = false
      for (const step of plan) await act(step)
      // Everybody comes, nobody is quiet, everything is confirmed.
      setQuiet(false)
      for (const one of [0, 1, 2]) await device(one).open()
      for (let turn = 0; turn < 2000; turn++) {
        for (const one of devices.values()) {
          one.take()
          one.confirm(0)
        }
        await world.settle()
        if (
          [...devices.values()].every(
            (one) => one.seen.size === world.rows.length && one.onTheWay.length === 0,
          )
        )
          break
      }
      for (const fault of world.faults) throw fault
      for (const one of devices.values()) one.check()
      // No sender waits for ever.
      world.advance(31_000)
      world.lanes.tick()
      await Promise.all(answers)
      world.lanes.stop()

      function setQuiet(on: boolean): void {
        quiet = on
        const since = instant(0)
        world.presence.choose(
          JULIET,
          on ? { availability: 'DoNotDisturb', presenting: false, since, expires: undefined } : undefined,
        )
      }

      function device(n: number) {
        const known = devices.get(n) ?? createDevice(n)
        devices.set(n, known)
        return known
      }

      function createDevice(n: number) {
        const endpoint = endpointOf(String(n), { inboxView: n === 2, window: [1, 4, 16][n] ?? 1 })
        const confirmed = new Set<number>()
        const self = {
          seen: new Set<number>(),
          order: new Map<ThreadId, number[]>(),
          onTheWay: [] as Row[],
          held: new Set<ThreadId>(),
          isOpen: false,
          rings: false,
          confirm(pick: number) {
            if (!self.isOpen || self.onTheWay.length === 0) return
            const row = self.onTheWay[pick % self.onTheWay.length]
            if (!row || self.held.has(row.thread)) return
            self.onTheWay = self.onTheWay.filter((other) => other !== row)
            confirmed.add(row.seq)
            world.lanes.confirm(JULIET, endpoint.id, row.seq)
          },
          async open() {
            if (self.isOpen) return
            self.isOpen = true
            await world.lanes.open(endpoint, sink, () =>
              world.presence.publish(JULIET, {
                endpoint: endpoint.id,
                availability: 'Online',
                deviceType: undefined,
                lastActive: instant(0),
              }),
            )
          },
          take() {
            self.rings = false
            for (const thread of [...self.held]) {
              self.held.delete(thread)
              world.lanes.release(JULIET, endpoint.id, thread)
            }
          },
          close() {
            self.isOpen = false
            self.onTheWay = []
            self.held.clear()
            world.lanes.close(JULIET, endpoint.id)
            world.presence.withdraw(JULIET, endpoint.id)
          },
          check() {
            assert.equal(self.seen.size, world.rows.length, `endpoint ${n} did not get everything`)
            for (const order of self.order.values()) {
              assert.deepEqual(
                order,
                [...order].sort((a, b) => a - b),
                'rows of one thread swapped',
              )
            }
          },
        }
        const sink = {
          offer: ({ row, replay }: { row: Row; replay: boolean }) => {
            assert.ok(!confirmed.has(row.seq), `row ${row.seq} was confirmed and comes again`)
            assert.ok(!self.onTheWay.includes(row), `row ${row.seq} is on its way already`)
            if (quiet && replay && !endpoint.inboxView) {
              const live = world.rows.some(
                ({ thread, reason, seq }) => thread === row.thread && reason === 'live' && seq > row.seq,
              )
              assert.ok(live, 'a replay waits while she is quiet, unless a live row is behind it')
            }
            if (!self.seen.has(row.seq)) {
              self.seen.add(row.seq)
              self.order.set(row.thread, [...(self.order.get(row.thread) ?? []), row.seq])
            }
            self.onTheWay.push(row)
            if (self.rings && !self.held.has(row.thread)) {
              self.held.add(row.thread)
              world.lanes.hold(JULIET, endpoint.id, row.thread)
            }
            const unheld = self.onTheWay.filter(({ thread }) => !self.held.has(thread))
            assert.ok(unheld.length <= endpoint.window, 'more than the window is on its way')
          },
        }
        return self
      }

      async function act(step: Step): Promise<void> {
        switch (step.do) {
          case 'send':
            answers.push(world.push(world.append(step.thread, step.quiet && quiet ? 'doNotDisturb' : 'live')))
            break
          case 'open':
            await device(step.id).open()
            break
          case 'close':
            devices.get(step.id)?.close()
            break
          case 'answer':
            world.reads.shift()?.()
            await turnOfTheLoop()
            break
          case 'confirm':
            devices.get(step.id)?.confirm(step.pick)
            break
          case 'ring': {
            const one = devices.get(step.id)
            if (one) one.rings = true
            break
          }
          case 'take':
            devices.get(step.id)?.take()
            break
          case 'quiet':
            setQuiet(step.on)
            break
          case 'wait':
            world.advance(1000)
            world.lanes.tick()
            break
        }
      }
    }),
    { numRuns: 150 },
  )
})
