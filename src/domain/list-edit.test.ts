import assert from 'node:assert/strict'
import { test } from 'node:test'
import { editList, type ListEdit } from './list-edit.ts'

const pair = (Name: string, Value = '1') => ({ Name, Value })
const edit = (verb: ListEdit['verb'], ...items: readonly ReturnType<typeof pair>[]): ListEdit => ({
  verb,
  key: 'Name',
  items,
})

const CASES = [
  ['adds at the end', [edit('Add', pair('B'))], [pair('A'), pair('B')]],
  ['changes what has the name, whatever its letters', [edit('Add', pair('a', '2'))], [pair('a', '2')]],
  ['removes by name alone', [edit('Remove', pair('A', 'other'))], []],
  ['replaces all', [edit('Replace', pair('C'))], [pair('C')]],
  ['runs in order', [edit('Remove', pair('A')), edit('Add', pair('A', '3'))], [pair('A', '3')]],
] as const

for (const [name, edits, expected] of CASES) {
  test(`a list edit ${name}`, () => assert.deepEqual(editList([pair('A')], edits), expected))
}

test('texts name themselves', () => {
  const edits: readonly ListEdit[] = [
    { verb: 'Remove', key: undefined, items: ['one'] },
    { verb: 'Add', key: undefined, items: ['Two'] },
  ]
  assert.deepEqual(editList(['One', 'three'], edits), ['three', 'Two'])
  assert.deepEqual(editList(null, edits), ['Two'])
})
