/** `/Date(1364327898968)/`: milliseconds since 1970 in UTC (ucwa.md section 5, conformance H5). */
export function formatDate(ms: number): string {
  return `/Date(${Math.trunc(ms)})/`
}

/** What a date can be (ECMA-262 §21.4.1.1): numbers of a peer are range-checked before use (SECURITY 26). */
const LARGEST_MS = 8.64e15

/** @returns undefined when `text` is neither `/Date(n)/` nor an ISO 8601 date; milliseconds otherwise. */
export function parseDate(text: string): number | undefined {
  const match = /^\/Date\((-?\d{1,16})(?:[+-]\d{4})?\)\/$/.exec(text)
  if (match) return Math.abs(Number(match[1])) <= LARGEST_MS ? Number(match[1]) : undefined
  if (!/^\d{4}-\d{2}-\d{2}(?:T[0-9:.]{4,18}(?:Z|[+-]\d{2}:?\d{2})?)?$/.test(text)) return undefined
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : ms
}
