import type { Facts, Role } from '../actions/ports/facts.ts'
import type { Account } from '../domain/account.ts'
import { isInService } from '../domain/account.ts'
import { rolesOf } from './caller-roles.ts'
import type { Invocation } from './cmdlet.ts'
import { managementError, TerminatingError } from './cmdlet.ts'
import { findUsers } from './identity.ts'

/** Whether the caller holds CsAdministrator now. */
function isAdministrator(invocation: Invocation): boolean {
  return rolesOf(invocation.ports, invocation.caller).includes('CsAdministrator')
}

/** Ends the pipeline unless the caller holds one of the roles (what a cmdlet allows only in some of its forms). */
export function demandOneOf(invocation: Invocation, roles: readonly Role[], what: string): void {
  const held = rolesOf(invocation.ports, invocation.caller)
  if (roles.some((role) => held.includes(role))) return
  throw new TerminatingError({
    message: `You do not have permission to ${what}. It needs one of the roles: ${roles.join(', ')}.`,
    category: 'PermissionDenied',
    fullyQualifiedErrorId: `PermissionDenied,${invocation.cmdlet.name}`,
    exception: 'System.UnauthorizedAccessException',
    target: null,
    activity: invocation.cmdlet.name,
  })
}

/** Accounts that hold a role are changed by CsAdministrator only (DECISIONS 27, SECURITY 51). Writes the error itself. */
export function mayChange(invocation: Invocation, account: Account): boolean {
  if (invocation.ports.facts.roles(account.id).length === 0 || isAdministrator(invocation)) return true
  invocation.error({
    message: `You do not have permission to change "${account.upn}": the account holds an administrator role, and only CsAdministrator may change it.`,
    category: 'PermissionDenied',
    fullyQualifiedErrorId: 'PermissionDenied',
    exception: 'System.UnauthorizedAccessException',
    target: account.upn,
  })
  return false
}

/** Administrators that earlier records of the same invocation take away; facts do not know that yet. */
const leaving = new WeakMap<Invocation, Set<Account['id']>>()

/** Whether nobody else in service would be CsAdministrator: such an account cannot be taken away (SECURITY 50). */
function isLastAdministrator(
  facts: Facts,
  account: Account,
  gone: ReadonlySet<Account['id']> = new Set(),
): boolean {
  const members = facts.roleMembers('CsAdministrator')
  if (!members.includes(account.id)) return false
  return !members.some((id) => id !== account.id && !gone.has(id) && facts.account(id)?.enabled === true)
}

/** Refuses to take away the last administrator, also in a pipeline that takes away several. @returns false after writing the error. */
export function keepsAnAdministrator(invocation: Invocation, account: Account): boolean {
  const gone = leaving.get(invocation) ?? new Set()
  leaving.set(invocation, gone)
  if (!isLastAdministrator(invocation.ports.facts, account, gone)) {
    gone.add(account.id)
    return true
  }
  invocation.error({
    message: `"${account.upn}" is the last account with the role CsAdministrator and cannot be removed or disabled.`,
    category: 'InvalidOperation',
    fullyQualifiedErrorId: 'LastAdministrator',
    target: account.upn,
  })
  return false
}

/** Which accounts a cmdlet sees: those with a SIP address, or the whole directory. */
export type Seen = 'users' | 'directory'

/**
 * The accounts that `-Identity` names. Writes the error where there is none, or where several share a display name and the
 * cmdlet changes something; only a text with `*` means several (cmdlets.md 1.2).
 */
export function usersNamed(
  invocation: Invocation,
  identity: string,
  seen: Seen,
  use: 'read' | 'change',
): readonly Account[] {
  const { facts } = invocation.ports
  const found = findUsers(facts, identity)
  const accounts = found.accounts.filter((account) => seen === 'directory' || account.sip !== undefined)
  if (accounts.length === 0) {
    if (!(found.pattern && use === 'read')) invocation.error(notFound(identity))
    return []
  }
  if (accounts.length > 1 && !found.pattern && use === 'change') {
    const names = accounts.slice(0, 5).map((account) => account.upn)
    invocation.error(
      managementError(
        `The identity "${identity}" is ambiguous: more than one object has this name (${names.join(', ')}${accounts.length > 5 ? ', …' : ''}). Use the SIP address or the user principal name.`,
        'Identity',
        'InvalidData',
        identity,
      ),
    )
    return []
  }
  return accounts
}

export function notFound(identity: string): ReturnType<typeof managementError> {
  return managementError(
    `Management object not found for identity "${identity}".`,
    'Identity',
    'NotSpecified',
    identity,
  )
}

/** Accounts that may be written to: the people a policy is about. */
export function peopleInService(facts: Facts): readonly Account[] {
  return [...facts.accounts()].filter(isInService)
}

/** `-Tenant` is accepted in an organisation that is alone; a wrong identifier is an error (cmdlets.md section 2). */
export function isOwnTenant(invocation: Invocation, tenant: unknown): boolean {
  const given = tenant as { readonly kind?: string; readonly text?: string } | null | undefined
  if (given === undefined || given === null || given.text === undefined) return true
  if (given.text.toLowerCase() === invocation.ports.facts.tenantId().toLowerCase()) return true
  invocation.error(
    managementError(
      `Management object not found for identity "${given.text}": this is not the identifier of the organisation (see Get-CsTenant).`,
      'Tenant',
      'InvalidData',
      given.text,
    ),
  )
  return false
}
