import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { concatBytes, hexOf, utf8, utf16le } from './bytes.ts'
import { digestHa1, equalSecrets, hmac, md4, md5Hex, ntHash, sha256Hex } from './hash.ts'

// RFC 1320, appendix A.5
const MD4_VECTORS = [
  ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
  ['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
  ['abc', 'a448017aaf21d8525fc10ae87aa6729d'],
  ['message digest', 'd9130a8164549fe818874806e1c7014b'],
  ['abcdefghijklmnopqrstuvwxyz', 'd79e1c308aa5bbcdeea8ed63df412da9'],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', '043f8582f241db351ce627e153e7f0e4'],
  [
    '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
    'e33b4ddc9c38f2199c3e7b164fcc0536',
  ],
] as const

for (const [text, digest] of MD4_VECTORS) {
  test(`md4 of '${text}' is as RFC 1320 prints it`, () => {
    assert.equal(hexOf(md4(utf8(text))), digest)
  })
}

test('the NT hash of [MS-NLMP] 4.2.2.1.1 comes out of its password', () => {
  assert.equal(ntHash('Password'), 'a4f49c406510bdcab6824ee7c30fd852')
})

test('H(A1) of RFC 2617 section 3.5 comes out of its parts', () => {
  assert.equal(
    digestHa1('Mufasa', 'testrealm@host.com', 'Circle Of Life'),
    '939e7578ed9e3c518a452acee763bce9',
  )
})

test('digests are those of their standards', () => {
  assert.equal(md5Hex('abc'), '900150983cd24fb0d6963f7d28e17f72') // RFC 1321 A.5
  assert.equal(sha256Hex('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  // RFC 2202 section 2, case 2
  assert.equal(hexOf(hmac('md5', 'Jefe', 'what do ya want for nothing?')), '750c783e6ab0b503eaa86e310a5db738')
})

test('secrets of different length or content are not equal', () => {
  assert.equal(equalSecrets('same', utf8('same')), true)
  assert.equal(equalSecrets('same', 'sane'), false)
  assert.equal(equalSecrets('same', 'samey'), false)
})

test('octets survive hexadecimal', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) =>
      assert.deepEqual(Buffer.from(hexOf(bytes), 'hex'), Buffer.from(bytes)),
    ),
  )
})

test('text is UTF-8 and UTF-16, and parts are joined in their order', () => {
  assert.deepEqual(utf8('é'), Uint8Array.of(0xc3, 0xa9))
  assert.deepEqual(utf16le('é'), Uint8Array.of(0xe9, 0))
  assert.deepEqual(concatBytes([utf8('a'), utf8(''), utf8('bc')]), utf8('abc'))
})
