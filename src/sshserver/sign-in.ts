import ssh2, { type AuthContext, type PublicKeyAuthContext } from 'ssh2'
import type { Ports } from '../actions/ports/ports.ts'
import { countKeySignIn, type KeyAttempt, offerKey } from '../actions/sign-in-with-key.ts'
import type { Account } from '../domain/account.ts'

/** What a person signed in with. */
export type Proof = { readonly kind: 'password' } | { readonly kind: 'key'; readonly key: string }

export interface SignInNeeds {
  readonly ports: Pick<Ports, 'facts' | 'lockouts'>
  /** `actions/sign-in.ts`; the composition tells log and metrics what it came to. */
  readonly signIn: (attempt: {
    user: string
    password: string
    address: string
    door: 'ssh'
  }) => Promise<
    { readonly kind: 'signedIn'; readonly account: Account } | { readonly kind: 'wrong' | 'locked' | 'busy' }
  >
  /** What a key came to, for the same places. */
  readonly keyUsed: (
    attempt: { user: string; address: string; door: 'ssh' },
    kind: 'signedIn' | 'wrong' | 'locked',
  ) => void
}

const METHODS = ['publickey' as const, 'password' as const]
/** As OpenSSH's MaxAuthTries; what offers more is not a person's agent. */
const MOST_ATTEMPTS = 6

/**
 * Decides one connection's attempts (SECURITY 36, 37, 52): passwords by the one path of all doors, keys by what the account lists.
 * @returns the handler of ssh2's `authentication` event
 */
export function createSignIn(
  needs: SignInNeeds,
  address: string,
  done: (account: Account, proof: Proof) => void,
  giveUp: () => void,
): (context: AuthContext) => void {
  let attempts = 0
  const refuse = (context: AuthContext): void => {
    if (attempts >= MOST_ATTEMPTS) giveUp()
    else context.reject(METHODS)
  }

  async function password(context: Extract<AuthContext, { method: 'password' }>): Promise<void> {
    attempts++
    const outcome = await needs.signIn({
      user: context.username,
      password: context.password,
      address,
      door: 'ssh',
    })
    if (outcome.kind !== 'signedIn') {
      refuse(context)
      return
    }
    done(outcome.account, { kind: 'password' })
    context.accept()
  }

  function publicKey(context: PublicKeyAuthContext): void {
    const key = context.key.data.toString('base64')
    const attempt: KeyAttempt = { user: context.username, key, address }
    const offered = offerKey(needs.ports, attempt)
    const used = { user: context.username, address, door: 'ssh' as const }
    if (offered.kind !== 'known') {
      attempts++
      if (offered.kind === 'locked') needs.keyUsed(used, 'locked')
      refuse(context)
      return
    }
    // Without a signature the client only asks whether the key would do.
    if (!context.signature || !context.blob) {
      context.accept()
      return
    }
    attempts++
    const right = isSignedBy(context)
    countKeySignIn(needs.ports, attempt, right)
    needs.keyUsed(used, right ? 'signedIn' : 'wrong')
    if (!right) {
      refuse(context)
      return
    }
    done(offered.account, { kind: 'key', key })
    context.accept()
  }

  return (context) => {
    switch (context.method) {
      case 'password':
        password(context).catch(() => giveUp())
        return
      case 'publickey':
        try {
          publicKey(context)
        } catch {
          // A key that cannot be worked with ends this connection only (SECURITY 25).
          giveUp()
        }
        return
      default:
        // `none` is how clients ask for the methods.
        context.reject(METHODS)
    }
  }
}

function isSignedBy(context: PublicKeyAuthContext): boolean {
  const parsed = ssh2.utils.parseKey(`${context.key.algo} ${context.key.data.toString('base64')}`)
  if (parsed instanceof Error || !context.blob || !context.signature) return false
  return parsed.verify(context.blob, context.signature, context.hashAlgo) === true
}
