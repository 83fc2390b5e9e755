import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRates } from './rates.ts'

test('names do not share what they have, and time gives it back', () => {
  let now = 0
  const rates = createRates({ perSecond: 2, burst: 2 }, { monotonicMs: () => now })
  assert.deepEqual([rates.take('a'), rates.take('a'), rates.take('a')], [0, 0, 500])
  assert.equal(rates.take('b'), 0)
  now += 500
  assert.equal(rates.take('a'), 0)
})

test('a name that is forgotten among ten thousand others gets no more than its burst again', () => {
  const rates = createRates({ perSecond: 1, burst: 1 }, { monotonicMs: () => 0 })
  rates.take('first')
  for (let i = 0; i < 9_999; i++) rates.take(`other ${i}`)
  assert.ok(rates.take('first') > 0, 'still known')
  for (let i = 0; i < 10_001; i++) rates.take(`another ${i}`)
  assert.equal(rates.take('first'), 0)
})
