import { secretsFor } from '../../actions/set-password.ts'
import { psText } from '../../base/ps-text.ts'
import { psObject } from '../../base/ps-value.ts'
import { differenceOf } from '../../domain/account-patch.ts'
import { newPassword } from '../accounts/new-password.ts'
import { ACCOUNT_IDENTITY, ALLOW_WEAK } from '../accounts/parameters.ts'
import { defineCmdlet, managementError } from '../cmdlet.ts'
import { mayChange, usersNamed } from '../guard.ts'

export const setNpAccountPassword = defineCmdlet({
  name: 'Set-NpAccountPassword',
  synopsis: { en: 'Gives an account another password.', ja: 'アカウントのパスワードを変更します。' },
  description: {
    en: 'Where no password is given one is made and returned once. All sessions of the person end.',
    ja: 'パスワードを指定しない場合は自動的に生成し、一度だけ返します。この人のセッションはすべて終了します。',
  },
  roles: ['CsAdministrator', 'CsUserAdministrator', 'CsHelpDesk'],
  supportsShouldProcess: true,
  parameters: {
    Identity: ACCOUNT_IDENTITY,
    Password: {
      type: { kind: 'secureString' },
      aliases: ['NewPassword'],
      help: { en: 'The new password.', ja: '新しいパスワードです。' },
    },
    ...ALLOW_WEAK,
  },
  outputTypes: ['Nightpost.AccountPassword'],
  async *run(invocation, bound) {
    const { ports } = invocation
    for (const account of usersNamed(invocation, psText(bound.Identity ?? ''), 'directory', 'change')) {
      if (!mayChange(invocation, account)) continue
      const password = newPassword(ports, account, bound.Password, bound.AllowWeakPassword === true)
      if (!password.ok) {
        invocation.error(managementError(password.error, 'PasswordRefused', 'InvalidArgument', account.upn))
        continue
      }
      if (!(await invocation.shouldProcess(account.upn))) continue
      const { text, madeByUs } = password.value
      const after = { ...account, passwordMadeByUs: madeByUs, changed: ports.clock.now() }
      await invocation.change(
        [
          { kind: 'patchAccount', id: account.id, patch: differenceOf(account, after) },
          { kind: 'putSecrets', id: account.id, secrets: await secretsFor(ports, after, text) },
          { kind: 'endSessions', id: account.id },
        ],
        { target: account.upn, before: {}, after: { Password: '********', MadeByServer: madeByUs } },
      )
      if (!madeByUs) continue
      yield psObject('Nightpost.AccountPassword', [
        ['UserPrincipalName', account.upn],
        ['Password', text],
      ])
    }
  },
})
