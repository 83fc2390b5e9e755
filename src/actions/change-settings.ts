import type { AccountId, PersonalSettings } from '../domain/account.ts'
import type { Ports } from './ports/ports.ts'

/** Keeps the personal settings of ucwa.md section 15 with the account; all of the person's applications hear of it. */
export async function changeSettings(
  needs: Pick<Ports, 'ledger'>,
  account: AccountId,
  settings: PersonalSettings,
): Promise<void> {
  await needs.ledger.commit([{ kind: 'putSettings', id: account, settings }], [])
}
