import { digestHa1, ntHash } from '../base/hash.ts'
import type { Account } from '../domain/account.ts'
import { withoutScheme } from '../domain/sip-uri.ts'
import type { Secrets } from './ports/ledger.ts'
import type { Ports } from './ports/ports.ts'

export type SecretNeeds = Pick<Ports, 'facts' | 'ledger' | 'passwords'>

/**
 * What is kept of a password that was set (DECISIONS 26, SECURITY 31, 32): the argon2id hash, and the password-equivalents of SIP where the
 * account may use them. Nothing is written: put it into one commit with what else changes.
 * @throws PasswordsBusy when too many wait for a hash
 */
export async function secretsFor(needs: SecretNeeds, account: Account, password: string): Promise<Secrets> {
  const passwordHash = await needs.passwords.hash(password)
  return { passwordHash, ...(await sipSecrets(needs, account, password)) }
}

/** The password-equivalents alone: NT hash, and HA1 in the realm of the first SIP domain. Null where the account may not have them. */
export async function sipSecrets(
  needs: Pick<Ports, 'facts' | 'ledger'>,
  account: Account,
  password: string,
): Promise<Pick<Secrets, 'ntHash' | 'ha1'>> {
  // An account that is about to be made has no switch yet; it is on by default.
  const known = needs.facts.account(account.id) !== undefined
  if (known && !(await needs.ledger.sipSignIn(account.id)).allowed) return { ntHash: null, ha1: null }
  return { ntHash: ntHash(password), ha1: ha1Of(needs, account, password) }
}

function ha1Of(
  { facts }: Pick<Ports, 'facts'>,
  account: Account,
  password: string,
): NonNullable<Secrets['ha1']> | null {
  const realm = facts.domains()[0]
  if (account.sip === undefined || realm === undefined) return null
  const address = withoutScheme(account.sip)
  const user = address.slice(0, address.lastIndexOf('@'))
  return { user: digestHa1(user, realm, password), address: digestHa1(address, realm, password) }
}
