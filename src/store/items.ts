import type { InboxItem } from '../actions/ports/threads.ts'
import type { AccountId } from '../domain/account.ts'
import type { ThreadId } from '../domain/message.ts'
import type { Engine } from './engine.ts'
import { PLACES } from './place.ts'
import { type MessageRow, ROW_COLUMNS, readRow } from './rows.ts'
import { MARK_CODE, RECIPIENT_CODE } from './writes.ts'

const PAGE = 100
/** A batch is named by its opening time, which may run ahead of its rows when many open at once. */
const BATCH_AHEAD_MS = 3_600_000

interface ItemRow {
  readonly thread: ThreadId
  readonly batch: number
  readonly sender: AccountId
  readonly sender_name: string
}

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
      `select distinct s.owner from thread_side s where s.owner > ?1 order by s.owner limit ${PAGE}`,
      after,
    )
    for (const row of owners) yield* itemsOf(engine, row.owner)
    if (owners.length < PAGE) return
    after = owners.at(-1)?.owner ?? after
  }
}

async function* itemsOf(engine: Engine, owner: AccountId): AsyncIterable<InboxItem> {
  const items = await engine.query<ItemRow>(
    `select m.thread, m.batch, m.sender, s.peer_name as sender_name from thread_side s
     join timeline t on t.pair = s.pair and t.thread = s.thread and t.up = s.up and t.place > s.cleared
     join message m on m.recipient = s.owner and m.seq = t.seq and ${IN_ITEM}
     where s.owner = ?1 group by m.thread, m.batch, m.sender, s.peer_name order by min(m.seq)`,
    owner,
  )
  for (const { thread, batch, sender, sender_name } of items) {
    const rows = await engine.query<StatedRow>(
      `select ${ROW_COLUMNS}, s.read_up_to, coalesce((select max(k.up_to) from mark k
         where k.recipient = s.owner and k.thread = s.thread and k.kind = ${MARK_CODE.delivered}), 0) as delivered
       from thread_side s
       join timeline t on t.pair = s.pair and t.place >= ?3 and t.place > s.cleared and t.thread = s.thread and t.up = s.up
       join message m on m.recipient = s.owner and m.seq = t.seq and m.batch = ?4 and ${IN_ITEM}
       where s.owner = ?1 and s.thread = ?2 order by m.seq limit 200`,
      owner,
      thread,
      (batch - BATCH_AHEAD_MS) * PLACES,
      batch,
    )
    const stated = rows.map((row) => ({ row: readRow(row), state: stateOf(row) }))
    if (stated.length === 0) continue
    yield {
      id: itemId(owner, thread, batch),
      owner,
      sender,
      senderName: sender_name,
      thread,
      state: itemState(stated.map(({ state }) => state)),
      rows: stated,
    }
  }
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
