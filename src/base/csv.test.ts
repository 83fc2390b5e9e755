import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatCsv, parseCsv, safeCell } from './csv.ts'

function fieldsOf(text: string): readonly (readonly string[])[] {
  const records = parseCsv(text)
  assert.ok(records.ok)
  return records.value.map(({ fields }) => fields)
}

for (const [name, text, expected] of [
  [
    'plain lines',
    'a,b\n1,2\n',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'no end of line at the end',
    'a,b\r\n1,2',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  ['quotes, separators and line ends in a field', '"a ""b"", c","d\ne"\n', [['a "b", c', 'd\ne']]],
  [
    'semicolons of a spreadsheet',
    'a;b;c\n1;"x;y";3,5\n',
    [
      ['a', 'b', 'c'],
      ['1', 'x;y', '3,5'],
    ],
  ],
  ['a byte order mark and empty lines', '\ufeffa\n\n\r\nb\n', [['a'], ['b']]],
  [
    'empty fields',
    ',,\n"",\n',
    [
      ['', '', ''],
      ['', ''],
    ],
  ],
] as const)
  test(`CSV: ${name}`, () => assert.deepEqual(fieldsOf(text), expected))

test('CSV: lines are counted through fields of several lines', () => {
  const records = parseCsv('a,"x\ny"\nb,1\n\nc,2')
  assert.ok(records.ok)
  assert.deepEqual(
    records.value.map(({ line }) => line),
    [1, 3, 5],
  )
})

for (const [text, line] of [
  ['a,"b\nc', 1],
  ['x\na,"b"c', 2],
] as const)
  test(`CSV: ${JSON.stringify(text)} is refused with its line`, () => {
    const records = parseCsv(text)
    assert.ok(!records.ok)
    assert.equal(records.error.line, line)
  })

test('what is written is read again', () => {
  const field = fc.string({ unit: 'binary', maxLength: 8 }).filter((text) => !text.startsWith('\ufeff'))
  fc.assert(
    fc.property(
      fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
      (rows) => {
        const text = `first,line\n${rows.map((row) => `${formatCsv(row)}\n`).join('')}`
        assert.deepEqual(fieldsOf(text).slice(1), rows)
      },
    ),
  )
})

test('random text is read or refused', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('"', ',', ';', '\n', '\r', 'a'), maxLength: 30 }),
      (text) => {
        parseCsv(text)
      },
    ),
    { numRuns: 2000 },
  )
})

test('a cell that a spreadsheet would run gets a quote in front (SECURITY 57)', () => {
  for (const text of ['=1+1', '+1', '-1', '@x', '\tx', '\rx']) assert.equal(safeCell(text), `'${text}`)
  for (const text of ['a=1', '', '佐藤']) assert.equal(safeCell(text), text)
})
