import type {
  MessagePath,
  Move,
  MoveReason,
  Refusal,
  Trace,
  TracedEndpoint,
  TracedMark,
  TracedRange,
  TracedRefusal,
} from '../actions/ports/trace.ts'
import type { AccountId } from '../domain/account.ts'
import type { RefusedBecause } from '../domain/gate.ts'
import { RECIPIENT_VIEWS, ROW_REASONS, type Row, type Seq } from '../domain/message.ts'
import { type Instant, instant } from '../domain/time.ts'
import type { Behind, Committer } from './committer.ts'
import type { Engine } from './engine.ts'
import { lineOf, PLACES } from './place.ts'
import { PushRing } from './push-ring.ts'
import { MARK_CODE, TRACE_CODE, type TraceLine, type Write } from './writes.ts'

/** Lines the table keeps. */
const NEWEST = 100_000
/** How long it keeps them. */
export const TRACE_MS = 30 * 86_400_000
/** Lines of one transaction: what comes faster is counted by the metrics alone. */
const MAX_WAITING = 500
const MAX_CLIENT = 200
/** Lines one question reads. */
const MAX_READ = 1000
/** Rows read at once. */
const PAGE = 100

/** By `RECIPIENT_CODE`. */
const VIEWS = [...RECIPIENT_VIEWS, 'gone', 'expired'] as const

interface Line {
  readonly at: number
  readonly seq: number
  readonly reason: string
  readonly client: string | null
  readonly count: number
}

interface PathRow {
  readonly sender: number
  readonly thread: number
  readonly at: number
  readonly reason: number
  readonly rview: number
  readonly until: number
  readonly read_up_to: number | null
}

/** The trace over SQL: a few lines written behind, and a ring in memory for what happens to every message. */
export class StoredTrace implements Trace, Behind {
  readonly #engine: Engine
  readonly #committer: Committer
  readonly #now: () => Instant
  readonly #ring = new PushRing()
  /** By what makes two refusals equal. */
  #waiting = new Map<string, TraceLine>()

  constructor(engine: Engine, committer: Committer, now: () => Instant) {
    this.#engine = engine
    this.#committer = committer
    this.#now = now
    committer.folds(this)
  }

