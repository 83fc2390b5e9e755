import type { PsValue } from '../../base/ps-value.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { jsonOf } from '../json.ts'

export const convertToJson = defineCmdlet({
  name: 'ConvertTo-Json',
  synopsis: { en: 'Writes objects as JSON.', ja: 'オブジェクトを JSON に変換します。' },
  description: {
    en: 'Dates are ISO 8601 in UTC, enumerations are written by name.',
    ja: '日時は UTC の ISO 8601、列挙型は名前で出力します。',
  },
  roles: 'everyone',
  parameters: {
    InputObject: {
      type: { kind: 'object' },
      position: 0,
      pipeline: ['ByValue'],
      help: { en: 'The object.', ja: 'オブジェクトです。' },
    },
    Depth: {
      type: { kind: 'integer', bits: 32, min: 0, max: 100 },
      help: {
        en: 'Levels of nested objects; 2 where it is not given.',
        ja: '入れ子の深さです。既定値は 2 です。',
      },
    },
    Compress: { type: { kind: 'switch' }, help: { en: 'In one line.', ja: '1 行で出力します。' } },
    AsArray: {
      type: { kind: 'switch' },
      help: { en: 'An array, also for one object.', ja: 'オブジェクトが 1 つでも配列にします。' },
    },
  },
  async *stream(_invocation, bound, input) {
    const items: PsValue[] = []
    for await (const item of input) items.push(item)
    if (items.length === 0 && bound.AsArray !== true) return
    const depth = typeof bound.Depth === 'number' ? bound.Depth : 2
    const all = items.map((item) => jsonOf(item, depth + 1))
    yield JSON.stringify(
      items.length === 1 && bound.AsArray !== true ? all[0] : all,
      undefined,
      bound.Compress === true ? 0 : 2,
    )
  },
})
