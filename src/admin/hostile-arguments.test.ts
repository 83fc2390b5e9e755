import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { psText, psTypeName } from '../base/ps-text.ts'
import type { PsValue } from '../base/ps-value.ts'
import { psObject } from '../base/ps-value.ts'
import { bindAlone, bindArguments, bindRecord } from './bind.ts'
import { allParameters } from './common-parameters.ts'
import { convert } from './convert.ts'
import { table } from './index.ts'

/** Everything a client can send, the odd ones more often than by chance. */
const value: fc.Arbitrary<PsValue> = fc.letrec<{ value: PsValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'value' },
    fc.constant(null),
    fc.boolean(),
    fc.double(),
    fc.integer(),
    fc.bigInt(),
    fc.string(),
    fc.constantFrom(
      '',
      '0',
      '-1',
      'True',
      'Unlimited',
      '00:00:01',
      'sip:a@x',
      'Global',
      '99999999999999999999',
    ),
    fc.record({ kind: fc.constantFrom('date' as const, 'timespan' as const), ms: fc.double() }),
    fc.record({ kind: fc.constant('guid' as const), text: fc.string() }),
    fc.record({
      kind: fc.constantFrom('version' as const, 'uri' as const, 'char' as const, 'xml' as const),
      text: fc.string(),
    }),
    fc.record({
      kind: fc.constant('enum' as const),
      typeName: fc.string(),
      name: fc.string(),
      value: fc.double(),
    }),
    fc.record({ kind: fc.constant('bytes' as const), bytes: fc.uint8Array() }),
    fc.record({ kind: fc.constant('secure' as const), text: fc.string() }),
    fc.record({ kind: fc.constant('credential' as const), user: fc.string(), password: fc.string() }),
    fc.record({ kind: fc.constant('scriptBlock' as const), text: fc.string() }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.oneof(fc.constantFrom('Add', 'remove', 'Replace'), tie('value')), tie('value')), {
        maxLength: 3,
      })
      .map((entries) => ({ kind: 'table' as const, entries })),
    fc
      .array(fc.tuple(fc.constantFrom('Identity', 'SipAddress', 'IsPresent', 'Name', 'x'), tie('value')), {
        maxLength: 3,
      })
      .map((properties) => psObject('T', properties)),
  ),
})).value

const anyCmdlet = fc.constantFrom(...table.all())

test('whatever is given to any command, binding answers and never throws (SECURITY 25)', () => {
  const scenario = anyCmdlet.chain((cmdlet) => {
    const names = Object.keys(allParameters(cmdlet))
    const name = fc.oneof(
      fc.constantFrom(...names),
      fc.constantFrom(...names).map((one) => one.slice(0, 3)),
      fc.string(),
    )
    const argument = fc.record({
      name: fc.option(name, { nil: undefined }),
      value: fc.option(value, { nil: undefined }),
    })
    return fc.record({
      cmdlet: fc.constant(cmdlet),
      given: fc.array(argument, { maxLength: 5 }),
      record: value,
      piped: fc.boolean(),
    })
  })
  fc.assert(
    fc.property(scenario, ({ cmdlet, given, record, piped }) => {
      const binding = bindArguments(cmdlet, given, piped)
      if (!binding.ok) {
        assert.match(binding.error.fullyQualifiedErrorId, new RegExp(`^[A-Za-z]+,${cmdlet.name}$`))
        return
      }
      bindAlone(binding.value)
      bindRecord(binding.value, record)
    }),
    { numRuns: 3000 },
  )
})

test('a number without an end is no TimeSpan', () => {
  for (const endless of [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN])
    assert.equal(convert({ kind: 'timespan', maxMs: 3_600_000 }, endless).ok, false)
})

test('whatever is converted to whatever, there is a value of the type or a message', () => {
  const types = table
    .all()
    .flatMap((cmdlet) => Object.values(allParameters(cmdlet)).map((parameter) => parameter.type))
  const distinct = [...new Map(types.map((type) => [JSON.stringify(type), type])).values()]
  fc.assert(
    fc.property(fc.constantFrom(...distinct), value, (type, given) => {
      const converted = convert(type, given)
      if (!converted.ok) assert.match(converted.error, /^Cannot convert /)
      else if (type.kind === 'integer')
        assert.ok(Number.isInteger(converted.value) || typeof converted.value === 'bigint')
      else if (type.kind === 'boolean' || type.kind === 'switch')
        assert.equal(typeof converted.value, 'boolean')
      else if (type.kind === 'timespan' || type.kind === 'date') {
        const { ms } = converted.value as { readonly ms: number }
        assert.ok(Number.isFinite(ms))
      } else if (type.kind === 'string') assert.equal(typeof converted.value, 'string')
      psText(given)
      psTypeName(given)
    }),
    { numRuns: 5000 },
  )
})
