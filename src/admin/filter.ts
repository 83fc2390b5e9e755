import { pattern } from '../base/pattern.ts'
import { isList, parseTimeSpan, psText } from '../base/ps-text.ts'
import type { PsValue } from '../base/ps-value.ts'
import type { Result } from '../base/result.ts'
import { fail, ok } from '../base/result.ts'
import { wildcard } from '../base/wildcard.ts'
import { parseDate } from './dates.ts'

/** Reads one property of the object in question; undefined when there is no such property. */
export type Read = (property: string) => PsValue | undefined
export type Predicate = (read: Read) => boolean

/** Longest filter: scripts join hundreds of `(UserPrincipalName -eq '…') -or …` (D13). */
const MAX_LENGTH = 256 * 1024
const MAX_DEPTH = 50

/**
 * Reads the text of `-Filter` (cmdlets.md 4.4): `Property -op value` joined by -and, -or, -not and brackets.
 * As in PowerShell, -and and -or bind equally and from left to right, so that Where-Object gives the same set.
 * @param properties the names that exist; another one is an error that names it
 */
export function parseFilter(text: string, properties: readonly string[]): Result<Predicate, string> {
  if (text.length > MAX_LENGTH) return fail('The filter is too long.')
  const tokens = tokenize(text)
  if (!tokens.ok) return tokens
  const byName = new Map(properties.map((name) => [name.toLowerCase(), name]))
  const parser = new FilterParser(tokens.value, byName)
  const predicate = parser.expression(0)
  if (!predicate.ok) return predicate
  const rest = parser.rest()
  return rest === undefined ? predicate : fail(`The filter cannot be read at '${rest}'.`)
}

type Token =
  | { readonly kind: 'word' | 'operator' | 'variable'; readonly text: string }
  | { readonly kind: 'value'; readonly value: PsValue; readonly text: string }
  | { readonly kind: '(' | ')'; readonly text: string }

function tokenize(text: string): Result<readonly Token[], string> {
  const tokens: Token[] = []
  const scanner = /\s+|([()])|'((?:[^']|'')*)'|"((?:[^"`]|""|`.)*)"|(-[a-z]+)|(!)|(\$[\w.:]*)|([^\s()'"]+)/giy
  while (scanner.lastIndex < text.length) {
    const at = scanner.lastIndex
    const match = scanner.exec(text)
    if (!match)
      return fail(`The filter cannot be read at '${text.slice(at, at + 20)}': a quotation mark is missing.`)
    const [all, bracket, single, double, operator, not, variable, word] = match
    if (bracket === '(' || bracket === ')') tokens.push({ kind: bracket, text: bracket })
    else if (single !== undefined)
      tokens.push({ kind: 'value', value: single.replaceAll("''", "'"), text: all })
    else if (double !== undefined) {
      if (/(^|[^`])\$[\w{(]/.test(double))
        return fail(`${all} holds a variable, which the server does not know. ${HOW_TO}`)
      const value = double.replaceAll('""', '"').replace(/`(.)/g, '$1')
      tokens.push({ kind: 'value', value, text: all })
    } else if (operator !== undefined && !/^-\d/.test(operator))
      tokens.push({ kind: 'operator', text: operator.toLowerCase() })
    else if (not !== undefined) tokens.push({ kind: 'operator', text: '-not' })
    else if (variable !== undefined) tokens.push({ kind: 'variable', text: variable })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word })
  }
  return ok(tokens)
}

const HOW_TO =
  'Variables inside braces are not replaced before the filter is sent. Write the filter as a string in double quotation marks, for example -Filter "Department -eq \'$d\'".'

const COMPARISONS: Readonly<Record<string, (left: PsValue, right: PsValue) => boolean>> = {
  '-eq': equal,
  '-ne': (left, right) => !equal(left, right),
  '-gt': (left, right) => order(left, right) > 0,
  '-ge': (left, right) => order(left, right) >= 0,
  '-lt': (left, right) => order(left, right) < 0,
  '-le': (left, right) => order(left, right) <= 0,
  '-contains': (left, right) => (isList(left) ? left.some((one) => equal(one, right)) : equal(left, right)),
}

