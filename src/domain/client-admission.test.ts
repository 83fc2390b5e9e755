import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { admission } from './client-admission.ts'

const NEW = 'UCCAPI/16.0.7766.5281 OC/16.0.7766.2047 (Skype for Business)'
const rule = (values: Readonly<Record<string, string | number | boolean | null>>) => ({
  RuleId: '1',
  Enabled: true,
  CompareOp: 'EQL',
  UserAgent: 'OC',
  Action: 'Block',
  ...values,
})
const instance = (noun: string, values: object) =>
  ({ noun, identity: 'Global', values }) as Parameters<typeof admission>[1]
const decide = (userAgent: string | undefined, rules: readonly object[] | undefined, configuration = {}) =>
  admission(
    userAgent,
    instance('CsClientVersionPolicy', rules ? { Rules: rules } : {}),
    instance('CsClientVersionConfiguration', configuration),
  )

test('the delivered rules block what is old, and nothing else', () => {
  for (const blocked of ['RTC/1.2.4949', 'RTC/1.3', 'WM/5.9', 'OC/3.5.6907.83', 'UCCP/2.0.5999 OC/3.5.1.0'])
    assert.equal(decide(blocked, undefined).kind, 'blocked', blocked)
  for (const allowed of [
    NEW,
    'RTC/1.4',
    'OC/3.5.6907.84',
    'OC/4.0.7577.0',
    'UCCP/2.0.6362.67',
    '',
    undefined,
    'OC/new',
  ])
    assert.equal(decide(allowed, undefined).kind, 'allowed', allowed)
})

test('each operator, against a lower, the same and a higher version', () => {
  const fitting = { EQL: 'n', NEQ: 'lh', GTR: 'h', GEQ: 'nh', LSS: 'l', LEQ: 'ln' }
  const versions = { l: 'OC/16.0.6700.9', n: 'OC/16.0.6701.1000', h: 'OC/16.0.10000.0' }
  for (const [CompareOp, which] of Object.entries(fitting)) {
    const rules = [rule({ CompareOp, MajorVersion: 16, MinorVersion: 0, BuildNumber: 6701 })]
    for (const [key, agent] of Object.entries(versions))
      assert.equal(
        decide(agent, rules).kind,
        which.includes(key) ? 'blocked' : 'allowed',
        `${CompareOp} ${agent}`,
      )
  }
})

test('the first enabled rule that fits decides; then the default; with checking off nobody is asked', () => {
  const allow = rule({ Action: 'AllowWithUrl', ActionUrl: 'https://a' })
  const block = rule({ Action: 'BlockWithUrl', ActionUrl: 'https://b' })
  assert.deepEqual(decide(NEW, [allow, block]), { kind: 'allowed', url: 'https://a' })
  assert.deepEqual(decide(NEW, [block, allow]), { kind: 'blocked', url: 'https://b' })
  assert.deepEqual(decide(NEW, [{ ...block, Enabled: false }, allow]), { kind: 'allowed', url: 'https://a' })
  const unknown = { DefaultAction: 'BlockWithUrl', DefaultURL: 'https://d' }
  assert.deepEqual(decide('Other/1', [allow], unknown), { kind: 'blocked', url: 'https://d' })
  assert.equal(decide('Other/1', [], { DefaultAction: 'Block' }).kind, 'blocked')
  assert.equal(decide(NEW, [block], { Enabled: false }).kind, 'allowed')
  const whole = rule({ UserAgentFullName: NEW.toUpperCase() })
  assert.deepEqual([decide(NEW, [whole]).kind, decide('OC/1', [whole]).kind], ['blocked', 'allowed'])
})

test('whatever a client calls itself, there is an answer', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.match(decide(text, undefined).kind, /^(allowed|blocked)$/)
    }),
  )
})
