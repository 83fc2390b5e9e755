import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { PsValue } from '../base/ps-value.ts'
import { parseFilter } from './filter.ts'
import { parseLdapFilter } from './ldap-filter.ts'

const person: Readonly<Record<string, PsValue>> = {
  DisplayName: "Ken O'Myer (Sales)",
  Department: 'Sales',
  Title: null,
  Enabled: true,
  ClientPolicy: 'OfflineIM',
  ProxyAddresses: ['SMTP:ken@x', 'sip:ken@x'],
  MCOValidationError: [],
  Count: 7,
  WhenCreated: { kind: 'date', ms: Date.UTC(2026, 0, 5) },
  City: '東京',
}
const properties = Object.keys(person)
const read = (name: string) => person[name]

function evaluate(text: string): boolean | string {
  const parsed = parseFilter(text, properties)
  return parsed.ok ? parsed.value(read) : parsed.error
}

const TRUE = [
  "Department -eq 'sales'",
  'department -EQ "Sales"',
  "DisplayName -like 'ken*'",
  "DisplayName -eq 'Ken O''Myer (Sales)'",
  'DisplayName -match "^ken .*\\(sales\\)$"',
  'Title -eq $null',
  'Title -ne "x"',
  'Enabled -eq $true',
  'Enabled',
  '-not Title',
  '!(Title)',
  'ClientPolicy -eq "Tag:OfflineIM"',
  'ClientPolicy -like "offline*"',
  "ProxyAddresses -contains 'sip:ken@x'",
  "ProxyAddresses -like 'smtp:*'",
  'MCOValidationError -eq $null',
  'Count -gt 5 -and Count -le 7',
  "Count -lt '10'",
  "WhenCreated -ge '2026-01-05'",
  "WhenCreated -lt '01/06/2026'",
  "City -eq '東京'",
  // -and and -or bind equally, from the left, as in PowerShell.
  "Department -eq 'Sales' -or Department -eq 'x' -and Enabled -eq $true",
  "((Department -eq 'Sales') -and (Enabled -eq $true))",
  '$_.Department -eq "Sales"',
]
const FALSE = [
  "Department -ne 'SALES'",
  "Title -like '*x'",
  'Enabled -eq $false',
  "Enabled -eq 'False'",
  'MCOValidationError -ne $null',
  "Department -eq 'Sales' -or Enabled -eq $true -and Department -eq 'x'",
  "WhenCreated -gt 'never'",
  "Count -gt 'many'",
]
const REFUSED: readonly (readonly [string, RegExp])[] = [
  ["Departmnt -eq 'x'", /'Departmnt'/],
  ['Department -eq $d', /\$d\b.*double quotation marks/s],
  ['Department -eq "$d"', /variable/],
  ["Department -is 'x'", /'-is'/],
  ['Department -eq', /value is missing/],
  ["Department -eq 'x", /quotation mark/],
  ["(Department -eq 'x'", /bracket/],
  ["Department -eq 'x' Enabled", /'Enabled'/],
  ['', /too early/],
  ["DisplayName -match '(a)\\1'", /pattern/],
  [`${'('.repeat(60)}Enabled${')'.repeat(60)}`, /brackets/],
  [`${'-not '.repeat(5000)}Enabled`, /too many/],
]

for (const text of TRUE) test(`true: ${text}`, () => assert.equal(evaluate(text), true))
for (const text of FALSE) test(`false: ${text}`, () => assert.equal(evaluate(text), false))
for (const [text, reason] of REFUSED)
  test(`refused: ${text.slice(0, 40)}`, () => assert.match(String(evaluate(text)), reason))

test('a chain of thousands of -or is read (D13)', () => {
  const chain = Array.from({ length: 5000 }, (_, at) => `(DisplayName -eq 'p${at}')`).join(' -or ')
  assert.equal(evaluate(chain), false)
  assert.equal(evaluate(`${chain} -or Enabled`), true)
})

test('no text makes the readers throw', () => {
  const piece = fc.constantFrom(
    'Department',
    '-eq',
    '-and',
    '-not',
    '(',
    ')',
    "'",
    '"',
    '$',
    '-',
    '=',
    '*',
    '&',
    '|',
    '!',
    '\\',
    '\\zz',
    ' ',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 30 }), (pieces) => {
      const text = pieces.join('')
      const filter = parseFilter(text, properties)
      if (filter.ok) filter.value(read)
      const ldap = parseLdapFilter(text)
      if (ldap.ok) ldap.value.matches(read)
    }),
    { numRuns: 2000 },
  )
})

const LDAP: readonly (readonly [string, boolean | undefined])[] = [
  ['department=Sales', true],
  ['(department=SALES)', true],
  ['&(Department=Sales)(l=東京)', true],
  ['(&(Department=Sales)(Title=*))', false],
  ['|(Title=A)(Department=Sales)', true],
  ['(!(department=Finance))', true],
  ['(displayName=Ken*Sales\\29)', true],
  ["(displayName=*o'myer*)", true],
  ['(displayName=Ken*Ken*)', false],
  ['(l=\\e6\\9d\\b1\\e4\\ba\\ac)', true],
  ['(proxyAddresses=sip:*)', true],
  ['(department>=R)', true],
  ['(noSuchAttribute=x)', false],
  ['(department=Sales', undefined],
  ['department', undefined],
  ['(displayName=\\zz)', undefined],
  [`${'(!'.repeat(100)}(department=x)${')'.repeat(100)}`, undefined],
]

for (const [text, expected] of LDAP) {
  test(`LDAP ${text.slice(0, 50)}`, () => {
    const parsed = parseLdapFilter(text)
    assert.equal(parsed.ok ? parsed.value.matches(read) : undefined, expected)
  })
}

test('an attribute that the directory does not have is named', () => {
  const parsed = parseLdapFilter('(&(departmnt=Sales)(l=x))')
  assert.deepEqual(parsed.ok ? parsed.value.unknown : [], ['departmnt'])
})
