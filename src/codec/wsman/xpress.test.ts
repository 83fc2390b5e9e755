import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatChunks, parseChunksInSteps } from './xpress.ts'

function parse(bytes: Uint8Array, limit = 10_000_000) {
  const steps = parseChunksInSteps(bytes, limit)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** The vector of powershell-remoting.md section 2.9: `abc` 200 times, made by a reference compressor. */
function vector(): Uint8Array {
  const stored = new Uint8Array(263)
  for (const [at, value] of [
    [0x30, 0x30],
    [0x31, 0x23],
    [0x80, 0x02],
    [0x8f, 0x20],
  ] as const)
    stored[at] = value
  stored.set([0xa8, 0xdc, 0x00, 0x00, 0xff, 0x52, 0x02], 0x100)
  return Buffer.concat([Buffer.from('57020601', 'hex'), stored])
}

test('what a reference compressor made is read', () => {
  const read = parse(vector())
  assert.ok(read.ok)
  assert.equal(Buffer.from(read.value).toString(), 'abc'.repeat(200))
})

test('chunks one after another are one text', () => {
  const read = parse(Buffer.concat([vector(), formatChunks(Buffer.from('xyz')), vector()]))
  assert.ok(read.ok)
  assert.equal(Buffer.from(read.value).toString(), `${'abc'.repeat(200)}xyz${'abc'.repeat(200)}`)
})

test('what we write is read again, whatever its length', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200_000 }), fc.nat(255), (length, byte) => {
      const plain = new Uint8Array(length).fill(byte)
      const read = parse(formatChunks(plain))
      assert.ok(read.ok)
      assert.deepEqual(read.value, plain)
    }),
    { numRuns: 30 },
  )
})

test('a text that stands for more than the limit is refused before it is made (SECURITY 23)', () => {
  assert.deepEqual(parse(Buffer.concat([vector(), vector()]), 1000), { ok: false, error: 'tooLarge' })
})

test('changed bytes are refused or are other bytes of the same length, and never an exception (SECURITY 28)', () => {
  const good = vector()
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, byte, cut) => {
      const bytes = Uint8Array.from(good)
      bytes[at] = byte
      const whole = parse(bytes)
      if (whole.ok) assert.ok(whole.value.length <= 131_072)
      const short = parse(bytes.subarray(0, cut))
      if (short.ok && cut > 0) assert.ok(short.value.length <= 131_072)
    }),
    { numRuns: 2000 },
  )
})
