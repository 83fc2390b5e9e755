import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseSshPublicKey, sshFingerprint, sshKeyBlob } from './ssh-public-key.ts'

const field = (bytes: Uint8Array | string): Buffer => {
  const data = Buffer.from(bytes as Uint8Array)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  return Buffer.concat([length, data])
}
const line = (kind: string, ...fields: (Uint8Array | string)[]): string =>
  `${kind} ${Buffer.concat([kind, ...fields].map(field)).toString('base64')}`

function rsa(bits: number): string {
  const jwk = generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' })
  const modulus = Buffer.from(String(jwk.n), 'base64url')
  return line('ssh-rsa', Uint8Array.of(1, 0, 1), Buffer.concat([Buffer.of(0), modulus]))
}

const ED25519 = line('ssh-ed25519', new Uint8Array(32).fill(7))

const KEYS: readonly (readonly [string, string, boolean])[] = [
  ['an Ed25519 key', ED25519, true],
  ['a key with a comment', `${ED25519} tony@laptop`, true],
  ['an RSA key of 2048 bits', rsa(2048), true],
  ['an RSA key of 1024 bits', rsa(1024), false],
  ['an ECDSA key', line('ecdsa-sha2-nistp256', 'nistp256', new Uint8Array(65)), true],
  ['a DSA key', line('ssh-dss', 'p', 'q', 'g', 'y'), false],
  ['a key whose kind is another one inside', ED25519.replace('ssh-ed25519', 'ssh-rsa'), false],
  ['options before the key', `command="sh" ${ED25519}`, false],
  ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----', false],
  ['two lines', `${ED25519}\n${ED25519}`, false],
  ['nothing', '', false],
]
for (const [what, text, taken] of KEYS)
  test(`${what} is ${taken ? 'taken' : 'none'}`, () => {
    assert.equal(parseSshPublicKey(text) !== undefined, taken)
  })

test('any text is taken or refused without an exception, and taken in one spelling', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.base64String().map((text) => `ssh-ed25519 ${text}`),
      ),
      (text) => {
        const once = parseSshPublicKey(text)
        if (once !== undefined) assert.equal(parseSshPublicKey(once), once)
      },
    ),
  )
})

test('a fingerprint is what ssh-keygen -l prints', () => {
  const blob = Buffer.from(
    sshKeyBlob('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'),
    'base64',
  )
  assert.equal(sshFingerprint(blob), 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU')
})
