import { psText } from '../../base/ps-text.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { createFormatter } from '../format.ts'
import { outDefault } from './out-default.ts'

const input = {
  InputObject: {
    type: { kind: 'object' },
    pipeline: ['ByValue'],
    help: { en: 'The object.', ja: 'オブジェクトです。' },
  },
} as const

export const outHost = defineCmdlet({ ...outDefault, name: 'Out-Host' })

export const outNull = defineCmdlet({
  name: 'Out-Null',
  synopsis: { en: 'Hides all output.', ja: '出力をすべて捨てます。' },
  roles: 'everyone',
  parameters: input,
  // biome-ignore lint/correctness/useYield: that is what it is for
  async *stream(_invocation, _bound, objects) {
    for await (const _ of objects);
  },
})

export const outString = defineCmdlet({
  name: 'Out-String',
  synopsis: {
    en: 'Turns objects into the text that would be shown.',
    ja: 'オブジェクトを表示用の文字列に変換します。',
  },
  roles: 'everyone',
  parameters: {
    ...input,
    Stream: {
      type: { kind: 'switch' },
      help: { en: 'One string per line.', ja: '行ごとに文字列を返します。' },
    },
    Width: {
      type: { kind: 'integer', bits: 32, min: 2, max: 32_767 },
      help: { en: 'Columns of a line.', ja: '1 行の桁数です。' },
    },
  },
  async *stream(invocation, bound, objects) {
    const width = typeof bound.Width === 'number' ? bound.Width : invocation.width
    const formatter = createFormatter({ width })
    let text = ''
    for await (const object of objects) text += formatter.push(object)
    text += formatter.end()
    if (bound.Stream === true) yield* text.replace(/\n$/, '').split('\n')
    else yield text
  },
})

export const writeOutput = defineCmdlet({
  name: 'Write-Output',
  synopsis: { en: 'Hands its arguments on.', ja: '引数をそのまま出力します。' },
  roles: 'everyone',
  parameters: {
    InputObject: { ...input.InputObject, type: { kind: 'list', of: { kind: 'object' } }, position: 0 },
  },
  async *stream(_invocation, _bound, objects) {
    yield* objects
  },
})

export const writeHost = defineCmdlet({
  name: 'Write-Host',
  synopsis: { en: 'Shows a text on the screen.', ja: '画面に文字列を表示します。' },
  roles: 'everyone',
  parameters: {
    Object: {
      type: { kind: 'object' },
      position: 0,
      pipeline: ['ByValue'],
      help: { en: 'What to show.', ja: '表示する内容です。' },
    },
  },
  async run(invocation, bound) {
    invocation.host(psText(bound.Object ?? null))
  },
})
