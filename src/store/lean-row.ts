/** Columns of `message m` that jobs need; the body stays on the disk. */
export const LEAN_COLUMNS =
  'm.seq, m.recipient, m.sender, m.thread, m.at, m.drift, m.reason, m.rview, m.sview, m.until, length(m.body) as size'

export interface LeanRow {
  readonly seq: number
  readonly recipient: number
  readonly sender: number
  readonly thread: number
  readonly at: number
  readonly drift: number
  readonly reason: number
  readonly rview: number
  readonly sview: number
  readonly until: number
  readonly size: number
}
