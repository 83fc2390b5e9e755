import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CLIXML, LIMITS } from '../limits.ts'
import {
  type CliContent,
  type CliPlain,
  type CliValue,
  cliBag,
  cliBool,
  cliEnum,
  cliInt,
  cliItems,
  cliNumber,
  cliProperty,
  cliString,
  cliText,
} from './clixml.ts'
import { type ClixmlLimits, parseClixml } from './clixml-reader.ts'
import { formatClixml } from './clixml-writer.ts'

function read(text: string, limits?: ClixmlLimits): CliValue {
  const value = parseClixml(text, limits)
  if (!value.ok) throw new Error(`refused: ${value.error}`)
  return value.value
}

function refusal(text: string, limits?: ClixmlLimits): string {
  const value = parseClixml(text, limits)
  return value.ok ? 'taken' : value.error
}

const BOTH: readonly [string, CliValue, string][] = [
  ['a null', { kind: 'nil' }, '<Nil/>'],
  ['a line break', cliText('a\nb'), '<S>a_x000A_b</S>'],
  ['a character beyond the BMP', cliText('😀'), '<S>_xD83D__xDE00_</S>'],
  ['a half of one', cliText('\ud83d'), '<S>_xD83D_</S>'],
  ['a literal escape', cliText('_x000A_'), '<S>_x005F_x000A_</S>'],
  ['markup', cliText('<a b="c">&'), '<S>&lt;a b="c"&gt;&amp;</S>'],
  ['a script block', cliText('Enabled -eq $true', 'SBK'), '<SBK>Enabled -eq $true</SBK>'],
  ['a long', { kind: 'long', tag: 'U64', value: 18446744073709551615n }, '<U64>18446744073709551615</U64>'],
  ['infinity', { kind: 'number', tag: 'Db', value: Number.NEGATIVE_INFINITY }, '<Db>-INF</Db>'],
  ['bytes', { kind: 'bytes', value: new Uint8Array([0, 255]) }, '<BA>AP8=</BA>'],
  [
    'a pool state (section 13)',
    cliBag({ RunspaceState: cliInt(2) }),
    '<Obj RefId="0"><MS><I32 N="RunspaceState">2</I32></MS></Obj>',
  ],
  [
    'two enums of one type',
    cliBag({ a: cliEnum('E', 'None', 0), b: cliEnum('E', 'All', 7) }),
    '<Obj RefId="0"><MS><Obj N="a" RefId="1"><TN RefId="0"><T>E</T><T>System.Enum</T><T>System.ValueType</T><T>System.Object</T></TN><ToString>None</ToString><I32>0</I32></Obj><Obj N="b" RefId="2"><TNRef RefId="0"/><ToString>All</ToString><I32>7</I32></Obj></MS></Obj>',
  ],
]
for (const [what, value, text] of BOTH)
  test(`${what} has one spelling and is read from it`, () => {
    assert.equal(formatClixml(value), text)
    assert.deepEqual(read(text), value)
  })

test('a reference is the object that it names, members in any order, Props after MS', () => {
  const value = read(
    '<Obj RefId="3"><MS><Obj N="a" RefId="7"><MS/><ToString>x</ToString><I32>5</I32><TN RefId="1"><T>T</T></TN></Obj><Ref N="b" RefId="7"/><Obj N="c"><TNRef RefId="1"/><QUE><Ref RefId="7"/></QUE></Obj></MS></Obj>',
  )
  assert.equal(cliProperty(value, 'A'), cliProperty(value, 'b'))
  assert.equal(cliNumber(cliProperty(value, 'b')), 5)
  const c = cliProperty(value, 'c')
  assert.deepEqual(c?.kind === 'object' ? c.types : [], ['T'])
  assert.equal(cliItems(c)?.[0], cliProperty(value, 'a'))
})

test('an object that holds itself has nothing in that place', () => {
  assert.deepEqual(cliProperty(read('<Obj RefId="0"><MS><Ref N="self" RefId="0"/></MS></Obj>'), 'self'), {
    kind: 'nil',
  })
})

test('a wrapped string is its string', () => {
  assert.equal(cliString(read('<Obj RefId="0"><S>a</S><MS><S N="PSComputerName">h</S></MS></Obj>')), 'a')
})

