import type { Reason } from './errors.ts'
import type { Resource } from './hal.ts'

/** How long an event may be held for company (ucwa.md 7.2); the fourth level of the text, real-time, is High here. */
export type Priority = 'High' | 'Medium' | 'Low'
export type EventType = 'added' | 'updated' | 'deleted' | 'started' | 'completed'

/** What an event is about, or in. */
export interface EventTarget {
  readonly rel: string
  readonly href: string
  readonly title?: string
}

/** One event as it is raised; the log decides when it travels and in whose company. */
export interface UcwaEvent {
  readonly sender: { readonly rel: string; readonly href: string }
  readonly link: EventTarget
  readonly in?: EventTarget
  readonly type: EventType
  readonly status?: 'Success' | 'Failure'
  readonly reason?: Reason
  readonly embedded?: Resource
  readonly priority: Priority
  /** `full`: the resource is embedded, or the whole event sent, to clients with `packages=full` only (ucwa.md 15). */
  readonly embedFor?: 'all' | 'full'
  readonly onlyFull?: boolean
  /** An `updated` event that a later one with the same target makes superfluous. */
  readonly merge?: boolean
  /** Dropped first when a client does not fetch its events (7.3). */
  readonly presence?: boolean
  /** Row of the user's log that this event carries: an ack later than its package confirms it. */
  readonly row?: number
  /** This event tells of everything in the log up to this row (an inbox view, R39); such an event is never merged. */
  readonly upTo?: number
}

/**
 * Events that one step raises and that must share a package, which holds nothing else of its kind (7.2, E7). `sent` is the
 * answer to a message of this client's own.
 */
export type Unit = 'start' | 'connect' | 'message' | 'sent'

interface Entry {
  readonly number: number
  readonly event: UcwaEvent
  readonly unit: { readonly kind: Unit; readonly id: number } | undefined
  /** When it was raised, or the event that it replaced: monotonic milliseconds. */
  readonly since: number
  readonly size: number
}

/** One answer of the channel: blocks of consecutive events of one sender. */
export interface Package {
  /** The number that links this package as `next`. */
  readonly next: number
  readonly senders: readonly { rel: string; href: string; events: readonly object[] }[]
}

/** How long events of lower priority wait for company. */
export interface Holds {
  readonly mediumMs: number
  readonly lowMs: number
}

/** What an ack proves to be with the client. */
export interface Proof {
  readonly rows: readonly number[]
  readonly upTo: number | undefined
}

/** What a request with `ack=n` finds. */
export type Asked = ({ readonly kind: 'known' } & Proof) | { readonly kind: 'resync'; readonly ack: number }

/** What may wait for one client (ucwa.md 7.3). */
export interface LogLimits {
  readonly events: number
  readonly bytes: number
}

/** Packages with `packages=full` are cut only so that one answer stays small. */
const FULL_PACKAGE_EVENTS = 500
/** So many events behind, a client has sent faster than it asked: the answers to its messages come together then. */
const CROWDED = 200
const CROWDED_PACKAGE_EVENTS = 100
/** Marks that clients may still refer to; a client that repeats one ack for ever makes a mark each time. */
const MARKS = 64

/**
 * The event channel of ucwa.md 7.2 without any I/O: the ordered log, the marks (ack number → up to which event it
 * confirms), and the cutting of packages. Time is passed in, in monotonic milliseconds.
 *
 * `sent` is how far packages have been made on the current connection. A repeated ack sets it back to what that ack
 * confirms, so the same events go out again under a new number, and an old answer that is still in flight never
 * confirms what it did not contain (conformance E1).
 */
export class EventLog {
  #entries: Entry[] = []
  #marks = new Map<number, number>([[1, 0]])
  #newestAck = 1
  #newestNumber = 0
  #units = 0
  #sent = 0
  #bytes = 0
  #asked = false
  readonly #limits: LogLimits
  readonly #takeAck: () => number

  /**
   * @param takeAck gives ever higher numbers above 1. Channels of one application share them, so that an ack says by
   * itself which channel it is about
   */
  constructor(limits: LogLimits, takeAck?: () => number) {
    this.#limits = limits
    this.#takeAck = takeAck ?? (() => this.#newestAck + 1)
  }

