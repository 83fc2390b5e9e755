import type { Behind, Committer } from './committer.ts'
import { pairNumber, placeOf, upOf } from './place.ts'
import { RECIPIENT_CODE, SENDER_CODE, type SideWrite, type Write } from './writes.ts'

/** What folding needs of a row. */
export interface Folded {
  readonly recipient: number
  readonly sender: number
  readonly seq: number
  readonly thread: number
  readonly at: number
  readonly drift: number
  readonly rview: number
  readonly sview: number
  readonly until: number
  /** Octets of the body. */
  readonly size: number
  readonly senderName: string
  readonly recipientName: string
}

/** By owner and thread. */
type Sides = Map<number, Map<number, SideWrite>>
type Line = Extract<Write, { kind: 'line' }>

/** Lines and counts that rows add to the sides of their threads, lines sorted by pair (ARCHITECTURE, The hot path 5). */
export function foldWrites(rows: readonly Folded[]): Write[] {
  const lines = rows.map((row): Line => {
    const { recipient, sender, seq, thread } = row
    const [pair, up] = [pairNumber(recipient, sender), upOf(recipient, sender)]
    return { kind: 'line', pair, up, place: placeOf(row), seq, thread }
  })
  lines.sort((a, b) => a.pair - b.pair || a.place - b.place)
  const sides: Sides = new Map()
  for (const row of rows) {
    addSide(sides, recipientSide(row))
    // A note to oneself is one line of one side: it counts once, as the recipient's.
    if (row.sender !== row.recipient) addSide(sides, senderSide(row))
  }
  return [...lines, ...[...sides.values()].flatMap((threads) => [...threads.values()])]
}

function recipientSide(row: Folded): SideWrite {
  const inbox = Number(row.rview === RECIPIENT_CODE.inbox)
  const history = Number(row.rview === RECIPIENT_CODE.history)
  return {
    kind: 'side',
    owner: row.recipient,
    thread: row.thread,
    peer: row.sender,
    pair: pairNumber(row.recipient, row.sender),
    up: upOf(row.recipient, row.sender),
    peerName: row.senderName,
    // Nobody has read what was just written.
    unread: inbox + history,
    unreadInbox: inbox,
    inbox,
    inboxBytes: inbox * row.size,
    history,
    sent: 0,
    lastAt: inbox + history > 0 ? row.at : 0,
    minUntil: row.until,
  }
}

function senderSide(row: Folded): SideWrite {
  const sent = Number(row.sview === SENDER_CODE.sent)
  const history = Number(row.sview === SENDER_CODE.history)
  return {
    kind: 'side',
    owner: row.sender,
    thread: row.thread,
    peer: row.recipient,
    pair: pairNumber(row.recipient, row.sender),
    up: upOf(row.sender, row.recipient),
    peerName: row.recipientName,
    unread: 0,
    unreadInbox: 0,
    inbox: 0,
    inboxBytes: 0,
    history,
    sent,
    lastAt: sent + history > 0 ? row.at : 0,
    // Expiry looks at the recipient's side.
    minUntil: Number.MAX_SAFE_INTEGER,
  }
}

function addSide(sides: Sides, side: SideWrite): void {
  const threads = sides.get(side.owner) ?? new Map<number, SideWrite>()
  const before = threads.get(side.thread)
  threads.set(side.thread, before ? joined(before, side) : side)
  sides.set(side.owner, threads)
}

function joined(a: SideWrite, b: SideWrite): SideWrite {
  return {
    ...b,
    unread: a.unread + b.unread,
    unreadInbox: a.unreadInbox + b.unreadInbox,
    inbox: a.inbox + b.inbox,
    inboxBytes: a.inboxBytes + b.inboxBytes,
    history: a.history + b.history,
    sent: a.sent + b.sent,
    lastAt: Math.max(a.lastAt, b.lastAt),
    minUntil: Math.min(a.minUntil, b.minUntil),
  }
}

/** Numbers of one waiting row. */
const WIDTH = 10

/**
 * Committed rows whose lines and counts are not written yet; after a crash they are found again above the counter `folded`.
 * They wait as plain numbers: thousands of objects that outlive their turn would cost more in garbage collection than the folding.
 */
export class Folder implements Behind {
  readonly #committer: Committer
  readonly #nameOf: (account: number) => string
  #waiting: number[] = []
  #last = 0

  /** @param nameOf display name of an account, for the other side of its threads (R49) */
  constructor(committer: Committer, nameOf: (account: number) => string) {
    this.#committer = committer
    this.#nameOf = nameOf
    committer.folds(this)
  }

  add(row: Omit<Folded, 'size' | 'senderName' | 'recipientName'>, size: number): void {
    const { recipient, sender, seq, thread, at, drift, rview, sview, until } = row
    this.#waiting.push(recipient, sender, seq, thread, at, drift, rview, sview, until, size)
    this.#last = seq
    this.#committer.later()
  }

  take(): readonly Write[] {
    const waiting = this.#waiting
    if (waiting.length === 0) return []
    this.#waiting = []
    const rows: Folded[] = []
    for (let at = 0; at < waiting.length; at += WIDTH) rows.push(this.#row(waiting, at))
    return [...foldWrites(rows), { kind: 'counter', name: 'folded', value: this.#last }]
  }

  #row(waiting: readonly number[], from: number): Folded {
    const [
      recipient = 0,
      sender = 0,
      seq = 0,
      thread = 0,
      at = 0,
      drift = 0,
      rview = 0,
      sview = 0,
      until = 0,
      size = 0,
    ] = waiting.slice(from, from + WIDTH)
    const [senderName, recipientName] = [this.#nameOf(sender), this.#nameOf(recipient)]
    return { recipient, sender, seq, thread, at, drift, rview, sview, until, size, senderName, recipientName }
  }
}
