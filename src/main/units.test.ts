import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatDuration, formatSize, parseDuration, parseSize } from './units.ts'

test('what is formatted is parsed to the same value', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 ** 12 }), (value) => {
      assert.equal(parseDuration(formatDuration(value)), value)
      assert.equal(parseSize(formatSize(value)), value)
    }),
  )
})

const DURATIONS: readonly [string | number, number | undefined][] = [
  ['90 s', 90_000],
  ['15min', 900_000],
  ['8 h', 28_800_000],
  ['30 days', 2_592_000_000],
  [90, 90_000],
  [-1, undefined],
  ['15', undefined],
  ['fifteen min', undefined],
  ['1 constructor', undefined],
]
for (const [text, ms] of DURATIONS) {
  test(`the time ${JSON.stringify(text)} is ${ms === undefined ? 'refused' : `${ms} ms`}`, () =>
    assert.equal(parseDuration(text), ms))
}

test('sizes are binary multiples', () => {
  assert.equal(parseSize('64 KiB'), 65_536)
  assert.equal(parseSize('100 MiB'), 104_857_600)
  assert.equal(parseSize('1 MB'), undefined)
})

test('the defaults are shown as the interface page writes them', () => {
  assert.equal(formatDuration(3_600_000), '60 min')
  assert.equal(formatDuration(28_800_000), '8 h')
  assert.equal(formatDuration(600_000), '10 min')
  assert.equal(formatSize(65_536), '64 KiB')
  assert.equal(formatSize(1_048_576), '1 MiB')
})
