import { pattern } from '../../base/pattern.ts'
import { isList, parseTimeSpan, psText, psTypeName } from '../../base/ps-text.ts'
import { type ErrorCategory, type PsValue, property } from '../../base/ps-value.ts'
import { wildcard } from '../../base/wildcard.ts'
import { parseDate } from './date.ts'
import type { BinaryOperator, Comparison } from './syntax.ts'
import { NOTHING } from './values.ts'

/** An expression that cannot be worked out: a division by zero, a comparison of things that have no order. */
export class EvaluationError extends Error {
  readonly id: string
  readonly category: ErrorCategory
  constructor(message: string, id: string, category: ErrorCategory = 'InvalidOperation') {
    super(message)
    this.id = id
    this.category = category
  }
}

/** What a condition takes for true: about_Booleans. */
export function isTrue(value: PsValue): boolean {
  if (value === null || value === NOTHING) return false
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return value !== 0
  if (typeof value === 'bigint') return value !== 0n
  if (typeof value === 'string') return value !== ''
  if (!isList(value)) return true
  const [first] = value
  return value.length > 1 || (first !== undefined && isTrue(first))
}

/** @throws EvaluationError */
export function binary(
  operator: BinaryOperator,
  left: PsValue,
  right: PsValue,
  caseSensitive: boolean,
): PsValue {
  switch (operator) {
    case 'and':
      return isTrue(left) && isTrue(right)
    case 'or':
      return isTrue(left) || isTrue(right)
    case 'xor':
      return isTrue(left) !== isTrue(right)
    case '+':
      return plus(left, right)
    case '-':
    case '*':
    case '/':
    case '%':
      return arithmetic(operator, left, right)
    default:
      return compare(
        operator,
        left === NOTHING ? null : left,
        right === NOTHING ? null : right,
        caseSensitive,
      )
  }
}

/** A comparison; a list on the left gives those of its elements for which it holds (about_Comparison_Operators). */
export function compare(
  operator: Comparison,
  left: PsValue,
  right: PsValue,
  caseSensitive: boolean,
): PsValue {
  const has = (list: PsValue, wanted: PsValue) =>
    (isList(list) ? list : [list]).some((each) => equal(each, wanted, caseSensitive))
  if (operator === 'contains') return has(left, right)
  if (operator === 'notcontains') return !has(left, right)
  if (operator === 'in') return has(right, left)
  if (operator === 'notin') return !has(right, left)
  if (operator === 'join') return (isList(left) ? left : [left]).map(psText).join(psText(right))
  const holds = condition(operator, right, caseSensitive)
  return isList(left) ? left.filter(holds) : holds(left)
}

type Condition = Exclude<Comparison, 'contains' | 'notcontains' | 'in' | 'notin' | 'join'>

function condition(operator: Condition, right: PsValue, caseSensitive: boolean): (left: PsValue) => boolean {
  switch (operator) {
    case 'eq':
      return (left) => equal(left, right, caseSensitive)
    case 'ne':
      return (left) => !equal(left, right, caseSensitive)
    case 'gt':
      return (left) => order(left, right, caseSensitive) > 0
    case 'ge':
      return (left) => equal(left, right, caseSensitive) || order(left, right, caseSensitive) >= 0
    case 'lt':
      return (left) => order(left, right, caseSensitive) < 0
    case 'le':
      return (left) => equal(left, right, caseSensitive) || order(left, right, caseSensitive) <= 0
    case 'like':
    case 'notlike': {
      const fits = wildcard(psText(right))
      return (left) => fits(psText(left)) === (operator === 'like')
    }
    case 'match':
    case 'notmatch': {
      const fits = pattern(psText(right))
      if (!fits)
        throw new EvaluationError(
          `The regular expression pattern ${psText(right)} is not valid or not available here.`,
          'InvalidRegularExpression',
        )
      return (left) => fits(psText(left)) === (operator === 'match')
    }
  }
}

/** Equality: the type of the left side decides what the right side is taken for. */
function equal(left: PsValue, right: PsValue, caseSensitive = false): boolean {
  if (left === null || right === null) return left === right
  if (typeof left === 'boolean') return left === isTrue(right)
  if (typeof left === 'number' || typeof left === 'bigint') {
    const number = numberOf(right)
    return number !== undefined && Number(left) === Number(number)
  }
  if (typeof left === 'object' && !isList(left)) {
    if (left.kind === 'date' || left.kind === 'timespan')
      return measureOf(left, left.kind) === measureOf(right, left.kind)
    if (left.kind === 'enum' && typeof right === 'number') return left.value === right
    if (left.kind === 'table' || (left.kind === 'object' && left.text === undefined)) return left === right
  }
  return caseSensitive
    ? psText(left) === psText(right)
    : psText(left).toLowerCase() === psText(right).toLowerCase()
}

const FOLDED = new Intl.Collator('en', { sensitivity: 'accent' })
const EXACT = new Intl.Collator('en', { sensitivity: 'variant' })

