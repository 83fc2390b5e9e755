import type { MessageRow } from './rows.ts'

/** Columns of `message m` that jobs need; the body stays on the disk. */
export const LEAN_COLUMNS =
  'm.seq, m.recipient, m.sender, m.thread, m.at, m.drift, m.reason, m.rview, m.sview, m.until, length(m.body) as size'

/** A row of `message` without its text, and how long that is in octets. */
export interface LeanRow extends Omit<MessageRow, 'batch' | 'type' | 'body'> {
  readonly size: number
}
