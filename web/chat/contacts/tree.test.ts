import assert from 'node:assert/strict'
import test from 'node:test'
import type { Availability } from '../../../src/domain/presence.ts'
import { type ContactGroup, emptyState, type Person, personIn } from '../../model.ts'
import { contactTree, rowsOf, typeAhead } from './tree.ts'

const EMPTY = emptyState('sip:me@x.test', 'Me')
const group = (id: string, name: string): ContactGroup => ({
  id,
  name,
  isDefault: id === '0',
  href: `/groups/${id}`,
  etag: undefined,
})
const person = (user: string, name: string, availability: Availability, phonetic?: string): Person => ({
  ...personIn(EMPTY, `sip:${user}@x.test`),
  name,
  presence: { availability, activity: undefined },
  about: phonetic === undefined ? {} : { phonetic },
})
const KEN = person('ken.myer', 'Ken Myer', 'Busy')
const KIM = person('kim.abercrombie', 'Kim Abercrombie', 'Offline')
const SATO = person('hanako.sato', '佐藤 花子', 'Away', 'さとう はなこ')
const ITO = person('sakura.ito', '伊藤 さくら', 'Online', 'いとう さくら')

function list(groups: readonly ContactGroup[], contacts: readonly (readonly [Person, readonly string[]])[]) {
  return {
    groups: new Map(groups.map((one) => [one.id, one])),
    contacts: new Map(contacts.map(([{ uri }, ids]) => [uri, ids])),
    people: new Map(contacts.map(([one]) => [one.uri, one])),
  }
}
const TREE = contactTree(
  list(
    [group('0', 'Other Contacts'), group('7', '営業'), group('8', 'Board')],
    [
      [SATO, ['7']],
      [ITO, ['7', '8']],
      [KIM, ['0']],
      [KEN, ['0']],
    ],
  ),
  'ja',
)
const drawn = (rows: ReturnType<typeof rowsOf>) =>
  rows.map((row) => row.person?.name ?? `[${row.branch.group.name}]`)
const named = (one: ContactGroup) => one.name

test('groups stand by name, the default group last, people by reading, and somebody of two groups in both', () => {
  assert.deepEqual(drawn(rowsOf(TREE, new Set())), [
    '[Board]',
    '伊藤 さくら',
    '[営業]',
    '伊藤 さくら',
    '佐藤 花子',
    '[Other Contacts]',
    'Ken Myer',
    'Kim Abercrombie',
  ])
})

test('reachable is whoever is there, however busy', () => {
  assert.deepEqual(
    TREE.map(({ reachable, members }) => [reachable, members.length]),
    [
      [1, 1],
      [2, 2],
      [1, 2],
    ],
  )
})

test('a closed group keeps its line', () => {
  assert.deepEqual(drawn(rowsOf(TREE, new Set(['7', '0']))), [
    '[Board]',
    '伊藤 さくら',
    '[営業]',
    '[Other Contacts]',
  ])
})

test('the empty default group shows only where it is the only one', () => {
  const only = contactTree(list([group('0', 'Other Contacts')], []), 'en')
  assert.equal(only.length, 1)
  const beside = contactTree(list([group('0', 'Other Contacts'), group('7', 'Sales')], [[KEN, ['7']]]), 'en')
  assert.deepEqual(
    beside.map((branch) => branch.group.id),
    ['7'],
  )
})

test('keys of rows are not two times the same', () => {
  const keys = rowsOf(TREE, new Set()).map((row) => row.key)
  assert.equal(new Set(keys).size, keys.length)
})

const ROWS = rowsOf(TREE, new Set())
const TYPED: readonly (readonly [what: string, from: number, typed: string, found: string | undefined])[] = [
  ['letters of a name', 0, 'ken', 'Ken Myer'],
  ['the family name of an address, for names in Han', 0, 'sato', '佐藤 花子'],
  ['kana of a reading', 0, 'サト', '佐藤 花子'],
  ['a name with its space', 0, 'kim a', 'Kim Abercrombie'],
  ['a group', 1, '営', '[営業]'],
  ['letters that the row in focus begins with', 6, 'ke', 'Ken Myer'],
  ['a letter twice, from the first hit on', 6, 'kk', 'Kim Abercrombie'],
  ['what nothing begins with', 0, 'zz', undefined],
]
for (const [what, from, typed, found] of TYPED) {
  test(`${what} lead${found ? ` to ${found}` : 's nowhere'}`, () => {
    const index = typeAhead(ROWS, from, typed, named)
    assert.equal(index === undefined ? undefined : drawn(ROWS)[index], found)
  })
}
