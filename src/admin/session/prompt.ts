import { defineCmdlet } from '../cmdlet.ts'

/** What stands behind `[host]: ` in Enter-PSSession; shown as it is (powershell-7-observed section 4). */
export const prompt = defineCmdlet({
  name: 'prompt',
  synopsis: { en: 'The prompt of an interactive session.', ja: '対話型セッションのプロンプトです。' },
  roles: 'everyone',
  hidden: true,
  parameters: {},
  async *run() {
    yield 'PS> '
  },
})
