import { defineCmdlet } from '../cmdlet.ts'

export const getDate = defineCmdlet({
  name: 'Get-Date',
  synopsis: {
    en: 'The time now, or the one that is given.',
    ja: '現在の日時、または指定した日時を返します。',
  },
  roles: 'everyone',
  parameters: {
    Date: {
      type: { kind: 'date' },
      position: 0,
      pipeline: ['ByValue'],
      help: { en: 'A date instead of now.', ja: '現在の代わりに使う日時です。' },
    },
  },
  outputTypes: ['System.DateTime'],
  async *run({ ports }, { Date: given }) {
    yield given ?? { kind: 'date', ms: ports.clock.now() }
  },
})