class FilterParser {
  readonly #tokens: readonly Token[]
  readonly #properties: ReadonlyMap<string, string>
  #at = 0

  constructor(tokens: readonly Token[], properties: ReadonlyMap<string, string>) {
    this.#tokens = tokens
    this.#properties = properties
  }

  rest(): string | undefined {
    return this.#tokens[this.#at]?.text
  }

  expression(depth: number): Result<Predicate, string> {
    if (depth > MAX_DEPTH) return fail('The filter has too many brackets inside each other.')
    const first = this.#term(depth)
    if (!first.ok) return first
    // A flat list, so that a chain of a thousand -or is a loop and not a thousand calls deep.
    const steps: { readonly and: boolean; readonly predicate: Predicate }[] = []
    for (;;) {
      const token = this.#tokens[this.#at]
      if (token?.kind !== 'operator' || (token.text !== '-and' && token.text !== '-or')) break
      this.#at += 1
      const next = this.#term(depth)
      if (!next.ok) return next
      steps.push({ and: token.text === '-and', predicate: next.value })
    }
    const begin = first.value
    return ok((read) => {
      let truth = begin(read)
      for (const step of steps)
        truth = step.and ? truth && step.predicate(read) : truth || step.predicate(read)
      return truth
    })
  }

  #term(depth: number): Result<Predicate, string> {
    const token = this.#tokens[this.#at]
    if (token === undefined) return fail('The filter ends too early.')
    if (token.kind === 'operator' && token.text === '-not') {
      this.#at += 1
      const inner = depth > MAX_DEPTH ? fail('The filter has too many -not.') : this.#term(depth + 1)
      if (!inner.ok) return inner
      const predicate = inner.value
      return ok((read) => !predicate(read))
    }
    if (token.kind === '(') {
      this.#at += 1
      const inner = this.expression(depth + 1)
      if (!inner.ok) return inner
      if (this.#tokens[this.#at]?.kind !== ')') return fail("The filter lacks a closing bracket ')'.")
      this.#at += 1
      return inner
    }
    return this.#comparison()
  }

  #comparison(): Result<Predicate, string> {
    const property = this.#property()
    if (!property.ok) return property
    const name = property.value
    const operator = this.#tokens[this.#at]
    if (operator?.kind !== 'operator' || operator.text === '-and' || operator.text === '-or')
      return ok((read) => truthy(read(name) ?? null))
    this.#at += 1
    const operand = this.#operand()
    if (!operand.ok) return operand
    const value =
      typeof operand.value === 'string' && /Policy$/.test(name)
        ? operand.value.replace(/^tag:/i, '')
        : operand.value
    const test = comparison(operator.text, value)
    if (!test.ok) return test
    const compare = test.value
    return ok((read) => compare(read(name) ?? null))
  }

  #property(): Result<string, string> {
    const token = this.#tokens[this.#at]
    this.#at += 1
    const given =
      token?.kind === 'variable' && /^\$(_|PSItem)\./i.test(token.text)
        ? token.text.slice(token.text.indexOf('.') + 1)
        : token?.text
    if (token === undefined || given === undefined) return fail('The filter ends too early.')
    if (token.kind === 'variable' && given === token.text) return fail(`${token.text}: ${HOW_TO}`)
    const name = this.#properties.get(given.toLowerCase())
    return name === undefined
      ? fail(`The filter names the property '${given}', which does not exist.`)
      : ok(name)
  }

  #operand(): Result<PsValue, string> {
    const token = this.#tokens[this.#at]
    this.#at += 1
    if (token === undefined) return fail('The filter ends too early: a value is missing.')
    if (token.kind === 'value') return ok(token.value)
    if (token.kind === 'variable') {
      switch (token.text.toLowerCase()) {
        case '$true':
          return ok(true)
        case '$false':
          return ok(false)
        case '$null':
          return ok(null)
        default:
          return fail(`The server does not know the variable ${token.text}. ${HOW_TO}`)
      }
    }
    if (token.kind === 'word') {
      return ok(/^[+-]?\d+(\.\d+)?$/.test(token.text) ? Number(token.text) : token.text)
    }
    return fail(`The filter cannot be read at '${token.text}': a value is expected.`)
  }
}

