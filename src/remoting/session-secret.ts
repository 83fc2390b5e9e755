import { constants, createDecipheriv, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto'
import { formatSessionKey, parsePublicKey } from '../codec/psrp/session-key.ts'

/** The key by which a client of one pool sends SecureStrings ([MS-PSRP] 2.2.5.1.24): made once, kept for the life of the pool. */
export interface SessionSecret {
  /** `EncryptedSessionKey` for the client. */
  readonly encrypted: string
  /** @returns undefined when the text was not encrypted with this key */
  decrypt(base64: string): string | undefined
  /** Overwrites the key (SECURITY 48). */
  destroy(): void
}

/** AES-256 with a zero IV: the protocol's, not ours. */
const CIPHER = 'aes-256-cbc'

/** @returns undefined when the client's key is not one we would encrypt for */
export function createSessionSecret(publicKey: string): SessionSecret | undefined {
  const parsed = parsePublicKey(publicKey)
  if (!parsed) return undefined
  const exponent = Buffer.alloc(4)
  exponent.writeUInt32BE(parsed.exponent)
  const rsa = createPublicKey({
    format: 'jwk',
    key: {
      kty: 'RSA',
      n: Buffer.from(parsed.modulus).toString('base64url'),
      e: exponent.subarray(exponent.findIndex((byte) => byte !== 0)).toString('base64url'),
    },
  })
  const key = randomBytes(32)
  const encrypted = publicEncrypt({ key: rsa, padding: constants.RSA_PKCS1_PADDING }, key)
  return {
    encrypted: formatSessionKey(encrypted),
    decrypt(base64) {
      const decipher = createDecipheriv(CIPHER, key, Buffer.alloc(16))
      try {
        const opened = Buffer.concat([decipher.update(base64, 'base64'), decipher.final()])
        const text = opened.toString('utf16le')
        opened.fill(0)
        return text
      } catch {
        return undefined // wrong padding: not made with this key
      }
    },
    destroy() {
      key.fill(0)
    },
  }
}
