import { ROLES } from '../../actions/ports/facts.ts'
import { psText } from '../../base/ps-text.ts'
import { ACCOUNT_IDENTITY } from '../accounts/parameters.ts'
import { ROLE, roleMember, roleOf } from '../accounts/role-parameters.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { usersNamed } from '../guard.ts'
import { ALL_READERS } from '../shared-parameters.ts'

export const getNpAdminRoleMember = defineCmdlet({
  name: 'Get-NpAdminRoleMember',
  synopsis: { en: 'Shows who holds which role.', ja: '役割を持つアカウントを表示します。' },
  roles: ALL_READERS,
  parameters: {
    Role: { ...ROLE, mandatory: false },
    Identity: { ...ACCOUNT_IDENTITY, mandatory: false, position: 1 },
  },
  outputTypes: ['Nightpost.AdminRoleMember'],
  async *run(invocation, bound) {
    const { facts } = invocation.ports
    const only =
      bound.Identity === undefined
        ? undefined
        : new Set(usersNamed(invocation, psText(bound.Identity), 'directory', 'read').map(({ id }) => id))
    const wanted = roleOf(bound.Role)
    for (const role of wanted ? [wanted] : ROLES) {
      for (const id of facts.roleMembers(role)) {
        const account = facts.account(id)
        if (account && (only === undefined || only.has(id))) yield roleMember(role, account)
      }
    }
  },
})
