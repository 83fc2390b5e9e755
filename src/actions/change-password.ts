import type { Account } from '../domain/account.ts'
import { checkPassword, namesToAvoid, type PasswordProblem } from '../domain/password.ts'
import { endTokens } from './end-tokens.ts'
import { PasswordsBusy, type TokenRecord } from './ports/credentials.ts'
import type { Ports } from './ports/ports.ts'
import { secretsFor } from './set-password.ts'
import { type SignInNeeds, signIn } from './sign-in.ts'

export type ChangePasswordNeeds = SignInNeeds & Pick<Ports, 'tokens' | 'bus'>

export interface PasswordChange {
  readonly account: Account
  readonly current: string
  readonly next: string
  /** Where it comes from, for the counters of SECURITY 37: an IP address. */
  readonly address: string
  /** The token with which the person asks; it goes on. */
  readonly token: string
}

export type PasswordChanged =
  | { readonly kind: 'changed'; readonly ended: readonly TokenRecord[] }
  /** The new one may not be used (SECURITY 31); the current one was not looked at. */
  | { readonly kind: 'refused'; readonly because: PasswordProblem | 'same' }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'locked'; readonly retryAfterMs: number }
  | { readonly kind: 'busy' }

/**
 * A person gives the own account another password, on every door at once (DECISIONS 8, 26). Knowing the current one is asked for in the
 * same way, and counted with the same counters, as at sign-in (SECURITY 36, 37). All other sessions end (SECURITY 38).
 */
export async function changePassword(
  needs: ChangePasswordNeeds,
  change: PasswordChange,
): Promise<PasswordChanged> {
  const { account, current, next, address } = change
  const problem = checkPassword(next, { names: namesToAvoid(account) })
  if (problem) return { kind: 'refused', because: problem }
  if (next === current) return { kind: 'refused', because: 'same' }
  const checked = await signIn(needs, { user: account.upn, password: current, address, door: 'web' })
  if (checked.kind !== 'signedIn') return checked
  // A name may be somebody else's address: then the password was theirs.
  if (checked.account.id !== account.id) return { kind: 'wrong' }
  try {
    await write(needs, account, next)
  } catch (error) {
    if (error instanceof PasswordsBusy) return { kind: 'busy' }
    throw error
  }
  const ended = await endTokens(needs, account, 'revoked', (record) => record.id !== change.token)
  return { kind: 'changed', ended }
}

async function write(needs: ChangePasswordNeeds, account: Account, password: string): Promise<void> {
  const secrets = await secretsFor(needs, account, password)
  const fields = { passwordMadeByUs: false, changed: needs.clock.now() }
  await needs.ledger.commit(
    [
      { kind: 'patchAccount', id: account.id, patch: { fields, directory: {} } },
      { kind: 'putSecrets', id: account.id, secrets },
    ],
    [],
  )
}
