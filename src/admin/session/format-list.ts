import { psText } from '../../base/ps-text.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { formatted, isFormatted, listText } from '../format.ts'
import { chosenProperties, columnsOf, propertiesOf } from './property-list.ts'

export const formatList = defineCmdlet({
  name: 'Format-List',
  synopsis: {
    en: 'Shows objects as lists of properties.',
    ja: 'オブジェクトをプロパティの一覧として表示します。',
  },
  roles: 'everyone',
  parameters: {
    Property: {
      type: { kind: 'list', of: { kind: 'object' } },
      position: 0,
      help: { en: 'Names; * matches any text.', ja: 'プロパティ名です。* は任意の文字列に一致します。' },
    },
    InputObject: {
      type: { kind: 'object' },
      pipeline: ['ByValue'],
      help: { en: 'The object.', ja: 'オブジェクトです。' },
    },
  },
  async *stream({ width }, bound, input) {
    const columns = columnsOf(bound.Property)
    let before = '\n'
    for await (const item of input) {
      if (isFormatted(item)) {
        yield item
        continue
      }
      const properties = columns.length > 0 ? await chosenProperties(item, columns) : propertiesOf(item)
      const plain = item === null || typeof item !== 'object' || !('kind' in item)
      const text =
        plain && columns.length === 0 ? `${psText(item)}\n` : `${before}${listText(properties, { width })}\n`
      yield formatted(text)
      before = ''
    }
  },
})
