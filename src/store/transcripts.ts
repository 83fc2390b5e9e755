import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Page, PageQuery, Transcript } from '../actions/ports/threads.ts'
import type { AccountId } from '../domain/account.ts'
import { type MessageId, messageId, parseMessageId, type Seq, type ThreadId } from '../domain/message.ts'
import type { Engine, SqlValue } from './engine.ts'
import { type Marks, readMarks, recipientTimes, senderState } from './marks.ts'
import { PLACES, pairNumber, placeOf, upOf } from './place.ts'
import { type MessageRow, ROW_COLUMNS, readRow } from './rows.ts'
import { isCleared } from './side-counts.ts'
import { TURN_LINES } from './spans.ts'
import { RECIPIENT_CODE, SENDER_CODE } from './writes.ts'

/** A line with its row. */
interface Line extends MessageRow {
  readonly incoming: number
  readonly read_up_to: number | null
}

/** A place in the merged order of the two runs of a pair: by place, and in one place by direction and seq. */
interface Border {
  readonly place: number
  readonly up: number
  readonly seq: number
}

/** After every place, direction and number. */
const LAST = Number.MAX_SAFE_INTEGER

/** Both views of a line that make it part of a page: what its owner kept. */
const IN_VIEW = `(m.recipient = ?1 and m.rview in (${RECIPIENT_CODE.inbox}, ${RECIPIENT_CODE.history})
    and t.place > coalesce(s.cleared, 0)
  or m.sender = ?1 and (m.sview = ${SENDER_CODE.sent} or m.sview = ${SENDER_CODE.history} and t.place > coalesce(s.cleared, 0)))`

const LINES = `select ${ROW_COLUMNS}, case when m.recipient = ?1 then 1 else 0 end as incoming, s.read_up_to
  from timeline t
  join message m on m.seq = t.seq and m.recipient = case when t.up = ?5 then cast(?1 as bigint) else cast(?2 as bigint) end
  left join thread_side s on s.owner = ?1 and s.thread = t.thread
  where t.pair = ?4 and ${IN_VIEW}`