/** Prepares the right side once: a pattern is compiled for the whole list. */
function comparison(operator: string, right: PsValue): Result<(left: PsValue) => boolean, string> {
  const name = operator.replace(/^-[ci](?=[a-z]{2})(?!ontains)/, '-')
  const compare = COMPARISONS[name]
  if (compare !== undefined) return ok((left) => compare(left, right))
  const negative = name === '-notlike' || name === '-notmatch' || name === '-notcontains'
  const texts = (left: PsValue) => (isList(left) ? left : [left]).map(psText)
  if (name === '-notcontains') return ok((left) => !(COMPARISONS['-contains']?.(left, right) ?? false))
  if (name === '-like' || name === '-notlike') {
    const fits = wildcard(psText(right))
    return ok((left) => texts(left).some(fits) !== negative)
  }
  if (name === '-match' || name === '-notmatch') {
    const fits = pattern(psText(right))
    if (fits === undefined) return fail(`The pattern '${psText(right)}' cannot be used in a filter.`)
    return ok((left) => texts(left).some(fits) !== negative)
  }
  return fail(`The filter does not know the operator '${operator}'.`)
}

function truthy(value: PsValue): boolean {
  if (isList(value)) return value.length > 1 || (value.length === 1 && truthy(value[0] ?? null))
  return value !== null && value !== false && value !== 0 && value !== ''
}

/** An empty list is nothing, as `@() -ne $null` is in PowerShell. */
function equal(left: PsValue, right: PsValue): boolean {
  if (isList(left)) return right === null ? left.length === 0 : left.some((one) => equal(one, right))
  if (left === null || right === null) return left === right
  if (typeof left === 'boolean') return left === truthyOperand(right)
  return order(left, right) === 0
}

/** `'False'` is meant as false here; in PowerShell every text would be true, and nobody means that. */
function truthyOperand(value: PsValue): boolean {
  return typeof value === 'string' ? !/^(false|)$/i.test(value.trim()) : truthy(value)
}

/** The right side is read as the type of the left one. NaN: they cannot be compared, and every comparison is false. */
function order(left: PsValue, right: PsValue): number {
  const [a, b] = [scalar(left), asLike(left, right)]
  if (a === undefined || b === undefined) return Number.NaN
  if (typeof a === 'string' || typeof b === 'string') {
    const [x, y] = [String(a).toLowerCase(), String(b).toLowerCase()]
    return x < y ? -1 : x > y ? 1 : 0
  }
  return a - b
}

function scalar(value: PsValue): number | string | undefined {
  if (value === null) return undefined
  if (typeof value === 'number') return value
  if (typeof value === 'boolean' || typeof value === 'bigint') return Number(value)
  if (typeof value === 'string') return value
  if (isList(value)) return undefined
  return value.kind === 'date' || value.kind === 'timespan' ? value.ms : psText(value)
}

function asLike(left: PsValue, right: PsValue): number | string | undefined {
  if (left === null || right === null || isList(left)) return undefined
  if (typeof right !== 'string') return scalar(right)
  if (typeof left === 'number' || typeof left === 'bigint')
    return /^\s*$/.test(right) ? undefined : Number(right)
  if (typeof left === 'object' && left.kind === 'date') return parseDate(right)
  if (typeof left === 'object' && left.kind === 'timespan') return parseTimeSpan(right)
  return right
}
