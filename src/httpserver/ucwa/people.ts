import { ownGate } from '../../actions/own-gate.ts'
import { presenceFor } from '../../actions/watch-presence.ts'
import { formatDate } from '../../codec/ucwa/dates.ts'
import { link, type Resource, resource } from '../../codec/ucwa/hal.ts'
import type { VisiblePresence } from '../../domain/access.ts'
import { type Account, isInService } from '../../domain/account.ts'
import { parseAddress, withoutScheme } from '../../domain/sip-uri.ts'
import type { Application } from './application.ts'
import { type Call, type Handler, ok, problem, type Reply } from './call.ts'
import { aboutFormer, formerContact, formerPresence } from './former-people.ts'
import type { House } from './house.ts'

/** The way to contacts, groups, subscriptions and search. */
export function peopleResource(app: Application): Resource {
  const { links } = app
  return resource(
    'people',
    links.people,
    {},
    {
      presenceSubscriptions: { href: links.subscriptions },
      subscribedContacts: { href: links.subscribedContacts },
      presenceSubscriptionMemberships: { href: links.subscriptionMemberships },
      myGroups: { href: links.groups, revision: '2' },
      myGroupMemberships: { href: links.memberships, revision: '2' },
      myContacts: { href: links.contacts },
      myContactsAndGroupsSubscription: { href: links.contactsSubscription },
      myPrivacyRelationships: { href: links.privacyRelationships },
      search: { href: links.search, revision: '2' },
    },
  )
}

/** `GET people`. */
export function getPeople({ app }: Call): Reply {
  return ok(peopleResource(app))
}

/** Somebody of the directory who can be written to; a disabled account looks like an unknown one. */
export function personByUser(
  house: House,
  user: string,
): (Account & { sip: NonNullable<Account['sip']> }) | undefined {
  const address = parseAddress(user)
  const account = address && house.ports.facts.bySip(address)
  return account && isInService(account) ? account : undefined
}

/** `user@domain`: the last segment of somebody's addresses. */
export function userOf(account: Pick<Account, 'sip' | 'upn'>): string {
  return account.sip ? withoutScheme(account.sip) : account.upn.toLowerCase()
}

/** The same address serves anybody of the directory, contact or not (ucwa.md 6.4). There are no photos, so no link to one. */
export function contactResource(
  app: Application,
  account: Account,
  embedded: Readonly<Record<string, Resource>> = {},
): Resource {
  const { links } = app
  const { directory } = account
  const user = userOf(account)
  return resource(
    'contact',
    links.contact(user),
    {
      uri: `sip:${user}`,
      name: account.displayName,
      // [ours] The reading: Japanese names are sorted and found by it.
      phonetic: directory.phonetic,
      type: 'User',
      sourceNetwork: 'SameEnterprise',
      emailAddresses: [directory.mail ?? user],
      title: directory.title,
      department: directory.department,
      company: directory.company,
      office: directory.office,
      workPhoneNumber: directory.phone,
      mobilePhoneNumber: directory.mobilePhone,
    },
    {
      contactPresence: { href: links.contactPresence(user) },
      contactNote: { href: links.contactNote(user) },
      contactLocation: { href: links.contactLocation(user) },
      contactSupportedModalities: { href: links.contactModalities(user) },
      contactPrivacyRelationship: { href: links.privacy(user), revision: '2' },
      timeline: { href: links.timeline(user) },
    },
    embedded,
  )
}

const DEVICES = { Desktop: 'PC', Web: 'Web', Mobile: 'Mobile' } as const

/**
 * Presence as this viewer may see it; `lastActive` and `deviceType` as published (ucwa.md 6.5). Where not even absence is
 * claimed (M12) there is no `availability`: the documented values have none for that, and clients parse them strictly.
 */
export function contactPresenceResource(app: Application, user: string, seen: VisiblePresence): Resource {
  return resource('contactPresence', app.links.contactPresence(user), {
    availability: seen.availability === 'None' ? undefined : seen.availability,
    activity: seen.activity,
    deviceType: seen.deviceType === undefined ? 'Unknown' : DEVICES[seen.deviceType],
    lastActive: seen.lastActive === undefined ? undefined : formatDate(seen.lastActive),
  })
}

/** The note as this viewer may see it. */
export function contactNoteResource(app: Application, user: string, seen: VisiblePresence): Resource {
  return resource('contactNote', app.links.contactNote(user), {
    message: seen.note?.text ?? '',
    type: seen.note?.type ?? 'Personal',
  })
}

/** The location as this viewer may see it. */
export function contactLocationResource(app: Application, user: string, seen: VisiblePresence): Resource {
  return resource('contactLocation', app.links.contactLocation(user), { location: seen.location ?? '' })
}

/**
 * `Messaging` also for somebody who is not there, unless the viewer's own gate is closed: otherwise clients grey it out.
 * A block or the other site never shows here (ucwa.md 6.5).
 */
export function modalitiesResource(
  house: House,
  app: Application,
  user: string,
  seen: VisiblePresence,
): Resource {
  const closed =
    seen.availability === 'Offline' && ownGate(house.ports, app.account, app.identity.userAgent) !== undefined
  return resource('contactSupportedModalities', app.links.contactModalities(user), {
    modalities: closed ? [] : ['Messaging'],
  })
}

/** Everything that a viewer may see of one person, as `expand=presence` and the feed embed it. */
export function presenceParts(house: House, app: Application, account: Account): Record<string, Resource> {
  const user = userOf(account)
  const seen = presenceFor(house.ports, app.account, account.id)
  return {
    contactPresence: contactPresenceResource(app, user, seen),
    contactNote: contactNoteResource(app, user, seen),
    contactSupportedModalities: modalitiesResource(house, app, user, seen),
  }
}

/** A handler about one person of the directory; `otherwise` for everybody else. */
function aboutPerson(
  build: (call: Call, account: Account, seen: VisiblePresence) => Resource,
  otherwise: Handler = () => problem('NotFound'),
) {
  return (call: Call): Promise<Reply> | Reply => {
    const account = personByUser(call.house, call.params.user ?? '')
    if (!account) return otherwise(call)
    return ok(build(call, account, presenceFor(call.house.ports, call.app.account, account.id)))
  }
}

/** Anybody of the directory. */
export const getContact = aboutPerson(
  ({ app }, account) => contactResource(app, account),
  aboutFormer(formerContact),
)
export const getContactPresence = aboutPerson(
  ({ app }, account, seen) => contactPresenceResource(app, userOf(account), seen),
  aboutFormer(formerPresence),
)
export const getContactNote = aboutPerson(({ app }, account, seen) =>
  contactNoteResource(app, userOf(account), seen),
)
export const getContactLocation = aboutPerson(({ app }, account, seen) =>
  contactLocationResource(app, userOf(account), seen),
)
export const getContactModalities = aboutPerson(({ house, app }, account, seen) =>
  modalitiesResource(house, app, userOf(account), seen),
)

/** Link to a contact, titled with the name. */
export function contactLink(app: Application, account: Account) {
  return link(app.links.contact(userOf(account)), account.displayName)
}
