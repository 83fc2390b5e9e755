import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { PsErrorRecord, PsValue } from '../../base/ps-value.ts'
import { type CliValue, cliBool, cliInt, cliObject, cliProperty, cliString, cliText } from './clixml.ts'
import { parseClixml } from './clixml-reader.ts'
import { formatClixml } from './clixml-writer.ts'
import { errorRecord, hostCall, pipelineState, progressRecord } from './records.ts'
import { formatPublicKey, formatSessionKey, parsePublicKey, parseSessionKey } from './session-key.ts'
import { formatDuration, fromPsValue, readDateTime, readDuration, toPsValue } from './values.ts'

const noKey = (): undefined => undefined

function read(text: string): PsValue {
  const value = parseClixml(text)
  if (!value.ok) throw new Error(value.error)
  return toPsValue(value.value, noKey)
}

const COME: readonly [string, string, PsValue][] = [
  [
    'a switch of a proxy',
    '<Obj RefId="0"><TN RefId="0"><T>System.Management.Automation.SwitchParameter</T></TN><ToString>False</ToString><Props><B N="IsPresent">false</B></Props></Obj>',
    false,
  ],
  ['a piped string', '<Obj RefId="0"><S>a</S><MS><S N="PSComputerName">h</S></MS></Obj>', 'a'],
  [
    'an enum',
    '<Obj RefId="0"><TN RefId="0"><T>Deserialized.E</T><T>System.Enum</T></TN><ToString>Ignore</ToString><I32>4</I32></Obj>',
    { kind: 'enum', typeName: 'E', name: 'Ignore', value: 4 },
  ],
  ['a list', '<Obj RefId="0"><LST><S>a</S><I32>1</I32><Nil/></LST></Obj>', ['a', 1, null]],
  [
    'a hash table',
    '<Obj RefId="0"><DCT><En><S N="Key">Add</S><B N="Value">true</B></En></DCT></Obj>',
    { kind: 'table', entries: [['Add', true]] },
  ],
  ['a script block', '<SBK>a -eq 1</SBK>', { kind: 'scriptBlock', text: 'a -eq 1' }],
  ['a character', '<C>65</C>', { kind: 'char', text: 'A' }],
  ['a large number', '<I64>9007199254740993</I64>', 9007199254740993n],
  ['a small long', '<I64>5</I64>', 5],
  ['a decimal', '<D>1.5</D>', 1.5],
  [
    'a time',
    '<DT>2026-01-02T03:04:05.1239999+01:00</DT>',
    { kind: 'date', ms: Date.UTC(2026, 0, 2, 2, 4, 5, 123) },
  ],
  [
    'a time without offset',
    '<DT>2026-01-02T03:04:05</DT>',
    { kind: 'date', ms: Date.UTC(2026, 0, 2, 3, 4, 5) },
  ],
  ['a duration', '<TS>P1DT2H3M4.5S</TS>', { kind: 'timespan', ms: 93_784_500 }],
  ['a SecureString without a key', '<SS>AAAA</SS>', null],
]
for (const [what, text, value] of COME)
  test(`${what} comes as its value`, () => assert.deepEqual(read(text), value))

test('an object that came back is an object of its type', () => {
  const value = read(
    '<Obj RefId="0"><TN RefId="0"><T>Deserialized.X</T><T>Deserialized.System.Object</T></TN><ToString>x</ToString><Props><S N="Identity">a</S></Props><MS><S N="RunspaceId">r</S></MS></Obj>',
  )
  assert.deepEqual(value, {
    kind: 'object',
    typeNames: ['X', 'System.Object'],
    text: 'x',
    properties: new Map([
      ['Identity', 'a'],
      ['RunspaceId', 'r'],
    ]),
  })
})

test('a credential is recognised by its shape and opened with the session key', () => {
  const credential = cliObject({
    types: ['anything'],
    props: new Map<string, CliValue>([
      ['UserName', cliText('u')],
      ['Password', cliText('AA==', 'SS')],
    ]),
  })
  assert.deepEqual(
    toPsValue(credential, () => 'p'),
    { kind: 'credential', user: 'u', password: 'p' },
  )
  assert.equal(toPsValue(credential, noKey), null)
})

test('secrets do not leave', () => {
  assert.equal(formatClixml(fromPsValue({ kind: 'secure', text: 'secret' })), '<Nil/>')
  assert.ok(
    !formatClixml(fromPsValue({ kind: 'credential', user: 'u', password: 'secret' })).includes('secret'),
  )
})

test('objects below the third level are their text', () => {
  const nest = (levels: number): PsValue => ({
    kind: 'object',
    typeNames: ['T'],
    properties: new Map(levels ? [['in', nest(levels - 1)]] : []),
    text: `t${levels}`,
  })
  assert.ok(formatClixml(fromPsValue(nest(6))).includes('<S N="in">t2</S>'))
})

