import type { PsValue } from '../../base/ps-value.ts'
import { memberOf } from '../../codec/powershell/evaluate.ts'
import { compare, isTrue } from '../../codec/powershell/operators.ts'
import { COMPARISONS, type Comparison } from '../../codec/powershell/syntax.ts'
import { collapsed } from '../../codec/powershell/values.ts'
import { type Bound, defineCmdlet, type Parameter } from '../cmdlet.ts'
import { evaluationFailure, memberName, openBlock } from './block.ts'

const OPERATORS = COMPARISONS.filter((name) => name !== 'join')

const switches = Object.fromEntries(
  OPERATORS.map((name): [string, Parameter] => [
    switchName(name),
    {
      type: { kind: 'switch' },
      sets: ['Comparison'],
      help: { en: `Compares with -${name}.`, ja: `-${name} で比較します。` },
    },
  ]),
)

/** `EQ`, `NotLike`: as PowerShell spells the switch. */
function switchName(operator: Comparison): string {
  if (operator.length === 2) return operator.toUpperCase()
  const not = operator.startsWith('not')
  const word = not ? operator.slice(3) : operator
  const name = word === 'in' ? 'In' : word.slice(0, 1).toUpperCase() + word.slice(1)
  return not ? `Not${name}` : name
}

export const whereObject = defineCmdlet({
  name: 'Where-Object',
  synopsis: {
    en: 'Lets through the objects for which a condition holds.',
    ja: '条件に一致するオブジェクトだけを渡します。',
  },
  roles: 'everyone',
  defaultSet: 'Block',
  parameters: {
    FilterScript: {
      type: { kind: 'scriptBlock' },
      position: 0,
      sets: ['Block'],
      help: { en: 'The condition; $_ is the object.', ja: '条件です。$_ がオブジェクトを表します。' },
    },
    Property: {
      type: { kind: 'string' },
      position: 0,
      sets: ['Comparison'],
      help: { en: 'The property that is compared.', ja: '比較するプロパティです。' },
    },
    Value: {
      type: { kind: 'object' },
      position: 1,
      nullable: true,
      sets: ['Comparison'],
      help: { en: 'What it is compared with.', ja: '比較する値です。' },
    },
    ...switches,
    InputObject: {
      type: { kind: 'object' },
      pipeline: ['ByValue'],
      help: { en: 'The object.', ja: 'オブジェクトです。' },
    },
  },
  examples: [
    {
      line: 'Get-CsClientPolicy | Where-Object {$_.EnableIMAutoArchiving -eq $False}',
      help: {
        en: 'Policies that switch offline messages off.',
        ja: 'オフライン メッセージを無効にしているポリシー。',
      },
    },
  ],
  async *stream(invocation, bound, input) {
    const holds = conditionOf(bound)
    for await (const item of input) {
      try {
        if (await holds(item)) yield item
      } catch (error) {
        invocation.error(evaluationFailure(error).record)
      }
    }
  },
})

function conditionOf(bound: Bound): (item: PsValue) => Promise<boolean> {
  const block = bound.FilterScript
  if (block && typeof block === 'object' && 'kind' in block && block.kind === 'scriptBlock') {
    const name = memberName(block)
    if (name !== undefined) return (item) => Promise.resolve(isTrue(memberOf(item, name)))
    const run = openBlock(block)
    return async (item) => isTrue(collapsed(await run(item)))
  }
  const name = String(bound.Property ?? '')
  const operator = OPERATORS.find((one) => bound[switchName(one)] === true)
  const value = bound.Value ?? null
  return (item) => {
    const left = memberOf(item, name)
    return Promise.resolve(isTrue(operator ? compare(operator, left, value, false) : left))
  }
}
