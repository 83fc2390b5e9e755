import { isList, psText, psTypeName } from '../base/ps-text.ts'
import type { PsObject, PsValue } from '../base/ps-value.ts'
import { propertiesOf } from './session/property-list.ts'
import { displayWidth, fit, padEnd, padStart, wrap } from './text-width.ts'

/** Type of an object that is text already: what Format-Table and Format-List put out. */
const FORMATTED = 'Microsoft.PowerShell.Commands.Internal.Format.FormatEntryData'

/** PowerShell's $FormatEnumerationLimit. */
const SHOWN_ELEMENTS = 4

/** What the screen is like. */
export interface Look {
  /** Columns of the screen. */
  readonly width: number
}

/** Turns objects into the lines PowerShell shows where nothing is piped on; a table needs all its rows, so lines come when its type changes or at the end. */
export interface Formatter {
  /** @returns text that can be shown now, '' when it must wait. */
  push(value: PsValue): string
  end(): string
}

/** A screen full of rows is enough to choose the widths; a long table then goes on without waiting. */
const ROWS_BEFORE_WIDTHS = 500

/** Lists and tables as PowerShell shows them by default: up to four properties a table, more a list. */
export function createFormatter(look: Look): Formatter {
  let rows: PsObject[] = []
  let kind = ''
  const flush = (): string => {
    const text = rows.length > 0 ? defaultTable(rows, look) : ''
    rows = []
    return text
  }
  return {
    push(value) {
      if (!isObject(value)) {
        const before = flush()
        kind = ''
        return before + (value === null ? '' : plainText(value))
      }
      if (value.typeNames[0] === FORMATTED) return `${flush()}${value.text ?? ''}`
      const next = `${value.typeNames[0]} ${[...value.properties.keys()].join(' ')}`
      const before = next === kind && rows.length < ROWS_BEFORE_WIDTHS ? '' : flush()
      const first = next !== kind
      kind = next
      const text = TEXT_VIEWS[value.typeNames[0] ?? '']?.(value)
      if (text !== undefined) return before + text
      if (!isTable(value)) return `${before}${first ? '\n' : ''}${listText(value.properties, look)}\n`
      rows.push(value)
      return before
    },
    end: flush,
  }
}

/** Types that are read as a page rather than as properties. */
const TEXT_VIEWS: Readonly<Record<string, (value: PsObject) => string>> = {
  MamlParameterHelpInfo: (value) => psText(value.properties.get('Text') ?? ''),
  MamlCommandHelpInfo: (value) => psText(value.properties.get('Text') ?? ''),
}

/** Columns of types that have a view of their own; the first is what the others are grouped by. */
const GROUPED: Readonly<Record<string, string>> = {
  'Microsoft.PowerShell.Commands.MemberDefinition': 'TypeName',
}

/** Up to four properties make a table, more a list. */
function isTable(value: PsObject): boolean {
  return value.properties.size > 0 && value.properties.size <= 4
}

function defaultTable(rows: readonly PsObject[], look: Look): string {
  const [first] = rows
  if (!first) return ''
  const by = GROUPED[first.typeNames[0] ?? '']
  const names = [...first.properties.keys()].filter((name) => name !== by)
  const heading = by === undefined ? '' : `\n   ${by}: ${psText(first.properties.get(by) ?? null)}\n`
  return `${heading}\n${tableText(
    names,
    rows.map((row) => names.map((name) => row.properties.get(name) ?? null)),
    look,
  )}\n`
}

function isObject(value: PsValue): value is PsObject {
  return value !== null && typeof value === 'object' && !isList(value) && value.kind === 'object'
}

/** Numbers, texts and the like stand alone; a hash table shows its entries. */
function plainText(value: PsValue): string {
  if (isList(value)) return value.map(plainText).join('')
  if (value !== null && typeof value === 'object' && value.kind === 'table') {
    const rows = [...propertiesOf(value)].map(([name, one]) => [name, one] as const)
    return `\n${tableText(['Name', 'Value'], rows, { width: 4096 })}\n`
  }
  return `${value !== null && typeof value === 'object' && value.kind === 'date' ? dateText(value.ms) : psText(value)}\n`
}

