import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bytesOfHex, concatBytes, hexOf, indexOfBytes, textOf, utf8, utf16le } from './bytes.ts'
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
      assert.deepEqual(bytesOfHex(hexOf(bytes)), new Uint8Array(bytes)),
    ),
  )
  assert.equal(bytesOfHex('abc'), undefined)
  assert.equal(bytesOfHex('zz'), undefined)
})

test('text survives UTF-8, and what is not UTF-8 is refused', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => assert.equal(textOf(utf8(text)), text)))
  assert.equal(textOf(Uint8Array.of(0xc0, 0x80)), undefined)
  assert.deepEqual(utf16le('é'), Uint8Array.of(0xe9, 0))
})

test('a needle is found where it was put', () => {
  fc.assert(
    fc.property(
      fc.uint8Array(),
      fc.uint8Array({ minLength: 1 }),
      fc.uint8Array(),
      (before, needle, after) => {
        const at = indexOfBytes(concatBytes(before, needle, after), needle)
        assert.ok(at >= 0 && at <= before.length)
      },
    ),
  )
  assert.equal(indexOfBytes(utf8('abcab'), utf8('cb')), -1)
  assert.equal(indexOfBytes(utf8('abcab'), utf8('ab'), 1), 3)
})