const small: ClixmlLimits = { xml: { ...CLIXML, depth: 12 }, clixmlObjects: 10, objectBytes: 100 }
const REFUSED: readonly [string, string, string, ClixmlLimits?][] = [
  ['an unknown element', '<Exec>calc</Exec>', 'unknownElement'],
  ['an unknown element in an object', '<Obj><Exec/></Obj>', 'unknownElement'],
  [
    'a reference forward (SECURITY 24)',
    '<Obj><MS><Ref N="a" RefId="1"/><Obj N="b" RefId="1"/></MS></Obj>',
    'badReference',
  ],
  ['a type reference to nowhere', '<Obj><TNRef RefId="9"/></Obj>', 'badReference'],
  ['a byte of 256', '<By>256</By>', 'badValue'],
  ['an integer that is none', '<I32>1e3</I32>', 'badValue'],
  ['an I32 beyond its range', '<I32>2147483648</I32>', 'badValue'],
  ['a boolean that is none', '<B>yes</B>', 'badValue'],
  ['a float that is code', '<Db>0x10</Db>', 'badValue'],
  ['bytes that are no base64', '<BA>*</BA>', 'badValue'],
  ['a member without a name', '<Obj><MS><S>a</S></MS></Obj>', 'badValue'],
  ['a dictionary entry without key', '<Obj><DCT><En><S N="Value">a</S></En></DCT></Obj>', 'badValue'],
  ['two contents', '<Obj><S>a</S><S>b</S></Obj>', 'badValue'],
  ['an object in the place of a plain value', '<Obj><Obj/></Obj>', 'badValue'],
  ['an empty message', '', 'malformed'],
  ['a DOCTYPE', '<!DOCTYPE S><S>a</S>', 'doctype'],
  ['an object too many', `<Obj><LST>${'<Obj/>'.repeat(10)}</LST></Obj>`, 'objects', small],
  [
    'a small text that means a large tree (each reference counts again)',
    `<Obj><LST><Obj RefId="1"><LST>${'<Obj/>'.repeat(4)}</LST></Obj><Ref RefId="1"/></LST></Obj>`,
    'objects',
    small,
  ],
  [
    'a short message that means a long text',
    `<Obj><LST><Obj RefId="1"><S>${'a'.repeat(40)}</S></Obj><Ref RefId="1"/><Ref RefId="1"/></LST></Obj>`,
    'text',
    small,
  ],
  [
    'a flat text that means a deep tree',
    `<Obj><LST><Obj RefId="1"><LST><Obj><LST><Obj><LST><S/></LST></Obj></LST></Obj></LST></Obj><Obj><LST><Obj><LST><Obj><LST><Obj><LST><Ref RefId="1"/></LST></Obj></LST></Obj></LST></Obj></LST></Obj></LST></Obj>`,
    'depth',
    { ...small, clixmlObjects: 100 },
  ],
]
for (const [what, text, because, limits] of REFUSED)
  test(`${what} is refused`, () => assert.equal(refusal(text, limits), because))

test('a chain of doubling references is refused although it is short (SECURITY 24)', () => {
  const levels = Array.from(
    { length: 30 },
    (_, n) => `<Obj RefId="${n + 1}"><LST><Ref RefId="${n}"/><Ref RefId="${n}"/></LST></Obj>`,
  )
  assert.equal(refusal(`<Obj><LST><Obj RefId="0"/>${levels.join('')}</LST></Obj>`), 'objects')
})

const plain: fc.Arbitrary<CliPlain> = fc.oneof(
  fc.constant<CliPlain>({ kind: 'nil' }),
  fc.boolean().map(cliBool),
  fc.string({ unit: 'binary' }).map((text) => cliText(text)),
  fc.string().map((text) => cliText(text, 'SBK')),
  fc.integer().map((number) => cliInt(number)),
  fc.integer({ min: 0, max: 65_535 }).map((number) => cliInt(number, 'C')),
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .map((value): CliPlain => ({ kind: 'long', tag: 'I64', value })),
  fc.double().map((value): CliPlain => ({ kind: 'number', tag: 'Db', value })),
  fc.uint8Array({ maxLength: 8 }).map((value): CliPlain => ({ kind: 'bytes', value })),
)
const names = fc.string({ unit: 'binary', maxLength: 5 })
const values: fc.Arbitrary<CliValue> = fc.letrec<{
  value: CliValue
  object: CliValue
  content: CliContent | undefined
}>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, plain, tie('object')),
  content: fc.oneof(
    fc.constant(undefined),
    plain.map((value): CliContent => ({ kind: 'plain', value })),
    fc
      .tuple(fc.constantFrom('LST', 'IE', 'QUE', 'STK'), fc.array(tie('value'), { maxLength: 3 }))
      .map(([tag, items]): CliContent => ({ kind: 'list', tag, items })),
    fc
      .array(fc.tuple(tie('value'), tie('value')), { maxLength: 3 })
      .map((entries): CliContent => ({ kind: 'dictionary', entries })),
  ),
  object: fc
    .record({
      types: fc.array(names, { maxLength: 2 }),
      text: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
      content: tie('content'),
      props: fc.array(fc.tuple(names, tie('value')), { maxLength: 3 }),
      members: fc.array(fc.tuple(names, tie('value')), { maxLength: 3 }),
    })
    .map(
      ({ props, members, ...rest }): CliValue => ({
        kind: 'object',
        ...rest,
        props: new Map(props),
        members: new Map(members),
      }),
    ),
})).value

test('what is written is read again as it was', () => {
  fc.assert(fc.property(values, (value) => assert.deepEqual(read(formatClixml(value)), value)))
})

test('an altered message is refused or read, never thrown (SECURITY 28)', () => {
  fc.assert(
    fc.property(values, fc.nat(), fc.string({ maxLength: 4 }), (value, at, insert) => {
      const text = formatClixml(value)
      const cut = at % text.length
      parseClixml(text.slice(0, cut) + insert + text.slice(cut + 1))
    }),
  )
})

test('a text of a million characters passes, one beyond the limit does not', () => {
  assert.equal(refusal(`<S>${'a'.repeat(1_000_000)}</S>`), 'taken')
  assert.equal(refusal(`<S>${'a'.repeat(LIMITS.envelope + 1)}</S>`), 'text')
})
