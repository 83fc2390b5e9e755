import { defineCmdlet } from '../cmdlet.ts'

/** What `exit` becomes in Enter-PSSession: takes the client's console out of the session (powershell-remoting section 6.5). */
export const exitPSSession = defineCmdlet({
  name: 'Exit-PSSession',
  synopsis: { en: 'Leaves an interactive session.', ja: '対話型セッションを終了します。' },
  roles: 'everyone',
  parameters: {},
  async run(invocation) {
    invocation.leave()
  },
})
