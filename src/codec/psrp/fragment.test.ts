import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createReassembly, FRAGMENT_BYTES, type FragmentBudget, formatFragments } from './fragment.ts'
import { type Guid, parseGuid } from './guid.ts'
import { formatMessage, MESSAGE_TYPE, type MessageType, parseMessage } from './message.ts'

const LIMITS = { objectBytes: 1000, fragmentsOpen: 3 }

function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replace(/\s/g, ''), 'hex'))
}

function guid(text: string): Guid {
  const parsed = parseGuid(text)
  if (!parsed) throw new Error(text)
  return parsed
}

const POOL = guid('11111111-2222-3333-4455-66778899aabb')

/** All messages of a stream that is handed over in these portions, or the refusal. */
function collect(portions: readonly Uint8Array[], limits = LIMITS): Uint8Array[] | string {
  const reassembly = createReassembly(limits)
  const messages: Uint8Array[] = []
  for (const portion of portions) {
    const result = reassembly.push(portion)
    if (!result.ok) return result.error
    messages.push(...result.value)
  }
  return messages
}

test('an object in two fragments is the one of section 13', () => {
  const one = hex(
    '00 00 00 00 00 00 00 09 00 00 00 00 00 00 00 00 01 00 00 00 0a 41 41 41 41 41 41 41 41 41 41',
  )
  const two = hex('00 00 00 00 00 00 00 09 00 00 00 00 00 00 00 01 02 00 00 00 04 42 42 42 42')
  const message = hex('41'.repeat(10) + '42'.repeat(4))
  assert.deepEqual(formatFragments(9n, message, 31), [one, two])
  assert.deepEqual(collect([one, two]), [message])
})

test('PIPELINE_STATE Completed is the one of section 13, with both GUIDs in .NET order', () => {
  const bytes = hex(`
    00 00 00 00 00 00 00 07 00 00 00 00 00 00 00 00 03 00 00 00 64 01 00 00 00 06 10 04 00 11 11 11
    11 22 22 33 33 44 55 66 77 88 99 aa bb a4 a3 a2 a1 b2 b1 c2 c1 d1 d2 e1 e2 e3 e4 e5 e6 3c 4f 62
    6a 20 52 65 66 49 64 3d 22 30 22 3e 3c 4d 53 3e 3c 49 33 32 20 4e 3d 22 50 69 70 65 6c 69 6e 65
    53 74 61 74 65 22 3e 34 3c 2f 49 33 32 3e 3c 2f 4d 53 3e 3c 2f 4f 62 6a 3e`)
  const message = {
    to: 'client',
    type: 'PIPELINE_STATE',
    pool: POOL,
    pipeline: guid('A1A2A3A4-B1B2-C1C2-D1D2-E1E2E3E4E5E6'),
    data: '<Obj RefId="0"><MS><I32 N="PipelineState">4</I32></MS></Obj>',
  } as const
  assert.deepEqual(formatFragments(7n, formatMessage(message)), [bytes])
  const [blob] = collect([bytes])
  assert.deepEqual(blob instanceof Uint8Array && parseMessage(blob), message)
})

test('a BOM before the data is taken away', () => {
  const bytes = formatMessage({
    to: 'server',
    type: 'CREATE_PIPELINE',
    pool: POOL,
    pipeline: undefined,
    data: '\ufeff<S>x</S>',
  })
  assert.equal(parseMessage(bytes)?.data, '<S>x</S>')
})

test('a message that is short, of no known type or not UTF-8 is refused', () => {
  const bytes = formatMessage({
    to: 'server',
    type: 'PIPELINE_INPUT',
    pool: POOL,
    pipeline: undefined,
    data: 'x',
  })
  assert.equal(parseMessage(bytes.subarray(0, 39)), undefined)
  assert.equal(parseMessage(bytes.with(4, 0xee)), undefined)
  assert.equal(parseMessage(bytes.with(0, 3)), undefined)
  assert.equal(parseMessage(bytes.with(40, 0xff)), undefined)
})

