import type { PsValue } from '../../base/ps-value.ts'

/** A whole text: what was typed on the prompt, given with `-c`, or read from a file. */
export interface Script {
  readonly statements: readonly Statement[]
}

/** What stands between semicolons or line ends. */
export type Statement = Assignment | Pipeline

/** Where a statement stands; lines count from 0. Statements of one input line share one answer (INTERFACES 3, `--json`). */
export interface Place {
  readonly at: number
  readonly line: number
  readonly endLine: number
}

/** `$name = …`, `$name.Property += …`. */
export interface Assignment {
  readonly kind: 'assignment'
  readonly target: Expression
  readonly operator: '=' | '+='
  readonly value: Pipeline
  readonly place: Place
}

/** An expression, commands, or an expression whose values go into commands. */
export interface Pipeline {
  readonly kind: 'pipeline'
  readonly input: Expression | undefined
  readonly commands: readonly Command[]
  readonly place: Place
  /** The text between its borders, for error records and audit. */
  readonly text: string
}

/** One command of a pipeline before its arguments have values. */
export interface Command {
  readonly name: string
  readonly arguments: readonly Argument[]
}

/** `-Name`, `-Name:value` or a value. Whether a value belongs to the name before it is the cmdlet's to say: a switch takes none. */
export type Argument =
  | { readonly kind: 'name'; readonly name: string; readonly value: Expression | undefined }
  | { readonly kind: 'value'; readonly value: Expression }

/** Something with a value; about_Expressions as far as our subset goes. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: PsValue }
  /** A double-quoted string: texts and expressions in turn. */
  | { readonly kind: 'expandable'; readonly parts: readonly (string | Expression)[] }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'member'; readonly of: Expression; readonly name: Expression }
  | { readonly kind: 'index'; readonly of: Expression; readonly at: Expression }
  | { readonly kind: 'unary'; readonly operator: 'not' | 'minus' | 'plus' | 'comma'; readonly of: Expression }
  | {
      readonly kind: 'binary'
      readonly operator: BinaryOperator
      readonly caseSensitive: boolean
      readonly left: Expression
      readonly right: Expression
    }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  /** `( )` one pipeline; `$( )` and `@( )` statements; only `@( )` is always a list. */
  | { readonly kind: 'nested'; readonly form: '(' | '$(' | '@('; readonly script: Script }
  | { readonly kind: 'table'; readonly entries: readonly (readonly [Expression, Pipeline])[] }
  | { readonly kind: 'block'; readonly script: Script; readonly text: string }

/** Comparison operators by their name without dash and case prefix (about_Comparison_Operators). */
export const COMPARISONS = [
  'eq',
  'ne',
  'gt',
  'ge',
  'lt',
  'le',
  'like',
  'notlike',
  'match',
  'notmatch',
  'contains',
  'notcontains',
  'in',
  'notin',
  'join',
] as const
/** One of them. */
export type Comparison = (typeof COMPARISONS)[number]

/** Every operator with two sides. */
export type BinaryOperator = Comparison | 'and' | 'or' | 'xor' | '+' | '-' | '*' | '/' | '%'

/** Why a text is not of our subset. */
export interface SyntaxProblem {
  readonly message: string
  /** Offset into the text. */
  readonly at: number
  readonly line: number
  readonly column: number
  /** More text could make it right: a prompt asks for another line. */
  readonly incomplete: boolean
  /** First part of FullyQualifiedErrorId. */
  readonly id: string
}
