import type { AccountId } from '../domain/account.ts'
import { type Admission, admission } from '../domain/client-admission.ts'
import type { Ports } from './ports/ports.ts'

/** Whether a client that names itself so may sign in as this person (client version policy, offline-im section 5); for every door of messages. */
export function admitClient(
  needs: Pick<Ports, 'facts'>,
  account: AccountId,
  userAgent: string | undefined,
): Admission {
  const policy = needs.facts.effectivePolicy('CsClientVersionPolicy', account)
  const configuration = needs.facts.effectivePolicy('CsClientVersionConfiguration', account)
  return admission(userAgent, policy.instance, configuration.instance)
}
