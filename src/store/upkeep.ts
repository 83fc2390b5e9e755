import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Bus } from '../actions/ports/bus.ts'
import type { Move, MoveReason, Trace } from '../actions/ports/trace.ts'
import type { AccountId } from '../domain/account.ts'
import { EXPIRED_LINE_MS, SENT_LINE_MS, sentLineEnds, settleView } from '../domain/expiry.ts'
import { RECIPIENT_VIEWS, ROW_REASONS, SENDER_VIEWS, type Seq, type ThreadId } from '../domain/message.ts'
import { after, type Instant, instant } from '../domain/time.ts'
import type { Committer } from './committer.ts'
import type { Engine } from './engine.ts'
import type { ExpiryTurn, ExpiryWalk } from './expiry-walk.ts'
import type { InboxCounts } from './inbox.ts'
import { findSpan } from './items.ts'
import { LEAN_COLUMNS, type LeanRow } from './lean-row.ts'
import { lineOf, PLACE, placeOf } from './place.ts'
import { IDEMPOTENCY_MS, REPEAT_MS } from './repeats.ts'
import { isCleared } from './side-counts.ts'
import { TURN_LINES } from './spans.ts'
import type { Sweeper } from './sweeper.ts'
import { TRACE_MS } from './trace.ts'
import { MARK_CODE, RECIPIENT_CODE, SENDER_CODE, type Write } from './writes.ts'

/** Pages of one walk, so that a busy server's rows are all seen in their time. */
const PAGES = 20

/** Lines that are looked at in one turn for having been delivered long ago. */
const LINES = 2_000

interface WalkedRow extends LeanRow {
  readonly read_up_to: number | null
  readonly cleared: number | null
  readonly confirmed: number
}

export interface UpkeepParts {
  readonly engine: Engine
  readonly committer: Committer
  readonly inbox: InboxCounts
  readonly bus: Bus | undefined
  readonly inboxBytes: number
  readonly unreadAfterMs: number
  /** Whether an endpoint of this person reports reading (M8); asked when a live row is old enough. */
  readonly reportsReading: (owner: AccountId) => boolean
  readonly now: () => Instant
  readonly trace: Pick<Trace, 'moved'>
  readonly expiring: ExpiryWalk
  readonly sweeper: Pick<Sweeper, 'again'>
}

/** What happens to rows after they were accepted, in batches, by jobs and on a full inbox. */
export class Upkeep {
  readonly #parts: UpkeepParts
  readonly #expiring: ExpiryWalk

  constructor(parts: UpkeepParts) {
    this.#parts = parts
    this.#expiring = parts.expiring
  }

