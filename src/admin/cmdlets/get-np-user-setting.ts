import { psText } from '../../base/ps-text.ts'
import { ACCOUNT_IDENTITY } from '../accounts/parameters.ts'
import { settingObject } from '../accounts/setting-object.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { usersNamed } from '../guard.ts'
import { ALL_READERS } from '../shared-parameters.ts'

export const getNpUserSetting = defineCmdlet({
  name: 'Get-NpUserSetting',
  synopsis: { en: 'Shows the personal settings of somebody.', ja: '個人設定を表示します。' },
  roles: ALL_READERS,
  parameters: { Identity: ACCOUNT_IDENTITY },
  outputTypes: ['Nightpost.UserSetting'],
  async *run(invocation, bound) {
    for (const account of usersNamed(invocation, psText(bound.Identity ?? ''), 'directory', 'read'))
      yield settingObject(account, invocation.ports.facts.settings(account.id))
  },
})
