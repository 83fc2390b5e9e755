import { isList, psText } from '../base/ps-text.ts'
import type { PsValue } from '../base/ps-value.ts'
import type { Bound } from './cmdlet.ts'

const SECRET = /password|secret|hash|ha1|credential|token/i

/** Parameters as the audit record keeps them: secrets masked, long texts cut (SECURITY 56, 59). */
export function masked(bound: Bound): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(bound).map(([name, value]) => [name, SECRET.test(name) ? '********' : plain(value, 0)]),
  )
}

function plain(value: PsValue, depth: number): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value
  if (typeof value === 'string') return value.length > 1024 ? `${value.slice(0, 1024)}…` : value
  if (typeof value === 'bigint') return String(value)
  if (isList(value)) return value.slice(0, 100).map((one) => plain(one, depth + 1))
  if (value.kind === 'secure' || value.kind === 'credential') return '********'
  const pairs =
    value.kind === 'table'
      ? value.entries.map(([key, one]) => [psText(key), one] as const)
      : value.kind === 'object'
        ? [...value.properties]
        : undefined
  if (pairs === undefined || depth > 3) return psText(value).slice(0, 1024)
  return Object.fromEntries(
    pairs.slice(0, 200).map(([name, one]) => [name, SECRET.test(name) ? '********' : plain(one, depth + 1)]),
  )
}
