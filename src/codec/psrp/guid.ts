import type { Brand } from '../../base/brand.ts'

/** A GUID in the one spelling by which we compare: lower case with dashes. */
export type Guid = Brand<string, 'Guid'>

/** "No pipeline" on the wire. */
export const ZERO_GUID = '00000000-0000-0000-0000-000000000000' as Guid

/** Reads a GUID in any letter case, with or without `uuid:` and braces. */
export function parseGuid(text: string): Guid | undefined {
  const bare = text
    .trim()
    .replace(/^uuid:/i, '')
    .replace(/^\{(.{36})\}$/, '$1')
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(bare) ? (bare.toLowerCase() as Guid) : undefined
}

/** .NET's byte order: the first three fields little-endian ([MS-DTYP] 2.3.4.2). */
const ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15] as const

/** The GUID in 16 bytes of `bytes` at `offset`. */
export function readGuid(bytes: Uint8Array, offset: number): Guid {
  const hex = ORDER.map((index) => (bytes[offset + index] ?? 0).toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') as Guid
}

/** Writes 16 bytes into `bytes` at `offset`. */
export function writeGuid(bytes: Uint8Array, offset: number, guid: Guid): void {
  const hex = guid.replaceAll('-', '')
  ORDER.forEach((index, at) => {
    bytes[offset + index] = Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16)
  })
}
