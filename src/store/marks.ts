import type { MessageState } from '../actions/ports/threads.ts'
import { type Instant, instant } from '../domain/time.ts'
import type { Engine } from './engine.ts'
import type { MessageRow } from './rows.ts'
import { MARK_CODE, RECIPIENT_CODE } from './writes.ts'

interface MarkRow {
  readonly kind: number
  readonly up_to: number
  readonly at: number | null
  /** When a mark that is or was withheld was earned. */
  readonly held: number | null
}

/** What the sender is shown of one row. */
export interface SenderState {
  readonly state: MessageState
  readonly deliveredAt: Instant | undefined
  readonly readAt: Instant | undefined
}

/** The marks of some rows of one recipient in one thread, ascending. */
export type Marks = readonly MarkRow[]

/** Marks that can be the first at or above one of the rows from `lowest` to `highest`. */
export async function readMarks(
  engine: Engine,
  recipient: number,
  thread: number,
  lowest: number,
  highest: number,
): Promise<Marks> {
  return engine.query<MarkRow>(
    `select kind, up_to, at, held from mark k where recipient = ?1 and thread = ?2 and up_to >= ?3
       and up_to <= coalesce((select min(n.up_to) from mark n where n.recipient = ?1 and n.thread = ?2
         and n.kind = k.kind and n.up_to >= ?4), ?4)
     order by up_to`,
    recipient,
    thread,
    lowest,
    highest,
  )
}

/** One mark confirms every row up to it, so a row's time is that of the first mark at or above it; a withheld one hides it (DECISIONS 15c). */
export function senderState(row: MessageRow, marks: Marks): SenderState {
  const readAt = timeOf(marks, MARK_CODE.read, row.seq)
  const deliveredAt = timeOf(marks, MARK_CODE.delivered, row.seq) ?? readAt
  const state =
    readAt !== undefined
      ? 'Read'
      : deliveredAt !== undefined
        ? 'Delivered'
        : row.rview === RECIPIENT_CODE.expired
          ? 'Expired'
          : 'Queued'
  return { state, deliveredAt, readAt }
}

/** When a row was there and was read, as its recipient knows it: what is withheld from the sender is no secret here. */
export function recipientTimes(row: MessageRow, marks: Marks): Pick<SenderState, 'deliveredAt' | 'readAt'> {
  const known = marks.map((mark) => ({ ...mark, at: mark.held ?? mark.at }))
  const readAt = timeOf(known, MARK_CODE.read, row.seq)
  return { readAt, deliveredAt: timeOf(known, MARK_CODE.delivered, row.seq) ?? readAt }
}

function timeOf(marks: Marks, kind: number, seq: number): Instant | undefined {
  const at = marks.find((mark) => mark.kind === kind && mark.up_to >= seq)?.at
  return at === null || at === undefined ? undefined : instant(at)
}
