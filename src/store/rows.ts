import type { AccountId } from '../domain/account.ts'
import {
  type MessageType,
  RECIPIENT_VIEWS,
  ROW_REASONS,
  type Row,
  SENDER_VIEWS,
  type Seq,
  type ThreadId,
} from '../domain/message.ts'
import { instant } from '../domain/time.ts'
import { RECIPIENT_CODE, SENDER_CODE } from './writes.ts'

/** What a row's type is as an octet. */
export const TYPES: readonly MessageType[] = ['text/plain', 'text/html']

export const ROW_COLUMNS =
  'm.seq, m.recipient, m.sender, m.thread, m.batch, m.at, m.drift, m.reason, m.rview, m.sview, m.until, m.type, m.body'

/** A row of `message`, without its key. */
export interface MessageRow {
  readonly seq: number
  readonly recipient: number
  readonly sender: number
  readonly thread: number
  readonly batch: number
  readonly at: number
  readonly drift: number
  readonly reason: number
  readonly rview: number
  readonly sview: number
  readonly until: number
  readonly type: number
  readonly body: Uint8Array
}

export function readRow(row: MessageRow): Row {
  return {
    seq: row.seq as Seq,
    recipient: row.recipient as AccountId,
    sender: row.sender as AccountId,
    thread: row.thread as ThreadId,
    at: instant(row.at),
    reason: ROW_REASONS[row.reason] ?? 'offline',
    // What its side removed, or what expired, is in no view.
    recipientView: RECIPIENT_VIEWS[row.rview] ?? 'none',
    senderView: SENDER_VIEWS[row.sview] ?? 'none',
    until: instant(row.until),
    batch: row.batch,
    type: TYPES[row.type] ?? 'text/plain',
    body: row.body,
  }
}

/** The recipient has not removed it and it has not expired. */
export function isThere(row: { readonly rview: number }): boolean {
  return row.rview < RECIPIENT_CODE.gone
}

/** Kept only so that a repeat of it is known; nobody sees it. */
export function isStub(row: { readonly rview: number; readonly sview: number }): boolean {
  return row.rview === RECIPIENT_CODE.gone && row.sview === SENDER_CODE.none
}
