import assert from 'node:assert/strict'
import { mkdtempDisposableSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readHostKey } from './host-key.ts'

test('every host key that is made can be read again, also those that begin with a zero', () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'nightpost-host-key-'))
  // One in 128 was not: 600 find it all but surely.
  for (let i = 0; i < 600; i++) {
    const path = join(folder.path, String(i))
    const made = readHostKey(path)
    assert.deepEqual(readHostKey(path), made)
    assert.match(made.fingerprint, /^SHA256:[A-Za-z0-9+/]{43}$/)
  }
  assert.equal(statSync(join(folder.path, '0')).mode & 0o777, 0o600)
})
