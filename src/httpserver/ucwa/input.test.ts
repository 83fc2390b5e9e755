import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import type { Incoming } from './call.ts'
import {
  bodyText,
  clampedParameter,
  count,
  jsonBody,
  parameter,
  parseJson,
  readInput,
  text,
} from './input.ts'

function request(body: string | Uint8Array, search = '', headers: Record<string, string> = {}): Incoming {
  return {
    method: 'POST',
    path: '/',
    query: new URLSearchParams(search),
    header: (name) => headers[name],
    body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
    origin: 'https://h',
    id: '1',
    credential: undefined,
  }
}

const SHAPE = { to: text(20), duration: count(10, 30).optional(), uris: z.array(z.string()).optional() }

test('names match in any letter case, unknown ones are ignored, and a query counts as input', () => {
  const read = readInput(request('{"TO":"bob","Unknown":1,"_links":{}}', '?Duration=11'), SHAPE)
  assert.deepEqual(read, { ok: true, value: { to: 'bob', duration: 11 } })
})

test('what is wrong is named, and nothing else', () => {
  const read = readInput(request('{"duration":5}'), SHAPE)
  assert.equal(read.ok, false)
  assert.deepEqual(!read.ok && read.error.json, {
    code: 'BadRequest',
    subcode: 'ParameterValidationFailure',
    parameters: { to: 'Invalid', duration: 'Invalid' },
  })
})

test('an empty body is no error, whatever its type says', () => {
  assert.deepEqual(jsonBody(request('', '', { 'content-type': 'application/json' })), { ok: true, value: {} })
  assert.deepEqual(jsonBody(request(' \r\n')), { ok: true, value: {} })
})

for (const [name, body, headers] of [
  ['half an object', '{', {}],
  ['a list', '[]', {}],
  ['a text', '"x"', {}],
  ['XML', '<a/>', { 'content-type': 'application/xml' }],
  ['what is not UTF-8', new Uint8Array([0xff]), {}],
] as const) {
  test(`${name} is refused`, () => assert.equal(jsonBody(request(body, '', headers)).ok, false))
}

test('JSON is bounded in depth and keys, and loses what reaches a prototype (SECURITY 16)', () => {
  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
  assert.notEqual(parseJson(nested(32)), undefined)
  assert.equal(parseJson(nested(33)), undefined)
  const keys = (n: number) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, i])))
  assert.notEqual(parseJson(keys(1000)), undefined)
  assert.equal(parseJson(keys(1001)), undefined)
  assert.deepEqual(parseJson('{"__proto__":{"x":1},"constructor":1,"a":{"prototype":2,"b":3}}'), {
    a: { b: 3 },
  })
})

test('control characters are no text, tabs and line ends are (SECURITY 17)', () => {
  assert.equal(readInput(request('{"to":"a\\u0000b"}'), SHAPE).ok, false)
  assert.equal(readInput(request('{"to":"a\\tb\\r\\n"}'), SHAPE).ok, true)
})

test('a text is read in the charset that it names', () => {
  const latin = request(new Uint8Array([0xe9]), '', { 'content-type': 'text/plain; charset=iso-8859-1' })
  assert.equal(bodyText(latin), 'é')
  assert.equal(bodyText(request(new Uint8Array([0xe9]), '', { 'content-type': 'text/plain' })), undefined)
  assert.equal(bodyText(request('x', '', { 'content-type': 'text/plain; charset=nonsense' })), undefined)
})

test('numbers of the event channel are clamped, nonsense is the default (7.1)', () => {
  const range = { min: 5, max: 1800 }
  for (const [given, clamped] of [
    ['4', 5],
    ['5000', 1800],
    ['60', 60],
    ['x', undefined],
    ['1e9', undefined],
  ] as const) {
    assert.equal(clampedParameter(request('', `?Medium=${given}`), 'medium', range), clamped, given)
  }
  assert.equal(parameter(request('', '?ACK=7'), 'ack'), '7')
})
