import { psText } from '../../base/ps-text.ts'
import { ACCOUNT_IDENTITY } from '../accounts/parameters.ts'
import { SETTING_PARAMETERS, settingObject, settingsWith } from '../accounts/setting-object.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { mayChange, usersNamed } from '../guard.ts'
import { PASS_THRU } from '../shared-parameters.ts'

export const setNpUserSetting = defineCmdlet({
  name: 'Set-NpUserSetting',
  synopsis: { en: 'Changes the personal settings of somebody.', ja: '個人設定を変更します。' },
  roles: ['CsAdministrator', 'CsUserAdministrator', 'CsHelpDesk'],
  supportsShouldProcess: true,
  parameters: { Identity: ACCOUNT_IDENTITY, ...SETTING_PARAMETERS, ...PASS_THRU },
  async *run(invocation, bound) {
    const { facts } = invocation.ports
    for (const account of usersNamed(invocation, psText(bound.Identity ?? ''), 'directory', 'change')) {
      if (!mayChange(invocation, account) || !(await invocation.shouldProcess(account.upn))) continue
      const before = facts.settings(account.id)
      const after = settingsWith(before, bound)
      await invocation.change([{ kind: 'putSettings', id: account.id, settings: after }], {
        target: account.upn,
        before: { ...before },
        after: { ...after },
      })
      if (bound.PassThru === true) yield settingObject(account, after)
    }
  },
})
