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

test('all that the first view needs comes over 3G in time: few files, none from elsewhere, 150 KB (ux.md 1.5)', () => {
  const page = readFileSync(join(dist, 'index.html'), 'utf8')
  const needed = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path)
  for (const path of needed) assert.match(path, /^\/[^/]/, 'from this server')
  // The icons of an installed page and the manifest do not hold up anything.
  const first = needed.filter((path) => !/\.png$|manifest/.test(path))
  const octets = ['/index.html', ...new Set(first)].reduce(
    (sum, path) => sum + gzipSync(readFileSync(join(dist, path))).byteLength,
    0,
  )
  assert.ok(new Set(first).size <= 5, first.join(', '))
  // At 1.6 Mbit/s that is less than a second, beside three journeys there and back.
  assert.ok(octets < 150_000, `${octets} octets`)
})
