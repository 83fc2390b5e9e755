import { psText } from '../../base/ps-text.ts'
import { type PsValue, property, psObject } from '../../base/ps-value.ts'
import { numberOf, order } from '../../codec/powershell/operators.ts'
import { defineCmdlet } from '../cmdlet.ts'

const toggle = (en: string, ja: string) => ({ type: { kind: 'switch' }, help: { en, ja } }) as const

export const measureObject = defineCmdlet({
  name: 'Measure-Object',
  synopsis: {
    en: 'Counts objects and adds up a property.',
    ja: 'オブジェクトを数え、プロパティを集計します。',
  },
  roles: 'everyone',
  parameters: {
    Property: {
      type: { kind: 'string' },
      position: 0,
      help: { en: 'The property to measure.', ja: '集計するプロパティです。' },
    },
    Sum: toggle('Adds up.', '合計を求めます。'),
    Average: toggle('The average.', '平均を求めます。'),
    Maximum: toggle('The largest.', '最大値を求めます。'),
    Minimum: toggle('The smallest.', '最小値を求めます。'),
    InputObject: {
      type: { kind: 'object' },
      pipeline: ['ByValue'],
      help: { en: 'The object.', ja: 'オブジェクトです。' },
    },
  },
  outputTypes: ['Microsoft.PowerShell.Commands.GenericMeasureInfo'],
  async *stream(invocation, bound, input) {
    const name = typeof bound.Property === 'string' ? bound.Property : undefined
    const adds = bound.Sum === true || bound.Average === true
    let count = 0
    let sum = 0
    let largest: PsValue = null
    let smallest: PsValue = null
    for await (const item of input) {
      const value = name === undefined ? item : property(item, name)
      if (value === undefined || value === null) continue
      const number = adds ? numberOf(value) : 0
      if (number === undefined) {
        invocation.error({
          message: `Input object "${psText(value)}" is not numeric.`,
          category: 'InvalidType',
          fullyQualifiedErrorId: 'NonNumericInputObject,Microsoft.PowerShell.Commands.MeasureObjectCommand',
          exception: 'System.Management.Automation.PSInvalidCastException',
          target: value,
        })
        continue
      }
      count++
      sum += Number(number)
      if (bound.Maximum === true && (largest === null || order(value, largest) > 0)) largest = value
      if (bound.Minimum === true && (smallest === null || order(value, smallest) < 0)) smallest = value
    }
    yield psObject('Microsoft.PowerShell.Commands.GenericMeasureInfo', [
      ['Count', count],
      ['Average', bound.Average === true && count > 0 ? sum / count : null],
      ['Sum', bound.Sum === true ? sum : null],
      ['Maximum', largest],
      ['Minimum', smallest],
      ['Property', name ?? null],
    ])
  },
})
