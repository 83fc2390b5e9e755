import { psText } from '../../base/ps-text.ts'
import { changedSettings } from '../../domain/account.ts'
import { ACCOUNT_IDENTITY } from '../accounts/parameters.ts'
import { badQuietHours, SETTING_PARAMETERS, settingObject, settingsWith } from '../accounts/setting-object.ts'
import { defineCmdlet, managementError } from '../cmdlet.ts'
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
    const bad = badQuietHours(bound)
    if (bad !== undefined) {
      const said = `"${bad}" says no quiet hours; write days and hours such as "Mon-Fri 19:00-08:00; Sat,Sun 00:00-24:00", Never, or $null.`
      invocation.error(managementError(said, 'QuietHoursRefused', 'InvalidArgument', bad))
      return
    }
    for (const account of usersNamed(invocation, psText(bound.Identity ?? ''), 'directory', 'change')) {
      if (!mayChange(invocation, account) || !(await invocation.shouldProcess(account.upn))) continue
      const before = facts.settings(account.id)
      const after = settingsWith(before, bound)
      await invocation.change(
        [{ kind: 'patchSettings', id: account.id, settings: changedSettings(before, after) }],
        {
          target: account.upn,
          before: { ...before },
          after: { ...after },
        },
      )
      if (bound.PassThru === true) yield settingObject(account, after)
    }
  },
})
