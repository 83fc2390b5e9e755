import { setTimeout as sleep } from 'node:timers/promises'
import type { Account } from '../domain/account.ts'
import { parseAddress } from '../domain/sip-uri.ts'
import { PasswordsBusy } from './ports/credentials.ts'
import type { Secrets } from './ports/ledger.ts'
import type { Ports } from './ports/ports.ts'
import { sipSecrets } from './set-password.ts'

export type SignInNeeds = Pick<Ports, 'clock' | 'facts' | 'ledger' | 'lockouts' | 'passwords' | 'fault'>

export interface SignInAttempt {
  /** SIP address, UPN, `DOMAIN\user`, or the part before `@` in the first domain. */
  readonly user: string
  readonly password: string
  /** Where it comes from, for the counters: an IP address. */
  readonly address: string
  /** `http`, `ucwa`, `psrp`, …: for the logs of the doors, which count the results. */
  readonly door: string
}

export type SignedIn =
  | { readonly kind: 'signedIn'; readonly account: Account }
  /** Unknown, wrong or disabled: one answer, the same work (SECURITY 36). */
  | { readonly kind: 'wrong' }
  | { readonly kind: 'locked'; readonly retryAfterMs: number }
  /** Too many hashes are waiting: 503. Nothing was counted. */
  | { readonly kind: 'busy' }

/** Longest password looked at: hashing more is work for whoever sends it. */
const MAX_SEEN = 1024

/**
 * Checks a password on any door (SECURITY 31, 36, 37): the counters first, the delay here, one hash whoever it is. A right password renews
 * what is missing of the SIP secrets and rehashes a weak hash (DECISIONS 26). An account that is enabled for nothing signs in only where it
 * holds a role: the doors of messages look at `isInService` themselves.
 */
export async function signIn(needs: SignInNeeds, attempt: SignInAttempt): Promise<SignedIn> {
  const found = findAccount(needs, attempt.user)
  const name = (found?.upn ?? attempt.user).trim().toLowerCase().slice(0, 320)
  const gate = needs.lockouts.gate(name, attempt.address)
  if (gate.kind === 'refused') return { kind: 'locked', retryAfterMs: gate.retryAfterMs }
  if (gate.delayMs > 0) await (needs.clock.wait ?? sleep)(gate.delayMs)

  const account = found && maySignIn(needs, found) ? found : undefined
  const secrets = account ? await needs.ledger.secrets(account.id) : undefined
  const stored = secrets?.passwordHash ?? undefined
  let checked: { readonly right: boolean; readonly weak: boolean }
  try {
    const password = attempt.password.slice(0, MAX_SEEN)
    checked = await needs.passwords.verify(password, stored)
  } catch (error) {
    if (error instanceof PasswordsBusy) return { kind: 'busy' }
    throw error
  }
  if (!account || !stored || !checked.right) {
    needs.lockouts.failed(name, attempt.address)
    return { kind: 'wrong' }
  }
  // While it was checked another one may have been set, or the account suspended: what that ended must not begin again here.
  if (!(await stillHolds(needs, account, stored))) return { kind: 'wrong' }
  needs.lockouts.succeeded(name, attempt.address)
  await renew(needs, account, attempt.password, checked.weak)
  return { kind: 'signedIn', account }
}

async function stillHolds(needs: SignInNeeds, { id }: Account, passwordHash: string): Promise<boolean> {
  const now = needs.facts.account(id)
  return (
    now !== undefined &&
    maySignIn(needs, now) &&
    (await needs.ledger.secrets(id)).passwordHash === passwordHash
  )
}

/** The account that a person means by what they typed; the password decides whether they are right. */
export function findAccount({ facts }: Pick<Ports, 'facts'>, typed: string): Account | undefined {
  const user = typed.trim()
  if (user === '' || user.length > 320) return undefined
  const name = user.includes('\\') ? user.slice(user.lastIndexOf('\\') + 1) : user
  const domain = facts.domains()[0]
  const address = name.includes('@') || domain === undefined ? name : `${name}@${domain}`
  const uri = parseAddress(address)
  const plain = address.replace(/^sips?:/i, '')
  return (uri && facts.bySip(uri)) ?? facts.byUpn(plain.toLowerCase()) ?? facts.byUpn(plain)
}

/** Enabled, or never enabled but holding a role. */
export function maySignIn({ facts }: Pick<Ports, 'facts'>, account: Account): boolean {
  if (account.enabled !== undefined) return account.enabled
  return facts.roles(account.id).length > 0
}

/** Secrets of SIP that are void or missing, and a hash with parameters of yesterday. A failure here does not keep the person out. */
async function renew(needs: SignInNeeds, account: Account, password: string, weak: boolean): Promise<void> {
  try {
    const { allowed, digest } = await needs.ledger.sipSignIn(account.id)
    const stale = allowed && digest === 'NeedsPassword'
    if (!weak && !stale) return
    const secrets: Secrets = {
      ...(weak ? { passwordHash: await needs.passwords.hash(password) } : {}),
      ...(stale ? await sipSecrets(needs, account, password) : {}),
    }
    await needs.ledger.commit([{ kind: 'putSecrets', id: account.id, secrets }], [])
  } catch (error) {
    if (!(error instanceof PasswordsBusy)) needs.fault?.(error, 'renewSecrets')
  }
}
