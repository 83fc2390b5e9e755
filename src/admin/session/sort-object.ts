import { psText } from '../../base/ps-text.ts'
import type { PsValue } from '../../base/ps-value.ts'
import { memberOf } from '../../codec/powershell/evaluate.ts'
import { EvaluationError, order } from '../../codec/powershell/operators.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { type Column, columnsOf } from './property-list.ts'

export const sortObject = defineCmdlet({
  name: 'Sort-Object',
  synopsis: { en: 'Puts objects in order.', ja: 'オブジェクトを並べ替えます。' },
  roles: 'everyone',
  parameters: {
    Property: {
      type: { kind: 'list', of: { kind: 'object' } },
      position: 0,
      help: { en: 'What to sort by, the most important first.', ja: '並べ替えに使うプロパティです。' },
    },
    Descending: { type: { kind: 'switch' }, help: { en: 'Largest first.', ja: '大きい順に並べます。' } },
    Unique: { type: { kind: 'switch' }, help: { en: 'One of each.', ja: '重複を除きます。' } },
    CaseSensitive: {
      type: { kind: 'switch' },
      help: { en: 'Case counts.', ja: '大文字と小文字を区別します。' },
    },
    InputObject: {
      type: { kind: 'object' },
      pipeline: ['ByValue'],
      help: { en: 'The object.', ja: 'オブジェクトです。' },
    },
  },
  async *stream(_invocation, bound, input) {
    const columns = columnsOf(bound.Property)
    const rows: { item: PsValue; keys: readonly PsValue[] }[] = []
    for await (const item of input) rows.push({ item, keys: await keysOf(item, columns) })
    const cased = bound.CaseSensitive === true
    const compareRows = (a: { keys: readonly PsValue[] }, b: { keys: readonly PsValue[] }) => {
      for (const [at, key] of a.keys.entries()) {
        const downwards = columns[at]?.descending ?? bound.Descending === true
        const result = orderAnyway(key, b.keys[at] ?? null, cased)
        if (result !== 0) return downwards ? -result : result
      }
      return 0
    }
    rows.sort(compareRows)
    for (const [at, row] of rows.entries()) {
      const before = rows[at - 1]
      if (bound.Unique === true && before && compareRows(before, row) === 0) continue
      yield row.item
    }
  },
})

async function keysOf(item: PsValue, columns: readonly Column[]): Promise<readonly PsValue[]> {
  if (columns.length === 0) return [item]
  const keys: PsValue[] = []
  for (const { compute, pattern } of columns)
    keys.push(compute ? await compute(item) : memberOf(item, pattern ?? ''))
  return keys
}

/** Values of kinds that cannot be compared are sorted by their text; a sort never fails. */
function orderAnyway(a: PsValue, b: PsValue, caseSensitive: boolean): number {
  try {
    return order(a, b, caseSensitive)
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error
    return order(psText(a), psText(b), caseSensitive)
  }
}
