import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { TypingOut } from './typing-out.ts'

/** Types for `ms`, a key every 200 ms, and notes what is told when. */
function typist(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let now = 1_000_000
  const told: [at: number, typing: boolean][] = []
  const start = now
  const out = new TypingOut(
    (typing) => told.push([now - start, typing]),
    () => now,
  )
  const wait = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += 100) {
      now += 100
      t.mock.timers.tick(100)
    }
  }
  const type = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += 200) {
      out.typed('x')
      wait(200)
    }
  }
  return { out, told, wait, type }
}

test('told after a second, over five seconds after the last key', (t) => {
  const { told, wait, type } = typist(t)
  type(1400)
  wait(20_000)
  assert.deepEqual(told, [
    [1000, true],
    [1200 + 5000, false],
  ])
})

test('less than a second of typing is told to nobody', (t) => {
  const { told, wait, type } = typist(t)
  type(800)
  wait(20_000)
  assert.deepEqual(told, [])
})

test('single keys with long pauses are not a second of typing', (t) => {
  const { told, wait, type } = typist(t)
  for (let n = 0; n < 5; n++) {
    type(200)
    wait(3000)
  }
  assert.deepEqual(told, [])
})

test('who goes on typing is told of again, at most every four seconds', (t) => {
  const { told, type } = typist(t)
  type(10_000)
  assert.deepEqual(told, [
    [1000, true],
    [5000, true],
    [9000, true],
  ])
})

test('a message that was sent needs no end, an emptied box does, at once', (t) => {
  const { out, told, wait, type } = typist(t)
  type(1400)
  out.sent()
  wait(20_000)
  assert.deepEqual(told.splice(0), [[1000, true]])
  type(1400)
  out.typed('  ')
  wait(20_000)
  assert.deepEqual(
    told.map(([, typing]) => typing),
    [true, false],
  )
})
