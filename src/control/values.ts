import { isList } from '../base/ps-text.ts'
import type { PsValue } from '../base/ps-value.ts'

/** PowerShell's values as JSON, without loss: what has no form of its own in JSON is an object with the key `$`. */
export type Wire = null | boolean | number | string | readonly Wire[] | { readonly [name: string]: Wire }

const DEPTH = 64

/** The form that `decodeValue` reads again. A secure string is in it as text: the socket is for the owner of the data folder alone. */
export function encodeValue(value: PsValue): Wire {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : { $: 'number', text: String(value) }
  if (typeof value === 'bigint') return { $: 'integer', text: String(value) }
  if (isList(value)) return value.map(encodeValue)
  switch (value.kind) {
    case 'date':
    case 'timespan':
      return { $: value.kind, ms: value.ms }
    case 'bytes':
      return { $: 'bytes', base64: Buffer.from(value.bytes).toString('base64') }
    case 'enum':
      return { $: 'enum', typeName: value.typeName, name: value.name, value: value.value }
    case 'credential':
      return { $: 'credential', user: value.user, password: value.password }
    case 'table':
      return { $: 'table', entries: value.entries.map(([key, one]) => [encodeValue(key), encodeValue(one)]) }
    case 'object': {
      const properties = [...value.properties].map(([name, one]) => [name, encodeValue(one)])
      const base = { $: 'object', typeNames: value.typeNames, properties }
      return value.text === undefined ? base : { ...base, text: value.text }
    }
    default:
      return { $: value.kind, text: value.text }
  }
}

/** @returns undefined for what `encodeValue` never writes; nested deeper than 64 it is not read (SECURITY 16). */
export function decodeValue(wire: unknown, depth = 0): PsValue | undefined {
  if (depth > DEPTH) return undefined
  if (wire === null || typeof wire === 'boolean' || typeof wire === 'number' || typeof wire === 'string')
    return wire
  if (Array.isArray(wire)) return decodeList(wire, depth)
  return typeof wire === 'object' ? decodeTagged(wire as Record<string, unknown>, depth) : undefined
}

function decodeList(wire: readonly unknown[], depth: number): readonly PsValue[] | undefined {
  const items: PsValue[] = []
  for (const one of wire) {
    const value = decodeValue(one, depth + 1)
    if (value === undefined) return undefined
    items.push(value)
  }
  return items
}

function decodeTagged(wire: Record<string, unknown>, depth: number): PsValue | undefined {
  const { $: kind, text, ms } = wire
  switch (kind) {
    case 'date':
    case 'timespan':
      return typeof ms === 'number' ? { kind, ms } : undefined
    case 'number':
      return Number(text)
    case 'integer':
      return typeof text === 'string' && /^-?\d{1,20}$/.test(text) ? BigInt(text) : undefined
    case 'guid':
    case 'scriptBlock':
    case 'secure':
    case 'version':
    case 'uri':
    case 'char':
    case 'xml':
      return typeof text === 'string' ? { kind, text } : undefined
    case 'bytes':
      return typeof wire.base64 === 'string' ? { kind, bytes: Buffer.from(wire.base64, 'base64') } : undefined
    case 'enum': {
      const { typeName, name, value } = wire
      const whole = typeof typeName === 'string' && typeof name === 'string' && typeof value === 'number'
      return whole ? { kind, typeName, name, value } : undefined
    }
    case 'credential': {
      const { user, password } = wire
      return typeof user === 'string' && typeof password === 'string' ? { kind, user, password } : undefined
    }
    case 'table': {
      const entries = decodePairs(wire.entries, depth)
      return entries && { kind, entries }
    }
    case 'object': {
      const pairs = decodePairs(wire.properties, depth)
      const named = pairs?.filter((pair): pair is [string, PsValue] => typeof pair[0] === 'string')
      const names = wire.typeNames
      if (
        !pairs ||
        named?.length !== pairs.length ||
        !Array.isArray(names) ||
        !names.every((one) => typeof one === 'string')
      )
        return undefined
      const base = { kind, typeNames: names, properties: new Map(named) } as const
      return typeof text === 'string' ? { ...base, text } : base
    }
    default:
      return undefined
  }
}

function decodePairs(wire: unknown, depth: number): readonly (readonly [PsValue, PsValue])[] | undefined {
  if (!Array.isArray(wire)) return undefined
  const pairs: [PsValue, PsValue][] = []
  for (const pair of wire) {
    if (!Array.isArray(pair) || pair.length !== 2) return undefined
    const key = decodeValue(pair[0], depth + 1)
    const value = decodeValue(pair[1], depth + 1)
    if (key === undefined || value === undefined) return undefined
    pairs.push([key, value])
  }
  return pairs
}