/** Below, above or equal to zero. @throws EvaluationError where the two have no order. */
export function order(left: PsValue, right: PsValue, caseSensitive = false): number {
  if (left === null || right === null)
    return left === right ? 0 : left === null ? (isNegative(right) ? 1 : -1) : isNegative(left) ? -1 : 1
  if (typeof left === 'boolean') return Number(left) - Number(isTrue(right))
  if (typeof left === 'number' || typeof left === 'bigint') {
    const number = numberOf(right)
    if (number === undefined) throw incomparable(left, right)
    return left < number ? -1 : left > number ? 1 : 0
  }
  if (typeof left === 'object' && !isList(left)) {
    if (left.kind === 'date' || left.kind === 'timespan') {
      const other = measureOf(right, left.kind)
      if (other === undefined) throw incomparable(left, right)
      return left.ms - other
    }
    if (left.kind === 'enum' && typeof right === 'object' && !isList(right) && right.kind === 'enum')
      return left.value - right.value
  }
  return (caseSensitive ? EXACT : FOLDED).compare(psText(left), psText(right))
}

function isNegative(value: PsValue): boolean {
  return (typeof value === 'number' || typeof value === 'bigint') && value < 0
}

function incomparable(left: PsValue, right: PsValue): EvaluationError {
  return new EvaluationError(
    `Could not compare "${psText(left)}" to "${psText(right)}". Error: "Cannot convert value "${psText(right)}" to type "${psTypeName(left)}"."`,
    'ComparisonFailure',
  )
}

/** A number, or a text that is one; undefined for anything else. */
export function numberOf(value: PsValue): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  if (typeof value === 'boolean') return Number(value)
  if (value === null || value === NOTHING) return 0
  if (typeof value === 'object' && !isList(value) && value.kind === 'enum') return value.value
  if (typeof value !== 'string' || !/^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d{1,3})?\s*$/i.test(value))
    return undefined
  return Number(value)
}

function measureOf(value: PsValue, kind: 'date' | 'timespan'): number | undefined {
  if (typeof value === 'object' && value !== null && !isList(value) && value.kind === kind) return value.ms
  if (typeof value !== 'string') return undefined
  return kind === 'date' ? parseDate(value) : parseTimeSpan(value)
}

function plus(left: PsValue, right: PsValue): PsValue {
  if (left === null || left === NOTHING) return right
  if (isList(left)) return [...left, ...(isList(right) ? right : [right])]
  if (typeof left === 'string') return left + psText(right)
  if (typeof left === 'object' && left.kind === 'table') return merged(left, right)
  return arithmetic('+', left, right)
}

function merged(left: Extract<PsValue, { kind: 'table' }>, right: PsValue): PsValue {
  if (right === null || typeof right !== 'object' || isList(right) || right.kind !== 'table')
    throw new EvaluationError(
      'A hash table can only be added to another hash table.',
      'AddHashTableToNonHashTable',
    )
  for (const [key] of right.entries)
    if (property(left, psText(key)) !== undefined)
      throw new EvaluationError(
        `Item has already been added. Key in dictionary: '${psText(key)}'`,
        'ArgumentException',
      )
  return { kind: 'table', entries: [...left.entries, ...right.entries] }
}

function arithmetic(operator: '+' | '-' | '*' | '/' | '%', left: PsValue, right: PsValue): PsValue {
  const moved = moveDate(operator, left, right)
  if (moved !== undefined) return moved
  const a = numberOf(left)
  const b = numberOf(right)
  if (a === undefined || b === undefined) {
    const bad = a === undefined ? left : right
    throw new EvaluationError(
      `Cannot convert value "${psText(bad)}" to type "System.Int32". Error: "Input string was not in a correct format."`,
      'InvalidCastFromStringToInteger',
      'InvalidArgument',
    )
  }
  const x = Number(a)
  const y = Number(b)
  if ((operator === '/' || operator === '%') && y === 0)
    throw new EvaluationError('Attempted to divide by zero.', 'RuntimeException', 'NotSpecified')
  if (operator === '+') return x + y
  if (operator === '-') return x - y
  if (operator === '*') return x * y
  return operator === '/' ? x / y : x % y
}

/** Dates and times: a date plus or minus a time, a date minus a date. */
function moveDate(operator: string, left: PsValue, right: PsValue): PsValue | undefined {
  if (left === null || typeof left !== 'object' || isList(left)) return undefined
  if (left.kind !== 'date' && left.kind !== 'timespan') return undefined
  const by = measureOf(right, 'timespan')
  if (operator === '-' && left.kind === 'date') {
    const other = typeof right === 'object' ? measureOf(right, 'date') : undefined
    if (other !== undefined) return { kind: 'timespan', ms: left.ms - other }
  }
  if (by === undefined || (operator !== '+' && operator !== '-')) return undefined
  return { kind: left.kind, ms: operator === '+' ? left.ms + by : left.ms - by }
}
