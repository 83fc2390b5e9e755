import { constants, createCipheriv, generateKeyPair, privateDecrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { type CliValue, cliString } from '../../../codec/psrp/clixml.ts'
import { formatPublicKey, parseSessionKey } from '../../../codec/psrp/session-key.ts'

/** Encrypts what is typed as a password for one runspace pool. */
export interface Secrets {
  encrypt(text: string): string
}

/** @param ask sends our public key and waits for the session key. @throws Error when the server's answer is none */
export async function createSecrets(
  ask: (publicKey: string) => Promise<CliValue | undefined>,
): Promise<Secrets> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' })
  const exponent = Number.parseInt(Buffer.from(String(e), 'base64url').toString('hex'), 16)
  const answer = await ask(formatPublicKey({ modulus: Buffer.from(String(n), 'base64url'), exponent }))
  const encrypted = parseSessionKey(cliString(answer) ?? '')
  if (!encrypted) throw new Error('the server gave no key for passwords')
  const key = privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, encrypted)
  return {
    encrypt(text) {
      const cipher = createCipheriv('aes-256-cbc', key, Buffer.alloc(16)) // a zero IV: the protocol's
      return Buffer.concat([cipher.update(text, 'utf16le'), cipher.final()]).toString('base64')
    },
  }
}
