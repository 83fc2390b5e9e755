/** RSA public key as JWK numbers would have it: big-endian, unsigned. */
export type PublicKey = { readonly modulus: Uint8Array; readonly exponent: number }

/** PUBLICKEYBLOB of CALG_RSA_KEYX, then "RSA1" ([MS-PSRP] 2.2.2.5). */
const PUBLIC_PREFIX = Uint8Array.of(0x06, 0x02, 0, 0, 0, 0xa4, 0, 0, 0x52, 0x53, 0x41, 0x31)
/** SIMPLEBLOB of CALG_AES_256 under CALG_RSA_KEYX ([MS-PSRP] 2.2.2.6). */
const SESSION_PREFIX = Uint8Array.of(0x01, 0x02, 0, 0, 0x10, 0x66, 0, 0, 0, 0xa4, 0, 0)

/** Reads the `PublicKey` of a PUBLIC_KEY message. @returns undefined unless it is an RSA key of 2048 to 4096 bits. */
export function parsePublicKey(base64: string): PublicKey | undefined {
  const blob = new Uint8Array(Buffer.from(base64, 'base64'))
  if (blob.length < 20 || PUBLIC_PREFIX.some((byte, at) => blob[at] !== byte)) return undefined
  const view = new DataView(blob.buffer)
  const bits = view.getUint32(12, true)
  const exponent = view.getUint32(16, true)
  if (bits < 2048 || bits > 4096 || bits % 8 !== 0 || blob.length !== 20 + bits / 8) return undefined
  if (exponent < 3 || exponent % 2 === 0) return undefined
  return { modulus: blob.slice(20).reverse(), exponent }
}

/** Writes one; a client's half, for tests. */
export function formatPublicKey({ modulus, exponent }: PublicKey): string {
  const blob = new Uint8Array(20 + modulus.length)
  blob.set(PUBLIC_PREFIX)
  const view = new DataView(blob.buffer)
  view.setUint32(12, modulus.length * 8, true)
  view.setUint32(16, exponent, true)
  blob.set(modulus.toReversed(), 20)
  return Buffer.from(blob).toString('base64')
}

/** The `EncryptedSessionKey` of our answer from what RSA (PKCS#1 v1.5) gave. */
export function formatSessionKey(encrypted: Uint8Array): string {
  const blob = new Uint8Array(SESSION_PREFIX.length + encrypted.length)
  blob.set(SESSION_PREFIX)
  blob.set(encrypted.toReversed(), SESSION_PREFIX.length)
  return Buffer.from(blob).toString('base64')
}

/** Reads it again; a client's half, for tests. */
export function parseSessionKey(base64: string): Uint8Array | undefined {
  const blob = new Uint8Array(Buffer.from(base64, 'base64'))
  if (SESSION_PREFIX.some((byte, at) => blob[at] !== byte)) return undefined
  return blob.slice(SESSION_PREFIX.length).reverse()
}
