import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LaneQueue, MAX_SETTLED, MAX_WAITING } from './lane.ts'
import type { Queued } from './lane-thread.ts'
import type { Seq, ThreadId } from './message.ts'
import { mayOffer } from './offer.ts'

const ANY = () => true
const A = 1 as ThreadId
const B = 2 as ThreadId

function seq(n: number): Seq {
  return n as Seq
}

function row(n: number, thread: ThreadId = A): Queued {
  return { seq: seq(n), thread }
}

function queueOf(rows: readonly Queued[], window = 16): LaneQueue<Queued> {
  const queue = new LaneQueue<Queued>(seq(0), [], window)
  for (const item of rows) queue.add(item)
  queue.scannedTo(seq(rows.at(-1)?.seq ?? 0), true)
  return queue
}

function drain(queue: LaneQueue<Queued>, may: (item: Queued) => boolean = ANY): number[] {
  const offered: number[] = []
  for (let item = queue.next(may); item; item = queue.next(may)) offered.push(item.seq)
  return offered
}

test('a queue offers no more than its window, and goes on with a confirmation', () => {
  const queue = queueOf([row(1), row(2), row(3), row(4)], 2)
  assert.deepEqual(drain(queue), [1, 2])
  queue.settle(seq(1))
  assert.deepEqual(drain(queue), [3])
})

test('a thread that waits for a person holds up no other and does not fill the window', () => {
  const queue = queueOf([row(1, A), row(2, B), row(3, A), row(4, B)], 1)
  assert.equal(queue.next(ANY)?.seq, 1)
  queue.hold(A)
  assert.equal(queue.next(ANY)?.seq, 2)
  queue.settle(seq(2))
  assert.equal(queue.next(ANY)?.seq, 4)
  queue.settle(seq(4))
  assert.equal(queue.next(ANY), undefined)
  queue.release(A)
  assert.equal(queue.next(ANY), undefined, 'the window of 1 is full again')
  queue.settle(seq(1))
  assert.equal(queue.next(ANY)?.seq, 3)
})

test('the cursor moves over the longest settled run and never over an unsettled row', () => {
  const queue = queueOf([row(10), row(20, B), row(30)])
  drain(queue)
  queue.settle(seq(30))
  assert.deepEqual(queue.position(), { cursor: 9, settled: [30] })
  queue.settle(seq(10))
  assert.deepEqual(queue.position(), { cursor: 19, settled: [30] })
  queue.settle(seq(20))
  assert.deepEqual(queue.position(), { cursor: 30, settled: [] })
})

test('after a crash the unconfirmed row of another thread is offered, the confirmed ones are not', () => {
  const log = [row(1, A), row(2, B), row(3, A)]
  const before = queueOf(log)
  assert.deepEqual(drain(before), [1, 2, 3])
  before.settle(seq(1))
  before.settle(seq(3))
  const { cursor, settled } = before.position()
  const afterwards = new LaneQueue<Queued>(cursor, settled, 16)
  for (const item of log) afterwards.add(item)
  afterwards.scannedTo(seq(3), true)
  assert.deepEqual(drain(afterwards), [2])
})

test('a confirmation says how far its thread is settled', () => {
  const queue = queueOf([row(1), row(2), row(3), row(4, B)])
  drain(queue)
  assert.equal(queue.settle(seq(3))?.upTo, undefined)
  assert.equal(queue.settle(seq(1))?.upTo, 1)
  assert.equal(queue.settle(seq(2))?.upTo, 3)
  assert.equal(queue.settle(seq(4))?.upTo, 4)
})

test('a second confirmation and one of a row below the cursor change nothing', () => {
  const queue = queueOf([row(1), row(2)])
  drain(queue)
  assert.ok(queue.settle(seq(1)))
  assert.equal(queue.settle(seq(1)), undefined)
  assert.ok(queue.settle(seq(2)))
  assert.equal(queue.settle(seq(2)), undefined)
})

test('a late confirmation of a row that memory does not have settles it', () => {
  const queue = new LaneQueue<Queued>(seq(5), [], 16)
  assert.deepEqual(queue.settle(seq(9)), { item: undefined, upTo: undefined })
  queue.add(row(7))
  queue.add(row(9))
  queue.scannedTo(seq(9), true)
  assert.deepEqual(drain(queue), [7])
})

