import { psText } from '../../base/ps-text.ts'
import { ACCOUNT_IDENTITY } from '../accounts/parameters.ts'
import { ROLE, roleOf } from '../accounts/role-parameters.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { usersNamed } from '../guard.ts'

export const addNpAdminRoleMember = defineCmdlet({
  name: 'Add-NpAdminRoleMember',
  synopsis: { en: 'Gives somebody a role.', ja: '役割を付与します。' },
  roles: ['CsAdministrator'],
  supportsShouldProcess: true,
  parameters: { Role: ROLE, Identity: { ...ACCOUNT_IDENTITY, position: 1 } },
  examples: [
    {
      line: 'Add-NpAdminRoleMember -Role CsHelpDesk -Identity "Ken Myer"',
      help: {
        en: 'Ken may reset passwords and look things up.',
        ja: 'Ken がパスワードの再設定と参照を行えるようにします。',
      },
    },
  ],
  async run(invocation, bound) {
    const role = roleOf(bound.Role)
    if (!role) return
    for (const account of usersNamed(invocation, psText(bound.Identity ?? ''), 'directory', 'change')) {
      const before = invocation.ports.facts.roles(account.id)
      if (before.includes(role)) {
        invocation.warning(`Object with identity "${account.upn}" was not changed: it holds ${role} already.`)
        continue
      }
      if (!(await invocation.shouldProcess(account.upn, `Add role ${role}`))) continue
      await invocation.change([{ kind: 'addRole', role, id: account.id }], {
        target: account.upn,
        before: { Roles: before },
        after: { Roles: [...before, role] },
      })
    }
  },
})
