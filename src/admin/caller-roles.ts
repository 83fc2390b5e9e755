import type { Role } from '../actions/ports/facts.ts'
import type { Ports } from '../actions/ports/ports.ts'
import type { Caller, Cmdlet } from './cmdlet.ts'

/** Roles are read here, at each invocation and each record, not at session start (SECURITY 50). @returns the role that allows it. */
export function allowingRole(
  ports: Pick<Ports, 'facts'>,
  cmdlet: Cmdlet,
  caller: Caller,
): Role | 'everyone' | undefined {
  if (cmdlet.roles === 'everyone') return 'everyone'
  const held = rolesOf(ports, caller)
  return cmdlet.roles.find((role) => held.includes(role))
}

/** Roles of the caller now; none for an account that was removed or suspended. The local console is CsAdministrator (DECISIONS 27). */
export function rolesOf(ports: Pick<Ports, 'facts'>, caller: Pick<Caller, 'account'>): readonly Role[] {
  if (caller.account === undefined) return ['CsAdministrator']
  const account = ports.facts.account(caller.account.id)
  return account === undefined || account.enabled === false ? [] : ports.facts.roles(account.id)
}