test('above a thousand settled rows only the thread of the oldest unsettled row is fed', () => {
  const queue = queueOf([row(1, A), row(2, A)], 4000)
  assert.deepEqual(
    drain(queue, ({ seq }) => seq === 1),
    [1],
  )
  for (let n = 3; n <= MAX_SETTLED + 3; n++) {
    queue.add(row(n, B))
    queue.next(({ thread }) => thread === B)
    queue.settle(seq(n))
  }
  assert.equal(queue.settledAboveCursor, MAX_SETTLED + 1)
  queue.add(row(5000, B))
  assert.deepEqual(drain(queue), [2], 'the thread of row 1, not the live one')
  queue.settle(seq(1))
  queue.settle(seq(2))
  assert.deepEqual(drain(queue), [5000])
})

test('what does not fit in memory comes from the log again', () => {
  const log = Array.from({ length: 3 * MAX_WAITING }, (_, i) => row(i + 1, A))
  const queue = new LaneQueue<Queued>(seq(0), [], 1)
  const offered: number[] = []
  for (let turns = 0; turns < 10_000 && offered.length < log.length; turns++) {
    const from = queue.wantsLog()
    if (from !== undefined) {
      const read = log.filter((item) => item.seq > from).slice(0, 32)
      for (const item of read) queue.add(item)
      queue.scannedTo(read.at(-1)?.seq ?? from, read.length < 32)
    }
    for (const n of drain(queue)) {
      offered.push(n)
      queue.settle(seq(n))
    }
  }
  assert.deepEqual(
    offered,
    log.map((item) => item.seq),
  )
  assert.deepEqual(queue.position(), { cursor: log.length, settled: [] })
})

test('what is told as a whole is confirmed as a whole, and nothing of it is offered', () => {
  const queue = new LaneQueue<Queued>(seq(0), [], 16)
  assert.equal(queue.tellWaiting(seq(8)), true)
  queue.scannedTo(seq(8), true)
  assert.equal(queue.owesAnswer, true)
  queue.add(row(9))
  assert.deepEqual(drain(queue), [9])
  queue.settle(seq(9))
  assert.equal(queue.cursor, 0, 'what waited is not settled yet')
  assert.equal(queue.settleUpTo(seq(8)), true)
  assert.deepEqual(queue.position(), { cursor: 9, settled: [] })
  assert.equal(queue.settleUpTo(seq(8)), false)
  assert.equal(queue.owesAnswer, false)
})

test('a declined conversation is settled as far as it waited, and later rows come', () => {
  const queue = queueOf([row(1), row(2), row(3)], 1)
  drain(queue)
  assert.deepEqual(
    queue.dismiss(A, seq(3)).map(({ item, offered }) => [item.seq, offered]),
    [
      [1, true],
      [2, false],
      [3, false],
    ],
  )
  assert.equal(queue.cursor, 3)
  queue.add(row(4))
  assert.deepEqual(drain(queue), [4])
})

test('a live invitation that nobody took comes again with the next row of its thread, in order', () => {
  const queue = queueOf([row(1), row(2, B)], 1)
  assert.equal(queue.next(ANY)?.seq, 1)
  queue.hold(A)
  queue.park(A)
  queue.release(A)
  assert.equal(queue.next(ANY)?.seq, 2, 'it fills no window')
  queue.settle(seq(2))
  assert.equal(queue.next(ANY), undefined)
  assert.deepEqual(queue.position(), { cursor: 0, settled: [2] })
  queue.add(row(3))
  assert.equal(queue.next(ANY)?.seq, 1)
  queue.settle(seq(1))
  assert.equal(queue.next(ANY)?.seq, 3)
})

test('what was put aside goes before what waited behind it', () => {
  const queue = queueOf([row(1), row(2), row(3)], 2)
  assert.deepEqual(drain(queue), [1, 2])
  queue.hold(A)
  queue.park(A)
  queue.add(row(4))
  assert.deepEqual(drain(queue), [1, 2])
  queue.settle(seq(1))
  queue.settle(seq(2))
  assert.deepEqual(drain(queue), [3, 4])
})

test('a conversation that was put aside and then declined is done, and a later row of it comes', () => {
  const queue = queueOf([row(1)])
  drain(queue)
  queue.hold(A)
  queue.park(A)
  queue.dismiss(A, seq(1))
  assert.deepEqual(queue.position(), { cursor: 1, settled: [] })
  assert.equal(queue.isHeld(A), false)
  queue.add(row(2))
  assert.deepEqual(drain(queue), [2])
})

