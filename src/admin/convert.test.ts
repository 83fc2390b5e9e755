import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PsValue } from '../base/ps-value.ts'
import { psObject } from '../base/ps-value.ts'
import type { ParameterType } from './cmdlet.ts'
import { convert } from './convert.ts'

const flag: ParameterType = { kind: 'boolean' }
const small: ParameterType = { kind: 'integer', bits: 16, unsigned: true, min: 0, max: 1000 }
const span: ParameterType = { kind: 'timespan', minMs: 1000, maxMs: 3_600_000 }
const level: ParameterType = { kind: 'enum', typeName: 'T.Level', values: ['Off', 'Light', 'Full'] }

const GOOD: readonly (readonly [ParameterType, PsValue, PsValue])[] = [
  [flag, true, true],
  [flag, 0, false],
  [flag, psObject('SwitchParameter', [['IsPresent', true]]), true],
  [small, '42', 42],
  [small, 7.6, 8],
  [{ kind: 'integer', bits: 32 }, '0x10', 16],
  [{ kind: 'integer', bits: 64 }, '9223372036854775807', 9223372036854775807n],
  [span, '00:05:00', { kind: 'timespan', ms: 300_000 }],
  [level, 'light', { kind: 'enum', typeName: 'T.Level', name: 'Light', value: 1 }],
  [level, 2, { kind: 'enum', typeName: 'T.Level', name: 'Full', value: 2 }],
  [{ kind: 'string' }, { kind: 'scriptBlock', text: 'a -eq 1' }, 'a -eq 1'],
  [{ kind: 'string' }, true, 'True'],
  [{ kind: 'unlimited' }, 'unlimited', 'Unlimited'],
  [{ kind: 'list', of: { kind: 'string' } }, 'a', ['a']],
  [
    { kind: 'listModifier', of: 'object' },
    { kind: 'table', entries: [['add', 'x']] },
    { kind: 'table', entries: [['Add', ['x']]] },
  ],
  [{ kind: 'listModifier', of: 'object' }, null, { kind: 'table', entries: [['Replace', []]] }],
  [
    { kind: 'guid' },
    '{2336C611-A243-4C5D-994B-EEA8A524D0E4}',
    { kind: 'guid', text: '2336c611-a243-4c5d-994b-eea8a524d0e4' },
  ],
  [{ kind: 'date' }, '2026-11-25', { kind: 'date', ms: Date.UTC(2026, 10, 25) }],
]

for (const [type, value, expected] of GOOD) {
  test(`${type.kind} takes ${JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? String(one) : one))}`, () => {
    const converted = convert(type, value)
    assert.deepEqual(converted.ok ? converted.value : converted.error, expected)
  })
}

const BAD: readonly (readonly [ParameterType, PsValue, string])[] = [
  [
    flag,
    'yes',
    'Cannot convert value "yes" to type "System.Boolean". Boolean parameters accept only Boolean values and numbers, such as $True, $False, 1 or 0 instead.',
  ],
  [
    small,
    'many',
    'Cannot convert value "many" to type "System.UInt16". Error: "Input string was not in a correct format."',
  ],
  [
    small,
    65_536,
    'Cannot convert value "65536" to type "System.UInt16". Error: "Value was either too large or too small for a UInt16."',
  ],
  [
    small,
    1001,
    'Cannot convert value "1001" to type "System.UInt16". The 1001 argument is greater than the maximum allowed range of 1000. Supply an argument that is less than or equal to 1000 and then try the command again.',
  ],
  [
    span,
    '02:00:00',
    'Cannot convert value "02:00:00" to type "System.TimeSpan". The 02:00:00 argument is greater than the maximum allowed range of 01:00:00. Supply an argument that is less than or equal to 01:00:00 and then try the command again.',
  ],
  [
    span,
    'soon',
    'Cannot convert value "soon" to type "System.TimeSpan". Error: "String was not recognized as a valid TimeSpan."',
  ],
  [
    level,
    'Loud',
    'Cannot convert value "Loud" to type "T.Level". Error: "Unable to match the identifier name Loud to a valid enumerator name. Specify one of the following enumerator names and try again: Off, Light, Full"',
  ],
  [{ kind: 'hashtable' }, 'x', 'Cannot convert value "x" to type "System.Collections.Hashtable".'],
]

for (const [type, value, message] of BAD) {
  test(`${type.kind} refuses ${JSON.stringify(value)} in PowerShell's words`, () => {
    const converted = convert(type, value)
    assert.equal(converted.ok ? 'converted' : converted.error, message)
  })
}
