import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CommandArgument, PsValue } from '../base/ps-value.ts'
import { psObject } from '../base/ps-value.ts'
import { bindAlone, bindArguments, bindRecord } from './bind.ts'
import type { Cmdlet } from './cmdlet.ts'
import { defineCmdlet } from './cmdlet.ts'

const help = { en: 'x', ja: 'x' }
const grant: Cmdlet = defineCmdlet({
  name: 'Grant-Thing',
  synopsis: help,
  roles: [],
  supportsShouldProcess: true,
  defaultSet: 'Identity',
  parameters: {
    Identity: {
      type: { kind: 'user' },
      position: 0,
      sets: ['Identity'],
      pipeline: ['ByValue', 'ByPropertyName'],
      yieldsPosition: true,
      help,
    },
    PolicyName: { type: { kind: 'string' }, position: 1, mandatory: true, nullable: true, help },
    PassThru: { type: { kind: 'switch' }, help },
    Global: { type: { kind: 'switch' }, mandatory: true, sets: ['GrantToTenant'], help },
    EnableOne: { type: { kind: 'boolean' }, help },
    EnableTwo: { type: { kind: 'boolean' }, aliases: ['Second'], help },
  },
  run: async () => undefined,
})

/** `-Name`, then its value: how a typed line arrives; `-Name:` with the value in one: how a proxy sends it. */
function args(...given: readonly PsValue[]): CommandArgument[] {
  return given.map((one) =>
    typeof one === 'string' && one.startsWith('-')
      ? { name: one.slice(1), value: undefined }
      : { name: undefined, value: one },
  )
}

function boundOf(given: readonly CommandArgument[], piped = false) {
  const binding = bindArguments(grant, given, piped)
  if (!binding.ok) return binding.error.fullyQualifiedErrorId
  const alone = bindAlone(binding.value)
  return alone.ok ? { ...alone.value, ...binding.value.common } : alone.error.fullyQualifiedErrorId
}

const LINES: readonly (readonly [string, readonly CommandArgument[], unknown])[] = [
  ['names and values', args('-Identity', 'a', '-PolicyName', 'p'), { Identity: 'a', PolicyName: 'p' }],
  [
    'letter case does not count',
    args('-IDENTITY', 'a', '-policyname', 'p'),
    { Identity: 'a', PolicyName: 'p' },
  ],
  ['an unambiguous prefix', args('-Id', 'a', '-Pol', 'p'), { Identity: 'a', PolicyName: 'p' }],
  ['positions', args('a', 'p'), { Identity: 'a', PolicyName: 'p' }],
  ['a position behind a name', args('-PolicyName', 'p', 'a'), { Identity: 'a', PolicyName: 'p' }],
  [
    'a switch takes no value',
    args('-PassThru', 'a', 'p'),
    { PassThru: true, Identity: 'a', PolicyName: 'p' },
  ],
  [
    'a switch with a value',
    [{ name: 'PassThru', value: false }, ...args('a', 'p')],
    { PassThru: false, Identity: 'a', PolicyName: 'p' },
  ],
  [
    'the switch object of a proxy',
    [
      { name: 'WhatIf', value: psObject('SwitchParameter', [['IsPresent', false]]) },
      { name: 'PolicyName', value: null },
    ],
    { WhatIf: false, PolicyName: null },
  ],
  ['an alias', args('-Second', true, '-PolicyName', null), { EnableTwo: true, PolicyName: null }],
  ['a common parameter by alias', args('-ea', 'Stop', '-wi', '-PolicyName', 'p'), undefined],
  ['the other parameter set', args('-Global', '-PolicyName', 'p'), { Global: true, PolicyName: 'p' }],
  ['an unknown name', args('-Nope', 'a'), 'NamedParameterNotFound,Grant-Thing'],
  ['an ambiguous prefix', args('-Enable', true), 'AmbiguousParameter,Grant-Thing'],
  ['a name without its value', args('-Identity', '-PassThru'), 'MissingArgument,Grant-Thing'],
  ['a name given twice', args('-Identity', 'a', '-Identity', 'b'), 'ParameterAlreadyBound,Grant-Thing'],
  ['too many positions', args('a', 'p', 'x'), 'PositionalParameterNotFound,Grant-Thing'],
  [
    'parameters of two sets',
    args('-Identity', 'a', '-Global', '-PolicyName', 'p'),
    'AmbiguousParameterSet,Grant-Thing',
  ],
  ['nothing', [], 'MissingMandatoryParameter,Grant-Thing'],
  ['a text for a Boolean', args('-EnableOne', 'yes'), 'ParameterArgumentTransformationError,Grant-Thing'],
  [
    'a null user',
    args('-Identity', null, '-PolicyName', 'p'),
    'ParameterArgumentTransformationError,Grant-Thing',
  ],
]

for (const [name, given, expected] of LINES) {
  test(`binding: ${name}`, () => {
    const bound = boundOf(given)
    if (expected === undefined) assert.ok(typeof bound === 'object' && bound.WhatIf === true)
    else assert.deepEqual(bound, expected)
  })
}

function recordOf(given: readonly CommandArgument[], record: PsValue) {
  const binding = bindArguments(grant, given, true)
  if (!binding.ok) return binding.error.fullyQualifiedErrorId
  const bound = bindRecord(binding.value, record)
  return bound.ok ? bound.value : bound.error.fullyQualifiedErrorId
}

const user = psObject('Deserialized.ADUser', [
  ['Identity', 'CN=A'],
  ['SipAddress', 'sip:a@x'],
])

const RECORDS: readonly (readonly [string, readonly CommandArgument[], PsValue, unknown])[] = [
  ['a text by value', args('-PolicyName', 'p'), 'sip:a@x', { Identity: 'sip:a@x', PolicyName: 'p' }],
  ['a user object by value', args('-PolicyName', 'p'), user, { Identity: 'sip:a@x', PolicyName: 'p' }],
  ['the positional form means the policy', args('p'), user, { Identity: 'sip:a@x', PolicyName: 'p' }],
  [
    'an object without a name',
    args('-PolicyName', 'p'),
    psObject('T', [['Size', 1]]),
    'ParameterArgumentTransformationError,Grant-Thing',
  ],
  [
    'a record beside a named user',
    args('-Identity', 'b', '-PolicyName', 'p'),
    user,
    'InputObjectNotBound,Grant-Thing',
  ],
  ['a record beside -Global', args('-Global', '-PolicyName', 'p'), user, 'InputObjectNotBound,Grant-Thing'],
  ['a record without the policy', args('-PassThru'), user, 'MissingMandatoryParameter,Grant-Thing'],
]

for (const [name, given, record, expected] of RECORDS) {
  test(`binding a record: ${name}`, () => assert.deepEqual(recordOf(given, record), expected))
}

test('an ambiguous prefix names what it could be', () => {
  const binding = bindArguments(grant, args('-Enable', true), false)
  assert.equal(
    binding.ok ? '' : binding.error.message,
    "Parameter cannot be processed because the parameter name 'Enable' is ambiguous. Possible matches include: -EnableOne -EnableTwo.",
  )
})
