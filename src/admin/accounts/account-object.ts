import type { Ports } from '../../actions/ports/ports.ts'
import { type PsObject, type PsValue, psObject } from '../../base/ps-value.ts'
import type { Account } from '../../domain/account.ts'
import { distinguishedName } from '../identity.ts'

const text = (value: string | undefined): PsValue => value ?? null

/** An account as the Np cmdlets show it. `password` only in the answer that made it (INTERFACES 2). */
export async function accountObject(
  { facts, ledger }: Pick<Ports, 'facts' | 'ledger'>,
  account: Account,
  password?: string,
): Promise<PsObject> {
  const { digest, allowed } = await ledger.sipSignIn(account.id)
  const { directory } = account
  const made: readonly (readonly [string, PsValue])[] = password === undefined ? [] : [['Password', password]]
  return psObject(
    'Nightpost.Account',
    [
      ['Identity', distinguishedName(facts, account)],
      ['ObjectId', { kind: 'guid', text: account.guid }],
      ['UserPrincipalName', account.upn],
      ['DisplayName', account.displayName],
      ...made,
      ['SipAddress', account.sip ?? null],
      ['Enabled', account.enabled ?? null],
      ['FirstName', text(directory.firstName)],
      ['LastName', text(directory.lastName)],
      ['Phonetic', text(directory.phonetic)],
      ['Department', text(directory.department)],
      ['Title', text(directory.title)],
      ['Company', text(directory.company)],
      ['Office', text(directory.office)],
      ['City', text(directory.city)],
      ['StateOrProvince', text(directory.stateOrProvince)],
      ['Country', text(directory.country)],
      ['Mail', text(directory.mail)],
      ['Phone', text(directory.phone)],
      ['MobilePhone', text(directory.mobilePhone)],
      ['Manager', text(directory.manager)],
      ['Language', text(account.language)],
      ['RegistrarPool', text(account.registrarPool)],
      ['Site', account.site],
      ['Roles', facts.roles(account.id)],
      ['SipSignIn', allowed],
      ['SshPublicKey', account.sshPublicKeys ?? []],
      ['DigestState', digest],
      ['PasswordMadeByServer', account.passwordMadeByUs],
      ['WhenCreated', { kind: 'date', ms: account.created }],
      ['WhenChanged', { kind: 'date', ms: account.changed }],
    ],
    distinguishedName(facts, account),
  )
}

/** The account in an audit record: what administrators can set, never a secret (SECURITY 59). */
export function auditView(account: Account): Readonly<Record<string, unknown>> {
  const { upn, sip, enabled, displayName, directory, language, registrarPool, site, sshPublicKeys } = account
  const view = {
    UserPrincipalName: upn,
    SipAddress: sip ?? null,
    Enabled: enabled ?? null,
    DisplayName: displayName,
    ...directory,
    Language: language ?? null,
    RegistrarPool: registrarPool ?? null,
    Site: site,
    ...(sshPublicKeys === undefined ? {} : { SshPublicKey: sshPublicKeys }),
  }
  return view
}
