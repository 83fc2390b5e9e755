import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { readStream, STREAM_START, type StreamState } from './event-stream.ts'

const WIRE =
  ': hello\n\nid: 2\ndata: {"sender":[]}\n\n: ping\n\nid: 3\r\ndata:{"sender":[{"rel":"me"}]}\r\n\r\n'
const PACKAGES = [
  { ack: 2, body: { sender: [] } },
  { ack: 3, body: { sender: [{ rel: 'me' }] } },
]

test('a stream gives its packages with their numbers', () => {
  assert.deepEqual(readStream(STREAM_START, WIRE).packages, PACKAGES)
})

test('a stream cut anywhere gives the same packages', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(WIRE.length), { maxLength: 6 }), (cuts) => {
      const places = [...new Set([0, ...cuts, WIRE.length])].sort((a, b) => a - b)
      let state: StreamState = STREAM_START
      const packages = []
      for (let i = 1; i < places.length; i++) {
        const step = readStream(state, WIRE.slice(places[i - 1], places[i]))
        state = step.state
        packages.push(...step.packages)
      }
      assert.deepEqual(packages, PACKAGES)
    }),
  )
})

test('a package that is not JSON is dropped and the next one is read', () => {
  const { packages } = readStream(STREAM_START, 'id: 1\ndata: {"sen\n\nid: 2\ndata: {}\n\n')
  assert.deepEqual(packages, [{ ack: 2, body: {} }])
})
