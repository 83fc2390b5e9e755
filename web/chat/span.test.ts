import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { edgesOf, MOST, nextSpan, type Span, spanAround, spanAtEnd, spanOf } from './span.ts'

const ROW_PX = 40
const VIEW_PX = 800
const names = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `r${n}`)

/** What a page of equal rows measures when row `at` is the first in view. */
const roomAt = (span: Span, at: number) => ({
  above: (at - span.from) * ROW_PX,
  below: (span.to - at) * ROW_PX - VIEW_PX,
  view: VIEW_PX,
})

/** Until nothing changes any more. */
function settled(span: Span, count: number, at: number, keep = false): Span {
  for (let n = 0; n < 10_000; n++) {
    const next = nextSpan(span, count, roomAt(span, at), keep)
    if (next.from === span.from && next.to === span.to) return span
    span = next
  }
  throw new Error('never at rest')
}

test('wherever one reads, there is something on both sides, and not much', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.nat(), (count, place) => {
      const at = place % count
      const span = settled(spanAround(at, count), count, at)
      assert.ok(span.from === 0 || at - span.from >= 30)
      assert.ok(span.to === count || span.to - at >= 50)
      assert.ok(span.to - span.from <= 260, `${span.to - span.from} rows`)
    }),
  )
})

test('a walk from the end to the beginning has every row on the page once it is in view', () => {
  const count = 3000
  let span = settled(spanAtEnd(count), count, count - 20)
  for (let at = count - 20; at >= 0; at -= 3) {
    span = nextSpan(span, count, roomAt(span, at), false)
    assert.ok(span.from <= at && at < span.to, `row ${at} in ${span.from} to ${span.to}`)
    assert.ok(span.to - span.from <= 260)
  }
  assert.equal(span.from, 0)
})

test('rows that are held stay, but not without end', () => {
  const first = settled(spanAround(0, 5000), 5000, 0)
  let span = first
  for (let at = 0; at < 500; at += 5) span = nextSpan(span, 5000, roomAt(span, at), true)
  assert.equal(span.from, 0)
  for (let at = 500; at < 3000; at += 5) span = nextSpan(span, 5000, roomAt(span, at), true)
  assert.ok(span.from > 0 && span.to - span.from <= MOST + 32)
})

test('the same rows are on the page when others come before and after them', () => {
  const ids = names(100)
  const span = { from: 20, to: 60 }
  const edges = edgesOf(span, ids)
  assert.deepEqual(spanOf(edges, ['x', 'y', ...ids, 'z']), { from: 22, to: 62 })
  assert.equal(spanOf(edges, ids.slice(30)), undefined)
})

test('a span up to the end grows with it', () => {
  const edges = edgesOf({ from: 90, to: 100 }, names(100))
  assert.deepEqual(spanOf(edges, names(103)), { from: 90, to: 103 })
})
