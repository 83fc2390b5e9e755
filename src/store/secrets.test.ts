import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { SecretBox } from './secrets.ts'

function inFolder(body: (path: string) => void): void {
  const dir = mkdtempSync(join(tmpdir(), 'nightpost-secrets-'))
  try {
    body(join(dir, 'keys', 'secrets.json'))
  } finally {
    rmSync(dir, { recursive: true })
  }
}

test('a value opens with the same key file, for its account and purpose alone', () =>
  inFolder((path) => {
    const box = SecretBox.open(path)
    const sealed = box.seal(7, 'nt', '0cb6948805f797bf2a82807973b89537')
    assert.equal(SecretBox.open(path).open(7, 'nt', sealed), '0cb6948805f797bf2a82807973b89537')
    assert.equal(box.open(8, 'nt', sealed), undefined, 'moved to another account')
    assert.equal(box.open(7, 'ha1', sealed), undefined, 'taken for another secret')
    assert.equal(Buffer.from(sealed).includes('0cb69488'), false)
  }))

test('a changed octet, a cut value and a foreign key do not open', () =>
  inFolder((path) => {
    const box = SecretBox.open(path)
    const sealed = box.seal(7, 'nt', 'secret')
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Uint8Array.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ 1
      assert.equal(box.open(7, 'nt', changed), undefined)
      assert.equal(box.open(7, 'nt', sealed.subarray(0, at)), undefined)
    }
    inFolder((other) => assert.equal(SecretBox.open(other).open(7, 'nt', sealed), undefined))
  }))

test('the key file is for its owner, and a new key leaves the old one until it is retired', () =>
  inFolder((path) => {
    const box = SecretBox.open(path)
    assert.equal(statSync(path).mode & 0o777, 0o600)
    const old = box.seal(7, 'nt', 'secret')
    box.rotate()
    assert.equal(box.open(7, 'nt', old), 'secret')
    const fresh = box.seal(7, 'nt', 'secret')
    box.retire()
    assert.equal(box.open(7, 'nt', old), undefined)
    assert.equal(SecretBox.open(path).open(7, 'nt', fresh), 'secret')
    assert.equal(Object.keys(JSON.parse(readFileSync(path, 'utf8')).keys).length, 1)
    assert.equal(statSync(path).mode & 0o777, 0o600)
  }))