test('above a thousand settled rows what was put aside is offered once more', () => {
  const queue = queueOf([row(1, A)], 4000)
  drain(queue)
  queue.hold(A)
  queue.park(A)
  for (let n = 2; n <= MAX_SETTLED + 2; n++) {
    queue.add(row(n, B))
    queue.next(({ thread }) => thread === B)
    queue.settle(seq(n))
  }
  assert.deepEqual(drain(queue), [1])
})

test('a declined conversation is done also where memory had left its rows in the log', () => {
  const log = [row(1), row(2), row(3), row(4, B)]
  const queue = new LaneQueue<Queued>(seq(0), [], 1, 1)
  for (const item of log) queue.add(item)
  queue.scannedTo(seq(4), true)
  assert.equal(queue.next(ANY)?.seq, 1)
  queue.dismiss(A, seq(3))
  assert.equal(queue.wantsLog(), 1, 'they are looked for')
  for (const item of log) queue.add(item)
  queue.scannedTo(seq(4), true)
  assert.deepEqual(drain(queue), [4])
  queue.settle(seq(4))
  assert.deepEqual(queue.position(), { cursor: 4, settled: [] })
})

const OFFERS = [
  ['a live row', {}, true],
  ['a waiting row', { replay: true }, true],
  ['a waiting row of somebody who wants no alert', { replay: true, quiet: true }, false],
  ['a waiting row while another conversation is replayed', { replay: true, replayBusy: true }, false],
  ['a live row while another conversation is replayed', { replayBusy: true }, true],
  ['a waiting row with a live one behind it', { replay: true, quiet: true, liveBehind: true }, true],
  ['a waiting row for an inbox view', { replay: true, quiet: true, replayBusy: true, inboxView: true }, true],
] as const

for (const [name, facts, may] of OFFERS) {
  test(`${name} ${may ? 'may go' : 'stays back'}`, () => {
    const none = { inboxView: false, replay: false, quiet: false, liveBehind: false, replayBusy: false }
    assert.equal(mayOffer({ ...none, ...facts }), may)
  })
}

/** One step of the life of an endpoint. */
type Step =
  | { do: 'append'; thread: number }
  | { do: 'read' }
  | { do: 'offer' }
  | { do: 'confirm'; pick: number }
  | { do: 'confirmLost'; pick: number }
  | { do: 'hold'; thread: number }
  | { do: 'release'; thread: number }
  | { do: 'park'; thread: number }
  | { do: 'dismiss'; thread: number }
  | { do: 'write' }
  | { do: 'crash' }

const threadNumber = fc.integer({ min: 1, max: 4 })
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('append' as const), thread: threadNumber }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('read' as const) }) },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('offer' as const) }) },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('confirm' as const), pick: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('confirmLost' as const), pick: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('hold' as const), thread: threadNumber }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('release' as const), thread: threadNumber }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('park' as const), thread: threadNumber }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('dismiss' as const), thread: threadNumber }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('write' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
  ),
  { minLength: 20, maxLength: 300, size: 'max' },
)

