import type { AccountId } from '../../domain/account.ts'
import { isInService } from '../../domain/account.ts'
import type { SipUri } from '../../domain/sip-uri.ts'
import { withoutScheme } from '../../domain/sip-uri.ts'
import type { Person } from './conversation.ts'
import type { House } from './house.ts'
import { userOf } from './people.ts'

/** Whom an address means. Somebody out of service looks like an address that nobody has (ucwa.md 8.1, T5). */
export function personAt(house: House, address: SipUri): Person {
  const account = house.ports.facts.bySip(address)
  return account && isInService(account)
    ? {
        account: account.id,
        user: withoutScheme(address),
        name: account.displayName,
        phone: account.directory.phone,
      }
    : { account: undefined, user: withoutScheme(address), name: withoutScheme(address) }
}

/** The sender of a row; the name at sending time where the account is gone (R49). */
export function personOf(house: House, id: AccountId, nameThen: string): Person {
  const account = house.ports.facts.account(id)
  return account
    ? { account: id, user: userOf(account), name: account.displayName, phone: account.directory.phone }
    : { account: id, user: `deleted-${id}@invalid`, name: nameThen }
}