/** One object as `Name : value` lines (Format-List). */
export function listText(properties: Iterable<readonly [string, PsValue]>, { width }: Look): string {
  const lines = [...properties].map(([name, value]) => [name, cellText(value)] as const)
  const names = Math.max(0, ...lines.map(([name]) => displayWidth(name)))
  return lines
    .map(([name, text]) => {
      const [first = '', ...rest] = text
        .split('\n')
        .flatMap((line) => wrap(line, Math.max(10, width - names - 3)))
      const indent = `\n${' '.repeat(names + 3)}`
      return `${padEnd(name, names)} : ${[first, ...rest].join(indent)}`.trimEnd()
    })
    .map((line) => `${line}\n`)
    .join('')
}

/** A table with widths that fit its cells; numbers stand to the right (Format-Table). */
export function tableText(
  names: readonly string[],
  rows: readonly (readonly PsValue[])[],
  { width }: Look,
  { header = true, wrapped = false }: { header?: boolean; wrapped?: boolean } = {},
): string {
  const texts = rows.map((row) => row.map((value) => cellText(value).replace(/\s*\n\s*/g, ' ')))
  const right = names.map((_, at) => rows.length > 0 && rows.every((row) => isNumber(row[at] ?? null)))
  const natural = names.map((name, at) =>
    Math.max(displayWidth(name), ...texts.map((row) => displayWidth(row[at] ?? ''))),
  )
  const widths = shrink(natural, width)
  const put = (text: string, at: number) => {
    const columns = widths[at] ?? 0
    const cut = fit(text, columns)
    return right[at] ? padStart(cut, columns) : padEnd(cut, columns)
  }
  const line = (cells: readonly string[]) => `${cells.map(put).join(' ').trimEnd()}\n`
  const body = texts.map((row) => (wrapped ? wrappedLine(row, widths, line) : line(row))).join('')
  if (!header) return body
  return line(names) + line(names.map((name) => '-'.repeat(displayWidth(name)))) + body
}

function wrappedLine(
  row: readonly string[],
  widths: readonly number[],
  line: (cells: readonly string[]) => string,
): string {
  const parts = row.map((text, at) => wrap(text, widths[at] ?? 10))
  const height = Math.max(1, ...parts.map((part) => part.length))
  return Array.from({ length: height }, (_, at) => line(parts.map((part) => part[at] ?? ''))).join('')
}

/** Takes from the widest columns until the line fits, never below five. */
function shrink(natural: readonly number[], width: number): readonly number[] {
  const widths = [...natural]
  let over = widths.reduce((sum, one) => sum + one + 1, -1) - width
  while (over > 0) {
    const widest = widths.indexOf(Math.max(...widths))
    const now = widths[widest] ?? 0
    if (now <= 5) break
    const second = Math.max(5, ...widths.filter((one) => one < now))
    const take = Math.max(1, Math.min(over, now - second))
    widths[widest] = now - take
    over -= take
  }
  return widths
}

function isNumber(value: PsValue): boolean {
  return typeof value === 'number' || typeof value === 'bigint'
}

/** A property's value: lists in braces, unset as nothing, dates as a person reads them. */
export function cellText(value: PsValue): string {
  if (value === null) return ''
  if (isList(value)) {
    const shown = value.slice(0, SHOWN_ELEMENTS).map(psText)
    return `{${shown.join(', ')}${value.length > SHOWN_ELEMENTS ? '...' : ''}}`
  }
  if (typeof value === 'object' && value.kind === 'date') return dateText(value.ms)
  if (typeof value === 'object' && value.kind === 'bytes')
    return `{${[...value.bytes.slice(0, SHOWN_ELEMENTS)].join(', ')}${value.bytes.length > SHOWN_ELEMENTS ? '...' : ''}}`
  if (typeof value === 'object' && value.kind === 'table')
    return cellText(value.entries.map(([key]) => psText(key)))
  return psText(value)
}

/** `11/25/2026 2:56:16 PM`, UTC. */
function dateText(ms: number): string {
  const date = new Date(ms)
  const two = (n: number) => String(n).padStart(2, '0')
  const hours = date.getUTCHours()
  const clock = `${hours % 12 === 0 ? 12 : hours % 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
  return `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()} ${clock} ${hours < 12 ? 'AM' : 'PM'}`
}

/** An object that is only its text from here on. */
export function formatted(text: string): PsObject {
  return { kind: 'object', typeNames: [FORMATTED, 'System.Object'], properties: new Map(), text }
}

/** Whether a value is text that Format-Table or Format-List made. */
export function isFormatted(value: PsValue): boolean {
  return psTypeName(value) === FORMATTED
}