/** A log on disk, a position on disk, an endpoint that crashes with its server at any moment, and a person who reads. */
function createWorld(window: number, maxWaiting: number) {
  const log: Queued[] = []
  let disk: { cursor: Seq; settled: readonly Seq[] } = { cursor: seq(0), settled: [] }
  let queue = new LaneQueue<Queued>(disk.cursor, disk.settled, window, maxWaiting)
  let onTheWay: Queued[] = []
  /** Confirmed and the confirmation is on the disk: must never come again. */
  const safe = new Set<number>()
  const confirmed = new Set<number>()
  const seen: Queued[] = []
  /** Declined: need not be seen. */
  const excused = new Set<number>()

  function write(): void {
    disk = queue.position()
    for (const n of confirmed) safe.add(n)
  }

  const world = {
    log,
    seen,
    excused,
    append(thread: number): void {
      // Numbers have gaps: other recipients share the sequence.
      const item = row((log.at(-1)?.seq ?? 0) + 1 + (log.length % 3), thread as ThreadId)
      log.push(item)
      if (queue.live) queue.add(item)
    },
    read(): boolean {
      const from = queue.wantsLog()
      if (from === undefined) return false
      const read = log.filter((item) => item.seq > from).slice(0, 5)
      for (const item of read) queue.add(item)
      queue.scannedTo(read.at(-1)?.seq ?? from, read.length < 5)
      return true
    },
    offer(): boolean {
      const item = queue.next(ANY)
      if (item === undefined) return false
      assert.ok(!safe.has(item.seq), `row ${item.seq} was confirmed and comes again`)
      assert.ok(!onTheWay.includes(item), `row ${item.seq} is on its way already`)
      onTheWay.push(item)
      seen.push(item)
      return true
    },
    confirm(pick: number, arrives: boolean): boolean {
      const item = onTheWay[pick % Math.max(1, onTheWay.length)]
      if (item === undefined) return false
      onTheWay = onTheWay.filter((other) => other !== item)
      if (!arrives) return true
      assert.ok(queue.settle(item.seq), 'a row on its way was settled before')
      confirmed.add(item.seq)
      return true
    },
    hold: (thread: number) => queue.hold(thread as ThreadId),
    release: (thread: number) => queue.release(thread as ThreadId),
    park(thread: number): void {
      queue.park(thread as ThreadId)
      onTheWay = onTheWay.filter((item) => item.thread !== thread)
    },
    dismiss(thread: number): void {
      const upTo = queue.scanned
      queue.dismiss(thread as ThreadId, upTo)
      for (const item of log) {
        if (item.thread !== thread || item.seq > upTo) continue
        excused.add(item.seq)
        // One that memory has not met yet is settled when it is; a crash before that brings it again.
        if (queue.isSettled(item.seq)) confirmed.add(item.seq)
      }
      onTheWay = onTheWay.filter((item) => item.thread !== thread || item.seq > upTo)
    },
    write,
    crash(): void {
      onTheWay = []
      confirmed.clear()
      for (const n of safe) confirmed.add(n)
      queue = new LaneQueue<Queued>(disk.cursor, disk.settled, window, maxWaiting)
    },
    /** Everything goes well from here on. */
    settleAll(): void {
      world.crash()
      for (let turn = 0; turn < 100_000; turn++) {
        const moved = world.offer() || world.confirm(0, true) || world.read()
        if (!moved) return
      }
      assert.fail('does not come to rest')
    },
    position: () => queue.position(),
  }
  return world
}

function act(world: ReturnType<typeof createWorld>, step: Step): void {
  switch (step.do) {
    case 'append':
      world.append(step.thread)
      break
    case 'read':
      world.read()
      break
    case 'offer':
      world.offer()
      break
    case 'confirm':
      world.confirm(step.pick, true)
      break
    case 'confirmLost':
      // The device has it, its answer does not arrive; a crash brings it again.
      world.confirm(step.pick, false)
      break
    case 'hold':
      world.hold(step.thread)
      break
    case 'release':
      world.release(step.thread)
      break
    case 'park':
      world.park(step.thread)
      break
    case 'dismiss':
      world.dismiss(step.thread)
      break
    case 'write':
      world.write()
      break
    case 'crash':
      world.crash()
      break
  }
}

test('with crashes anywhere nothing is lost, doubled after confirmation, or swapped within a thread', () => {
  fc.assert(
    fc.property(steps, fc.constantFrom(1, 2, 16), fc.constantFrom(1, 3, 64), (plan, window, maxWaiting) => {
      const world = createWorld(window, maxWaiting)
      for (const step of plan) act(world, step)
      world.settleAll()
      const first = new Map<ThreadId, number[]>()
      const met = new Set<number>()
      for (const { seq: n, thread } of world.seen) {
        if (met.has(n)) continue
        met.add(n)
        if (world.excused.has(n)) continue
        first.set(thread, [...(first.get(thread) ?? []), n])
      }
      for (const { seq: n } of world.log) assert.ok(met.has(n) || world.excused.has(n), `row ${n} was lost`)
      for (const order of first.values()) {
        assert.deepEqual(
          order,
          [...order].sort((a, b) => a - b),
          'rows of one thread are seen in order',
        )
      }
      const end = world.log.at(-1)?.seq ?? 0
      assert.deepEqual(world.position(), { cursor: end, settled: [] })
    }),
    { numRuns: 400 },
  )
})
