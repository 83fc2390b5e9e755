import { psText } from '../../base/ps-text.ts'
import { type PsValue, psObject } from '../../base/ps-value.ts'
import { memberOf } from '../../codec/powershell/evaluate.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { columnsOf } from './property-list.ts'

export const groupObject = defineCmdlet({
  name: 'Group-Object',
  synopsis: {
    en: 'Counts the objects that have the same value.',
    ja: '同じ値を持つオブジェクトをまとめます。',
  },
  roles: 'everyone',
  parameters: {
    Property: {
      type: { kind: 'list', of: { kind: 'object' } },
      position: 0,
      help: { en: 'What makes a group.', ja: 'グループ分けに使うプロパティです。' },
    },
    NoElement: {
      type: { kind: 'switch' },
      help: { en: 'Without the objects.', ja: 'オブジェクトを含めません。' },
    },
    InputObject: {
      type: { kind: 'object' },
      pipeline: ['ByValue'],
      help: { en: 'The object.', ja: 'オブジェクトです。' },
    },
  },
  outputTypes: ['Microsoft.PowerShell.Commands.GroupInfo'],
  async *stream(_invocation, bound, input) {
    const columns = columnsOf(bound.Property)
    const groups = new Map<string, { name: string; items: PsValue[] }>()
    for await (const item of input) {
      const values: string[] = []
      for (const { compute, pattern } of columns)
        values.push(psText(compute ? await compute(item) : memberOf(item, pattern ?? '')))
      const name = columns.length === 0 ? psText(item) : values.join(', ')
      const group = groups.get(name.toLowerCase()) ?? { name, items: [] }
      groups.set(name.toLowerCase(), group)
      group.items.push(item)
    }
    for (const { name, items } of groups.values()) {
      const head = [
        ['Count', items.length],
        ['Name', name],
      ] as const
      const properties = bound.NoElement === true ? head : [...head, ['Group', items] as const]
      yield psObject('Microsoft.PowerShell.Commands.GroupInfo', properties)
    }
  },
})
