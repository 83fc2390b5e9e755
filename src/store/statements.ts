import { CONFIGURATION_STATEMENTS } from './configuration-statements.ts'
import { MESSAGE_STATEMENTS } from './message-statements.ts'
import type { StatementsOf } from './statement.ts'
import type { PlainWrite } from './writes.ts'

/** One statement or a few for each kind of write; the same text on both engines, so that one contract tests both. A kind without one does not compile. */
export const STATEMENTS: StatementsOf<PlainWrite['kind']> = {
  ...MESSAGE_STATEMENTS,
  ...CONFIGURATION_STATEMENTS,
}
