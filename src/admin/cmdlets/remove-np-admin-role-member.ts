import { psText } from '../../base/ps-text.ts'
import { ACCOUNT_IDENTITY } from '../accounts/parameters.ts'
import { ROLE, roleOf } from '../accounts/role-parameters.ts'
import { defineCmdlet, managementError } from '../cmdlet.ts'
import { keepsAnAdministrator, usersNamed } from '../guard.ts'

export const removeNpAdminRoleMember = defineCmdlet({
  name: 'Remove-NpAdminRoleMember',
  synopsis: { en: 'Takes a role away from somebody.', ja: '役割を取り消します。' },
  roles: ['CsAdministrator'],
  supportsShouldProcess: true,
  confirmImpact: 'Medium',
  parameters: { Role: ROLE, Identity: { ...ACCOUNT_IDENTITY, position: 1 } },
  async run(invocation, bound) {
    const role = roleOf(bound.Role)
    if (!role) return
    for (const account of usersNamed(invocation, psText(bound.Identity ?? ''), 'directory', 'change')) {
      const before = invocation.ports.facts.roles(account.id)
      if (!before.includes(role)) {
        const message = `"${account.upn}" does not hold the role ${role}.`
        invocation.error(managementError(message, 'RoleNotHeld', 'ObjectNotFound', account.upn))
        continue
      }
      if (role === 'CsAdministrator' && !keepsAnAdministrator(invocation, account)) continue
      if (!(await invocation.shouldProcess(account.upn, `Remove role ${role}`))) continue
      await invocation.change([{ kind: 'removeRole', role, id: account.id }], {
        target: account.upn,
        before: { Roles: before },
        after: { Roles: before.filter((one) => one !== role) },
      })
    }
  },
})
