import type { UcwaEvent } from '../../codec/ucwa/events.ts'
import { type Resource, resource } from '../../codec/ucwa/hal.ts'
import type { ContactList } from '../../domain/contact.ts'
import { type Application, peopleOf, targetOf } from './application.ts'
import { type Call, created, NO_CONTENT, ok, type Reply } from './call.ts'
import { groupResource } from './groups.ts'
import type { House } from './house.ts'
import { count, readInput } from './input.ts'
import { contactResource } from './people.ts'

const MINUTE_MS = 60_000
const LONGEST_MS = 30 * MINUTE_MS

/** Contact and group events reach an application only while this is active (ucwa.md 6.4). */
function subscriptionResource(house: House, app: Application): Resource {
  const { links } = app
  const active = (app.contactsUntil ?? 0) > house.ports.clock.monotonicMs()
  return resource(
    'myContactsAndGroupsSubscription',
    links.contactsSubscription,
    { state: active ? 'Connected' : 'Disconnected' },
    {
      startOrRefreshSubscriptionToContactsAndGroups: { href: links.startContactsSubscription },
      stopSubscriptionToContactsAndGroups: active ? { href: links.stopContactsSubscription } : undefined,
    },
  )
}

/** Whether contact and group events come at present. */
export function getContactsSubscription({ house, app }: Call): Reply {
  return ok(subscriptionResource(house, app))
}

/** Starts or extends: 10 to 60 minutes are asked for, at most 30 are left (ucwa.md 6.4). */
export async function startContactsSubscription({ house, app, request }: Call): Promise<Reply> {
  const input = readInput(request, { duration: count(10, 60) })
  if (!input.ok) return input.error
  const now = house.ports.clock.monotonicMs()
  app.contacts = await house.ports.contacts.list(app.account)
  app.contactsUntil = now + Math.min(LONGEST_MS, input.value.duration * MINUTE_MS)
  return created({
    ...subscriptionResource(house, app),
    rel: 'startOrRefreshSubscriptionToContactsAndGroups',
  })
}

/** Ends it before its time. */
export function stopContactsSubscription({ house, app }: Call): Reply {
  end(house, app)
  return NO_CONTENT
}

function end(house: House, app: Application): void {
  if (app.contactsUntil === undefined) return
  app.contactsUntil = undefined
  app.contacts = undefined
  const self = subscriptionResource(house, app)
  app.raise([peopleOf(app)('updated', targetOf(self), { priority: 'Medium', embedded: self, merge: true })])
}

/** Ends the subscription when its time is over, and says so. */
export function tickContacts(house: House, app: Application, now: number): void {
  if (app.contactsUntil !== undefined && now >= app.contactsUntil) end(house, app)
}

/** Tells a subscribed application what is different about the list, whichever door changed it. */
export async function contactsChanged(house: House, app: Application): Promise<void> {
  const before = app.contacts
  if (!before || (app.contactsUntil ?? 0) <= house.ports.clock.monotonicMs()) return
  const after = await house.ports.contacts.list(app.account)
  app.contacts = after
  app.raise([...groupEvents(app, before, after), ...contactEvents(house, app, before, after)])
}

function groupEvents(app: Application, before: ContactList, after: ContactList): UcwaEvent[] {
  const event = peopleOf(app)
  const inGroups = { in: { rel: 'myGroups', href: app.links.groups } }
  const old = new Map(before.groups.map((group) => [group.id, group]))
  const events: UcwaEvent[] = []
  for (const group of after.groups) {
    const known = old.get(group.id)
    old.delete(group.id)
    const self = groupResource(app, group)
    const embedded = { embedded: self, embedFor: 'full' } as const
    if (!known) events.push(event('added', targetOf(self, group.name), { ...inGroups, ...embedded }))
    else if (known.name !== group.name) events.push(event('updated', targetOf(self, group.name), embedded))
  }
  for (const group of old.values())
    events.push(event('deleted', targetOf(groupResource(app, group)), inGroups))
  return events
}

function contactEvents(house: House, app: Application, before: ContactList, after: ContactList): UcwaEvent[] {
  const old = memberships(before)
  const now = memberships(after)
  const events: UcwaEvent[] = []
  const tell = (type: 'added' | 'deleted', key: string) => {
    const [account = '', group = ''] = key.split(' ')
    const person = house.ports.facts.account(Number(account) as ContactList['owner'])
    if (!person?.sip) return
    const self = contactResource(app, person)
    const within =
      group === ''
        ? { rel: 'myContacts', href: app.links.contacts }
        : { rel: 'groupContacts', href: app.links.groupContacts(group) }
    events.push(
      peopleOf(app)(type, targetOf(self, person.displayName), {
        in: within,
        ...(type === 'added' ? { embedded: self, embedFor: 'full' as const } : {}),
      }),
    )
  }
  for (const key of now) if (!old.has(key)) tell('added', key)
  for (const key of old) if (!now.has(key)) tell('deleted', key)
  return events
}

/** `account` for being a contact at all, `account group` for each group. */
function memberships(list: ContactList): Set<string> {
  return new Set(
    list.contacts.flatMap(({ account, groups }) => [
      `${account} `,
      ...groups.map((group) => `${account} ${group}`),
    ]),
  )
}
