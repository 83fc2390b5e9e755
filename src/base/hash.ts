import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { hexOf, utf8, utf16le } from './bytes.ts'

/** Digests and MACs: with xml.ts the only outside import of the pure rooms. All are functions of their input. */

export function sha256(data: Uint8Array | string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(data).digest())
}

export function sha256Hex(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex')
}

/** RFC 1321; for Digest (RFC 7616) and NTLM only, never to protect anything by itself. */
export function md5Hex(data: Uint8Array | string): string {
  return createHash('md5').update(data).digest('hex')
}

/** RFC 2104. */
export function hmac(
  digest: 'sha256' | 'sha1' | 'md5',
  key: Uint8Array | string,
  data: Uint8Array | string,
): Uint8Array {
  return new Uint8Array(createHmac(digest, key).update(data).digest())
}

/** Compares secrets; the time depends on the lengths alone (SECURITY 36). */
export function equalSecrets(a: Uint8Array | string, b: Uint8Array | string): boolean {
  const left = typeof a === 'string' ? utf8(a) : a
  const right = typeof b === 'string' ? utf8(b) : b
  return left.length === right.length && timingSafeEqual(left, right)
}

/** The NT hash of a password: MD4 of its UTF-16LE ([MS-NLMP] 3.3.1), 32 hexadecimal digits. A password-equivalent (SECURITY 32). */
export function ntHash(password: string): string {
  return hexOf(md4(utf16le(password)))
}

/** H(A1) of Digest with MD5 (RFC 7616 §3.4.2), 32 hexadecimal digits. A password-equivalent (SECURITY 32). */
export function digestHa1(user: string, realm: string, password: string): string {
  return md5Hex(`${user}:${realm}:${password}`)
}

const ROUND_2 = 0x5a827999
const ROUND_3 = 0x6ed9eba1
/** Order of the words and shifts of the three rounds (RFC 1320 §3.4). */
const ORDER = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
  [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
] as const
const SHIFT = [
  [3, 7, 11, 19],
  [3, 5, 9, 13],
  [3, 9, 11, 15],
] as const

/** RFC 1320. Written here because the OpenSSL of Node has no MD4 (DECISIONS 26); for the NT hash only. */
export function md4(data: Uint8Array): Uint8Array {
  const padded = new Uint8Array(((data.length + 8) >> 6) * 64 + 64)
  padded.set(data)
  padded[data.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, data.length * 8, true)
  view.setUint32(padded.length - 4, Math.floor(data.length / 0x2000_0000), true)
  const state: [number, number, number, number] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]
  for (let block = 0; block < padded.length; block += 64) mixBlock(state, view, block)
  const digest = new DataView(new ArrayBuffer(16))
  state.forEach((word, i) => {
    digest.setUint32(4 * i, word, true)
  })
  return new Uint8Array(digest.buffer)
}

function mixBlock(state: [number, number, number, number], view: DataView, block: number): void {
  let [a, b, c, d] = state
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 16; i++) {
      const word = view.getUint32(block + 4 * (ORDER[round]?.[i] ?? 0), true)
      const mixed = (a + choose(round, b, c, d) + word) | 0
      const shift = SHIFT[round]?.[i % 4] ?? 0
      const next = (mixed << shift) | (mixed >>> (32 - shift))
      a = d
      d = c
      c = b
      b = next
    }
  }
  state[0] = (state[0] + a) | 0
  state[1] = (state[1] + b) | 0
  state[2] = (state[2] + c) | 0
  state[3] = (state[3] + d) | 0
}

/** F, G and H of RFC 1320 §3.4 with the constant of their round. */
function choose(round: number, x: number, y: number, z: number): number {
  if (round === 0) return (x & y) | (~x & z)
  if (round === 1) return ((x & y) | (x & z) | (y & z)) + ROUND_2
  return (x ^ y ^ z) + ROUND_3
}
