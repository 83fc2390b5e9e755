import type { Account } from '../domain/account.ts'
import type { SipUri } from '../domain/sip-uri.ts'
import { withoutScheme } from '../domain/sip-uri.ts'
import type { Invocation } from './cmdlet.ts'
import { managementError } from './cmdlet.ts'

/** Addresses that this invocation gives out before they are compiled: two people of one batch must not get the same. */
const given = new WeakMap<Invocation, Map<SipUri, Account['id']>>()

/**
 * Checks that an address belongs to a domain of ours and to nobody else. Writes the error itself.
 * @param address undefined when `text` is no address
 */
export function freeAddress(
  invocation: Invocation,
  account: Account,
  address: SipUri | undefined,
  text: string,
): SipUri | undefined {
  const { facts } = invocation.ports
  const refuse = (message: string, category: 'InvalidData' | 'ResourceExists') => {
    invocation.error(managementError(message, 'SipAddress', category, text))
    return undefined
  }
  if (address === undefined)
    return refuse(`"${text}" is not a SIP address; write sip:name@domain.`, 'InvalidData')
  const domain = withoutScheme(address).slice(withoutScheme(address).lastIndexOf('@') + 1)
  if (!facts.domains().some((one) => one.toLowerCase() === domain)) {
    return refuse(
      `The domain "${domain}" is not a SIP domain of the organisation. Its domains are: ${facts.domains().join(', ')}.`,
      'InvalidData',
    )
  }
  const taken = given.get(invocation) ?? new Map<SipUri, Account['id']>()
  given.set(invocation, taken)
  const owner = facts.bySip(address)?.id ?? taken.get(address)
  if (owner !== undefined && owner !== account.id)
    return refuse(`The SIP address "${address}" is already in use.`, 'ResourceExists')
  taken.set(address, account.id)
  return address
}
