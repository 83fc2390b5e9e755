import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AccountId } from '../domain/account.ts'
import type { ThreadId } from '../domain/message.ts'
import type { Engine } from './engine.ts'
import { RECIPIENT_CODE } from './writes.ts'

/** Lines of one turn of the event loop (SECURITY 25): a few milliseconds. */
export const TURN_LINES = 2_000

/** A side with something in its inbox, or something that expired there. */
export interface InboxSide {
  readonly thread: ThreadId
  readonly pair: number
  readonly up: number
  readonly peer: AccountId
  readonly peer_name: string
  readonly cleared: number
  readonly read_up_to: number
}

/** One inbox item (R26) of a side: its first row, the places between which its rows lie, and what there is of it. */
export interface Span {
  readonly side: InboxSide
  readonly batch: number
  readonly firstSeq: number
  readonly from: number
  to: number
  /** Rows in the inbox, without those that expired. */
  waiting: number
  /** When the first unread one was sent. */
  oldestUnread: number | undefined
}

interface Line {
  readonly place: number
  readonly seq: number
  readonly batch: number
  readonly rview: number
  readonly at: number
}

export function inboxSides(engine: Engine, owner: AccountId): Promise<readonly InboxSide[]> {
  return engine.query<InboxSide>(
    `select thread, pair, up, peer, peer_name, cleared, read_up_to from thread_side
     where owner = ?1 and (inbox > 0 or expired > 0)`,
    owner,
  )
}

/** The inbox items of a side, walked in turns, from a place on. */
export async function spansOf(
  engine: Engine,
  owner: AccountId,
  side: InboxSide,
  from = 0,
): Promise<readonly Span[]> {
  const spans = new Map<number, Span>()
  let after = Math.max(side.cleared, from)
  for (;;) {
    const end = await turnEnd(engine, side.pair, after)
    const lines = await engine.query<Line>(
      `select t.place, m.seq, m.batch, m.rview, m.at
       from timeline t join message m on m.recipient = ?4 and m.seq = t.seq
         and m.rview in (${RECIPIENT_CODE.inbox}, ${RECIPIENT_CODE.expired})
       where t.pair = ?1 and t.place > ?2 and t.place <= ?3 and t.thread = ?5 and t.up = ?6 order by t.place`,
      side.pair,
      after,
      end ?? Number.MAX_SAFE_INTEGER,
      owner,
      side.thread,
      side.up,
    )
    for (const line of lines) addLine(spans, side, line)
    if (end === undefined) return [...spans.values()]
    after = end
    await nextTurn()
  }
}

/** The place that ends a turn over the lines of a pair after `after`; undefined when fewer are left. */
export async function turnEnd(engine: Engine, pair: number, after: number): Promise<number | undefined> {
  const [line] = await engine.query<{ place: number }>(
    `select place from timeline where pair = ?1 and place > ?2 order by place limit 1 offset ${TURN_LINES - 1}`,
    pair,
    after,
  )
  return line?.place
}

function addLine(spans: Map<number, Span>, side: InboxSide, { place, seq, batch, rview, at }: Line): void {
  const span: Span = spans.get(batch) ?? {
    side,
    batch,
    firstSeq: seq,
    from: place,
    to: place,
    waiting: 0,
    oldestUnread: undefined,
  }
  spans.set(batch, span)
  span.to = place
  if (rview !== RECIPIENT_CODE.inbox) return
  span.waiting += 1
  if (seq > side.read_up_to) span.oldestUnread ??= at
}
