import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'

const dist = join(import.meta.dirname, '..', 'web', 'dist')

test('the web client is less than 250 KB of compressed script (ux.md 1.5)', () => {
  const scripts = globSync('**/*.js', { cwd: dist })
  assert.ok(scripts.length > 0, 'the pages are built before the tests run')
  const octets = scripts.reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file))).byteLength, 0)
  assert.ok(octets < 250_000, `${octets} octets`)
})
