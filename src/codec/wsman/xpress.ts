import { concatBytes } from '../../base/bytes.ts'
import { fail, ok, type Result } from '../../base/result.ts'

// What WSMan calls "xpress": chunks of at most 64 KiB, each stored as it is or as LZ77+Huffman ([MS-XCA] 2.1, 2.2;
// powershell-remoting.md section 2.9).

/** Plain bytes of one chunk at most. */
const CHUNK = 65_536
/** Plain size - 1 and stored size - 1, little-endian. */
const HEADER = 4
const SYMBOLS = 512
const LENGTHS = SYMBOLS / 2
const LONGEST_CODE = 15

export type XpressRefusal = 'malformed' | 'tooLarge'

/** Writes chunks that hold their bytes as they are, which every reader takes; a compressor would only cost time. */
export function formatChunks(plain: Uint8Array): Uint8Array {
  const count = Math.ceil(plain.length / CHUNK)
  const out = new Uint8Array(plain.length + count * HEADER)
  const view = new DataView(out.buffer)
  let at = 0
  for (let from = 0; from < plain.length; from += CHUNK) {
    const part = plain.subarray(from, from + CHUNK)
    view.setUint16(at, part.length - 1, true)
    view.setUint16(at + 2, part.length - 1, true)
    out.set(part, at + HEADER)
    at += HEADER + part.length
  }
  return out
}

/**
 * Reads one stream text. The work of a chunk is a step, after each of which the caller may let others go on (SECURITY 25).
 * @param limit plain bytes in all; a small text can stand for a large one (SECURITY 23)
 */
export function* parseChunksInSteps(
  bytes: Uint8Array,
  limit: number,
): Generator<undefined, Result<Uint8Array, XpressRefusal>, undefined> {
  const parts: Uint8Array[] = []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let total = 0
  for (let at = 0; at < bytes.length; ) {
    if (at + HEADER > bytes.length) return fail('malformed')
    const plainSize = view.getUint16(at, true) + 1
    const storedSize = view.getUint16(at + 2, true) + 1
    at += HEADER
    if (at + storedSize > bytes.length || storedSize > plainSize) return fail('malformed')
    total += plainSize
    if (total > limit) return fail('tooLarge')
    const stored = bytes.subarray(at, at + storedSize)
    const plain = storedSize === plainSize ? stored : decompress(stored, plainSize)
    if (!plain) return fail('malformed')
    parts.push(plain)
    at += storedSize
    yield undefined
  }
  const [only] = parts
  if (parts.length === 1 && only) return ok(only)
  return ok(concatBytes(parts))
}

/** [MS-XCA] 2.2.4: the table of 512 code lengths, then the codes. @returns undefined when it is not that */
function decompress(stored: Uint8Array, plainSize: number): Uint8Array | undefined {
  const lengths = readLengths(stored)
  const table = lengths && decodingTable(lengths)
  if (!lengths || !table) return undefined
  const bits = createBits(stored, LENGTHS)
  const out = new Uint8Array(plainSize)
  for (let at = 0; at < plainSize; ) {
    const symbol = table[bits.peek15()] ?? 0
    bits.drop(lengths[symbol] ?? 0)
    if (bits.past) return undefined
    if (symbol < 256) {
      out[at++] = symbol
      continue
    }
    const match = readMatch(symbol - 256, bits)
    if (!match || match.offset > at || at + match.length > plainSize) return undefined
    // Byte by byte: a match may overlap what it writes.
    for (const end = at + match.length; at < end; at++) out[at] = out[at - match.offset] ?? 0
  }
  return out
}

function readMatch(
  code: number,
  bits: Bits,
): { readonly length: number; readonly offset: number } | undefined {
  let length = code & 15
  if (length === 15) {
    const more = readLongLength(bits)
    if (more === undefined) return undefined
    length = more
  }
  const offsetBits = code >> 4
  const offset = (1 << offsetBits) + bits.take(offsetBits)
  return { length: length + 3, offset }
}

function readLongLength(bits: Bits): number | undefined {
  const byte = bits.byte()
  if (byte !== 255) return byte + 15
  const word = bits.word()
  const whole = word === 0 ? bits.word() + bits.word() * 65_536 : word
  return whole < 15 ? undefined : whole
}

function readLengths(stored: Uint8Array): Uint8Array | undefined {
  if (stored.length < LENGTHS) return undefined
  const lengths = new Uint8Array(SYMBOLS)
  for (let at = 0; at < LENGTHS; at++) {
    const pair = stored[at] ?? 0
    lengths[at * 2] = pair & 15
    lengths[at * 2 + 1] = pair >> 4
  }
  return lengths
}

/** For every 15 bits the symbol that they begin with. @returns undefined unless the code is complete */
function decodingTable(lengths: Uint8Array): Uint16Array | undefined {
  const table = new Uint16Array(1 << LONGEST_CODE)
  let at = 0
  for (let length = 1; length <= LONGEST_CODE; length++)
    for (let symbol = 0; symbol < SYMBOLS; symbol++) {
      if (lengths[symbol] !== length) continue
      const end = at + (1 << (LONGEST_CODE - length))
      if (end > table.length) return undefined
      table.fill(symbol, at, end)
      at = end
    }
  return at === table.length ? table : undefined
}

/** Bits in 16-bit words, the highest first, two words ahead; bytes of long lengths lie between the words ([MS-XCA] 2.2.4). */
interface Bits {
  /** More was read than there is. */
  readonly past: boolean
  peek15(): number
  drop(count: number): void
  take(count: number): number
  byte(): number
  word(): number
}

function createBits(bytes: Uint8Array, from: number): Bits {
  let at = from
  const byte = (): number => bytes[at++] ?? 0
  const word = (): number => byte() | (byte() << 8)
  let ahead = (word() << 16) | word()
  let extra = 16
  const drop = (count: number): void => {
    ahead <<= count
    extra -= count
    if (extra >= 0) return
    ahead |= word() << -extra
    extra += 16
  }
  return {
    // The two words ahead may lie behind the end; what is used may not.
    get past() {
      return at - 4 > bytes.length
    },
    peek15: () => ahead >>> 17,
    drop,
    take(count) {
      if (count === 0) return 0
      const value = ahead >>> (32 - count)
      drop(count)
      return value
    },
    byte,
    word,
  }
}
