import { setImmediate as nextTurn } from 'node:timers/promises'
import type { InboxItem } from '../actions/ports/threads.ts'
import type { AccountId } from '../domain/account.ts'
import type { ThreadId } from '../domain/message.ts'
import type { Engine } from './engine.ts'
import { PLACES } from './place.ts'
import { type MessageRow, ROW_COLUMNS, readRow } from './rows.ts'
import { inboxSides, type Span, spansOf } from './spans.ts'
import { MARK_CODE, RECIPIENT_CODE } from './writes.ts'

const PAGE = 100
/** Items of one turn of the event loop (SECURITY 25), of up to 100 rows each. */
const TURN_ITEMS = 10
/** A batch is named by its opening time, which may run ahead of its rows when many open at once. */
const BATCH_AHEAD_MS = 3_600_000

interface StatedRow extends MessageRow {
  readonly read_up_to: number
  readonly delivered: number
}

const IN_ITEM = `m.rview in (${RECIPIENT_CODE.inbox}, ${RECIPIENT_CODE.expired})`

/** `<owner>.<thread>.<batch>` in base 36. */
function itemId(owner: AccountId, thread: ThreadId, batch: number): string {
  return [owner, thread, batch].map((n) => n.toString(36)).join('.')
}

export function itemParts(
  id: string,
): { readonly owner: number; readonly thread: ThreadId; readonly batch: number } | undefined {
  const match = /^([0-9a-z]{1,11})\.([0-9a-z]{1,11})\.([0-9a-z]{1,11})$/.exec(id)
  if (!match) return undefined
  const [owner = 0, thread = 0, batch = 0] = match.slice(1).map((text) => Number.parseInt(text, 36))
  return { owner, thread: thread as ThreadId, batch }
}

/** Inbox items (R26) of one person or of everybody, each person's oldest first; one person's list of items is in memory at a time. */
export async function* inboxItems(engine: Engine, owner: AccountId | undefined): AsyncIterable<InboxItem> {
  if (owner !== undefined) {
    yield* itemsOf(engine, owner)
    return
  }
  let after = 0
  for (;;) {
    const owners = await engine.query<{ owner: AccountId }>(
      `select distinct owner from thread_side where owner > ?1 and (inbox > 0 or expired > 0) order by owner limit ${PAGE}`,
      after,
    )
    for (const row of owners) {
      yield* itemsOf(engine, row.owner)
      await nextTurn()
    }
    if (owners.length < PAGE) return
    after = owners.at(-1)?.owner ?? after
  }
}

/** Oldest first over all threads: the items are found in bounded turns, their rows are read one item after the other. */
async function* itemsOf(engine: Engine, owner: AccountId): AsyncIterable<InboxItem> {
  const spans: Span[] = []
  for (const side of await inboxSides(engine, owner)) spans.push(...(await spansOf(engine, owner, side)))
  spans.sort((a, b) => a.firstSeq - b.firstSeq)
  for (const [n, span] of spans.entries()) {
    if (n % TURN_ITEMS === TURN_ITEMS - 1) await nextTurn()
    const { side, batch } = span
    const rows = await rowsOf(engine, owner, span)
    const stated = rows.map((row) => ({ row: readRow(row), state: stateOf(row) }))
    const first = stated[0]
    if (!first) continue
    yield {
      id: itemId(owner, side.thread, batch),
      owner,
      sender: first.row.sender,
      senderName: side.peer_name,
      thread: side.thread,
      state: itemState(stated.map(({ state }) => state)),
      rows: stated,
    }
  }
}

function rowsOf(
  engine: Engine,
  owner: AccountId,
  { side, batch, from, to }: Span,
): Promise<readonly StatedRow[]> {
  return engine.query<StatedRow>(
    `select ${ROW_COLUMNS}, s.read_up_to, coalesce((select max(k.up_to) from mark k
       where k.recipient = s.owner and k.thread = s.thread and k.kind = ${MARK_CODE.delivered}), 0) as delivered
     from thread_side s
     join timeline t on t.pair = s.pair and t.place >= ?3 and t.place <= ?4 and t.place > s.cleared
       and t.thread = s.thread and t.up = s.up
     join message m on m.recipient = s.owner and m.seq = t.seq and m.batch = ?5 and ${IN_ITEM}
     where s.owner = ?1 and s.thread = ?2 order by m.seq limit 200`,
    owner,
    side.thread,
    from,
    to,
    batch,
  )
}

/** Where the rows of one item lie; undefined when there are none. */
export async function findSpan(
  engine: Engine,
  owner: AccountId,
  thread: number,
  batch: number,
): Promise<Span | undefined> {
  const side = (await inboxSides(engine, owner)).find((one) => one.thread === thread)
  if (!side) return undefined
  const from = (batch - BATCH_AHEAD_MS) * PLACES
  return (await spansOf(engine, owner, side, from)).find((span) => span.batch === batch)
}

function stateOf(row: StatedRow): InboxItem['state'] {
  if (row.rview === RECIPIENT_CODE.expired) return 'Expired'
  if (row.seq <= row.read_up_to) return 'Read'
  return row.seq <= row.delivered ? 'Delivered' : 'Unread'
}

/** Unread while one message is (INTERFACES 5), else what the least advanced one is. */
function itemState(states: readonly InboxItem['state'][]): InboxItem['state'] {
  return (['Unread', 'Delivered', 'Read'] as const).find((state) => states.includes(state)) ?? 'Expired'
}
