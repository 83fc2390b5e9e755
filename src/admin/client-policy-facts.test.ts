import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { PsValue } from '../base/ps-value.ts'
import { clientPolicy } from '../domain/policies/client-policy.ts'
import { bindArguments } from './bind.ts'
import { policyObject } from './policy/instances.ts'
import { policyCmdlets } from './policy-cmdlets.ts'

type Fact = readonly [
  name: string,
  type: string,
  value: unknown,
  rule: string | null,
  members: readonly string[] | null,
]

const facts = JSON.parse(
  readFileSync(new URL('../../test/facts/cs-client-policy.json', import.meta.url), 'utf8'),
) as { readonly properties: readonly Fact[] }
const cmdlets = policyCmdlets(clientPolicy)
const named = (name: string) => {
  const found = cmdlets.find((cmdlet) => cmdlet.name === name)
  assert.ok(found)
  return found
}

test('a new policy shows every property of the reference, in its order, with its default', () => {
  const shown = policyObject(clientPolicy, { noun: 'CsClientPolicy', identity: 'Global', values: {} })
  assert.deepEqual(
    [...shown.properties.keys()],
    facts.properties.map(([name]) => name),
  )
  for (const [name, , value] of facts.properties)
    assert.deepEqual(plain(shown.properties.get(name)), value, name)
})

for (const verb of ['Set', 'New']) {
  const cmdlet = named(`${verb}-CsClientPolicy`)
  for (const [name, type, , rule, members] of facts.properties) {
    if (name === 'Identity' || name === 'PolicyEntry') continue
    const declared = cmdlet.parameters[name]
    test(`${cmdlet.name} -${name} is there and may be cleared`, () => {
      assert.ok(declared)
      assert.ok(bindArguments(cmdlet, [{ name, value: null }], false).ok)
    })
    for (const [what, value] of wrongValues(type, rule, members)) {
      test(`${cmdlet.name} -${name} refuses ${what}`, () => {
        const binding = bindArguments(cmdlet, [{ name, value }], false)
        assert.ok(!binding.ok, 'was taken')
        const { error } = binding
        assert.equal(error.fullyQualifiedErrorId, `ParameterArgumentTransformationError,${cmdlet.name}`)
        assert.equal(error.category, 'InvalidData')
        assert.equal(
          error.exception,
          'System.Management.Automation.ParameterBindingArgumentTransformationException',
        )
        assert.match(
          error.message,
          new RegExp(`^Cannot process argument transformation on parameter '${name}'\\. Cannot convert `),
        )
      })
    }
    for (const value of rightValues(type, rule, members)) {
      test(`${cmdlet.name} -${name} takes ${JSON.stringify(value)}`, () => {
        assert.ok(bindArguments(cmdlet, [{ name, value }], false).ok)
      })
    }
  }
}

/** A wrong type, what lies outside the range, and an unknown member. */
function wrongValues(
  type: string,
  rule: string | null,
  members: readonly string[] | null,
): readonly (readonly [string, PsValue])[] {
  const [low, high] = borders(rule)
  if (members !== null) return [['an unknown member', 'NoSuchMember']]
  switch (type) {
    case 'Boolean':
      return [['a text', 'perhaps']]
    case 'UInt16':
    case 'UInt32': {
      const top = type === 'UInt16' ? 65_536 : 4_294_967_296
      const outside: (readonly [string, PsValue])[] =
        high === undefined ? [] : [['a value above its range', high + 1]]
      return [
        ['a text', 'many'],
        ['a negative number', -1],
        ['a number too large for its type', top],
        ...outside,
      ]
    }
    case 'TimeSpan': {
      const outside: (readonly [string, PsValue])[] = []
      if (high !== undefined) outside.push(['a span above its range', clock(high + 1)])
      if (low !== undefined && low > 0) outside.push(['a span below its range', clock(low - 1)])
      return [['a text', 'a while'], ...outside]
    }
    case 'String': {
      const length = /at most (\d+)/.exec(rule ?? '')?.[1]
      return length === undefined ? [] : [['a text that is too long', 'x'.repeat(Number(length) + 1)]]
    }
    default:
      assert.fail(`the fact table has a type that this test does not know: ${type}`)
  }
}

function rightValues(
  type: string,
  rule: string | null,
  members: readonly string[] | null,
): readonly PsValue[] {
  if (members !== null) return members
  const [low, high] = borders(rule)
  if (type === 'Boolean') return [true, false]
  if (type === 'TimeSpan') return [clock(low ?? 1), clock(high ?? 60)]
  return type === 'String' ? ['some text'] : [low ?? 0, high ?? 1]
}

/** `0..64`, `00:00:30..08:00:00` (in seconds) or `<= 01:00:00`. */
function borders(rule: string | null): readonly [number | undefined, number | undefined] {
  const range = /^(?:([\d:]+)\.\.|<= )([\d:]+)$/.exec(rule ?? '')
  if (!range) return [undefined, undefined]
  const number = (text: string | undefined) =>
    text === undefined ? undefined : text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
  return [number(range[1]), number(range[2])]
}

function clock(seconds: number): string {
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0')
  return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`
}

function plain(value: PsValue | undefined): unknown {
  if (value === null || value === undefined || typeof value !== 'object') return value
  if ('kind' in value && value.kind === 'enum') return value.name
  if ('kind' in value && value.kind === 'timespan') return clock(value.ms / 1000)
  return value
}
