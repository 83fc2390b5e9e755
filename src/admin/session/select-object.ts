import { psText, psTypeName } from '../../base/ps-text.ts'
import { type PsValue, property } from '../../base/ps-value.ts'
import { wildcard } from '../../base/wildcard.ts'
import { memberOf } from '../../codec/powershell/evaluate.ts'
import { enumerated } from '../../codec/powershell/values.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { chosenProperties, columnsOf, isObject, propertiesOf } from './property-list.ts'

const count = (en: string, ja: string) =>
  ({ type: { kind: 'integer', bits: 32, min: 0 }, help: { en, ja } }) as const

export const selectObject = defineCmdlet({
  name: 'Select-Object',
  synopsis: {
    en: 'Takes some properties, or some objects.',
    ja: '一部のプロパティまたはオブジェクトを取り出します。',
  },
  roles: 'everyone',
  parameters: {
    Property: {
      type: { kind: 'list', of: { kind: 'object' } },
      position: 0,
      help: { en: 'Names; * matches any text.', ja: 'プロパティ名です。* は任意の文字列に一致します。' },
    },
    ExcludeProperty: {
      type: { kind: 'list', of: { kind: 'string' } },
      help: { en: 'Names to leave out.', ja: '除外するプロパティ名です。' },
    },
    ExpandProperty: {
      type: { kind: 'string' },
      help: {
        en: 'Gives the value of this property instead of an object.',
        ja: 'オブジェクトの代わりに、このプロパティの値を返します。',
      },
    },
    First: count('How many from the beginning.', '先頭から取り出す数です。'),
    Last: count('How many from the end.', '末尾から取り出す数です。'),
    Skip: count('How many to leave out first.', '先頭から飛ばす数です。'),
    Unique: {
      type: { kind: 'switch' },
      help: { en: 'Leaves out objects that were there before.', ja: '重複するオブジェクトを除きます。' },
    },
    InputObject: {
      type: { kind: 'object' },
      pipeline: ['ByValue'],
      help: { en: 'The object.', ja: 'オブジェクトです。' },
    },
  },
  async *stream(invocation, bound, input) {
    const columns = columnsOf(bound.Property)
    const excluded = enumerated(bound.ExcludeProperty ?? []).map(psText)
    const expand = typeof bound.ExpandProperty === 'string' ? bound.ExpandProperty : undefined
    const seen = new Set<string>()
    for await (const item of sliced(input, bound.First, bound.Last, bound.Skip)) {
      let values: readonly PsValue[] = [item]
      if (expand !== undefined) {
        if (property(item, expand) === undefined) {
          invocation.error({
            message: `Property "${expand}" cannot be found.`,
            category: 'InvalidArgument',
            fullyQualifiedErrorId: 'ExpandPropertyNotFound,Microsoft.PowerShell.Commands.SelectObjectCommand',
            exception: 'System.Management.Automation.PSArgumentException',
            target: item,
          })
          continue
        }
        values = enumerated(memberOf(item, expand))
      } else if (columns.length > 0 || excluded.length > 0) {
        const wanted = columns.length > 0 ? columns : columnsOf('*')
        const chosen = await chosenProperties(item, wanted)
        for (const name of [...chosen.keys()])
          if (excluded.some((one) => wildcard(one)(name))) chosen.delete(name)
        const typeNames = [
          `Selected.${psTypeName(item)}`,
          'System.Management.Automation.PSCustomObject',
          'System.Object',
        ]
        values = [{ kind: 'object', typeNames, properties: chosen, text: bagText(chosen) }]
      }
      for (const value of values) {
        if (bound.Unique === true) {
          const key = keyOf(value)
          if (seen.has(key)) continue
          seen.add(key)
        }
        yield value
      }
    }
  },
})

function bagText(properties: ReadonlyMap<string, PsValue>): string {
  return `@{${[...properties].map(([name, value]) => `${name}=${psText(value)}`).join('; ')}}`
}

/** Two values are the same to `-Unique` when all that is shown of them is. */
function keyOf(value: PsValue): string {
  if (!isObject(value)) return JSON.stringify([psTypeName(value), psText(value)])
  return JSON.stringify([...propertiesOf(value)].map(([name, one]) => [name, psText(one)]))
}

async function* sliced(
  input: AsyncIterable<PsValue>,
  first: PsValue | undefined,
  last: PsValue | undefined,
  skip: PsValue | undefined,
): AsyncGenerator<PsValue> {
  let left = typeof skip === 'number' ? skip : 0
  let taken = 0
  const tail: PsValue[] = []
  if (first === 0 && last === undefined) return
  for await (const item of input) {
    if (left-- > 0) continue
    if (typeof last === 'number') {
      tail.push(item)
      if (tail.length > last) tail.shift()
    }
    if (typeof first === 'number' && taken < first) {
      yield item
      taken++
      if (taken === first && last === undefined) return
    } else if (typeof first !== 'number' && last === undefined) yield item
  }
  if (typeof last === 'number') yield* tail.slice(Math.max(0, tail.length - last))
}
