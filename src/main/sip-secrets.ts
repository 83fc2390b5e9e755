import type { Facts } from '../actions/ports/facts.ts'
import type { Change, Ledger } from '../actions/ports/ledger.ts'

/** Accounts of one commit while secrets are deleted. */
const BATCH = 500

/** The ledger of a server on which nobody signs in by SIP: password-equivalents are neither made nor taken (SECURITY 32). */
export function withoutSipSecrets(ledger: Ledger): Ledger {
  const strip = (change: Change): Change =>
    change.kind === 'putSecrets'
      ? { ...change, secrets: { ...change.secrets, ntHash: null, ha1: null } }
      : change
  return {
    commit: (changes, audit) => ledger.commit(changes.map(strip), audit),
    newAccountId: () => ledger.newAccountId(),
    newGroupId: () => ledger.newGroupId(),
    secrets: (id) => ledger.secrets(id),
    sipSignIn: async () => ({ allowed: false, digest: 'Off' }),
    serverValue: (name) => ledger.serverValue(name),
    presences: () => ledger.presences(),
  }
}

/** Deletes what a run before has kept. */
export async function deleteSipSecrets(ledger: Ledger, facts: Pick<Facts, 'accounts'>): Promise<void> {
  const ids = [...facts.accounts()].map(({ id }) => id)
  for (let at = 0; at < ids.length; at += BATCH) {
    await ledger.commit(
      ids
        .slice(at, at + BATCH)
        .map((id) => ({ kind: 'putSecrets', id, secrets: { ntHash: null, ha1: null } })),
      [],
    )
  }
}
