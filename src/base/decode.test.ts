import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flag, list, oneOf, optional, shape, text, whole } from './decode.ts'

const person = shape({
  name: text,
  age: optional(whole(0, 150)),
  tags: list(oneOf('a', 'b')),
  on: flag,
})

const CASES = [
  ['a value of the shape', { name: 'x', age: 3, tags: ['a'], on: true }, undefined],
  ['a missing member', { tags: [], on: true }, { path: 'name', reason: 'must be text' }],
  ['a number out of range', { name: 'x', age: 151, tags: [], on: true }, 'age'],
  ['a list with a wrong member', { name: 'x', tags: ['a', 'c'], on: true }, 'tags[1]'],
  ['text in place of a flag', { name: 'x', tags: [], on: 'yes' }, 'on'],
  ['an array in place of an object', [], ''],
] as const

for (const [name, value, problem] of CASES) {
  test(`${name} is ${problem === undefined ? 'taken' : 'refused with its path'}`, () => {
    const decoded = person(value)
    if (problem === undefined) assert.deepEqual(decoded, { ok: true, value })
    else if (decoded.ok) assert.fail('was taken')
    else if (typeof problem === 'string') assert.equal(decoded.error.path, problem)
    else assert.deepEqual(decoded.error, problem)
  })
}

test('members nobody named are dropped, inherited ones are not seen', () => {
  const decoded = shape({ a: optional(text) })(Object.assign(Object.create({ a: 'inherited' }), { b: 1 }))
  assert.deepEqual(decoded, { ok: true, value: { a: undefined } })
})
