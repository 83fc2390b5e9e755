import type { Values } from '../words/language.ts'
import type { Check, Code, FINDINGS } from './words.ts'

export type State = 'ok' | 'warning' | 'failed'

/** One finding: what was looked at, how it is, and what to do where it is not well. */
export interface Finding {
  readonly check: Check
  readonly state: State
  /** Stable name of what was found; its words are in words.ts. */
  readonly code: Code
  readonly values: Values
  /** Mends it without harm (`--fix`). @returns the finding afterwards */
  readonly mend?: () => Finding
  /** The configuration cannot be read: exit 2, as with every verb (INTERFACES 1). */
  readonly wrongUse?: true
  readonly mended?: true
}

/** Names of the findings that say what to do; anything but `ok` is one of them. */
export type Problem = {
  [Name in Code]: (typeof FINDINGS)[Name] extends { fix: unknown } ? Name : never
}[Code]

export function well(check: Check, code: Exclude<Code, Problem>, values: Values = {}): Finding {
  return { check, state: 'ok', code, values }
}

export function warning(check: Check, code: Problem, values: Values = {}): Finding {
  return { check, state: 'warning', code, values }
}

export function failure(check: Check, code: Problem, values: Values = {}): Finding {
  return { check, state: 'failed', code, values }
}

/** Text of an error, for a finding. */
export function because(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
