import type { Lanes } from '../actions/ports/lanes.ts'
import type { FeedRow, ThreadSideRef } from '../actions/ports/log.ts'
import type { Ports } from '../actions/ports/ports.ts'
import type { AccountId } from '../domain/account.ts'
import type { Endpoint, EndpointId } from '../domain/endpoint.ts'
import type { Row, Seq, ThreadId } from '../domain/message.ts'
import {
  beginReplay,
  endsReplay,
  type Item,
  isQuiet,
  type Lane,
  newStation,
  type Station,
  waitedUpTo,
} from './station.ts'
import { createWaiters, type Waiter } from './waiters.ts'

export type LaneNeeds = Pick<
  Ports,
  'clock' | 'facts' | 'log' | 'positions' | 'presence' | 'bus' | 'limits' | 'trace'
>

export interface LaneOptions {
  /** The endpoint was silent for 32 s and is out of its lane: presence and conversations have to hear of it. */
  readonly gone?: (endpoint: Endpoint) => void
  /** The log could not be read: the endpoint gets its rows with the next push or when it opens again. */
  readonly fault?: (error: unknown, endpoint: Endpoint) => void
}

export interface RunningLanes extends Lanes {
  /** Ends what took too long. The lanes call it by themselves while there is anything to wait for. */
  tick(): void
  /** Resolves when no read from the log is under way: for tests and for the drain at the end. */
  idle(): Promise<void>
  /** Endpoints that owe a confirmation now (SECURITY 60). */
  owing(): number
  stop(): void
}

/** An endpoint that owes an answer for so long is gone (ARCHITECTURE). */
export const SILENT_MS = 32_000
const TICK_MS = 250
/** Rows of one read from the log. */
const READ_ROWS = 32
/** Up to so many settled rows a position is written at each change, above it with the tick. */
const SMALL_POSITION = 64

const FALSE = Promise.resolve(false)

/**
 * The lanes of one process: one per recipient, decisions of the queue in `domain/lane.ts`, rows from the log alone. A live row goes out
 * from memory in the turn of its commit. One timer for everything that waits, and none when nothing does.
 */
