import { psText } from '../../base/ps-text.ts'
import { accountObject } from '../accounts/account-object.ts'
import { ACCOUNT_IDENTITY } from '../accounts/parameters.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { usersNamed } from '../guard.ts'
import { ALL_READERS } from '../shared-parameters.ts'

export const getNpAccount = defineCmdlet({
  name: 'Get-NpAccount',
  synopsis: {
    en: 'Shows accounts of the embedded directory.',
    ja: '組み込みディレクトリのアカウントを表示します。',
  },
  roles: ALL_READERS,
  parameters: {
    Identity: { ...ACCOUNT_IDENTITY, mandatory: false },
    ResultSize: {
      type: { kind: 'unlimited' },
      help: { en: 'How many at most.', ja: '最大数です。' },
    },
  },
  outputTypes: ['Nightpost.Account'],
  async *run(invocation, bound) {
    const { ports } = invocation
    const most = typeof bound.ResultSize === 'number' ? bound.ResultSize : Number.POSITIVE_INFINITY
    const accounts =
      bound.Identity === undefined
        ? ports.facts.accounts()
        : usersNamed(invocation, psText(bound.Identity), 'directory', 'read')
    let shown = 0
    for (const account of accounts) {
      if (shown++ >= most) return
      yield await accountObject(ports, account)
    }
  },
})
