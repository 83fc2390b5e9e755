import assert from 'node:assert/strict'
import test from 'node:test'
import { nextVisit, visited, wasThere } from './visits.ts'

const MINUTE = 60_000

test('a visit goes on over a reload and ends with a longer pause', () => {
  let visits = visited([], 0)
  visits = visited(visits, MINUTE)
  visits = visited(visits, MINUTE + 10_000)
  visits = visited(visits, 60 * MINUTE)
  assert.deepEqual(visits, [
    { from: 0, to: MINUTE + 10_000 },
    { from: 60 * MINUTE, to: 60 * MINUTE },
  ])
})

test('what came between two visits found nobody, and its reader came with the next one', () => {
  const visits = [
    { from: 0, to: MINUTE },
    { from: 60 * MINUTE, to: 61 * MINUTE },
  ]
  assert.equal(wasThere(visits, 30_000), true)
  assert.equal(wasThere(visits, 30 * MINUTE), false)
  assert.equal(nextVisit(visits, 30 * MINUTE), 60 * MINUTE)
  assert.equal(nextVisit(visits, 70 * MINUTE), undefined)
})

test('only the newest visits are kept', () => {
  let visits = visited([], 0)
  for (let n = 1; n < 100; n++) visits = visited(visits, n * 10 * MINUTE)
  assert.equal(visits.length, 60)
  assert.equal(visits.at(-1)?.from, 99 * 10 * MINUTE)
})
