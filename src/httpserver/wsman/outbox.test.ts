import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createInputQueue } from '../../remoting/input-queue.ts'
import { createOutbox, type Taken } from './outbox.ts'

const STAY = new AbortController().signal
const ROOM = 100_000
const LONG = 60_000

function bytes(text: string): Uint8Array {
  return Buffer.from(text)
}

function shown(taken: Taken): string {
  if (taken.kind !== 'data') return taken.kind
  return `${taken.fragments.map((fragment) => Buffer.from(fragment).toString()).join(',')}${taken.done ? '!' : ''}`
}

test('output that is there is taken at once, output that comes ends the wait', async () => {
  const outbox = createOutbox(1000)
  outbox.put([bytes('a'), bytes('b')])
  assert.equal(shown(await outbox.take(ROOM, LONG, STAY)), 'a,b')
  const poll = outbox.take(ROOM, LONG, STAY)
  outbox.put([bytes('c')])
  assert.equal(shown(await poll), 'c')
})

test('the end comes with the last fragment, or alone when that was taken before', async () => {
  const outbox = createOutbox(1000)
  outbox.put([bytes('a')])
  outbox.finish()
  assert.equal(outbox.drained, false)
  assert.equal(shown(await outbox.take(ROOM, LONG, STAY)), 'a!')
  assert.equal(outbox.drained, true)
  const late = createOutbox(1000)
  const poll = late.take(ROOM, LONG, STAY)
  late.finish()
  assert.equal(shown(await poll), '!')
})

test('nothing within the time is timedOut, and what comes afterwards is for the next poll', async () => {
  const outbox = createOutbox(1000)
  assert.equal(shown(await outbox.take(ROOM, 0, STAY)), 'timedOut')
  outbox.put([bytes('a')])
  assert.equal(shown(await outbox.take(ROOM, LONG, STAY)), 'a')
})

test('a second poll ends the first one and gets the output', async () => {
  const outbox = createOutbox(1000)
  const first = outbox.take(ROOM, LONG, STAY)
  const second = outbox.take(ROOM, LONG, STAY)
  outbox.put([bytes('a')])
  assert.equal(shown(await first), 'replaced')
  assert.equal(shown(await second), 'a')
})

test('a poll that output came for has it, whatever comes in the same moment', async () => {
  const outbox = createOutbox(1000)
  const first = outbox.take(ROOM, LONG, STAY)
  outbox.put([bytes('a')])
  const second = outbox.take(ROOM, LONG, STAY)
  outbox.put([bytes('b')])
  assert.deepEqual([shown(await first), shown(await second)], ['a', 'b'])
})

test('a client that left takes nothing with it', async () => {
  const outbox = createOutbox(1000)
  const gone = new AbortController()
  const poll = outbox.take(ROOM, LONG, gone.signal)
  gone.abort()
  outbox.put([bytes('a')])
  assert.equal(shown(await poll), 'left')
  assert.equal(shown(await outbox.take(ROOM, LONG, STAY)), 'a')
  assert.equal(shown(await outbox.take(ROOM, LONG, gone.signal)), 'left')
})

test('what did not reach the client is put back in front, with its end', async () => {
  const outbox = createOutbox(1000)
  outbox.put([bytes('a')])
  const taken = await outbox.take(ROOM, LONG, STAY)
  outbox.put([bytes('b')])
  outbox.finish()
  assert.ok(taken.kind === 'data')
  outbox.putBack(taken)
  assert.equal(shown(await outbox.take(ROOM, LONG, STAY)), 'a,b!')
})

test('whoever makes output is held up above the limit and goes on when it was taken, or when all is over (SECURITY 20)', async () => {
  const outbox = createOutbox(4)
  assert.equal(outbox.put([bytes('abc')]), undefined)
  const held = outbox.put([bytes('de')])
  assert.ok(held)
  await outbox.take(ROOM, LONG, STAY)
  await held
  const stuck = outbox.put([bytes('abcdef')])
  outbox.close()
  await stuck
  assert.equal(shown(await outbox.take(ROOM, LONG, STAY)), 'closed')
})

test('an answer is never above the room, except for a first fragment that is alone above it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 3000 })), fc.nat({ max: 8000 }), async (sizes, room) => {
      const outbox = createOutbox(1e9)
      outbox.put(sizes.map((size) => new Uint8Array(size)))
      outbox.finish()
      const got: number[] = []
      for (let done = false; !done; ) {
        const taken = await outbox.take(room, 0, STAY)
        assert.ok(taken.kind === 'data')
        done = taken.done
        const length = taken.fragments.reduce((sum, fragment) => sum + Math.ceil(fragment.length / 3) * 4, 0)
        assert.ok(length <= room || taken.fragments.length === 1)
        got.push(...taken.fragments.map((fragment) => fragment.length))
      }
      assert.deepEqual(got, sizes)
    }),
  )
})

test('input is read in order whether it comes before or while somebody waits for it', async () => {
  const queue = createInputQueue<number>()
  queue.push(1, 10)
  queue.push(2, 10)
  assert.equal(queue.waitingBytes, 20)
  const got: number[] = []
  const reading = (async () => {
    for await (const value of queue.values()) {
      got.push(value)
      if (value === 2) setImmediate(() => queue.push(3, 10))
      if (value === 3) setImmediate(() => queue.end())
    }
  })()
  await reading
  assert.deepEqual(got, [1, 2, 3])
  assert.equal(queue.waitingBytes, 0)
  queue.push(4, 10)
  assert.equal(queue.waitingBytes, 0)
})

test('input that ends at once is no records at all', async () => {
  const queue = createInputQueue<number>()
  queue.end()
  for await (const _ of queue.values()) assert.fail('there was nothing')
})