test('a fragment is never longer than what Windows cuts at', () => {
  const fragments = formatFragments(1n, new Uint8Array(100_000))
  assert.deepEqual(
    fragments.map((fragment) => fragment.length),
    [FRAGMENT_BYTES, FRAGMENT_BYTES, FRAGMENT_BYTES, 100_000 + 4 * 21 - 3 * FRAGMENT_BYTES],
  )
})

const fragment = (object: bigint, id: bigint, flags: number, length: number, blob = length): Uint8Array => {
  const bytes = new Uint8Array(21 + blob)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, object)
  view.setBigUint64(8, id)
  view.setUint8(16, flags)
  view.setUint32(17, length)
  return bytes
}
const REFUSED: readonly [string, Uint8Array[], string][] = [
  ['a fragment without its start', [fragment(1n, 1n, 2, 1)], 'outOfOrder'],
  ['a start that is not number 0', [fragment(1n, 1n, 1, 1)], 'outOfOrder'],
  ['a second start', [fragment(1n, 0n, 1, 1), fragment(1n, 0n, 1, 1)], 'outOfOrder'],
  ['a gap', [fragment(1n, 0n, 1, 1), fragment(1n, 2n, 0, 1)], 'outOfOrder'],
  ['flags that do not exist', [fragment(1n, 0n, 4, 1)], 'malformed'],
  [
    'a declared length above the limit, before its bytes (SECURITY 23)',
    [fragment(1n, 0n, 3, 1001, 0)],
    'tooLarge',
  ],
  ['an object that grows above the limit', [fragment(1n, 0n, 1, 600), fragment(1n, 1n, 0, 600)], 'tooLarge'],
  [
    'two unfinished objects above the limit together',
    [fragment(1n, 0n, 1, 600), fragment(2n, 0n, 1, 600)],
    'tooLarge',
  ],
  ['one open object too many', [1n, 2n, 3n, 4n].map((id) => fragment(id, 0n, 1, 1)), 'tooManyOpen'],
]
for (const [what, portions, because] of REFUSED)
  test(`${what} is refused`, () => assert.equal(collect(portions), because))

const streams = fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 6 })

test('a stream cut anywhere, also inside a fragment and its header, gives the same messages', () => {
  fc.assert(
    fc.property(
      streams,
      fc.integer({ min: 22, max: 40 }),
      fc.array(fc.nat({ max: 400 })),
      (messages, size, cuts) => {
        const bytes = Buffer.concat(
          messages.flatMap((message, n) => formatFragments(BigInt(n + 1), message, size)),
        )
        const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
        const portions = at.slice(1).map((end, n) => bytes.subarray(at[n], end))
        assert.deepEqual(collect(portions), messages)
      },
    ),
  )
})

test('fragments of several objects may alternate, and the budget is free again afterwards', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 3 }),
      (messages) => {
        const budget: FragmentBudget = { open: 0, bytes: 0 }
        const reassembly = createReassembly(LIMITS, budget)
        const queues = messages.map((message, n) => formatFragments(BigInt(n + 1), message, 25))
        const done: Uint8Array[] = []
        while (queues.some((queue) => queue.length > 0))
          for (const queue of queues) {
            const result = reassembly.push(queue.shift() ?? new Uint8Array())
            if (result.ok) done.push(...result.value)
          }
        assert.deepEqual(
          new Set(done.map((bytes) => Buffer.from(bytes).toString('hex'))),
          new Set(messages.map((bytes) => Buffer.from(bytes).toString('hex'))),
        )
        assert.equal(done.length, messages.length)
        assert.deepEqual(budget, { open: 0, bytes: 0 })
      },
    ),
  )
})

test('any bytes at all are refused or waited for, never thrown (SECURITY 28)', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 100 })), (portions) => {
      collect(portions)
      for (const portion of portions) parseMessage(portion)
    }),
  )
})

test('every type has its number and is read from it', () => {
  for (const type of Object.keys(MESSAGE_TYPE) as MessageType[]) {
    const bytes = formatMessage({
      to: 'client',
      type,
      pool: POOL,
      pipeline: undefined,
      data: '',
    })
    assert.equal(parseMessage(bytes)?.type, type)
  }
})
