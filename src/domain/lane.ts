import { insertInOrder, lowestOf, NEVER, newThread, type Queued, type Thread } from './lane-thread.ts'
import type { Seq, ThreadId } from './message.ts'

/**
 * What one endpoint gets next from its person's log, and what a confirmation means (ARCHITECTURE, Append, then push).
 *
 * A queue is state with rules and nothing else: no clock, no log, no socket. It changes in place because it sits in the hot path;
 * whoever holds it reads rows from the log when `wantsLog` says so, offers what `next` gives and settles what the device answers.
 * Each thread is a queue of its own in `seq` order; a thread that is held for a person never holds up another (SECURITY 63).
 */

/** Above so many settled rows over the cursor only the thread of the oldest unsettled row is fed. */
export const MAX_SETTLED = 1000
/** Rows of one thread that wait in memory; the rest stays in the log and is read again when these are gone. */
export const MAX_WAITING = 64

export class LaneQueue<T extends Queued> {
  readonly #window: number
  readonly #maxWaiting: number
  #cursor: number
  readonly #settled: Set<number>
  /** Every unsettled row in memory, lowest first unless `#disordered`. */
  readonly #pending = new Map<number, T>()
  readonly #threads = new Map<ThreadId, Thread<T>>()
  #newest = 0
  #disordered = false
  #inFlight = 0
  #waiting = 0
  #cut = 0
  /** Rows of the log up to here were looked at. */
  #scanned: number
  /** The log has nothing after `#scanned`: what is pushed now may be taken from memory. */
  #live = false
  /** Rows up to here were told as a whole (`tellWaiting`) and wait for one confirmation. */
  #told = 0

  /**
   * @param window rows that may be on their way without confirmation
   * @param maxWaiting rows of one thread that may wait in memory
   */
  constructor(cursor: Seq, settled: readonly Seq[], window: number, maxWaiting = MAX_WAITING) {
    this.#cursor = cursor
    this.#scanned = cursor
    this.#settled = new Set(settled.filter((seq) => seq > cursor))
    this.#window = window
    this.#maxWaiting = maxWaiting
  }

  get cursor(): Seq {
    return this.#cursor as Seq
  }

  /** Rows of the log up to here were looked at. */
  get scanned(): Seq {
    return this.#scanned as Seq
  }

  /** Rows on their way whose thread does not wait for a person. */
  get inFlight(): number {
    return this.#inFlight
  }

  get live(): boolean {
    return this.#live
  }

  /** The device owes an answer: to a row that does not wait for a person, or to what it was told as a whole. */
  get owesAnswer(): boolean {
    return this.#inFlight > 0 || this.#told > this.#cursor
  }

