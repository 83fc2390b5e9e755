import { sha256 } from '../base/hash.ts'

/** Kinds of key by which a person may sign in over SSH; older ones (ssh-dss, SHA-1 only) are none (SECURITY 52). */
const KINDS = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
] as const

/** Shortest RSA modulus in bits. */
const RSA_BITS = 2048

/**
 * One line of an authorized_keys file without options: kind, base64, comment (RFC 4253 §6.6, RFC 8709 §4).
 * @returns the line in one spelling, or undefined for anything that is no such key
 */
export function parseSshPublicKey(text: string): string | undefined {
  const match = /^(\S{1,64})[ \t]+([A-Za-z0-9+/]{16,2000}={0,2})(?:[ \t]+(\S.{0,200}))?$/.exec(text.trim())
  const [, kind = '', base64 = '', comment] = match ?? []
  if (!KINDS.some((known) => known === kind)) return undefined
  const fields = readFields(new Uint8Array(Buffer.from(base64, 'base64')))
  if (!fields || new TextDecoder().decode(fields[0]) !== kind) return undefined
  if (kind === 'ssh-rsa' && ((fields[2]?.length ?? 0) - 1) * 8 < RSA_BITS) return undefined
  const least = kind === 'ssh-ed25519' ? 2 : 3
  if (fields.length !== least) return undefined
  return comment === undefined ? `${kind} ${base64}` : `${kind} ${base64} ${comment.trim()}`
}

/** Strings of RFC 4251 §5, one after another to the end. */
function readFields(blob: Uint8Array): readonly Uint8Array[] | undefined {
  const view = new DataView(blob.buffer)
  const fields: Uint8Array[] = []
  for (let at = 0; at < blob.length; ) {
    if (at + 4 > blob.length) return undefined
    const length = view.getUint32(at)
    if (at + 4 + length > blob.length) return undefined
    fields.push(blob.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return fields
}

/** The key's bytes as base64, by which keys are compared. */
export function sshKeyBlob(line: string): string {
  return line.split(' ')[1] ?? ''
}

/** `SHA256:…` as ssh prints it. */
export function sshFingerprint(blob: Uint8Array): string {
  return `SHA256:${Buffer.from(sha256(blob)).toString('base64').replace(/=+$/, '')}`
}
