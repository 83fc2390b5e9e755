import type { Account } from '../domain/account.ts'
import { sshKeyBlob } from '../domain/ssh-public-key.ts'
import type { Ports } from './ports/ports.ts'
import { findAccount, maySignIn } from './sign-in.ts'

export interface KeyAttempt {
  readonly user: string
  /** The public key's bytes as base64. */
  readonly key: string
  readonly address: string
}

export type OfferedKey =
  | { readonly kind: 'known'; readonly account: Account }
  /** No such key, no such person, or disabled: one answer (SECURITY 36). */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'locked' }

/** Whether a public key may sign somebody in; its signature is checked by the door. An unknown key is no failure: agents offer all they have. */
export function offerKey(needs: Pick<Ports, 'facts' | 'lockouts'>, attempt: KeyAttempt): OfferedKey {
  const found = findAccount(needs, attempt.user)
  if (needs.lockouts.gate(nameOf(found, attempt), attempt.address).kind === 'refused')
    return { kind: 'locked' }
  const account = found && maySignIn(needs, found) ? found : undefined
  const known = account?.sshPublicKeys?.some((line) => sshKeyBlob(line) === attempt.key) === true
  return account && known ? { kind: 'known', account } : { kind: 'unknown' }
}

/** Counts what a signature came to, with the counters of all doors (SECURITY 37). */
export function countKeySignIn(
  needs: Pick<Ports, 'facts' | 'lockouts'>,
  attempt: KeyAttempt,
  right: boolean,
): void {
  const name = nameOf(findAccount(needs, attempt.user), attempt)
  if (right) needs.lockouts.succeeded(name, attempt.address)
  else needs.lockouts.failed(name, attempt.address)
}

function nameOf(found: Account | undefined, { user }: KeyAttempt): string {
  return (found?.upn ?? user).trim().toLowerCase().slice(0, 320)
}
