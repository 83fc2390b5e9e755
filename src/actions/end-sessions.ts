import type { Account } from '../domain/account.ts'
import type { TokenRecord } from './ports/credentials.ts'
import type { Ports } from './ports/ports.ts'

type Needs = Pick<Ports, 'tokens' | 'bus'>

/**
 * Ends every token of a person, on every door, once the change is on the disk: before that the old password would still make new ones
 * (SECURITY 38). Called before the change is handed over; it must hold the account itself, so that the ledger announces it.
 */
export function endSessions(needs: Needs, account: Account): void {
  const end = needs.bus.subscribe((what) => {
    if (what.topic !== 'account' || what.account !== account.id) return
    end()
    // A store that is down has refused the change already; then nothing was announced.
    endTokens(needs, account, 'revoked').catch(() => undefined)
  })
}

/**
 * Ends tokens of a person, and tells whoever waits with one of them. They are gone before anybody hears of it: who hears, looks.
 * @param topic `revoked` where the person's right itself changed, so that remoting and remembered credentials end too
 * @param meant which ones; all of them unless it is given
 * @returns what was ended, when the disk has it
 */
export async function endTokens(
  { tokens, bus }: Needs,
  account: Account,
  topic: 'revoked' | 'tokens',
  meant: (record: TokenRecord) => boolean = () => true,
): Promise<readonly TokenRecord[]> {
  const ended = tokens.revokeThose(account.id, meant)
  bus.announce({ topic, account: account.id })
  return ended
}
