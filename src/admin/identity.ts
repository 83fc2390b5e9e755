import type { Facts } from '../actions/ports/facts.ts'
import { wildcard } from '../base/wildcard.ts'
import type { Account } from '../domain/account.ts'
import type { PolicyScope } from '../domain/policy.ts'
import { parseSipUri } from '../domain/sip-uri.ts'

/** An identity of a policy or settings collection (cmdlets.md 1.1). */
export interface PolicyIdentity {
  readonly scope: PolicyScope
  /** Empty for Global. */
  readonly name: string
  /** `Global`, `Site:Redmond`, `Tag:OfflineIM`: the form that is stored and shown. */
  readonly text: string
}

const SCOPES: readonly PolicyScope[] = ['Site', 'Registrar', 'UserServer', 'Tag']

/** Reads an identity; a name without a scope is a per-user policy, and scopes are taken in any letter case. */
export function parsePolicyIdentity(text: string): PolicyIdentity | undefined {
  const trimmed = text.trim()
  if (/^global$/i.test(trimmed)) return { scope: 'Global', name: '', text: 'Global' }
  const colon = trimmed.indexOf(':')
  if (colon < 0) return trimmed === '' ? undefined : { scope: 'Tag', name: trimmed, text: `Tag:${trimmed}` }
  const given = trimmed.slice(0, colon).toLowerCase()
  const scope = SCOPES.find((one) => one.toLowerCase() === given)
  const name = trimmed.slice(colon + 1).trim()
  return scope === undefined || name === '' ? undefined : { scope, name, text: `${scope}:${name}` }
}

/** `OfflineIM` of `Tag:OfflineIM`: how user objects and Get-CsEffectivePolicy name a policy. */
export function withoutTag(identity: string): string {
  return identity.replace(/^tag:/i, '')
}

/** What a user identity stands for (cmdlets.md 1.2); more than one account only for a display name. */
export interface FoundUsers {
  readonly accounts: readonly Account[]
  /** The text holds `*`: several are meant. */
  readonly pattern: boolean
}

/**
 * Finds the accounts that a user identity names, in the order of cmdlets.md 1.2: SIP address, user principal name,
 * domain\logon, distinguished name, GUID, alias, display name, display name with `*`.
 */
export function findUsers(facts: Facts, identity: string): FoundUsers {
  const text = identity.trim()
  const one = (account: Account | undefined): FoundUsers => ({
    accounts: account === undefined ? [] : [account],
    pattern: false,
  })
  if (/^sips?:/i.test(text)) {
    const uri = parseSipUri(text)
    return one(uri === undefined ? undefined : facts.bySip(uri))
  }
  const directory = directoryOf(facts)
  const lower = text.toLowerCase()
  // Looked at before the forms that a character decides: a name in it may hold `*`, `@` or, escaped, one backslash.
  if (/^cn=/i.test(text)) return one(directory.byDn.get(lower))
  if (text.includes('*')) {
    const matches = wildcard(text.replaceAll('[', '`['))
    return {
      accounts: [...facts.accounts()].filter((account) => matches(account.displayName)),
      pattern: true,
    }
  }
  if (text.includes('@')) {
    const uri = parseSipUri(`sip:${text}`)
    const found = facts.byUpn(text) ?? (uri === undefined ? undefined : facts.bySip(uri))
    if (found !== undefined) return one(found)
  }
  const logon = /^([^\\]+)\\([^\\]+)$/.exec(lower)
  if (logon) {
    const [, domain = '', user = ''] = logon
    const found = (directory.byAlias.get(user) ?? []).find((account) => inDomain(account, domain))
    return one(found)
  }
  const byGuid = directory.byGuid.get(lower.replace(/^\{(.*)\}$/, '$1'))
  if (byGuid !== undefined) return one(byGuid)
  const byAlias = directory.byAlias.get(lower)
  if (byAlias !== undefined) return { accounts: byAlias, pattern: false }
  return { accounts: directory.byName.get(lower) ?? [], pattern: false }
}

/** The distinguished name that user objects show as Identity; a number follows the name where two are equal. */
export function distinguishedName(facts: Facts, account: Account): string {
  return directoryOf(facts).dnOf.get(account.id) ?? dn(account.displayName, facts)
}

/** The part before `@` of the user principal name: SamAccountName, alias. */
export function aliasOf(account: Account): string {
  return account.upn.slice(0, account.upn.indexOf('@') < 0 ? undefined : account.upn.indexOf('@'))
}

interface Directory {
  readonly version: number
  readonly byGuid: ReadonlyMap<string, Account>
  readonly byAlias: ReadonlyMap<string, readonly Account[]>
  readonly byName: ReadonlyMap<string, readonly Account[]>
  readonly byDn: ReadonlyMap<string, Account>
  readonly dnOf: ReadonlyMap<number, string>
}

/** One index per version of the facts: rebuilt only when something was changed. */
const directories = new WeakMap<Facts, Directory>()

function directoryOf(facts: Facts): Directory {
  const known = directories.get(facts)
  if (known !== undefined && known.version === facts.version) return known
  const byGuid = new Map<string, Account>()
  const byAlias = new Map<string, Account[]>()
  const byName = new Map<string, Account[]>()
  const byDn = new Map<string, Account>()
  const dnOf = new Map<number, string>()
  for (const account of facts.accounts()) {
    byGuid.set(account.guid.toLowerCase(), account)
    add(byAlias, aliasOf(account).toLowerCase(), account)
    const sameName = add(byName, account.displayName.toLowerCase(), account)
    const name = dn(sameName > 1 ? `${account.displayName} ${sameName}` : account.displayName, facts)
    byDn.set(name.toLowerCase(), account)
    dnOf.set(account.id, name)
  }
  const built = { version: facts.version, byGuid, byAlias, byName, byDn, dnOf }
  directories.set(facts, built)
  return built
}

/** @returns how many are now under the key. */
function add(map: Map<string, Account[]>, key: string, account: Account): number {
  const list = map.get(key)
  if (list === undefined) {
    map.set(key, [account])
    return 1
  }
  return list.push(account)
}

function dn(name: string, facts: Facts): string {
  const components = (facts.domains()[0] ?? '').split('.').map((label) => `DC=${label}`)
  return [`CN=${escapeDn(name)}`, 'OU=Users', ...components].join(',')
}

/** RFC 4514 §2.4. */
function escapeDn(text: string): string {
  return text
    .replace(/[,+"\\<>;=]/g, '\\$&')
    .replace(/^[ #]/, '\\$&')
    .replace(/ $/, '\\ ')
}

/** `litwareinc\…` and `litwareinc.com\…` are the same domain. */
function inDomain(account: Account, domain: string): boolean {
  const own = account.upn.slice(account.upn.indexOf('@') + 1).toLowerCase()
  return own === domain || own.split('.')[0] === domain
}
