import { ROLES, type Role } from '../../actions/ports/facts.ts'
import { psText } from '../../base/ps-text.ts'
import { type PsObject, type PsValue, psObject } from '../../base/ps-value.ts'
import type { Account } from '../../domain/account.ts'
import type { Parameter } from '../cmdlet.ts'

/** `-Role`. */
export const ROLE: Parameter = {
  type: { kind: 'enum', typeName: 'Nightpost.AdminRole', values: ROLES },
  mandatory: true,
  position: 0,
  help: {
    en: 'The role; NpMessageReader shows the text of messages.',
    ja: '役割です。NpMessageReader はメッセージの本文を表示できます。',
  },
}

/** @returns undefined for a name that is no role; the binder has refused those */
export function roleOf(value: PsValue | undefined): Role | undefined {
  const name = psText(value ?? '')
  return ROLES.find((role) => role === name)
}

/** One line of Get-NpAdminRoleMember. */
export function roleMember(role: Role, account: Account): PsObject {
  return psObject('Nightpost.AdminRoleMember', [
    ['Role', role],
    ['Identity', account.upn],
    ['DisplayName', account.displayName],
    ['SipAddress', account.sip ?? null],
  ])
}
