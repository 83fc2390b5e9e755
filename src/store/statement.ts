import type { SqlValue } from './engine.ts'
import type { PlainWrite } from './writes.ts'

/** One statement of a write. Parameters are `?1`, `?2`, …; each statement uses all it is given, which PostgreSQL insists on. */
export interface Statement<W> {
  readonly sql: string
  readonly bind: (write: W) => readonly SqlValue[]
}

/** Statements of some kinds of writes. */
export type StatementsOf<K extends PlainWrite['kind']> = {
  readonly [Kind in K]: readonly Statement<Extract<PlainWrite, { kind: Kind }>>[]
}
