import type { PsValue } from '../base/ps-value.ts'
import type { Account } from '../domain/account.ts'
import type { Bound, Invocation, Parameter } from './cmdlet.ts'
import { managementError } from './cmdlet.ts'
import type { Predicate } from './filter.ts'
import { parseFilter } from './filter.ts'
import type { Seen } from './guard.ts'
import { usersNamed } from './guard.ts'
import { distinguishedName } from './identity.ts'
import { parseLdapFilter } from './ldap-filter.ts'
import { createPause } from './pause.ts'
import { CREDENTIAL, DOMAIN_CONTROLLER, USER_IDENTITY_HELP } from './shared-parameters.ts'
import type { USER_TYPES } from './user-object.ts'
import { AD_USER_PROPERTIES, USER_PROPERTIES, userColumn, userObject } from './user-object.ts'

/** What Get-CsOnlineUser, Get-CsUser and Get-CsAdUser have in common. */
export const QUERY_PARAMETERS: Readonly<
  Record<
    'Identity' | 'Filter' | 'LdapFilter' | 'OU' | 'ResultSize' | 'DomainController' | 'Credential',
    Parameter
  >
> = {
  Identity: {
    type: { kind: 'user' },
    position: 0,
    pipeline: ['ByValue', 'ByPropertyName'],
    help: USER_IDENTITY_HELP,
  },
  Filter: {
    type: { kind: 'string' },
    help: {
      en: 'Only users for whom this is true, for example {Department -eq "Sales"}.',
      ja: '条件に合うユーザーだけを返します (例: {Department -eq "Sales"})。',
    },
  },
  LdapFilter: {
    type: { kind: 'string' },
    help: {
      en: 'The same in LDAP notation, for example "department=Sales".',
      ja: 'LDAP 形式の条件です (例: "department=Sales")。',
    },
  },
  OU: {
    type: { kind: 'string' },
    typeName: 'Microsoft.Rtc.Management.AD.OUIdParameter',
    help: {
      en: 'Only users below this distinguished name.',
      ja: 'この識別名の下にあるユーザーだけを返します。',
    },
  },
  ResultSize: {
    type: { kind: 'unlimited' },
    help: {
      en: 'How many users at most: a number, or Unlimited.',
      ja: '返すユーザーの最大数。数値または Unlimited です。',
    },
  },
  ...DOMAIN_CONTROLLER,
  ...CREDENTIAL,
}

/** Runs a query: users by identity, or all, narrowed by filter and OU, cut at ResultSize. */
export async function* queryUsers(
  invocation: Invocation,
  bound: Bound,
  kind: keyof typeof USER_TYPES,
  also: (account: Account) => boolean = () => true,
): AsyncGenerator<PsValue, void, undefined> {
  const { facts } = invocation.ports
  const seen: Seen = kind === 'directory' ? 'directory' : 'users'
  const matches = filterOf(invocation, bound, kind)
  if (matches === undefined) return
  const below = typeof bound.OU === 'string' ? `,${bound.OU.trim().toLowerCase()}` : undefined
  const { Identity } = bound
  const accounts =
    typeof Identity === 'string'
      ? usersNamed(invocation, Identity, seen, 'read')
      : [...facts.accounts()].filter((account) => seen === 'directory' || account.sip !== undefined)
  let left = typeof bound.ResultSize === 'number' ? bound.ResultSize : Number.POSITIVE_INFINITY
  const pause = createPause()
  for (const account of accounts) {
    if (pause.due()) await pause.rest()
    if (left <= 0) return
    if (!also(account)) continue
    if (below !== undefined && !distinguishedName(facts, account).toLowerCase().endsWith(below)) continue
    const view = { facts, account }
    if (!matches((name) => userColumn(view, name))) continue
    left -= 1
    yield userObject(view, kind, bound.SkipUserPolicies === true)
  }
}

/** The condition of `-Filter` or `-LdapFilter`; undefined after the error was written. */
function filterOf(
  invocation: Invocation,
  bound: Bound,
  kind: keyof typeof USER_TYPES,
): Predicate | undefined {
  const refuse = (message: string) => {
    invocation.error(managementError(message, 'InvalidFilter', 'InvalidArgument'))
    return undefined
  }
  const { Filter, LdapFilter } = bound
  if (typeof Filter === 'string' && typeof LdapFilter === 'string')
    return refuse('The parameters Filter and LdapFilter cannot be used together.')
  if (typeof Filter === 'string' && Filter.trim() !== '') {
    const properties = kind === 'directory' ? AD_USER_PROPERTIES : USER_PROPERTIES
    const parsed = parseFilter(Filter, properties)
    return parsed.ok ? parsed.value : refuse(parsed.error)
  }
  if (typeof LdapFilter === 'string' && LdapFilter.trim() !== '') {
    const parsed = parseLdapFilter(LdapFilter)
    if (!parsed.ok) return refuse(parsed.error)
    for (const attribute of parsed.value.unknown) {
      invocation.warning(
        invocation.language === 'ja'
          ? `LDAP 属性 '${attribute}' はこのディレクトリにありません。`
          : `The directory has no LDAP attribute '${attribute}'; nobody matches it.`,
      )
    }
    return parsed.value.matches
  }
  return () => true
}
