import { psText } from '../../base/ps-text.ts'
import { auditView } from '../accounts/account-object.ts'
import { ACCOUNT_IDENTITY } from '../accounts/parameters.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { keepsAnAdministrator, mayChange, usersNamed } from '../guard.ts'
import { FORCE } from '../shared-parameters.ts'

export const removeNpAccount = defineCmdlet({
  name: 'Remove-NpAccount',
  synopsis: { en: 'Deletes an account.', ja: 'アカウントを削除します。' },
  description: {
    en: 'Messages that wait for the person are kept until they expire; an account that gets the same address later never sees them.',
    ja: 'この人あての未配信メッセージは期限まで保存されますが、後で同じアドレスを得たアカウントからは見えません。',
  },
  roles: ['CsAdministrator', 'CsUserAdministrator'],
  supportsShouldProcess: true,
  confirmImpact: 'High',
  parameters: { Identity: ACCOUNT_IDENTITY, ...FORCE },
  async run(invocation, bound) {
    for (const account of usersNamed(invocation, psText(bound.Identity ?? ''), 'directory', 'change')) {
      if (!mayChange(invocation, account) || !keepsAnAdministrator(invocation, account)) continue
      if (!(await invocation.shouldProcess(account.upn))) continue
      await invocation.change(
        [
          { kind: 'removeAccount', id: account.id },
          { kind: 'endSessions', id: account.id },
        ],
        { target: account.upn, before: auditView(account), after: null },
      )
    }
  },
})