  position(): { readonly cursor: Seq; readonly settled: readonly Seq[] } {
    const settled = this.#settled.size === 0 ? NONE : ([...this.#settled] as Seq[])
    return { cursor: this.#cursor as Seq, settled }
  }

  get settledAboveCursor(): number {
    return this.#settled.size
  }

  isSettled(seq: Seq): boolean {
    return seq <= this.#cursor || this.#settled.has(seq)
  }

  pending(seq: Seq): T | undefined {
    return this.#pending.get(seq)
  }

  /** Whether rows of this thread wait here, in memory or in the log behind those. */
  hasWaiting(thread: ThreadId): boolean {
    const queue = this.#threads.get(thread)
    return queue !== undefined && (queue.waiting.length > 0 || queue.cutAt !== NEVER)
  }

  /** Whether rows of this thread were left in the log. */
  isCut(thread: ThreadId): boolean {
    const queue = this.#threads.get(thread)
    return queue !== undefined && queue.cutAt !== NEVER
  }

  /** The unsettled rows of a thread that are in memory, oldest first. */
  unsettledOf(thread: ThreadId): readonly T[] {
    const queue = this.#threads.get(thread)
    return queue === undefined ? [] : [...queue.flight, ...queue.waiting]
  }

  isHeld(thread: ThreadId): boolean {
    return this.#threads.get(thread)?.held ?? false
  }

  /** A row from the log, or pushed while `live`. @returns false when it needs nothing here now: known, settled, or left in the log. */
  add(item: T): boolean {
    const { seq } = item
    if (this.isSettled(seq) || this.#pending.has(seq) || seq <= this.#told) return false
    if (this.#live && seq > this.#scanned) this.#scanned = seq
    const thread = this.#thread(item.thread)
    if (seq <= thread.dismissed) {
      this.#settled.add(seq)
      this.#advance()
      this.#drop(thread)
      return false
    }
    if (thread.parked && this.#live) this.#unpark(thread)
    if (seq >= thread.cutAt) return false
    if (thread.waiting.length >= this.#maxWaiting) {
      thread.cutAt = seq
      this.#cut++
      return false
    }
    this.#insert(thread, item)
    return true
  }

  /** A row of the log that is nothing for this endpoint: read already, removed, of a blocked sender. */
  skip(seq: Seq): void {
    if (this.isSettled(seq) || this.#pending.has(seq)) return
    this.#settled.add(seq)
    this.#advance()
  }

  /** The log was read up to `seq`; `end` when there was nothing after it. */
  scannedTo(seq: Seq, end: boolean): void {
    if (seq > this.#scanned) this.#scanned = seq
    this.#live = end
    this.#advance()
  }

  /** After which row the log has to be read now; undefined when memory has all that can be offered. */
  wantsLog(): Seq | undefined {
    if (this.#inFlight >= this.#window) return undefined
    if (!this.#live) return this.#scanned as Seq
    if (this.#cut === 0) return undefined
    let from = NEVER
    for (const thread of this.#threads.values()) {
      if (thread.cutAt < from && thread.waiting.length === 0 && !thread.held) from = thread.cutAt
    }
    if (from === NEVER) return undefined
    this.#readAgain(from - 1)
    return this.#scanned as Seq
  }

  /** Rows up to `head` are told as a whole to an endpoint with inbox view and not offered. @returns false when there is nothing to tell. */
  tellWaiting(head: Seq): boolean {
    if (head > this.#scanned) this.#scanned = head
    if (head <= this.#cursor) return false
    this.#told = head
    return true
  }

  /** The device has what it was told as a whole. @returns false when nothing of it was new. */
  settleUpTo(seq: Seq): boolean {
    const upTo = Math.min(seq, this.#told)
    if (upTo <= this.#cursor) return false
    this.#cursor = upTo
    if (upTo >= this.#told) this.#told = 0
    for (const settled of this.#settled) if (settled <= upTo) this.#settled.delete(settled)
    this.#advance()
    return true
  }

  /**
   * The next row to offer, counted as on its way from here on; undefined when nothing may go now.
   * @param may whether this row may go now, for reasons outside of the queue (Do Not Disturb, one replay at a time)
   */
  next(may: (item: T) => boolean): T | undefined {
    if (this.#waiting === 0 || this.#inFlight >= this.#window) return undefined
    const only = this.#settled.size > MAX_SETTLED ? this.#pending.get(this.#lowest())?.thread : undefined
    // Everything waits for this thread now: whoever let it pass is asked once more.
    if (only !== undefined) this.#unpark(this.#thread(only))
    let best: Thread<T> | undefined
    let bestSeq = NEVER
    for (const thread of this.#threads.values()) {
      const first = thread.waiting[0]
      if (first === undefined || thread.held || first.seq >= bestSeq) continue
      if ((only !== undefined && thread.id !== only) || !may(first)) continue
      best = thread
      bestSeq = first.seq
    }
    const item = best?.waiting.shift()
    if (best === undefined || item === undefined) return undefined
    this.#waiting--
    best.flight.push(item)
    this.#inFlight++
    return item
  }

  /**
   * The row is done for this endpoint: confirmed, declined, unanswered, refused for good.
   * @returns undefined when it was settled before; `upTo`: all rows of the thread up to there are settled, if that is so up to this row.
   */
  settle(seq: Seq): { readonly item: T | undefined; readonly upTo: Seq | undefined } | undefined {
    if (this.isSettled(seq)) return undefined
    const item = this.#pending.get(seq)
    this.#settled.add(seq)
    if (item === undefined) {
      this.#advance()
      return { item: undefined, upTo: undefined }
    }
    const thread = this.#thread(item.thread)
    this.#remove(thread, item)
    if (seq > thread.high) thread.high = seq
    const lowest = lowestOf(thread)
    const upTo = thread.high < lowest ? thread.high : seq < lowest ? seq : undefined
    this.#drop(thread)
    this.#advance()
    return { item, upTo: upTo as Seq | undefined }
  }

  /** Every row of the thread up to `upTo` is done here, also those still in the log. @returns those that were in memory, with whether they were on their way. */
  dismiss(thread: ThreadId, upTo: Seq): readonly { readonly item: T; readonly offered: boolean }[] {
    const queue = this.#thread(thread)
    this.#unpark(queue)
    const done: { item: T; offered: boolean }[] = []
    for (const item of [...queue.flight, ...queue.waiting]) {
      if (item.seq > upTo) continue
      done.push({ item, offered: queue.flight.includes(item) })
      this.#settled.add(item.seq)
      this.#remove(queue, item)
    }
    if (!this.#live || queue.cutAt !== NEVER) queue.dismissed = Math.max(queue.dismissed, upTo)
    this.#drop(queue)
    this.#advance()
    return done
  }

  /** The thread waits for a person: what is on its way stays so without filling the window, later rows stay back. */
  hold(thread: ThreadId): void {
    const queue = this.#thread(thread)
    if (queue.held) return
    queue.held = true
    this.#inFlight -= queue.flight.length
  }

  /** Nobody took what is on its way in this thread: it waits again, unsettled, and goes out with the next live row of the thread. */
  park(thread: ThreadId): void {
    const queue = this.#threads.get(thread)
    if (queue === undefined || queue.flight.length === 0) return
    this.hold(thread)
    queue.parked = true
    this.#waiting += queue.flight.length
    queue.waiting.unshift(...queue.flight)
    queue.flight = []
  }

  /** A parked thread stays so. */
  release(thread: ThreadId): void {
    const queue = this.#threads.get(thread)
    if (!queue?.held || queue.parked) return
    queue.held = false
    this.#inFlight += queue.flight.length
    this.#drop(queue)
  }

  #unpark(thread: Thread<T>): void {
    if (!thread.parked) return
    thread.parked = false
    thread.held = false
  }

  #thread(id: ThreadId): Thread<T> {
    let thread = this.#threads.get(id)
    if (thread === undefined) {
      thread = newThread(id)
      this.#threads.set(id, thread)
    }
    return thread
  }

  /** Forgets a thread that has nothing to remember. */
  #drop(thread: Thread<T>): void {
    if (thread.held || thread.flight.length > 0 || thread.waiting.length > 0 || thread.cutAt !== NEVER) return
    if (thread.dismissed > this.#scanned || (thread.dismissed > 0 && !this.#live)) return
    this.#threads.delete(thread.id)
  }

  #insert(thread: Thread<T>, item: T): void {
    insertInOrder(thread.waiting, item)
    this.#waiting++
    if (item.seq < this.#newest && this.#pending.size > 0) this.#disordered = true
    else if (this.#pending.size === 0) this.#disordered = false
    this.#newest = item.seq
    this.#pending.set(item.seq, item)
  }

  #remove(thread: Thread<T>, item: T): void {
    this.#pending.delete(item.seq)
    const at = thread.flight.indexOf(item)
    if (at >= 0) {
      thread.flight.splice(at, 1)
      if (!thread.held) this.#inFlight--
      return
    }
    const place = thread.waiting.indexOf(item)
    if (place < 0) return
    thread.waiting.splice(place, 1)
    this.#waiting--
  }

  /** Goes back in the log for rows that were left there; what is known or settled is passed over. */
  #readAgain(from: number): void {
    this.#scanned = Math.max(from, this.#cursor)
    this.#live = false
    // A thread that was cut before there has rows behind which we do not go back yet: it stays cut.
    for (const thread of this.#threads.values()) {
      if (thread.cutAt === NEVER || thread.cutAt <= this.#scanned) continue
      thread.cutAt = NEVER
      this.#cut--
    }
  }

  /** The lowest row that is not settled as far as the queue knows. */
  #lowest(): number {
    let lowest = NEVER
    if (this.#disordered) for (const seq of this.#pending.keys()) lowest = Math.min(lowest, seq)
    else if (this.#pending.size > 0) lowest = this.#pending.keys().next().value ?? NEVER
    if (this.#cut > 0) for (const thread of this.#threads.values()) lowest = Math.min(lowest, thread.cutAt)
    return lowest
  }

  /** The cursor moves over the longest settled run and never over an unsettled row. */
  #advance(): void {
    if (this.#told > this.#cursor) return
    const limit = Math.min(this.#lowest() - 1, this.#scanned)
    if (limit <= this.#cursor) return
    this.#cursor = limit
    if (this.#settled.size === 0) return
    for (const seq of this.#settled) if (seq <= limit) this.#settled.delete(seq)
  }
}

const NONE: readonly Seq[] = []
