import { psText } from '../../base/ps-text.ts'
import type { PsValue } from '../../base/ps-value.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { formatted, isFormatted, tableText } from '../format.ts'
import { chosenProperties, columnsOf, propertiesOf } from './property-list.ts'

const toggle = (en: string, ja: string) => ({ type: { kind: 'switch' }, help: { en, ja } }) as const

export const formatTable = defineCmdlet({
  name: 'Format-Table',
  synopsis: { en: 'Shows objects as a table.', ja: 'オブジェクトを表として表示します。' },
  roles: 'everyone',
  parameters: {
    Property: {
      type: { kind: 'list', of: { kind: 'object' } },
      position: 0,
      help: { en: 'Columns; * matches any text.', ja: '列です。* は任意の文字列に一致します。' },
    },
    AutoSize: toggle(
      'Accepted; columns always fit their contents.',
      '受け付けます。列幅は常に内容に合わせます。',
    ),
    HideTableHeaders: toggle('Without headers.', '見出しを表示しません。'),
    Wrap: toggle('Long texts go on in the next line.', '長い文字列を折り返します。'),
    GroupBy: {
      type: { kind: 'object' },
      help: { en: 'A table for each value of this property.', ja: 'このプロパティの値ごとに表を分けます。' },
    },
    InputObject: {
      type: { kind: 'object' },
      pipeline: ['ByValue'],
      help: { en: 'The object.', ja: 'オブジェクトです。' },
    },
  },
  async *stream({ width }, bound, input) {
    const columns = columnsOf(bound.Property)
    const by = columnsOf(bound.GroupBy)[0]
    const options = { header: bound.HideTableHeaders !== true, wrapped: bound.Wrap === true }
    let names: string[] = []
    let rows: PsValue[][] = []
    let group: string | undefined
    const table = () => {
      const heading = group === undefined ? '' : `\n   ${by?.label}: ${group}\n`
      const text = rows.length > 0 ? `${heading}\n${tableText(names, rows, { width }, options)}\n` : ''
      rows = []
      names = []
      return text
    }
    for await (const item of input) {
      if (isFormatted(item)) {
        yield item
        continue
      }
      const properties =
        columns.length > 0 ? await chosenProperties(item, columns) : new Map(propertiesOf(item))
      const value = by ? psText([...(await chosenProperties(item, [by])).values()][0] ?? null) : undefined
      if (value !== group && rows.length > 0) yield formatted(table())
      group = value
      if (names.length === 0)
        names = columns.length > 0 ? [...properties.keys()] : [...properties.keys()].slice(0, 10)
      rows.push(names.map((name) => properties.get(name) ?? null))
    }
    if (rows.length > 0) yield formatted(table())
  },
})
