import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatDataUri, parseDataUri } from './data-uri.ts'
import { formatDate, parseDate } from './dates.ts'

const CASES = [
  [
    'a greeting with CRLF',
    { type: 'text/plain', text: 'Hi there\r\n' },
    'data:text/plain;charset=utf-8,Hi+there%0D%0A',
  ],
  ['Japanese', { type: 'text/plain', text: '花' }, 'data:text/plain;charset=utf-8,%E8%8A%B1'],
  ['a plus sign', { type: 'text/html', text: '1+1' }, 'data:text/html;charset=utf-8,1%2B1'],
  ['no text', { type: 'text/plain', text: '' }, 'data:text/plain;charset=utf-8,'],
] as const

for (const [name, value, uri] of CASES) {
  test(`${name} is written as the clients expect and read back`, () => {
    assert.equal(formatDataUri(value), uri)
    assert.deepEqual(parseDataUri(uri), value)
  })
}

const LENIENT = [
  ['base64', 'data:text/plain;charset=utf-8;base64,SGk=', 'Hi'],
  ['a space after the scheme', 'data: text/plain;charset=utf8,Hi', 'Hi'],
  ['an invented type', 'data:html/plain;charset=utf-8,%3cb%3e', '<b>'],
  ['no charset', 'data:,Hi', 'Hi'],
] as const

for (const [name, uri, text] of LENIENT) {
  test(`${name} is accepted`, () => assert.equal(parseDataUri(uri)?.text, text))
}

for (const uri of [
  '',
  'data:',
  'http://x/,',
  'data:text/plain,%ff',
  'data:;base64,****',
  'data:;base64,/w==',
]) {
  test(`${JSON.stringify(uri)} is refused`, () => assert.equal(parseDataUri(uri), undefined))
}

test('any text survives the way there and back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const uri = formatDataUri({ type: 'text/plain', text })
      assert.match(uri, /^data:text\/plain;charset=utf-8,[A-Za-z0-9%+._~-]*$/)
      assert.equal(parseDataUri(uri)?.text, text.toWellFormed())
    }),
  )
})

test('no text makes the reader throw, and what it reads it writes again as the same', () => {
  const uri = fc.tuple(
    fc.constantFrom(
      'data:',
      'DATA: ',
      'data:text/html',
      'data:text/plain;base64',
      'data:;base64;charset=x',
      '',
    ),
    fc.constantFrom(',', ';', ''),
    fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('%', '%zz', '%ff', '%f0%9f', '====', '+'),
    ),
  )
  fc.assert(
    fc.property(uri, (parts) => {
      const read = parseDataUri(parts.join(''))
      if (read)
        assert.deepEqual(parseDataUri(formatDataUri(read)), { ...read, text: read.text.toWellFormed() })
    }),
  )
})

test('no date is out of the range that dates have (SECURITY 26)', () => {
  assert.equal(parseDate('/Date(8640000000000001)/'), undefined)
  assert.equal(parseDate('/Date(-9999999999999999)/'), undefined)
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.maxSafeInteger().map((ms) => `/Date(${ms})/`),
        fc.date().map(String),
      ),
      (text) => {
        const ms = parseDate(text)
        if (ms !== undefined) assert.doesNotThrow(() => new Date(ms).toISOString())
      },
    ),
  )
})

test('dates have the one form of UCWA', () => {
  assert.equal(formatDate(1364327898968.4), '/Date(1364327898968)/')
  assert.equal(parseDate('/Date(1364327898968)/'), 1364327898968)
  assert.equal(parseDate('2026-11-25T15:00:00Z'), Date.UTC(2026, 10, 25, 15))
  assert.equal(parseDate('yesterday'), undefined)
})