  refused({
    sender,
    recipient = 0 as AccountId,
    address,
    because,
    userAgent,
    kept = 0 as Seq,
  }: Refusal): void {
    const client = because === 'senderClient' ? (userAgent ?? '').slice(0, MAX_CLIENT) : null
    this.#add({
      line: TRACE_CODE.refused,
      sender,
      recipient,
      address: recipient === 0 ? address : '',
      thread: 0,
      seq: kept,
      upTo: 0,
      reason: because,
      client,
    })
  }

  moved({ sender, recipient, thread, seq, upTo = false, because }: Move): void {
    this.#add({
      line: TRACE_CODE.moved,
      sender,
      recipient,
      address: '',
      thread,
      seq,
      upTo: Number(upTo),
      reason: because,
      client: null,
    })
  }

  pushed(row: Pick<Row, 'recipient' | 'seq'>, endpoint: TracedEndpoint): void {
    this.#ring.add(row, 'pushed', endpoint, this.#now())
  }

  confirmed(row: Pick<Row, 'recipient' | 'seq'>, endpoint: TracedEndpoint): void {
    this.#ring.add(row, 'confirmed', endpoint, this.#now())
  }

  announced(rows: TracedRange, endpoint: TracedEndpoint): void {
    this.#ring.addRange(rows, 'announced', endpoint, this.#now())
  }

  tookAll(rows: TracedRange, endpoint: TracedEndpoint): void {
    this.#ring.addRange(rows, 'confirmed', endpoint, this.#now())
  }

  take(): readonly Write[] {
    if (this.#waiting.size === 0) return []
    const lines = [...this.#waiting.values()]
    this.#waiting = new Map()
    return [
      ...lines.map((line): Write => ({ kind: 'trace', ...line })),
      { kind: 'keepNewestTraces', newest: NEWEST },
    ]
  }

  async refusals(query: Parameters<Trace['refusals']>[0]): Promise<readonly TracedRefusal[]> {
    await this.#committer.settled()
    const lines = await this.#engine.query<Line>(
      `select at, seq, reason, client, count from trace
       where kind = ${TRACE_CODE.refused} and recipient = ?1 and sender = ?2 and address = ?3 and at >= ?4 and seq = 0
       order by id desc limit ${MAX_READ}`,
      query.recipient ?? 0,
      query.sender,
      query.recipient === undefined ? query.address : '',
      Math.max(0, query.since),
    )
    return [...lines].reverse().map(({ at, reason, client, count }) => ({
      at: instant(at),
      because: reason as RefusedBecause,
      count,
      userAgent: client ?? undefined,
    }))
  }

  async *rows(query: Parameters<Trace['rows']>[0]): AsyncIterable<Seq> {
    await this.#committer.settled()
    const { pair, up } = lineOf(query.recipient, query.sender)
    let [place, after] = [Math.max(0, query.since) * PLACES, 0]
    for (;;) {
      const lines = await this.#engine.query<{ place: number; seq: number; at: number }>(
        `select t.place, t.seq, m.at from timeline t join message m on m.recipient = ?5 and m.seq = t.seq
         where t.pair = ?1 and t.up = ?2 and (t.place > ?3 or t.place = ?3 and t.seq > ?4)
         order by t.place, t.seq limit ${PAGE}`,
        pair,
        up,
        place,
        after,
        query.recipient,
      )
      for (const { seq, at } of lines) if (at >= query.since) yield seq as Seq
      const last = lines.at(-1)
      if (last === undefined || lines.length < PAGE) return
      place = last.place
      after = last.seq
    }
  }

  async path(recipient: AccountId, seq: Seq): Promise<MessagePath | undefined> {
    await this.#committer.settled()
    const [row] = await this.#engine.query<PathRow>(
      `select m.sender, m.thread, m.at, m.reason, m.rview, m.until, s.read_up_to
       from message m left join thread_side s on s.owner = m.recipient and s.thread = m.thread
       where m.recipient = ?1 and m.seq = ?2`,
      recipient,
      seq,
    )
    if (row === undefined) return undefined
    const lines = await this.#linesOf(recipient, seq, row)
    const refused = lines.find(({ kind }) => kind === TRACE_CODE.refused)?.reason
    const isRead = seq <= (row.read_up_to ?? 0)
    return {
      recipient,
      sender: row.sender as AccountId,
      seq,
      at: instant(row.at),
      reason: ROW_REASONS[row.reason] ?? 'offline',
      until: instant(row.until),
      view: VIEWS[row.rview] ?? 'none',
      refused: refused as RefusedBecause | undefined,
      endpoints: this.#ring.of(recipient, seq),
      delivered: await this.#mark(recipient, seq, row.thread, MARK_CODE.delivered),
      read:
        (await this.#mark(recipient, seq, row.thread, MARK_CODE.read)) ??
        (isRead ? { at: undefined, withheld: undefined } : undefined),
      moves: lines
        .filter(({ kind }) => kind === TRACE_CODE.moved)
        .map(({ at, reason }) => ({ at: instant(at), because: reason as MoveReason })),
    }
  }

  async #linesOf(
    recipient: AccountId,
    seq: Seq,
    row: PathRow,
  ): Promise<readonly (Line & { readonly kind: number })[]> {
    return this.#engine.query<Line & { readonly kind: number }>(
      `select at, kind, seq, reason, client, count from trace
       where recipient = ?1 and sender = ?2 and (seq = ?3 or up_to = 1 and seq >= ?3 and thread = ?4 and at >= ?5)
       order by id limit ${MAX_READ}`,
      recipient,
      row.sender,
      seq,
      row.thread,
      row.at,
    )
  }

  /** The first mark at or above a row is the row's. */
  async #mark(recipient: AccountId, seq: Seq, thread: number, kind: number): Promise<TracedMark | undefined> {
    const [mark] = await this.#engine.query<{ at: number | null; held: number | null }>(
      `select at, held from mark where recipient = ?1 and thread = ?2 and kind = ?3 and up_to >= ?4 order by up_to limit 1`,
      recipient,
      thread,
      kind,
      seq,
    )
    if (mark === undefined) return undefined
    return {
      at: mark.at === null ? undefined : instant(mark.at),
      withheld: mark.held === null ? undefined : instant(mark.held),
    }
  }

  /** Equal ones that come before the next transaction are one line. */
  #add(line: Omit<TraceLine, 'at' | 'count'>): void {
    const key = JSON.stringify(line)
    const before = this.#waiting.get(key)
    if (before === undefined && this.#waiting.size >= MAX_WAITING) return
    this.#waiting.set(
      key,
      before ? { ...before, count: before.count + 1 } : { ...line, at: this.#now(), count: 1 },
    )
    this.#committer.later()
  }
}