  /** A live row that no device confirmed in time: inbox for one side, *Sent while away* for the other (M8). */
  async missed(recipient: number, seq: number): Promise<void> {
    const [row] = await this.#parts.engine.query<LeanRow>(
      `select ${LEAN_COLUMNS} from message m where m.recipient = ?1 and m.seq = ?2`,
      recipient,
      seq,
    )
    if (row && isLiveView(row)) await this.#apply([toInbox(row, false)], [row])
  }

  /** Read rows of the inbox go, oldest first, until `bytes` more fit (DECISIONS 25). Unread ones stay. */
  async makeRoom(recipient: number, bytes: number): Promise<void> {
    const { engine, committer, inbox, inboxBytes } = this.#parts
    const count = await inbox.load(recipient, () => committer.settled())
    let over = count.bytes + bytes - inboxBytes
    for (let last = 0; over > 0; ) {
      const rows = await engine.query<LeanRow & { readonly read: number }>(
        `select ${LEAN_COLUMNS}, case when m.rview = ${RECIPIENT_CODE.inbox} and m.seq <= s.read_up_to
           and ${PLACE} > s.cleared then 1 else 0 end as read
         from message m join thread_side s on s.owner = m.recipient and s.thread = m.thread
         where m.recipient = ?1 and m.seq > ?2 order by m.seq limit ${TURN_LINES}`,
        recipient,
        last,
      )
      const going: LeanRow[] = []
      for (const row of rows) {
        if (over <= 0) break
        if (row.read === 0) continue
        going.push(row)
        over -= row.size
        this.#parts.trace.moved(moveOf(row, 'room'))
      }
      await this.#apply(
        going.map((row) => this.#takenFromRecipient(row)),
        going,
      )
      if (rows.length < TURN_LINES) return
      last = rows.at(-1)?.seq ?? last
      await nextTurn()
    }
  }

  /** The rows of one inbox item leave the recipient's views. @returns whether there were any. */
  async removeItem(recipient: number, thread: number, batch: number): Promise<boolean> {
    const { engine, committer } = this.#parts
    await committer.settled()
    const span = await findSpan(engine, recipient as AccountId, thread, batch)
    if (!span) return false
    const rows = await engine.query<LeanRow>(
      `select ${LEAN_COLUMNS} from timeline t
       join message m on m.recipient = ?1 and m.seq = t.seq and m.batch = ?6
         and m.rview in (${RECIPIENT_CODE.inbox}, ${RECIPIENT_CODE.expired})
       where t.pair = ?2 and t.up = ?3 and t.place >= ?4 and t.place <= ?5 and t.thread = ?7`,
      recipient,
      span.side.pair,
      span.side.up,
      span.from,
      span.to,
      batch,
      thread,
    )
    const writes = rows.map((row) => this.#takenFromRecipient(row))
    await this.#apply(writes, rows)
    return rows.length > 0
  }

  /** Rows whose time is over (DECISIONS 20): unread ones turn into the sender's Expired, all others go. */
  async expire(now: Instant, limit: number): Promise<number> {
    this.#parts.sweeper.again()
    await this.#parts.committer.settled()
    let gone = 0
    for (let page = 0; page < PAGES; page += 1) {
      const turn = await this.#expiring.turn(now, limit)
      if (!turn) {
        await this.#forgetIdempotency(now - IDEMPOTENCY_MS)
        await this.#forgetTraces(now - TRACE_MS)
        await this.#endSentLines(now)
        return gone
      }
      await this.#expireRows(turn, now)
      gone += turn.rows.length
      await nextTurn()
    }
    // There is more: who calls comes again.
    return Math.max(1, gone)
  }

  async #expireRows({ rows, raise }: ExpiryTurn, now: Instant): Promise<void> {
    const writes = rows.flatMap((row): Write[] => {
      const waited = row.rview === RECIPIENT_CODE.inbox && row.seq > row.read_up_to && !isCleared(row)
      if (!waited) return [remove(row)]
      const { recipient, seq } = row
      const until = after(now, EXPIRED_LINE_MS)
      const sent = row.sview === SENDER_CODE.sent
      return [
        // Without a line of the sender nobody sees the text; what is left is what the recipient is told: one more expired.
        sent ? { kind: 'until', recipient, seq, until } : { kind: 'empty', recipient, seq, until },
        {
          kind: 'views',
          recipient,
          seq,
          rview: RECIPIENT_CODE.expired,
          sview: sent ? row.sview : SENDER_CODE.none,
        },
      ]
    })
    // What expired unread stays for a while: the side is looked at again then.
    const until = writes.reduce(
      (least, w) => ('until' in w ? Math.min(least, w.until) : least),
      Number.MAX_SAFE_INTEGER,
    )
    if (raise?.kind === 'raiseUntil') writes.push({ ...raise, until: Math.min(raise.until, until) })
    else this.#expiring.stays(instant(until))
    await this.#apply(writes, rows, true)
    this.#announce(rows)
  }

  /** Only where there is something to forget: a server that nobody uses writes nothing. */
  async #forgetIdempotency(before: number): Promise<void> {
    const { engine, committer } = this.#parts
    const old = await engine.query('select 1 from idempotency where at < ?1 limit 1', before)
    if (old.length > 0) await committer.add({ kind: 'forgetIdempotency', before })
  }

  /** A page of lines at a time; the rest goes with the next call. */
  async #forgetTraces(before: number): Promise<void> {
    const { engine, committer } = this.#parts
    const [oldest] = await engine.query<{ at: number }>('select at from trace order by id limit 1')
    if (oldest && oldest.at < before) await committer.add({ kind: 'forgetTraces', before })
  }

  /** Walks once over every row when it is `unreadAfterMs` old (DECISIONS 12, M8). @returns how many were changed. */
  async settleViews(now: Instant, limit: number): Promise<number> {
    await this.#parts.committer.settled()
    let changed = 0
    for (let page = 0; page < PAGES && changed < limit; page += 1) {
      const walked = await this.#settlePage(now, limit)
      changed += walked.changed
      if (walked.end) break
      await nextTurn()
    }
    return changed
  }

  async #settlePage(now: Instant, limit: number): Promise<{ changed: number; end: boolean }> {
    const { engine, unreadAfterMs } = this.#parts
    const [counter] = await engine.query<{ value: number }>("select value from counter where name = 'viewed'")
    const point = counter?.value ?? 0
    const column = engine.walk
    const rows = await engine.query<WalkedRow>(
      `select ${LEAN_COLUMNS}, s.read_up_to, s.cleared, case when exists (select 1 from mark k where k.recipient = m.recipient
         and k.thread = m.thread and k.kind = ${MARK_CODE.delivered} and k.up_to >= m.seq) then 1 else 0 end as confirmed
       from message m left join thread_side s on s.owner = m.recipient and s.thread = m.thread
       where m.${column} > ?1 order by m.${column} limit ?2`,
      column === 'at' ? point - 1 : point,
      limit,
    )
    const old = rows.slice(0, ageBorder(rows, now, unreadAfterMs))
    const changed = old.flatMap((row) => this.#settled(row, now))
    const last = old.at(-1)
    const value = column === 'at' ? last?.at : last?.seq
    if (value !== undefined && value !== point) {
      const writes = changed.map(({ write }) => write)
      const touched = changed.map(({ row }) => row)
      await this.#apply([...writes, { kind: 'counter', name: 'viewed', value }], touched)
      this.#announce(touched)
    }
    return { changed: changed.length, end: old.length < limit }
  }

  #settled(row: WalkedRow, now: Instant): { readonly row: WalkedRow; readonly write: Write }[] {
    const confirmed = row.confirmed === 1
    const decision = settleView(
      {
        reason: ROW_REASONS[row.reason] ?? 'offline',
        at: instant(row.at),
        recipientView: RECIPIENT_VIEWS[row.rview] ?? 'none',
        senderView: SENDER_VIEWS[row.sview] ?? 'none',
        confirmed,
        read: row.rview >= RECIPIENT_CODE.gone || row.seq <= (row.read_up_to ?? 0) || isCleared(row),
        readingReported: this.#parts.reportsReading(row.recipient as AccountId),
      },
      now,
      this.#parts.unreadAfterMs,
    )
    if (decision === 'toInbox') return [{ row, write: toInbox(row, confirmed) }]
    return decision === 'remove' ? [{ row, write: this.#gone(row) }] : []
  }

  /**
   * *Sent while away* lines go 30 days after delivery (DECISIONS 12). Walks round and round over the rows that are old enough, because a
   * row may be delivered at any time; nothing of it is urgent.
   */
  async #endSentLines(now: Instant): Promise<void> {
    const { engine } = this.#parts
    const [counter] = await engine.query<{ value: number }>(
      "select value from counter where name = 'sentLines'",
    )
    const column = engine.walk
    const rows = await engine.query<LeanRow & { delivered: number | null }>(
      `select ${LEAN_COLUMNS}, (select k.at from mark k where k.recipient = m.recipient and k.thread = m.thread
         and k.kind = ${MARK_CODE.delivered} and k.up_to >= m.seq order by k.up_to limit 1) as delivered
       from message m where m.${column} > ?1 and m.at <= ?2 order by m.${column} limit ?3`,
      counter?.value ?? 0,
      now - SENT_LINE_MS,
      LINES,
    )
    const ended = rows.filter(
      ({ sview, delivered, until }) =>
        sview === SENDER_CODE.sent &&
        delivered !== null &&
        sentLineEnds(instant(delivered), instant(until)) <= now,
    )
    const last = rows.length < LINES ? undefined : rows.at(-1)
    const value = last ? (column === 'at' ? last.at - 1 : last.seq) : 0
    if (ended.length === 0 && value === (counter?.value ?? 0)) return
    const writes = ended.map((row): Write => this.#takenFromSender(row))
    await this.#apply([...writes, { kind: 'counter', name: 'sentLines', value }], ended)
  }

  #takenFromSender(row: LeanRow): Write {
    if (row.rview >= RECIPIENT_CODE.gone) return this.#gone(row)
    const { recipient, seq, rview } = row
    return { kind: 'views', recipient, seq, rview, sview: SENDER_CODE.none }
  }

  /** A row nobody sees any more: at once, or emptied while a repeat of it may come (DECISIONS 24). */
  #gone(row: LeanRow): Write {
    const { recipient, seq, at } = row
    if (at <= this.#parts.now() - REPEAT_MS) return remove(row)
    return { kind: 'empty', recipient, seq, until: at + REPEAT_MS }
  }

  /** The recipient has no use for it; the sender's line stays (DECISIONS 12). */
  #takenFromRecipient(row: LeanRow): Write {
    if (row.sview === SENDER_CODE.none) return this.#gone(row)
    const { recipient, seq, sview } = row
    return { kind: 'views', recipient, seq, rview: RECIPIENT_CODE.gone, sview }
  }

  /** Both sides look at their thread again, and the sender at the marks. */
  #announce(rows: readonly LeanRow[]): void {
    const { bus } = this.#parts
    for (const row of new Map(rows.map((one) => [`${one.thread} ${one.recipient}`, one])).values()) {
      const thread = row.thread as ThreadId
      const [recipient, sender] = [row.recipient as AccountId, row.sender as AccountId]
      bus?.announce({ topic: 'marks', thread, sender, recipient })
      for (const owner of [recipient, sender]) {
        bus?.announce({ topic: 'thread', owner, thread, removed: false })
      }
    }
  }

  async #apply(writes: readonly Write[], rows: readonly LeanRow[], byExpiry = false): Promise<void> {
    if (!byExpiry) for (const { thread } of rows) this.#expiring.touch(thread)
    const sides = sidesOf(rows).map((side): Write => ({ kind: 'lastAt', ...side }))
    if (writes.length > 0) await this.#parts.committer.addFolded(...writes, ...sides)
    for (const { recipient } of rows) this.#parts.inbox.drop(recipient)
  }
}

