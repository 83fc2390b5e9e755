import { psText } from '../../base/ps-text.ts'
import { withoutScheme } from '../../domain/sip-uri.ts'
import { ACCOUNT_IDENTITY } from '../accounts/parameters.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { mayChange, usersNamed } from '../guard.ts'
import { aliasOf } from '../identity.ts'

export const unlockNpAccount = defineCmdlet({
  name: 'Unlock-NpAccount',
  synopsis: {
    en: 'Lets somebody sign in again after too many wrong passwords.',
    ja: 'パスワードの誤りによるロックを解除します。',
  },
  roles: ['CsAdministrator', 'CsUserAdministrator', 'CsHelpDesk'],
  supportsShouldProcess: true,
  parameters: { Identity: ACCOUNT_IDENTITY },
  async run(invocation, bound) {
    const { lockouts } = invocation.ports
    for (const account of usersNamed(invocation, psText(bound.Identity ?? ''), 'directory', 'change')) {
      if (!mayChange(invocation, account) || !(await invocation.shouldProcess(account.upn))) continue
      // A lock is on the name that was typed; each way to write it is one (SECURITY 37).
      const { upn, sip } = account
      const names = new Set([upn, aliasOf(account), ...(sip === undefined ? [] : [sip, withoutScheme(sip)])])
      let locked = false
      for (const name of names) locked = (await lockouts.unlock(name)) || locked
      if (!locked) invocation.warning(`Object with identity "${upn}" was not locked.`)
      await invocation.change([], { target: upn, before: { Locked: locked }, after: { Locked: false } })
    }
  },
})
