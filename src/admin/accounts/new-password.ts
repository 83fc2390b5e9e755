import type { Ports } from '../../actions/ports/ports.ts'
import type { PsValue } from '../../base/ps-value.ts'
import { fail, ok, type Result } from '../../base/result.ts'
import type { Account } from '../../domain/account.ts'
import { checkPassword, namesToAvoid, type PasswordProblem } from '../../domain/password.ts'

/** A password and whether we made it: 128 bits, shown once (SECURITY 1). */
export interface NewPassword {
  readonly text: string
  readonly madeByUs: boolean
}

const WORDS: Readonly<Record<PasswordProblem, string>> = {
  tooShort: 'is too short; write at least 12 characters',
  tooLong: 'is too long; write at most 256 characters',
  common: 'is one of those that are guessed first; write another one',
  control: 'holds characters that cannot be typed',
  containsName: "is too close to the person's name; write another one",
}

/** The given password, or a new one. Weak ones only while nobody beyond this machine can try them (SECURITY 31). */
export function newPassword(
  { random, server }: Pick<Ports, 'random' | 'server'>,
  account: Account,
  given: PsValue | undefined,
  allowWeak: boolean,
): Result<NewPassword, string> {
  if (given === undefined || given === null) return ok({ text: random.token(16), madeByUs: true })
  const text = typeof given === 'string' ? given : isSecure(given) ? given.text : ''
  if (allowWeak && !server.loopbackOnly)
    return fail(
      '-AllowWeakPassword is refused while a listener is not on loopback; leave it out, or start with --listen 127.0.0.1.',
    )
  const problem = checkPassword(text, { allowWeak, names: namesToAvoid(account) })
  return problem ? fail(`The password of "${account.upn}" ${WORDS[problem]}.`) : ok({ text, madeByUs: false })
}

function isSecure(value: PsValue): value is Extract<PsValue, { kind: 'secure' }> {
  return value !== null && typeof value === 'object' && 'kind' in value && value.kind === 'secure'
}
