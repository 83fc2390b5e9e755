import type { Facts } from '../../actions/ports/facts.ts'
import { isList, psText } from '../../base/ps-text.ts'
import type { PsValue } from '../../base/ps-value.ts'
import { fail, ok, type Result } from '../../base/result.ts'
import type { Account, DirectoryAttributes, Language } from '../../domain/account.ts'
import { languageOfTag } from '../../domain/language.ts'
import { parseAddress, type SipUri, withoutScheme } from '../../domain/sip-uri.ts'
import { parseSshPublicKey } from '../../domain/ssh-public-key.ts'
import type { Instant } from '../../domain/time.ts'

/** What is to become of an account, by CSV column or parameter name; a name that is absent changes nothing, null clears. */
export type AccountValues = Readonly<Record<string, PsValue | undefined>>

/** Why an account cannot be so; `id` is the first part of FullyQualifiedErrorId. */
export interface AccountProblem {
  readonly message: string
  readonly id: 'InvalidName' | 'ResourceExists' | 'InvalidAddress' | 'InvalidValue'
}

const DIRECTORY: Readonly<Record<keyof DirectoryAttributes, string>> = {
  firstName: 'FirstName',
  lastName: 'LastName',
  phonetic: 'Phonetic',
  department: 'Department',
  title: 'Title',
  company: 'Company',
  office: 'Office',
  city: 'City',
  stateOrProvince: 'StateOrProvince',
  country: 'Country',
  mail: 'Mail',
  phone: 'Phone',
  mobilePhone: 'MobilePhone',
  manager: 'Manager',
}

/** Names that other changes of the same invocation have taken and facts do not know yet. */
export type Taken = ReadonlySet<string>

/** A new account, not enabled for the service. */
export function newAccount(
  facts: Facts,
  made: { readonly id: Account['id']; readonly guid: string; readonly now: Instant },
  upn: string,
  displayName: string,
): Account {
  const [site] = facts.sites()
  return {
    id: made.id,
    guid: made.guid,
    upn,
    sip: undefined,
    enabled: undefined,
    displayName,
    directory: {},
    language: undefined,
    registrarPool: site?.pools[0],
    site: site?.name ?? 'Main',
    passwordMadeByUs: false,
    created: made.now,
    changed: made.now,
  }
}

/**
 * The account with the values laid over it. Everything a person could mistype is looked at here: names, address, language, pool.
 * @param enable the account gets an address and may sign in (Enable-CsUser)
 */
export function withValues(
  facts: Facts,
  before: Account,
  values: AccountValues,
  options: { readonly enable: boolean; readonly now: Instant; readonly taken?: Taken },
): Result<Account, AccountProblem> {
  const upn = values.UserPrincipalName === undefined ? before.upn : psText(values.UserPrincipalName).trim()
  const displayName =
    values.DisplayName === undefined ? before.displayName : psText(values.DisplayName).trim()
  const named = checkNames(upn, displayName)
  if (named) return fail(named)
  const pool = poolOf(facts, before, values.RegistrarPool)
  if (!pool.ok) return pool
  const language = languageFor(before.language, values.Language)
  if (!language.ok) return language
  const keys = keysFor(before, values.SshPublicKey)
  if (!keys.ok) return keys
  const sip = addressFor(facts, before, values.SipAddress, upn, options.enable)
  if (!sip.ok) return sip
  const { sshPublicKeys: _before, ...rest } = before
  const after: Account = {
    ...rest,
    ...keys.value,
    ...pool.value,
    upn,
    displayName,
    sip: sip.value,
    enabled: options.enable ? true : before.enabled,
    language: language.value,
    directory: directoryWith(before.directory, values),
  }
  const clash = clashOf(facts, after, options.taken ?? new Set())
  if (clash) return fail(clash)
  return ok(sameAccount(before, after) ? before : { ...after, changed: options.now })
}

/** Whether nothing an administrator can set differs. */
export function sameAccount(a: Account, b: Account): boolean {
  const plain = ({ changed: _changed, ...rest }: Account) =>
    JSON.stringify(rest, Object.keys({ ...rest, ...rest.directory }).sort())
  return plain(a) === plain(b)
}

/** Keys under which an account's names are taken. */
export function namesOf(account: Account): readonly string[] {
  const names = [account.upn.toLowerCase()]
  return account.sip === undefined ? names : [...names, account.sip]
}

