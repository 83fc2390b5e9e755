import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MalformedJson, parseJsonBody } from './json-body.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

const REFUSED: readonly [string, Uint8Array][] = [
  ['33 levels', bytes(`${'['.repeat(33)}${']'.repeat(33)}`)],
  ['100,000 levels', bytes('['.repeat(100_000))],
  [
    'more than 1,000 keys',
    bytes(JSON.stringify(Object.fromEntries(Array.from({ length: 1100 }, (_, i) => [`k${i}`, i])))),
  ],
  ['octets that are not UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
  ['what is not JSON', bytes('{a:1}')],
]
for (const [name, body] of REFUSED) {
  test(`${name} are refused (SECURITY 16)`, () => assert.throws(() => parseJsonBody(body), MalformedJson))
}

test('keys that reach a prototype are dropped', () => {
  const value = parseJsonBody(
    bytes('{"__proto__":{"x":1},"a":{"constructor":1,"prototype":2,"b":3}}'),
  ) as object
  assert.deepEqual(JSON.stringify(value), '{"a":{"b":3}}')
})

test('brackets inside texts are not depth', () => {
  const text = `"${'['.repeat(100)}\\"${'{'.repeat(100)}"`
  assert.equal(parseJsonBody(bytes(text)), JSON.parse(text))
})

test('everything within the limits comes through as it was', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), (text) => {
      fc.pre(!/__proto__|constructor|prototype/.test(text))
      assert.deepEqual(JSON.stringify(parseJsonBody(bytes(text))), JSON.stringify(JSON.parse(text)))
    }),
  )
})

test('an empty body is undefined', () => assert.equal(parseJsonBody(new Uint8Array()), undefined))
