import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { pattern } from './pattern.ts'
import { wildcard } from './wildcard.ts'

const CASES: readonly (readonly [string, string, boolean])[] = [
  ['Grant-CsClientPolicy', 'x grant-csclientpolicy y', true],
  ['^test', 'a test', false],
  ['^test', 'TEST5', true],
  ['smith$', 'Tony Smith', true],
  ['^(a|b)+c?$', 'ababc', true],
  ['^(a|b)+c?$', 'abd', false],
  ['[0-9]{2,3}x', '1234x', true],
  ['^[0-9]{2,3}x', '1234x', false],
  ['[^a-c]', 'abc', false],
  ['\\bken\\b', 'Ken Myer', true],
  ['\\bken\\b', 'kenmyer', false],
  ['^\\D+$', '12', false],
  ['a.c', 'abc', true],
  ['UserAgent=WPLync', 'RuleId=1;UserAgent=WPLync;', true],
  ['a\\.b', 'axb', false],
  ['', 'anything', true],
]

for (const [source, text, expected] of CASES) {
  test(`${source || '(empty)'} ${expected ? 'matches' : 'does not match'} ${text}`, () => {
    assert.equal(pattern(source)?.(text), expected)
  })
}

test('what needs backtracking is refused', () => {
  for (const source of ['(a)\\1', '(?=a)', '(?<!a)b', 'a{1000}', '*a', '(a', 'a)'])
    assert.equal(pattern(source), undefined, source)
})

test('letters, stars and groups answer as JavaScript does', () => {
  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '(a|b)', '(ab)*', 'a*', 'b+', 'a?')
  fc.assert(
    fc.property(
      fc.array(atom, { maxLength: 6 }),
      fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 }),
      fc.boolean(),
      (atoms, text, anchored) => {
        const source = anchored ? `^${atoms.join('')}$` : atoms.join('')
        assert.equal(pattern(source)?.(text), new RegExp(source, 'i').test(text), `${source} on ${text}`)
      },
    ),
  )
})

test('wildcards match the whole text without regard to case', () => {
  assert.ok(wildcard('* Smith')('Tony smith'))
  assert.ok(!wildcard('Pilar*')('A Pilar'))
  assert.ok(wildcard('tag:*')('Tag:OfflineIM'))
  assert.ok(wildcard('[a-c]?t')('Bat'))
  assert.ok(!wildcard('a*b*c')('aXbX'))
})
