import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type PsValue, psObject } from '../base/ps-value.ts'
import { cellText, createFormatter, formatted, listText, tableText } from './format.ts'
import { displayWidth, fit, wrap } from './text-width.ts'

function shown(values: readonly PsValue[], width = 80): string {
  const formatter = createFormatter({ width })
  return values.map((value) => formatter.push(value)).join('') + formatter.end()
}

test('up to four properties make a table, more a list', () => {
  const small = [
    psObject('A', [
      ['Name', 'x'],
      ['Count', 5],
    ]),
    psObject('A', [
      ['Name', 'longer'],
      ['Count', 12],
    ]),
  ]
  assert.equal(shown(small), '\nName   Count\n----   -----\nx          5\nlonger    12\n\n')
  const large = psObject('B', [
    ['A', 1],
    ['Bcd', true],
    ['C', null],
    ['D', ['x', 'y']],
    ['E', { kind: 'timespan', ms: 300_000 }],
  ])
  assert.equal(
    shown([large, large]),
    '\nA   : 1\nBcd : True\nC   :\nD   : {x, y}\nE   : 00:05:00\n\nA   : 1\nBcd : True\nC   :\nD   : {x, y}\nE   : 00:05:00\n\n',
  )
})

test('plain values stand alone, and another type begins another table', () => {
  assert.equal(shown(['a', 5, true, null]), 'a\n5\nTrue\n')
  const mixed = shown([psObject('A', [['X', 1]]), psObject('B', [['Y', 2]]), 'end'])
  assert.equal(mixed, '\nX\n-\n1\n\n\nY\n-\n2\n\nend\n')
})

test('Get-Member is grouped by its type', () => {
  const member = psObject('Microsoft.PowerShell.Commands.MemberDefinition', [
    ['TypeName', 'T'],
    ['Name', 'A'],
    ['MemberType', 'Property'],
    ['Definition', 'string A {get;}'],
  ])
  assert.match(shown([member]), /^\n {3}TypeName: T\n\nName MemberType Definition\n/)
})

for (const [value, text] of [
  [null, ''],
  [false, 'False'],
  [[], '{}'],
  [['a'], '{a}'],
  [['a', 'b', 'c', 'd', 'e'], '{a, b, c, d...}'],
  [{ kind: 'date', ms: Date.UTC(2026, 10, 25, 0, 5, 9) }, '11/25/2026 12:05:09 AM'],
  [
    {
      kind: 'table',
      entries: [
        ['k', 1],
        ['l', 2],
      ],
    },
    '{k, l}',
  ],
  [{ kind: 'secure', text: 'hidden' }, 'System.Security.SecureString'],
] as const)
  test(`a cell of ${JSON.stringify(value)} is ${text || 'empty'}`, () => assert.equal(cellText(value), text))

test('Japanese takes two columns a character, and columns stay in line', () => {
  assert.equal(displayWidth('佐藤 花子'), 9)
  assert.equal(displayWidth('cafe\u0301'), 4)
  assert.equal(
    tableText(
      ['Name', 'X'],
      [
        ['佐藤 花子', 'a'],
        ['Ken', 'b'],
      ],
      { width: 80 },
    ),
    'Name      X\n----      -\n佐藤 花子 a\nKen       b\n',
  )
  assert.equal(fit('佐藤花子さん', 9), '佐藤花...')
})

test('what is too wide is cut in a table and wrapped in a list', () => {
  const long = 'one two three four five six seven eight nine ten'
  assert.equal(tableText(['Text', 'N'], [[long, 1]], { width: 20 }).split('\n')[2], 'one two three f... 1')
  assert.equal(
    listText([['Text', long]], { width: 27 }),
    'Text : one two three four\n       five six seven eight\n       nine ten\n',
  )
  assert.deepEqual(wrap('abcdef', 3), ['abc', 'def'])
})

test('a text that is formatted already stays as it is', () => {
  assert.equal(shown([formatted('x\ny\n'), 'z']), 'x\ny\nz\n')
})
