import assert from 'node:assert/strict'
import { scryptSync } from 'node:crypto'
import { test } from 'node:test'
import { PasswordsBusy } from '../actions/ports/credentials.ts'
import { HashedPasswords } from './passwords.ts'

test('a password fits its hash and no other does', async () => {
  const passwords = new HashedPasswords()
  const phc = await passwords.hash('correct horse battery staple')
  assert.match(phc, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  assert.deepEqual(await passwords.verify('correct horse battery staple', phc), { right: true, weak: false })
  assert.deepEqual(await passwords.verify('correct horse battery stapl', phc), { right: false, weak: false })
  assert.notEqual(await passwords.hash('correct horse battery staple'), phc, 'salted')
})

test('hashes made elsewhere are taken as they are, and are weak where they are weaker', async () => {
  const passwords = new HashedPasswords()
  // echo -n password | argon2 somesalt -id -t 2 -k 256 -p 1 (the vector of the reference implementation)
  const argon = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'
  assert.deepEqual(await passwords.verify('password', argon), { right: true, weak: true })
  const salt = Buffer.from('0123456789abcdef')
  const hash = scryptSync('password', salt, 32, { N: 2 ** 14, r: 8, p: 1 })
  const scrypt = `$scrypt$ln=14,r=8,p=1$${base64(salt)}$${base64(hash)}`
  assert.deepEqual(await passwords.verify('password', scrypt), { right: true, weak: true })
  assert.deepEqual(await passwords.verify('Password', scrypt), { right: false, weak: true })
})

test('nobody’s password is never right, and costs a hashing', async () => {
  const passwords = new HashedPasswords()
  assert.deepEqual(await passwords.verify('', undefined), { right: false, weak: false })
  assert.deepEqual(await passwords.verify('x', 'not a hash'), { right: false, weak: false })
})

for (const [what, phc] of [
  ['a gigabyte of memory', '$argon2id$v=19$m=1048576,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR'],
  ['another argon2', '$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR'],
  ['no passes', '$argon2id$v=19$m=256,t=0,p=1$c29tZXNhbHQ$nf65EOgLrQMR'],
  ['more parts', '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR$x'],
  ['scrypt of 2^30', '$scrypt$ln=30,r=8,p=1$c29tZXNhbHQ$nf65EOgLrQMR'],
  ['plain text', 'password'],
] as const) {
  test(`a hash with ${what} is none that is checked`, () =>
    assert.equal(new HashedPasswords().canCheck(phc), false))
}

test('beyond 4 at once and 100 waiting the next is refused, and places come free again', async () => {
  const passwords = new HashedPasswords()
  const scrypt = `$scrypt$ln=1,r=1,p=1$${base64(Buffer.alloc(16))}$${base64(Buffer.alloc(32))}`
  const all = Array.from({ length: 104 }, () => passwords.verify('x', scrypt))
  await assert.rejects(passwords.verify('x', scrypt), PasswordsBusy)
  await Promise.all(all)
  assert.deepEqual(await passwords.verify('x', scrypt), { right: false, weak: true })
})

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}
