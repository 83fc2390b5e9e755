import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import ssh2 from 'ssh2'
import { sshFingerprint } from '../domain/ssh-public-key.ts'

/** The server's own key, by which clients know it again. */
export interface HostKey {
  readonly privateKey: string
  /** `SHA256:…`, as ssh asks about it. */
  readonly fingerprint: string
}

/**
 * Reads the host key, or makes one (Ed25519) at the first run, mode 0600 (SECURITY 52).
 * @throws when the file is there and holds no private key
 */
export function readHostKey(path: string): HostKey {
  if (!existsSync(path)) {
    writeFileSync(path, newSshKeys('nightpost').private, { mode: 0o600, flag: 'wx' })
    chmodSync(path, 0o600)
  }
  const privateKey = readFileSync(path, 'utf8')
  const parsed = ssh2.utils.parseKey(privateKey)
  if (parsed instanceof Error || !parsed.isPrivateKey())
    throw new Error(`${path} is no private key for SSH; remove it, and a new one is made`)
  return { privateKey, fingerprint: sshFingerprint(parsed.getPublicSSH()) }
}

const PROOF = Buffer.from('nightpost')

/**
 * A new Ed25519 key pair: the private key as OpenSSH writes it, the public key as a line of `authorized_keys`.
 * ssh2 drops a zero at the begin of a key, about once in 128 times, and cannot read that key then: such a one is made again.
 */
export function newSshKeys(comment: string): { readonly private: string; readonly public: string } {
  for (;;) {
    const made = ssh2.utils.generateKeyPairSync('ed25519', { comment })
    const parsed = ssh2.utils.parseKey(made.private)
    if (parsed instanceof Error) continue
    const signature = parsed.sign(PROOF)
    if (Buffer.isBuffer(signature) && parsed.verify(PROOF, signature) === true) return made
  }
}
