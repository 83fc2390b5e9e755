/** One file of an archive; `name` has `/` between folders. */
export interface ZipEntry {
  readonly name: string
  readonly bytes: Uint8Array
}

/**
 * An archive of files as they are, without compression. The same files give the same bytes: entries keep their order and have no
 * time of their own. For what we make ourselves: names and sizes are not checked against the format's limits of 64 KiB and 4 GiB.
 * Source: APPNOTE.TXT 6.3 sections 4.3.7, 4.3.12, 4.3.16.
 */
export function formatZip(entries: readonly ZipEntry[]): Uint8Array {
  const parts: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let offset = 0
  for (const { name, bytes } of entries) {
    const path = new TextEncoder().encode(name)
    const common = commonHeader(bytes, path)
    const local = [u32(0x04034b50), common, path, bytes]
    directory.push(
      u32(0x02014b50),
      // Made on Unix: the mode below counts.
      u16(0x0300 | VERSION),
      common,
      u16(0), // comment
      u16(0), // disk
      u16(0), // internal attributes
      u32(MODE * 0x10000),
      u32(offset),
      path,
    )
    parts.push(...local)
    offset += total(local)
  }
  const count = u16(entries.length)
  const end = [u32(0x06054b50), u16(0), u16(0), count, count, u32(total(directory)), u32(offset), u16(0)]
  return joined([...parts, ...directory, ...end])
}

/** Version 2.0 is needed to extract. */
const VERSION = 20
/** A regular file, 0644. */
const MODE = 0o100644
/** Names are UTF-8. */
const UTF8_NAMES = 0x0800
/** 1980-01-01, the first day that the format knows. */
const FIRST_DAY = 0x0021

/** The fields that the local and the central header share, from "version needed" to "extra field length". */
function commonHeader(bytes: Uint8Array, path: Uint8Array): Uint8Array {
  const size = u32(bytes.length)
  return joined([
    u16(VERSION),
    u16(UTF8_NAMES),
    u16(0), // stored
    u16(0), // time
    u16(FIRST_DAY),
    u32(crc32(bytes)),
    size,
    size,
    u16(path.length),
    u16(0), // extra field
  ])
}

const CRC = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

/** APPNOTE.TXT section 4.4.7. */
function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff
  for (const byte of bytes) value = (CRC[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8)
  return (value ^ 0xffffffff) >>> 0
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff)
}

function u32(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff)
}

function total(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0)
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(total(parts))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