  /** Events that are not confirmed yet. */
  get length(): number {
    return this.#entries.length
  }

  /** Number of the newest ack that was handed out. */
  get newestAck(): number {
    return this.#newestAck
  }

  /**
   * Appends events in their order; `unit` keeps them together. An `updated` event that is marked `merge` and has not
   * been sent yet gives way to a later one of the same target, which inherits its waiting time.
   * @returns false when the client does not fetch its events and the log is over its limit even without presence
   */
  raise(events: readonly UcwaEvent[], now: number, unit?: Unit): boolean {
    if (unit) this.#units += 1
    for (const event of events) {
      this.#newestNumber += 1
      const size = sizeOf(event)
      const replaced = event.merge ? this.#supersede(event) : undefined
      this.#bytes += size
      this.#entries.push({
        number: this.#newestNumber,
        event,
        unit: unit ? { kind: unit, id: this.#units } : undefined,
        since: replaced ?? now,
        size,
      })
    }
    return this.#withinLimits()
  }

  /**
   * A request with this ack: everything up to its mark is confirmed, older marks are forgotten, and packages begin
   * again behind it. An ack never handed out, or older than the last confirmed one, gets a new number that confirms
   * nothing, so that following `resync` loses no message.
   */
  ask(ack: number): Asked {
    this.#asked = true
    const mark = this.#marks.get(ack)
    if (mark === undefined) return { kind: 'resync', ack: this.#mark(this.#confirmedUpTo()) }
    const proof = this.#confirm(ack, mark)
    this.#sent = mark
    return { kind: 'known', ...proof }
  }

  /** A confirmation beside a stream: confirms, but packages go on where they are. */
  acknowledge(ack: number): Asked {
    const mark = this.#marks.get(ack)
    if (mark === undefined) return { kind: 'resync', ack: this.#newestAck }
    return { kind: 'known', ...this.#confirm(ack, mark) }
  }

  /**
   * When the next package may leave: 0 for now, undefined when nothing waits, else milliseconds. High goes at once and
   * takes with it all that was queued before it (E5).
   */
  dueIn(now: number, holds: Holds, full: boolean): number | undefined {
    let due: number | undefined
    for (const { number, event, since } of this.#entries) {
      if (number <= this.#sent || (event.onlyFull && !full)) continue
      if (event.priority === 'High') return 0
      const hold = event.priority === 'Medium' ? holds.mediumMs : holds.lowMs
      const left = Math.max(0, since + hold - now)
      if (due === undefined || left < due) due = left
    }
    return due
  }

  /** Cuts the next package behind what was sent, empty when nothing waits. Each package takes a new ack number. */
  next(full: boolean): Package {
    const chosen: UcwaEvent[] = []
    const crowded = this.#entries.length > CROWDED
    let unit: Entry['unit']
    for (const entry of this.#entries) {
      if (entry.number <= this.#sent) continue
      if (entry.event.onlyFull && !full) {
        this.#sent = entry.number
        continue
      }
      const joins = crowded && entry.unit?.kind === 'sent' && unit?.kind === 'sent'
      const limit = joins ? CROWDED_PACKAGE_EVENTS : FULL_PACKAGE_EVENTS
      if (chosen.length >= limit || (!full && !joins && beginsPackage(entry, unit, chosen.length))) break
      if (entry.unit) unit = entry.unit
      chosen.push(entry.event)
      this.#sent = entry.number
    }
    if (!full) this.#dropHidden()
    return { next: this.#mark(this.#sent), senders: grouped(chosen, full) }
  }

  #supersede(event: UcwaEvent): number | undefined {
    const index = this.#entries.findLastIndex(
      (entry) => entry.number > this.#sent && entry.event.merge && sameTarget(entry.event, event),
    )
    const entry = this.#entries[index]
    if (!entry) return undefined
    this.#entries.splice(index, 1)
    this.#bytes -= entry.size
    return entry.since
  }

  #confirm(ack: number, mark: number): Proof {
    for (const known of this.#marks.keys()) {
      if (known < ack) this.#marks.delete(known)
    }
    const rows: number[] = []
    let upTo: number | undefined
    let kept = 0
    for (const entry of this.#entries) {
      if (entry.number > mark) break
      if (entry.event.row !== undefined) rows.push(entry.event.row)
      upTo = entry.event.upTo ?? upTo
      this.#bytes -= entry.size
      kept += 1
    }
    this.#entries.splice(0, kept)
    if (this.#sent < mark) this.#sent = mark
    return { rows, upTo }
  }

  #mark(upTo: number): number {
    this.#newestAck = this.#takeAck()
    this.#marks.set(this.#newestAck, upTo)
    if (this.#marks.size > MARKS) {
      // The oldest stays: it is the one that the client repeats.
      const second = [...this.#marks.keys()][1]
      if (second !== undefined) this.#marks.delete(second)
    }
    return this.#newestAck
  }

  #confirmedUpTo(): number {
    const [oldest] = this.#marks.values()
    return oldest ?? 0
  }

  /** What a client without `packages=full` never gets must not be proven by its ack: it leaves the log unsent. */
  #dropHidden(): void {
    const hidden = (entry: Entry) => entry.number <= this.#sent && entry.event.onlyFull === true
    if (this.#entries.some(hidden)) this.#keep((entry) => !hidden(entry))
  }

  /**
   * Presence goes first. A client that never asked (it only sends) loses the older half and begins with a resync; one that
   * asked and stopped is over (7.3).
   */
  #withinLimits(): boolean {
    if (!this.#isOver()) return true
    this.#keep((entry) => !entry.event.presence)
    if (!this.#isOver()) return true
    if (this.#asked) return false
    const half = Math.ceil(this.#entries.length / 2)
    const border = this.#entries[half]?.number ?? Number.POSITIVE_INFINITY
    this.#keep((entry) => entry.number >= border)
    this.#marks.clear()
    return true
  }

  #isOver(): boolean {
    return this.#entries.length > this.#limits.events || this.#bytes > this.#limits.bytes
  }

  #keep(wanted: (entry: Entry) => boolean): void {
    this.#entries = this.#entries.filter(wanted)
    this.#bytes = this.#entries.reduce((sum, entry) => sum + entry.size, 0)
  }
}

/**
 * A message and a connect step begin a package of their own; the start of an invitation may have company in front
 * (the example of ucwa.md 8.4), but one package never holds two steps. Whatever belongs to no step may follow.
 */
function beginsPackage(entry: Entry, current: Entry['unit'], length: number): boolean {
  if (!entry.unit || length === 0 || entry.unit.id === current?.id) return false
  return entry.unit.kind !== 'start' || current !== undefined
}

function sameTarget(a: UcwaEvent, b: UcwaEvent): boolean {
  return (
    a.type === b.type &&
    a.link.href === b.link.href &&
    a.link.rel === b.link.rel &&
    a.sender.href === b.sender.href &&
    a.in?.href === b.in?.href
  )
}

/** Consecutive events of one sender share a block; order is kept (7.1). */
function grouped(events: readonly UcwaEvent[], full: boolean): Package['senders'] {
  const blocks: { rel: string; href: string; events: object[] }[] = []
  for (const event of events) {
    const last = blocks.at(-1)
    const wire = onTheWire(event, full)
    if (last && last.href === event.sender.href) last.events.push(wire)
    else blocks.push({ ...event.sender, events: [wire] })
  }
  return blocks
}

function onTheWire(event: UcwaEvent, full: boolean): object {
  const embeds = event.embedded && (full || event.embedFor !== 'full')
  return {
    link: event.link,
    ...(event.in ? { in: event.in } : {}),
    ...(event.status ? { status: event.status } : {}),
    ...(event.reason ? { reason: event.reason } : {}),
    ...(embeds ? { _embedded: { [event.link.rel]: event.embedded } } : {}),
    type: event.type,
  }
}

function sizeOf(event: UcwaEvent): number {
  return 200 + (event.embedded ? JSON.stringify(event.embedded).length : 0)
}

/** The body of an answer of the event channel. `sender` is always present, empty if nothing happened (7.1). */
export function packageBody(self: string, next: string, cut: Package): object {
  return { _links: { self: { href: self }, next: { href: next } }, sender: cut.senders }
}
