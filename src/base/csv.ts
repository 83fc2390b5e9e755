import { fail, ok, type Result } from './result.ts'

/** One record with the number of the line it begins on, from 1. */
export interface CsvRecord {
  readonly line: number
  readonly fields: readonly string[]
}

/** Why a text is not CSV: an open quotation mark, or something behind a closed one. */
export interface CsvProblem {
  readonly line: number
  readonly message: string
}

/**
 * Reads CSV (RFC 4180): quoted fields may hold separators, quotes (doubled) and line ends; empty lines are skipped, a byte order mark too.
 * The separator is `delimiter` (one character); without it the comma, or the semicolon where the first line has more of those (what Excel writes in many countries).
 */
export function parseCsv(text: string, delimiter?: string): Result<readonly CsvRecord[], CsvProblem> {
  const source = text.replace(/^\ufeff/, '')
  const end = source.search(/[\r\n]/)
  const head = end < 0 ? source : source.slice(0, end)
  const separator = delimiter ?? (head.split(';').length > head.split(',').length ? ';' : ',')
  const records: CsvRecord[] = []
  let at = 0
  let line = 1
  let fields: string[] = []
  let begin = 1
  while (at <= source.length) {
    const quoted = source[at] === '"'
    const field = quoted ? quotedField(source, at) : plainField(source, at, separator)
    if (field === undefined) return fail({ line, message: 'a quotation mark is not closed' })
    fields.push(field.text)
    line += field.lines
    at = field.end
    const next = source[at]
    if (next === separator) {
      at += 1
      continue
    }
    if (next !== undefined && next !== '\r' && next !== '\n')
      return fail({ line, message: 'something stands behind a quotation mark that was closed' })
    if (fields.length > 1 || fields[0] !== '' || quoted) records.push({ line: begin, fields })
    if (next === undefined) break
    at += next === '\r' && source[at + 1] === '\n' ? 2 : 1
    line += 1
    begin = line
    fields = []
  }
  return ok(records)
}

function quotedField(
  source: string,
  start: number,
): { text: string; end: number; lines: number } | undefined {
  let text = ''
  let at = start + 1
  for (;;) {
    const quote = source.indexOf('"', at)
    if (quote < 0) return undefined
    text += source.slice(at, quote)
    if (source[quote + 1] !== '"') return { text, end: quote + 1, lines: text.split('\n').length - 1 }
    text += '"'
    at = quote + 2
  }
}

function plainField(
  source: string,
  start: number,
  separator: string,
): { text: string; end: number; lines: number } {
  let end = start
  while (end < source.length && source[end] !== separator && source[end] !== '\n' && source[end] !== '\r')
    end += 1
  return { text: source.slice(start, end), end, lines: 0 }
}

/** One line of CSV, without its end. Fields that need it are quoted. */
export function formatCsv(fields: readonly string[], delimiter = ','): string {
  return fields
    .map((field) =>
      field.includes(delimiter) || /[",;\r\n]|^\s|\s$/.test(field)
        ? `"${field.replaceAll('"', '""')}"`
        : field,
    )
    .join(delimiter)
}

/** A cell that a spreadsheet would run as a formula gets a quote in front (SECURITY 57). */
export function safeCell(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
}

/** The cell as it was before `safeCell`, so that a telephone number comes back as it went out. */
export function originalCell(text: string): string {
  return /^'[=+\-@\t\r]/.test(text) ? text.slice(1) : text
}
