import { isList, psText } from '../base/ps-text.ts'
import type { PsValue } from '../base/ps-value.ts'

/** What `--json` and ConvertTo-Json write (INTERFACES 3). */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/**
 * Booleans and numbers as such, dates ISO 8601 in UTC, TimeSpan `"00:05:00"`, enums by name, nested objects as objects, identities as
 * text, unset `null`, lists as arrays. Secrets are never written: a secure string is `null`.
 * @param depth levels of nested objects; deeper ones are their text
 */
export function jsonOf(value: PsValue, depth = 32, name = ''): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (isList(value)) return value.map((one) => jsonOf(one, depth, name))
  switch (value.kind) {
    case 'date':
      return new Date(value.ms).toISOString()
    case 'bytes':
      return [...value.bytes]
    case 'secure':
      return null
    case 'credential':
      return { UserName: value.user }
    case 'table':
      if (depth <= 0) return psText(value)
      return objectOf(
        value.entries.map(([key, one]) => [psText(key), one] as const),
        depth,
      )
    case 'object':
      if (value.text !== undefined && (name === 'Identity' || value.properties.size === 0 || depth <= 0))
        return value.text
      return depth <= 0 ? psText(value) : objectOf(value.properties, depth)
    default:
      return psText(value)
  }
}

function objectOf(entries: Iterable<readonly [string, PsValue]>, depth: number): Json {
  const properties: [string, Json][] = []
  for (const [name, value] of entries) properties.push([name, jsonOf(value, depth - 1, name)])
  return Object.fromEntries(properties)
}