function checkNames(upn: string, displayName: string): AccountProblem | undefined {
  // RFC 5321 §4.5.3.1: 64 and 255 octets; blanks, quotes and control characters are in no name that a door could carry.
  if (!/^[^\s@"<>()[\]:;,\\/]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?$/i.test(upn))
    return { message: `"${upn}" is not a user principal name; write it as name@domain.`, id: 'InvalidName' }
  if (displayName === '') return { message: `The account "${upn}" needs a display name.`, id: 'InvalidName' }
  return hasControl(displayName) || displayName.length > 256
    ? {
        message: `The display name of "${upn}" holds characters that cannot be shown, or is too long.`,
        id: 'InvalidName',
      }
    : undefined
}

function hasControl(text: string): boolean {
  return /\p{Cc}/u.test(text)
}

function poolOf(
  facts: Facts,
  before: Account,
  value: PsValue | undefined,
): Result<Pick<Account, 'registrarPool' | 'site'>, AccountProblem> {
  const wanted = value === undefined || value === null ? '' : psText(value).trim().toLowerCase()
  if (wanted === '') return ok({ registrarPool: before.registrarPool, site: before.site })
  const site = facts.sites().find(({ pools }) => pools.some((pool) => pool.toLowerCase() === wanted))
  if (site) return ok({ registrarPool: wanted, site: site.name })
  const known = facts.sites().flatMap(({ pools }) => pools)
  return fail({
    message: `The pool "${psText(value ?? null)}" does not exist. Pools: ${known.join(', ')}.`,
    id: 'InvalidValue',
  })
}

function languageFor(
  before: Language | undefined,
  value: PsValue | undefined,
): Result<Language | undefined, AccountProblem> {
  if (value === undefined) return ok(before)
  const text = psText(value).trim()
  if (text === '') return ok(undefined)
  const language = languageOfTag(text)
  return language
    ? ok(language)
    : fail({ message: `"${text}" is not a language we have; write en or ja.`, id: 'InvalidValue' })
}

/** More keys than a person has machines are a mistake. */
const MOST_KEYS = 20

function keysFor(
  before: Account,
  value: PsValue | undefined,
): Result<Pick<Account, 'sshPublicKeys'>, AccountProblem> {
  if (value === undefined)
    return ok(before.sshPublicKeys === undefined ? {} : { sshPublicKeys: before.sshPublicKeys })
  const given = (isList(value) ? value : [value]).map((one) => psText(one).trim()).filter((one) => one !== '')
  if (given.length > MOST_KEYS)
    return fail({ message: `An account has at most ${MOST_KEYS} SSH keys.`, id: 'InvalidValue' })
  const keys: string[] = []
  for (const text of given) {
    const key = parseSshPublicKey(text)
    if (!key)
      return fail({
        message: `"${text.slice(0, 40)}" is not a public SSH key; write it as in an authorized_keys file: ssh-ed25519 AAAA… (or ecdsa-sha2-nistp…, or ssh-rsa of at least 2048 bits).`,
        id: 'InvalidValue',
      })
    keys.push(key)
  }
  return ok(keys.length === 0 ? {} : { sshPublicKeys: keys })
}

function addressFor(
  facts: Facts,
  before: Account,
  value: PsValue | undefined,
  upn: string,
  enable: boolean,
): Result<SipUri | undefined, AccountProblem> {
  const given = value === undefined || value === null ? '' : psText(value).trim()
  if (given === '' && (before.sip !== undefined || !enable)) return ok(before.sip)
  const sip = parseAddress(given === '' ? ownAddress(facts, upn) : given)
  const domain = sip?.slice(sip.indexOf('@') + 1) ?? ''
  if (!sip || withoutScheme(sip).length > 254 || hasControl(sip))
    return fail({
      message: `"${given}" is not a SIP address; write it as sip:name@domain.`,
      id: 'InvalidAddress',
    })
  if (!facts.domains().some((one) => one.toLowerCase() === domain)) {
    const ours = facts.domains().join(', ')
    return fail({
      message: `"${sip}" is not in a domain of this server (${ours}); give -SipAddress.`,
      id: 'InvalidAddress',
    })
  }
  return ok(sip)
}

/** The user principal name where its domain is ours, else its first part in our first domain, as Enable-CsUser makes it. */
function ownAddress(facts: Facts, upn: string): string {
  const domains = facts.domains()
  const [local = '', domain = ''] = upn.split('@')
  return domains.some((one) => one.toLowerCase() === domain.toLowerCase()) ? upn : `${local}@${domains[0]}`
}

function directoryWith(before: DirectoryAttributes, values: AccountValues): DirectoryAttributes {
  const after: { -readonly [K in keyof DirectoryAttributes]: string } = { ...before }
  for (const [key, name] of Object.entries(DIRECTORY) as [keyof DirectoryAttributes, string][]) {
    const value = values[name]
    if (value === undefined) continue
    const text = psText(value)
      .replace(/\p{Cc}+/gu, ' ')
      .trim()
    if (text === '') delete after[key]
    else after[key] = text
  }
  return after
}

function clashOf(facts: Facts, after: Account, taken: Taken): AccountProblem | undefined {
  const byUpn = facts.byUpn(after.upn)
  if ((byUpn && byUpn.id !== after.id) || taken.has(after.upn.toLowerCase()))
    return {
      message: `An account with the user principal name "${after.upn}" already exists.`,
      id: 'ResourceExists',
    }
  if (after.sip === undefined) return undefined
  const bySip = facts.bySip(after.sip)
  if ((bySip && bySip.id !== after.id) || taken.has(after.sip))
    return { message: `An account with the SIP address "${after.sip}" already exists.`, id: 'ResourceExists' }
  return undefined
}
