import assert from 'node:assert/strict'
import test from 'node:test'
import { emptyState, type Person, personIn } from './model.ts'
import { byName, isCalled } from './names.ts'

const EMPTY = emptyState('sip:me@x.test', 'Me')
const called = (name: string, phonetic?: string, more: Partial<Person> = {}): Person => ({
  ...personIn(EMPTY, `sip:${name}@x.test`),
  name,
  about: { ...(phonetic === undefined ? {} : { phonetic }), department: '営業' },
  ...more,
})
const SATO = called('佐藤 花子', 'さとう はなこ')
const ITO = called('伊藤 さくら', 'いとう さくら')
const SUZUKI = called('鈴木 健太', 'スズキ ケンタ')
const TONY = called('Tony Smith')
const ANN = called('ann lee')

test('Japanese names stand in the order of their readings, whichever kana these are written in', () => {
  const sorted = [SUZUKI, TONY, SATO, ANN, ITO].toSorted(byName('ja')).map((person) => person.name)
  assert.deepEqual(sorted, ['ann lee', 'Tony Smith', '伊藤 さくら', '佐藤 花子', '鈴木 健太'])
})

test('on an English page the letter case does not sort', () => {
  const sorted = [TONY, called('Bo'), ANN].toSorted(byName('en')).map((person) => person.name)
  assert.deepEqual(sorted, ['ann lee', 'Bo', 'Tony Smith'])
})

const WORDS: readonly (readonly [string, Person, string, boolean])[] = [
  ['a reading, typed in half-width katakana', SATO, 'ｻﾄｳ', true],
  ['part of the name', SATO, '花', true],
  ['name and department together', SATO, '佐藤 営業', true],
  ['a word that is nowhere', SATO, '佐藤 東京', false],
  ['letters in another case and width', TONY, 'ＴＯＮＹ', true],
  ['nothing', TONY, ' ', true],
]
for (const [what, person, wanted, found] of WORDS) {
  test(`${what} ${found ? 'finds' : 'does not find'} ${person.name}`, () => {
    assert.equal(isCalled(person, wanted), found)
  })
}
