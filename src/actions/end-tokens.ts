import type { Account } from '../domain/account.ts'
import type { TokenRecord } from './ports/credentials.ts'
import type { Ports } from './ports/ports.ts'

type Needs = Pick<Ports, 'tokens' | 'bus'>

/**
 * Ends tokens of a person, and tells whoever waits with one of them. They are gone before anybody hears of it: who hears, looks. Where an
 * administrator's change ends all of them, `endSessions` stands among the changes of its commit instead.
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