/** Pages of history, of one thread or of all threads of a pair. */
export class Transcripts {
  readonly #engine: Engine

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** @param thread undefined: all threads of the two */
  async page(
    owner: AccountId,
    peer: AccountId,
    thread: ThreadId | undefined,
    query: PageQuery,
  ): Promise<Page<Transcript>> {
    const { limit } = query
    const around = query.at === undefined ? undefined : await this.#border(owner, peer, query.at, 'at')
    if (around) {
      const half = Math.floor(limit / 2)
      const before = await this.#lines(owner, peer, thread, 'before', around, half + 1)
      const from = await this.#lines(owner, peer, thread, 'from', around, limit - half + 1)
      const earlier = before.length > half
      const later = from.length > limit - half
      const lines = [...before.slice(0, half).reverse(), ...from.slice(0, limit - half)]
      return { items: await this.#transcripts(owner, lines), earlier, later }
    }
    if (query.after !== undefined) {
      const border = await this.#border(owner, peer, query.after, 'after')
      const lines = await this.#lines(owner, peer, thread, 'after', border, limit + 1)
      const items = await this.#transcripts(owner, lines.slice(0, limit))
      const earlier = await this.#lines(owner, peer, thread, 'until', border, 1)
      return { items, earlier: earlier.length > 0, later: lines.length > limit }
    }
    const border =
      query.before === undefined ? undefined : await this.#border(owner, peer, query.before, 'before')
    const lines = await this.#lines(owner, peer, thread, 'before', border, limit + 1)
    const items = await this.#transcripts(owner, lines.slice(0, limit).reverse())
    const later = border ? await this.#lines(owner, peer, thread, 'from', border, 1) : []
    return { items, earlier: lines.length > limit, later: later.length > 0 }
  }

  /** One row as this side sees it, also one that is in no view and lives only until it is read. */
  async one(owner: AccountId, id: MessageId): Promise<Transcript | undefined> {
    const parsed = parseMessageId(id)
    if (!parsed) return undefined
    const [row] = await this.#engine.query<
      MessageRow & { read_up_to: number | null; cleared: number | null }
    >(
      `select ${ROW_COLUMNS}, s.read_up_to, o.cleared from message m
       left join thread_side s on s.owner = m.recipient and s.thread = m.thread
       left join thread_side o on o.owner = ?3 and o.thread = m.thread
       where m.recipient = ?1 and m.seq = ?2`,
      parsed.recipient,
      parsed.seq,
      owner,
    )
    if (!row || (row.recipient !== owner && row.sender !== owner)) return undefined
    const incoming = row.recipient === owner
    if (isCleared(row) && (incoming || row.sview !== SENDER_CODE.sent)) return undefined
    if (
      incoming
        ? row.rview >= RECIPIENT_CODE.gone
        : row.rview >= RECIPIENT_CODE.gone && row.sview === SENDER_CODE.none
    ) {
      return undefined
    }
    const [transcript] = await this.#transcripts(owner, [{ ...row, incoming: Number(incoming) }])
    return transcript
  }

  async #border(
    owner: AccountId,
    peer: AccountId,
    where: MessageId | number,
    side: 'before' | 'after' | 'at',
  ): Promise<Border> {
    const parsed = typeof where === 'string' ? parseMessageId(where) : undefined
    if (parsed) {
      const [row] = await this.#engine.query<{ at: number; drift: number }>(
        'select at, drift from message where recipient = ?1 and seq = ?2 and sender in (?3, ?4)',
        parsed.recipient,
        parsed.seq,
        owner,
        peer,
      )
      const sender = parsed.recipient === owner ? peer : owner
      if (row) return { place: placeOf(row), up: upOf(parsed.recipient, sender), seq: parsed.seq }
    }
    // A time is exclusive on either side; a message that is gone leaves an unbounded page.
    const late = side === 'after' ? 1 : 0
    if (typeof where === 'number') return { place: (where + late) * PLACES, up: -1, seq: -1 }
    return { place: late ? -1 : Number.MAX_SAFE_INTEGER, up: -1, seq: -1 }
  }

  /**
   * Lines on one side of a border; `before` and `until` newest first, `after` and `from` oldest first. Lines that this side does not see
   * (what it has cleared and the other keeps) are passed over, so many a turn of the event loop (SECURITY 25).
   */
  async #lines(
    owner: AccountId,
    peer: AccountId,
    thread: ThreadId | undefined,
    side: 'before' | 'until' | 'after' | 'from',
    border: Border | undefined,
    limit: number,
  ): Promise<readonly Line[]> {
    const down = side === 'before' || side === 'until'
    const found: Line[] = []
    let [comparison, at] = [{ before: '<', until: '<=', after: '>', from: '>=' }[side], border]
    for (;;) {
      const end = await this.#stretchEnd(pairNumber(owner, peer), down, at)
      found.push(
        ...(await this.#stretch({
          owner,
          peer,
          thread,
          down,
          comparison,
          at,
          end,
          limit: limit - found.length,
        })),
      )
      if (end === undefined || found.length >= limit) return found
      at = down ? { place: end, up: -1, seq: -1 } : { place: end, up: LAST, seq: LAST }
      comparison = down ? '<' : '>'
      await nextTurn()
    }
  }

  /** The place of the last line of a turn, from a border on; undefined when fewer are left. */
  async #stretchEnd(pair: number, down: boolean, at: Border | undefined): Promise<number | undefined> {
    const [line] = await this.#engine.query<{ place: number }>(
      `select place from timeline where pair = ?1 and place ${down ? '<=' : '>='} ?2
       order by place ${down ? 'desc' : 'asc'} limit 1 offset ${TURN_LINES - 1}`,
      pair,
      at?.place ?? (down ? LAST : 0),
    )
    return line?.place
  }

  #stretch(asked: {
    readonly owner: AccountId
    readonly peer: AccountId
    readonly thread: ThreadId | undefined
    readonly down: boolean
    readonly comparison: string
    readonly at: Border | undefined
    readonly end: number | undefined
    readonly limit: number
  }): Promise<readonly Line[]> {
    const { owner, peer, thread, down, comparison, at, end, limit } = asked
    const parameters: SqlValue[] = [owner, peer, limit, pairNumber(owner, peer), upOf(owner, peer)]
    const given = (value: SqlValue) => `?${parameters.push(value)}`
    let sql = LINES
    if (at)
      sql += ` and (t.place, t.up, t.seq) ${comparison} (${given(at.place)}, ${given(at.up)}, ${given(at.seq)})`
    if (end !== undefined) sql += ` and t.place ${down ? '>=' : '<='} ${given(end)}`
    if (thread !== undefined) sql += ` and t.thread = ${given(thread)}`
    const order = down ? 'desc' : 'asc'
    sql += ` order by t.place ${order}, t.up ${order}, t.seq ${order} limit ?3`
    return this.#engine.query<Line>(sql, ...parameters)
  }

  async #transcripts(owner: AccountId, lines: readonly Line[]): Promise<readonly Transcript[]> {
    const marks = await this.#marks(lines)
    return lines.map((line) => {
      const incoming = line.incoming === 1
      const given = marks.get(runOf(line)) ?? []
      const seen = incoming ? { state: undefined, ...recipientTimes(line, given) } : senderState(line, given)
      return {
        id: messageId(line.recipient as AccountId, line.seq as Seq),
        row: readRow(line),
        thread: line.thread as ThreadId,
        direction: incoming ? 'Incoming' : 'Outgoing',
        origin: originOf(line, owner),
        unread: incoming && line.seq > (line.read_up_to ?? 0),
        ...seen,
      }
    })
  }

  /** Marks of the lines: one query for each thread and direction of the page. */
  async #marks(lines: readonly Line[]): Promise<ReadonlyMap<string, Marks>> {
    const ranges = new Map<string, { thread: number; recipient: number; lowest: number; highest: number }>()
    for (const line of lines) {
      const { thread, recipient, seq } = line
      const { lowest = seq, highest = seq } = ranges.get(runOf(line)) ?? {}
      ranges.set(runOf(line), {
        thread,
        recipient,
        lowest: Math.min(lowest, seq),
        highest: Math.max(highest, seq),
      })
    }
    const marks = new Map<string, Marks>()
    for (const [run, { thread, recipient, lowest, highest }] of ranges) {
      marks.set(run, await readMarks(this.#engine, recipient, thread, lowest, highest))
    }
    return marks
  }
}

/** The rows of one thread to one recipient, whose marks stand in one row of numbers. */
function runOf({ thread, recipient }: Pick<Line, 'thread' | 'recipient'>): string {
  return `${thread} ${recipient}`
}

function originOf(line: MessageRow, owner: AccountId): Transcript['origin'] {
  if (line.recipient === owner) return line.rview === RECIPIENT_CODE.inbox ? 'Inbox' : 'History'
  return line.sview === SENDER_CODE.sent ? 'Sent' : 'History'
}