/** What the trace is told of a row that leaves an inbox. */
function moveOf(row: LeanRow, because: MoveReason): Move {
  return {
    recipient: row.recipient as AccountId,
    sender: row.sender as AccountId,
    thread: row.thread as ThreadId,
    seq: row.seq as Seq,
    because,
  }
}

function isLiveView(row: LeanRow): boolean {
  return row.rview === RECIPIENT_CODE.history || row.rview === RECIPIENT_CODE.none
}

/** The one change of a row's views (ARCHITECTURE, Data). Confirmed, it stays what it was for the sender. */
function toInbox(row: LeanRow, confirmed: boolean): Write {
  return {
    kind: 'views',
    recipient: row.recipient,
    seq: row.seq,
    rview: RECIPIENT_CODE.inbox,
    sview: confirmed ? row.sview : SENDER_CODE.sent,
  }
}

function remove(row: LeanRow): Write {
  const { recipient, sender, seq } = row
  return { kind: 'remove', recipient, seq, ...lineOf(recipient, sender), place: placeOf(row) }
}

/** Both sides of every thread that has one of these rows, once. */
function sidesOf(rows: readonly LeanRow[]): readonly { readonly owner: number; readonly thread: number }[] {
  const sides = new Map<string, { owner: number; thread: number }>()
  for (const { recipient, sender, thread } of rows) {
    for (const owner of [recipient, sender]) sides.set(`${owner} ${thread}`, { owner, thread })
  }
  return [...sides.values()]
}

/** How many of these rows are old enough, from the front. */
function ageBorder(rows: readonly LeanRow[], now: Instant, ageMs: number): number {
  const young = rows.findIndex((row) => row.at > now - ageMs)
  return young < 0 ? rows.length : young
}
