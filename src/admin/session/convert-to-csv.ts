import { formatCsv, safeCell } from '../../base/csv.ts'
import { isList, psText } from '../../base/ps-text.ts'
import type { PsValue } from '../../base/ps-value.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { isFormatted } from '../format.ts'
import { NO_TYPE_INFORMATION } from './csv-parameters.ts'
import { propertiesOf } from './property-list.ts'

export const convertToCsv = defineCmdlet({
  name: 'ConvertTo-Csv',
  synopsis: { en: 'Writes objects as lines of CSV.', ja: 'オブジェクトを CSV の行に変換します。' },
  description: {
    en: 'The columns are those of the first object. A cell that a spreadsheet would run as a formula gets a quote in front.',
    ja: '列は最初のオブジェクトのプロパティです。数式として実行されるおそれのあるセルには先頭に引用符を付けます。',
  },
  roles: 'everyone',
  parameters: {
    InputObject: {
      type: { kind: 'object' },
      pipeline: ['ByValue'],
      help: { en: 'The object.', ja: 'オブジェクトです。' },
    },
    NoTypeInformation: NO_TYPE_INFORMATION,
  },
  outputTypes: ['System.String'],
  async *stream(_invocation, _bound, input) {
    let names: readonly string[] | undefined
    for await (const item of input) {
      if (isFormatted(item)) continue
      const properties = new Map(propertiesOf(item))
      if (names === undefined) {
        names = [...properties.keys()]
        yield formatCsv(names)
      }
      yield formatCsv(names.map((name) => safeCell(cell(properties.get(name) ?? null))))
    }
  },
})

/** A list as its elements with semicolons between them; a date so that every program reads it. */
export function cell(value: PsValue): string {
  if (isList(value)) return value.map(cell).join('; ')
  if (value !== null && typeof value === 'object' && value.kind === 'date')
    return new Date(value.ms).toISOString()
  return psText(value)
}
