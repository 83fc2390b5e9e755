import type { AccountId } from '../domain/account.ts'
import { closedGate } from '../domain/client-version.ts'
import type { OwnGate } from '../domain/delivery.ts'
import type { Ports } from './ports/ports.ts'

/** The person's own first closed gate for offline sending (G3, G4, G5): what the `policies` resource and T11 say beforehand (DECISIONS 15d). */
export function ownGate(
  needs: Pick<Ports, 'facts'>,
  account: AccountId,
  userAgent: string | undefined,
): OwnGate | undefined {
  return closedGate(needs.facts.rules(account), userAgent)
}