export function createLanes(needs: LaneNeeds, options: LaneOptions = {}): RunningLanes {
  const { clock, facts, log, positions, presence, limits } = needs
  const lanes = new Map<AccountId, Lane>()
  const owing = new Set<Station>()
  const unwritten = new Set<Station>()
  const reads = new Set<Promise<void>>()
  const waiters = createWaiters()
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopped = false

  function station(owner: AccountId, endpoint: EndpointId): Station | undefined {
    return lanes.get(owner)?.stations.get(endpoint)
  }

  function laneOf(owner: AccountId): Lane {
    let lane = lanes.get(owner)
    if (lane === undefined) {
      const quiet = presence.of(owner).quiet !== undefined
      lane = { owner, stations: new Map(), waiters: new Map(), replaying: new Map(), quiet, pushed: 0 }
      lanes.set(owner, lane)
    }
    return lane
  }

  /** Offers what may go, and reads on when memory has nothing more. A sink may confirm or hold inside of `offer`. */
  function pump(at: Station): void {
    if (at.pumping || at.closed) return
    at.pumping = true
    try {
      for (;;) {
        const item = at.queue.next(at.may)
        if (item === undefined) break
        if (item.replay && !at.endpoint.inboxView) beginReplay(at, item.thread)
        if (item.seq >= (at.liveBehind.get(item.thread) ?? 0)) at.liveBehind.delete(item.thread)
        owes(at)
        if (!offer(at, item)) return
      }
    } finally {
      at.pumping = false
    }
    readOn(at)
  }

  /** A sink that throws is our bug and must not hurt the sender: its endpoint leaves the lane. @returns whether it is still there. */
  function offer(at: Station, item: Item): boolean {
    const { row, ref: thread, replay, alert } = item
    needs.trace.pushed(row, at.endpoint)
    try {
      at.sink.offer({ row, thread, replay, alert })
    } catch (error) {
      options.fault?.(error, at.endpoint)
      lost(at)
    }
    return !at.closed
  }

  /** The endpoint is out of its lane by our own finding. */
  function lost(at: Station): void {
    close(at)
    at.sink.gone?.()
    options.gone?.(at.endpoint)
  }

  function owes(at: Station): void {
    if (owing.has(at)) return
    owing.add(at)
    at.heardMs = clock.monotonicMs()
    wake()
  }

  /** The next conversation may be replayed, here or elsewhere, when nothing of this one is left. */
  function endReplay(at: Station, thread: ThreadId): void {
    if (!endsReplay(at, thread)) return
    for (const other of at.lane.stations.values()) if (other !== at) pump(other)
  }

  function readOn(at: Station): void {
    if (at.reading || at.closed) return
    const from = at.queue.wantsLog()
    if (from === undefined) return
    at.reading = true
    const read = log
      .feed(at.lane.owner, from, READ_ROWS)
      .then((feed) => {
        at.reading = false
        if (at.closed) return
        const announces = facts.rules(at.lane.owner).announce === 'Messages'
        for (const row of feed.rows) takeFromLog(at, row, announces)
        // A row that was committed while we read is in the log behind what we saw: read again.
        at.queue.scannedTo(feed.upTo, feed.end && at.lane.pushed <= feed.upTo)
        written(at)
        pump(at)
      })
      .catch((error: unknown) => {
        at.reading = false
        options.fault?.(error, at.endpoint)
      })
      .finally(() => reads.delete(read))
    reads.add(read)
  }

  function takeFromLog(at: Station, { row, thread, unread }: FeedRow, announces: boolean): void {
    const quietRow = isQuiet(row)
    const replay = quietRow || row.seq < at.liveFrom
    const { inboxView } = at.endpoint
    const unwanted =
      !unread ||
      (!inboxView && ((replay && !announces) || facts.accessLevel(at.lane.owner, row.sender) === 'Blocked'))
    if (unwanted) {
      at.queue.skip(row.seq)
      settledHere(at, row.seq)
      return
    }
    at.queue.add({ seq: row.seq, thread: row.thread, row, ref: thread, alert: !quietRow, replay })
  }

  /** A live row, straight from its commit. */
  function pushTo(at: Station, row: Row, ref: ThreadSideRef, alert: boolean): void {
    if (row.seq < at.liveFrom) at.liveFrom = row.seq
    const { queue, endpoint } = at
    const replay = !alert && !endpoint.inboxView
    if (alert && (queue.hasWaiting(row.thread) || !queue.live)) at.liveBehind.set(row.thread, row.seq)
    if (replay && facts.rules(row.recipient).announce !== 'Messages') {
      queue.skip(row.seq)
      written(at)
      return
    }
    if (queue.live) queue.add({ seq: row.seq, thread: row.thread, row, ref, alert, replay })
    pump(at)
  }

  /** The row is done on this endpoint without its confirmation: who waits for it waits for the others. */
  function settledHere(at: Station, seq: Seq): void {
    const waiter = at.lane.waiters.get(seq)
    if (waiter?.stations.delete(at.endpoint.id) && waiter.stations.size === 0) answer(at.lane, seq, false)
  }

  function answer(lane: Lane, seq: Seq, confirmed: boolean): void {
    const waiter = lane.waiters.get(seq)
    if (waiter === undefined) return
    lane.waiters.delete(seq)
    waiter.resolve(confirmed)
  }

  function written(at: Station): void {
    if (at.queue.settledAboveCursor <= SMALL_POSITION) {
      at.unwritten = false
      positions.write(at.lane.owner, at.endpoint.id, at.queue.position())
      return
    }
    at.unwritten = true
    unwritten.add(at)
    wake()
  }

  function afterSettling(at: Station, thread: ThreadId | undefined): void {
    if (!at.queue.owesAnswer) owing.delete(at)
    written(at)
    if (thread !== undefined) endReplay(at, thread)
    pump(at)
  }

  function close(at: Station): void {
    if (at.closed) return
    at.closed = true
    const { lane, endpoint } = at
    lane.stations.delete(endpoint.id)
    owing.delete(at)
    unwritten.delete(at)
    if (at.unwritten) positions.write(lane.owner, endpoint.id, at.queue.position())
    for (const [thread, id] of lane.replaying) if (id === endpoint.id) lane.replaying.delete(thread)
    for (const seq of [...lane.waiters.keys()]) settledHere(at, seq)
    if (lane.stations.size === 0) lanes.delete(lane.owner)
    else for (const other of lane.stations.values()) pump(other)
  }

  function dismiss(
    at: Station,
    thread: ThreadId,
    upTo: Seq,
    withdrawn?: 'readElsewhere' | 'declinedElsewhere',
  ): void {
    at.queue.release(thread)
    for (const { item, offered } of at.queue.dismiss(thread, upTo)) {
      settledHere(at, item.seq)
      if (offered && withdrawn !== undefined) at.sink.withdraw?.(item.row, withdrawn)
    }
    at.liveBehind.delete(thread)
    afterSettling(at, thread)
  }

  function tick(): void {
    const nowMs = clock.monotonicMs()
    waiters.expire(nowMs, (waiter) => {
      const lane = lanes.get(waiter.recipient)
      if (lane?.waiters.get(waiter.seq) !== waiter) return undefined
      const ringing = [...waiter.stations].some((id) => lane.stations.get(id)?.queue.isHeld(waiter.thread))
      const until = ringing ? waiter.sinceMs + facts.rules(waiter.recipient).inviteSeconds * 1000 : nowMs
      if (until > nowMs) return until
      answer(lane, waiter.seq, false)
      return undefined
    })
    for (const at of [...owing]) {
      if (!at.queue.owesAnswer) owing.delete(at)
      else if (nowMs - at.heardMs >= SILENT_MS) {
        lost(at)
      }
    }
    for (const at of [...unwritten]) {
      unwritten.delete(at)
      at.unwritten = false
      positions.write(at.lane.owner, at.endpoint.id, at.queue.position())
    }
  }

  function wake(): void {
    if (timer !== undefined || stopped) return
    timer = setTimeout(() => {
      timer = undefined
      tick()
      if (owing.size > 0 || unwritten.size > 0 || waiters.size > 0) wake()
    }, TICK_MS)
    timer.unref()
  }

  const unsubscribe = needs.bus.subscribe((what) => {
    if (what.topic !== 'presence' || !lanes.has(what.account)) return
    running.quietChanged(what.account, presence.of(what.account).quiet !== undefined)
  })

  const running: RunningLanes = {
    owing: () => owing.size,
    async open(endpoint, sink, arrived) {
      const { account: owner, id } = endpoint
      const read = await positions.read(owner, id)
      const head = endpoint.inboxView && sink.waiting ? await log.last(owner) : undefined
      const before = station(owner, id)
      // What it confirmed while we read counts too.
      const position = before?.queue.position() ?? read
      if (before) close(before)
      const at = newStation(laneOf(owner), endpoint, sink, position, clock.monotonicMs())
      const { lane } = at
      lane.stations.set(id, at)
      arrived?.()
      if (at.closed) return
      if (head !== undefined && at.queue.tellWaiting(head)) {
        needs.trace.announced({ recipient: owner, after: at.queue.cursor, upTo: head }, endpoint)
        owes(at)
        sink.waiting?.(head)
      }
      pump(at)
    },
    close(owner, endpoint) {
      const at = station(owner, endpoint)
      if (at) close(at)
    },
    endpoints: (owner) => [...(lanes.get(owner)?.stations.values() ?? [])].map((at) => at.endpoint),
    endpoint: (owner, id) => station(owner, id)?.endpoint,
    reachable: (owner) => lanes.has(owner),
    push(row, { alert, thread, wait = true }) {
      const lane = lanes.get(row.recipient)
      if (lane === undefined || lane.stations.size === 0) return FALSE
      if (row.seq > lane.pushed) lane.pushed = row.seq
      let answered = FALSE
      if (wait) {
        const sinceMs = clock.monotonicMs()
        const { promise, resolve } = Promise.withResolvers<boolean>()
        answered = promise
        const waiter: Waiter = {
          recipient: row.recipient,
          seq: row.seq,
          thread: row.thread,
          sinceMs,
          dueMs: sinceMs + limits.pushMs,
          stations: new Set(lane.stations.keys()),
          promise,
          resolve,
        }
        lane.waiters.set(row.seq, waiter)
        waiters.add(waiter)
        wake()
      }
      for (const at of [...lane.stations.values()]) pushTo(at, row, thread, alert)
      return answered
    },
    pending: (recipient, seq) => lanes.get(recipient)?.waiters.get(seq)?.promise,
    confirm(owner, endpoint, seq) {
      const at = station(owner, endpoint)
      if (at === undefined) return undefined
      const done = at.queue.settle(seq)
      if (done === undefined) return undefined
      at.heardMs = clock.monotonicMs()
      needs.trace.confirmed({ recipient: owner, seq }, at.endpoint)
      answer(at.lane, seq, true)
      afterSettling(at, done.item?.thread)
      return { row: done.item?.row, upTo: done.upTo, inboxView: at.endpoint.inboxView }
    },
    confirmUpTo(owner, endpoint, upTo) {
      const at = station(owner, endpoint)
      const after = at?.queue.cursor
      if (after === undefined || !at?.queue.settleUpTo(upTo)) return false
      needs.trace.tookAll({ recipient: owner, after, upTo }, at.endpoint)
      at.heardMs = clock.monotonicMs()
      afterSettling(at, undefined)
      return true
    },
    settle(owner, endpoint, seq, because) {
      const at = station(owner, endpoint)
      if (at === undefined) return
      at.heardMs = clock.monotonicMs()
      const item = at.queue.pending(seq)
      if (item !== undefined && because === 'unanswered' && !item.replay) {
        at.queue.park(item.thread)
        settledHere(at, seq)
        afterSettling(at, item.thread)
        return
      }
      // Who lets a replay pass does so with the whole conversation as it waited (ucwa.md 8.2).
      if (item !== undefined && because !== 'refused') {
        dismiss(at, item.thread, item.replay ? waitedUpTo(at, item.thread) : seq)
        return
      }
      if (at.queue.settle(seq) === undefined) return
      settledHere(at, seq)
      afterSettling(at, item?.thread)
    },
    withdrawElsewhere(owner, endpoint, seq) {
      for (const at of [...(lanes.get(owner)?.stations.values() ?? [])]) {
        const item = at.endpoint.id === endpoint ? undefined : at.queue.pending(seq)
        if (item === undefined || at.endpoint.inboxView || !at.queue.isHeld(item.thread)) continue
        dismiss(at, item.thread, seq, 'declinedElsewhere')
      }
    },
    hold(owner, endpoint, thread) {
      station(owner, endpoint)?.queue.hold(thread)
    },
    release(owner, endpoint, thread) {
      const at = station(owner, endpoint)
      if (at === undefined) return
      at.queue.release(thread)
      if (at.queue.owesAnswer) owes(at)
      pump(at)
    },
    readElsewhere(owner, thread, upTo, where) {
      const lane = lanes.get(owner)
      if (lane === undefined || (lane.stations.size === 1 && where !== undefined)) return
      for (const at of [...lane.stations.values()]) {
        if (!at.endpoint.inboxView && at.endpoint.id !== where) dismiss(at, thread, upTo, 'readElsewhere')
      }
    },
    quietChanged(owner, quiet) {
      const lane = lanes.get(owner)
      if (lane === undefined || lane.quiet === quiet) return
      lane.quiet = quiet
      if (!quiet) for (const at of [...lane.stations.values()]) pump(at)
    },
    tick,
    async idle() {
      while (reads.size > 0) await Promise.all(reads)
    },
    stop() {
      stopped = true
      unsubscribe()
      if (timer !== undefined) clearTimeout(timer)
      for (const lane of [...lanes.values()]) for (const at of [...lane.stations.values()]) close(at)
    },
  }
  return running
}
