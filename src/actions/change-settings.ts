import { type AccountId, changedSettings, type PersonalSettings } from '../domain/account.ts'
import type { Ports } from './ports/ports.ts'

/**
 * Keeps the personal settings of ucwa.md section 15 with the account; all of the person's applications hear of it. Only what differs from
 * the settings as they are is written: another device or an administrator may change something else at the same moment.
 */
export async function changeSettings(
  needs: Pick<Ports, 'facts' | 'ledger'>,
  account: AccountId,
  settings: PersonalSettings,
): Promise<void> {
  const changed = changedSettings(needs.facts.settings(account), settings)
  await needs.ledger.commit([{ kind: 'patchSettings', id: account, settings: changed }], [])
}
