import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { emptyState, type Line, type Run, type State, shownRun } from '../model.ts'
import { joined, LONGEST_RUN, withEarlier, withinRun, withLater } from './runs.ts'
import {
  withArrival,
  withEarlierPage,
  withFarDropped,
  withLaterPage,
  withNewest,
  withPast,
  withTimeline,
} from './timelines.ts'

const KEN = 'sip:ken@x.test'
const START = emptyState('sip:me@x.test', 'Me')
const line = (n: number, more: Partial<Line> = {}): Line => ({
  id: `m${n}`,
  thread: 'T',
  person: KEN,
  own: false,
  text: `text ${n}`,
  at: n,
  inbox: false,
  delivery: undefined,
  deliveryReason: undefined,
  mailedAt: undefined,
  deliveredAt: undefined,
  readAt: undefined,
  ...more,
})
/** What the server has: lines 1 to `count`. */
const part = (from: number, to: number, count: number): Run => ({
  lines: Array.from({ length: Math.max(0, to - from + 1) }, (_, n) => line(from + n)),
  hasEarlier: from > 1,
  hasLater: to < count,
})
const timelineIn = (state: State) => {
  const timeline = state.timelines.get(KEN)
  assert.ok(timeline)
  return timeline
}
const shown = (state: State): readonly number[] => shownRun(timelineIn(state)).lines.map((l) => l.at)
const arrive = (state: State, one: Line): State =>
  withTimeline(state, KEN, withArrival(state.timelines.get(KEN), one))

test('the newest page keeps lines that arrived while it was on its way', () => {
  const state = withNewest(arrive(START, line(30)), KEN, { ...part(10, 20, 40), hasLater: false })
  assert.deepEqual(shown(state).slice(-2), [20, 30])
  assert.equal(timelineIn(state).hasEarlier, true)
})

test('the newest page leaves no hole behind older stray lines', () => {
  assert.deepEqual(shown(withNewest(arrive(START, line(1)), KEN, part(20, 21, 21))), [20, 21])
})

test('a late line older than what is here waits for its page', () => {
  const state = arrive(withNewest(START, KEN, part(10, 20, 20)), line(3))
  assert.deepEqual(shown(state)[0], 10)
})

test('a mark of an own message changes it wherever it is shown', () => {
  const old = withPast(withNewest(START, KEN, part(900, 1000, 1000)), KEN, part(100, 200, 1000))
  const state = arrive(old, line(150, { own: true, delivery: 'Read', text: '' }))
  const changed = shownRun(timelineIn(state)).lines.find((l) => l.id === 'm150')
  assert.deepEqual([changed?.delivery, changed?.text], ['Read', 'text 150'])
})

test('new lines come to the lines up to now, whatever is read', () => {
  const state = arrive(
    withPast(withNewest(START, KEN, part(900, 1000, 1000)), KEN, part(100, 200, 1000)),
    line(1001),
  )
  assert.equal(timelineIn(state).lines.at(-1)?.at, 1001)
  assert.equal(shown(state).at(-1), 200)
})

test('a place within the lines up to now is no past', () => {
  const state = withPast(withNewest(START, KEN, part(900, 1000, 1000)), KEN, part(910, 950, 1000))
  assert.equal(timelineIn(state).past, undefined)
})

test('what is left keeps its newest lines only', () => {
  const state = withFarDropped(
    withPast(withNewest(START, KEN, part(500, 1000, 1000)), KEN, part(100, 200, 1000)),
    KEN,
  )
  const { lines, hasEarlier, past } = timelineIn(state)
  assert.deepEqual([lines.length, lines.at(-1)?.at, hasEarlier, past], [200, 1000, true, undefined])
})

test('what is left with unread lines far back is read again when it is opened', () => {
  const thread = { person: KEN, oldestUnread: 300 } as State['threads'] extends ReadonlyMap<string, infer T>
    ? T
    : never
  const state = { ...withNewest(START, KEN, part(500, 1000, 1000)), threads: new Map([['T', thread]]) }
  assert.equal(timelineIn(withFarDropped(state, KEN)).loaded, false)
})

/** The page that the server would give next to what is shown. */
function page(state: State, side: 'earlier' | 'later', count: number, size: number): Run {
  const { lines } = shownRun(timelineIn(state))
  const first = lines[0]?.at ?? count
  const last = lines.at(-1)?.at ?? 0
  return side === 'earlier'
    ? part(Math.max(1, first - size), first - 1, count)
    : part(last + 1, Math.min(count, last + size), count)
}

test('whoever reads up and down sees every line once and in order, and holds few of them', () => {
  const count = 3000
  const step = fc.constantFrom('earlier' as const, 'later' as const)
  const steps = fc.array(fc.tuple(step, fc.integer({ min: 1, max: 40 })), { maxLength: 12 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: count }), steps, (at, ways) => {
      let state = withNewest(START, KEN, part(count - 59, count, count))
      state = withPast(state, KEN, part(Math.max(1, at - 50), Math.min(count, at + 50), count))
      for (const [side, times] of ways) {
        for (let n = 0; n < times; n++) {
          const run = shownRun(timelineIn(state))
          if (side === 'earlier' ? !run.hasEarlier : !run.hasLater) break
          const next = page(state, side, count, 100)
          state = side === 'earlier' ? withEarlierPage(state, KEN, next) : withLaterPage(state, KEN, next)
          const seen = shown(state)
          assert.deepEqual(
            seen,
            seen.map((_, index) => (seen[0] ?? 0) + index),
          )
          const { hasEarlier, hasLater } = shownRun(timelineIn(state))
          assert.equal(hasEarlier, seen[0] !== 1)
          assert.equal(hasLater, seen.at(-1) !== count)
          assert.ok(seen.length <= LONGEST_RUN + 260, `${seen.length} lines`)
          assert.equal(timelineIn(state).lines.at(-1)?.at, count)
        }
      }
    }),
    { numRuns: 60 },
  )
})

test('runs that may have a hole between them are not joined', () => {
  assert.equal(joined(part(1, 50, 100), part(60, 100, 100)), undefined)
  assert.deepEqual(joined(part(1, 70, 100), part(60, 100, 100))?.lines.length, 100)
  assert.deepEqual(joined(part(70, 80, 100), part(60, 100, 100)), part(60, 100, 100))
})

test('a run that becomes too long loses its far end', () => {
  const up = withEarlier(part(101, 700, 700), part(1, 100, 700))
  assert.deepEqual([up.lines[0]?.at, up.lines.length, up.hasLater], [1, LONGEST_RUN, true])
  const down = withLater(part(1, 600, 700), part(601, 700, 700))
  assert.deepEqual([down.lines[0]?.at, down.lines.at(-1)?.at, down.hasEarlier], [101, 700, true])
})

test('a line beyond an open end of a run is not taken into it', () => {
  assert.equal(withinRun(part(100, 200, 300), line(50)).lines.length, 101)
  assert.equal(withinRun(part(100, 200, 300), line(250)).lines.length, 101)
  assert.equal(withinRun(part(100, 200, 200), line(250)).lines.length, 102)
  assert.equal(withinRun(part(100, 200, 300), line(150.5)).lines[51]?.at, 150.5)
})
