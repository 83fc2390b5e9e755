import assert from 'node:assert/strict'
import { constants, createCipheriv, generateKeyPairSync, privateDecrypt } from 'node:crypto'
import { test } from 'node:test'
import { formatPublicKey, parseSessionKey } from '../codec/psrp/session-key.ts'
import { createSessionSecret } from './session-secret.ts'

/** A client's half: its key pair, and what it does with the answer. */
function client() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = publicKey.export({ format: 'jwk' })
  const modulus = new Uint8Array(Buffer.from(String(jwk.n), 'base64url'))
  return {
    publicKey: formatPublicKey({ modulus, exponent: 65_537 }),
    open(encrypted: string): Buffer {
      const blob = parseSessionKey(encrypted)
      assert.ok(blob)
      return privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, blob)
    },
  }
}

function encrypt(key: Uint8Array, text: string): string {
  const cipher = createCipheriv('aes-256-cbc', key, Buffer.alloc(16))
  return Buffer.concat([cipher.update(text, 'utf16le'), cipher.final()]).toString('base64')
}

test('what a client encrypts with the key that it got is opened', () => {
  const peer = client()
  const secret = createSessionSecret(peer.publicKey)
  assert.ok(secret)
  const key = peer.open(secret.encrypted)
  assert.equal(key.length, 32)
  assert.equal(secret.decrypt(encrypt(key, 'Pa$$wörd 😀')), 'Pa$$wörd 😀')
  assert.equal(secret.decrypt(encrypt(Buffer.alloc(32, 7), 'other')), undefined)
  assert.equal(secret.decrypt('AAAA'), undefined)
})

test('the cipher is that of the vector in section 8', () => {
  const key = Uint8Array.from({ length: 32 }, (_, n) => n)
  assert.equal(encrypt(key, 'Pa$$'), '20gq6Fy/M1NjZ+vNZR1tmQ==')
})

test('a key that is none gets no answer', () => {
  assert.equal(createSessionSecret('AAAA'), undefined)
})

test('after the pool has ended the key opens nothing (SECURITY 48)', () => {
  const peer = client()
  const secret = createSessionSecret(peer.publicKey)
  assert.ok(secret)
  const text = encrypt(peer.open(secret.encrypted), 'x')
  secret.destroy()
  assert.notEqual(secret.decrypt(text), 'x')
})
