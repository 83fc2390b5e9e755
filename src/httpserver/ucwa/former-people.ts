import { type Resource, resource } from '../../codec/ucwa/hal.ts'
import type { AccountId } from '../../domain/account.ts'
import { parseAddress } from '../../domain/sip-uri.ts'
import type { Application } from './application.ts'
import { type Call, ok, problem, type Reply } from './call.ts'
import type { Person } from './conversation.ts'
import type { House } from './house.ts'
import { personOf } from './people-of-conversations.ts'

/** Whose rows stay although the account is out of service or gone: `deleted-17@invalid`, as `personOf` names them. */
function formerAccount({ facts }: House['ports'], user: string): AccountId | undefined {
  const deleted = /^deleted-([1-9]\d{0,14})@invalid$/.exec(user)?.[1]
  if (deleted !== undefined) {
    const id = Number(deleted) as AccountId
    return facts.account(id) ? undefined : id
  }
  const address = parseAddress(user)
  return (address && facts.bySip(address)?.id) ?? facts.byUpn(user.toLowerCase())?.id
}

/**
 * Somebody who is not in service any more, as the history of this user has them (R49, offline-im 6a). To everybody without
 * such a history they look like an address that nobody has.
 */
export async function formerPerson(
  house: House,
  app: Application,
  user: string,
): Promise<(Person & { account: AccountId }) | undefined> {
  const { threads } = house.ports
  const id = formerAccount(house.ports, user)
  if (id === undefined) return undefined
  const [line] = (await threads.timeline(app.account, id, { limit: 1 })).items
  const side = line && (await threads.side(app.account, line.thread))
  return side && { ...personOf(house, id, side.peerName), account: id }
}

/** A handler about somebody who is not in service: 404, or what the user's own history tells. */
export function aboutFormer(build: (app: Application, person: Person) => Resource) {
  return async ({ house, app, params }: Call): Promise<Reply> => {
    const person = await formerPerson(house, app, params.user ?? '')
    return person ? ok(build(app, person)) : problem('NotFound')
  }
}

/** Name and address; what else there was is not shown any more. */
export function formerContact({ links }: Application, { user, name }: Person): Resource {
  return resource(
    'contact',
    links.contact(user),
    { uri: `sip:${user}`, name, type: 'User', sourceNetwork: 'SameEnterprise' },
    { contactPresence: { href: links.contactPresence(user) }, timeline: { href: links.timeline(user) } },
  )
}

/** Nobody is less there. */
export function formerPresence({ links }: Application, { user }: Person): Resource {
  return resource('contactPresence', links.contactPresence(user), {
    availability: 'Offline',
    deviceType: 'Unknown',
  })
}