const plain: fc.Arbitrary<PsValue> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true }),
  fc.integer({ min: -62135596800000, max: 253402300799999 }).map((ms): PsValue => ({ kind: 'date', ms })),
  fc.integer({ min: -1e12, max: 1e12 }).map((ms): PsValue => ({ kind: 'timespan', ms })),
  fc.uuid().map((text): PsValue => ({ kind: 'guid', text })),
  fc.constant<PsValue>({ kind: 'uri', text: 'https://x/' }),
  fc.constant<PsValue>({ kind: 'enum', typeName: 'E', name: 'A, B', value: 3 }),
)
const values = fc.oneof(
  plain,
  fc.array(plain, { maxLength: 3 }),
  fc
    .dictionary(fc.string(), plain, { maxKeys: 3, noNullPrototype: true })
    .map((entries): PsValue => ({ kind: 'table', entries: Object.entries(entries) })),
  fc.dictionary(fc.string(), plain, { maxKeys: 3, noNullPrototype: true }).map(
    (entries): PsValue => ({
      kind: 'object',
      typeNames: ['T'],
      properties: new Map(Object.entries(entries)),
      text: 't',
    }),
  ),
)

test('what we send comes back as it was', () => {
  fc.assert(
    fc.property(values, (value) => {
      const isSwitch =
        typeof value === 'object' &&
        value !== null &&
        'kind' in value &&
        value.kind === 'object' &&
        value.properties.has('IsPresent')
      fc.pre(!isSwitch)
      assert.deepEqual(read(formatClixml(fromPsValue(value))), value)
    }),
  )
})

test('durations are spelt as .NET spells them', () => {
  assert.equal(formatDuration(0), 'PT0S')
  assert.equal(formatDuration(300_000), 'PT5M')
  assert.equal(formatDuration(-93_784_500), '-P1DT2H3M4.5S')
  assert.equal(readDuration('P'), undefined)
  assert.equal(readDuration('PT'), undefined)
  assert.equal(readDateTime('2026-13-40T00:00:00'), undefined)
})

const RECORD: PsErrorRecord = {
  message: "Cannot find a policy named 'NoSuch'.",
  category: 'ObjectNotFound',
  fullyQualifiedErrorId: 'ItemNotFound,Set-CsClientPolicy',
  exception: 'System.Management.Automation.ItemNotFoundException',
  target: 'NoSuch',
  activity: 'Set-CsClientPolicy',
}

test('an error record has every member that clients need', () => {
  const record = errorRecord(RECORD)
  const member = (name: string): string | undefined => cliString(cliProperty(record, name))
  assert.equal(
    member('ErrorCategory_Message'),
    'ObjectNotFound: (NoSuch:String) [Set-CsClientPolicy], ItemNotFoundException',
  )
  assert.equal(member('ErrorCategory_Reason'), 'ItemNotFoundException')
  assert.deepEqual(cliProperty(record, 'ErrorCategory_Category'), cliInt(13))
  assert.deepEqual(cliProperty(record, 'SerializeExtendedInfo'), cliBool(false))
  const exception = cliProperty(record, 'Exception')
  assert.deepEqual(exception?.kind === 'object' && exception.types.slice(0, 2), [
    'System.Management.Automation.ItemNotFoundException',
    'System.Management.Automation.SessionStateException',
  ])
})

test('states, host calls and progress are those of section 13', () => {
  assert.equal(
    formatClixml(pipelineState({ state: 'Completed' })),
    '<Obj RefId="0"><MS><I32 N="PipelineState">4</I32></MS></Obj>',
  )
  assert.equal(
    formatClixml(hostCall('WriteLine2', [cliText('text')])),
    '<Obj RefId="0"><MS><I64 N="ci">-100</I64><Obj N="mi" RefId="1"><TN RefId="0"><T>System.Management.Automation.Remoting.RemoteHostMethodId</T><T>System.Enum</T><T>System.ValueType</T><T>System.Object</T></TN><ToString>WriteLine2</ToString><I32>16</I32></Obj><Obj N="mp" RefId="2"><TN RefId="1"><T>System.Collections.ArrayList</T><T>System.Object</T></TN><LST><S>text</S></LST></Obj></MS></Obj>',
  )
  assert.equal(
    formatClixml(progressRecord({ activity: 'Importing', status: 'Step 1', percent: 40 })),
    '<Obj RefId="0"><MS><S N="Activity">Importing</S><I32 N="ActivityId">1</I32><S N="StatusDescription">Step 1</S><Nil N="CurrentOperation"/><I32 N="ParentActivityId">-1</I32><I32 N="PercentComplete">40</I32><Obj N="Type" RefId="1"><TN RefId="0"><T>System.Management.Automation.ProgressRecordType</T><T>System.Enum</T><T>System.ValueType</T><T>System.Object</T></TN><ToString>Processing</ToString><I32>0</I32></Obj><I32 N="SecondsRemaining">-1</I32></MS></Obj>',
  )
})

test('keys have their two forms on the wire', () => {
  const key = { modulus: Uint8Array.from({ length: 256 }, (_, n) => (n * 7 + 1) % 256), exponent: 65_537 }
  assert.deepEqual(parsePublicKey(formatPublicKey(key)), key)
  assert.equal(parsePublicKey(formatPublicKey({ ...key, modulus: key.modulus.subarray(0, 128) })), undefined)
  assert.equal(parsePublicKey('AAAA'), undefined)
  const encrypted = Uint8Array.from({ length: 256 }, (_, n) => n)
  assert.deepEqual(parseSessionKey(formatSessionKey(encrypted)), encrypted)
})
