import { z } from 'zod'
import { presenceFor } from '../../actions/watch-presence.ts'
import type { UcwaEvent } from '../../codec/ucwa/events.ts'
import { type Resource, resource } from '../../codec/ucwa/hal.ts'
import type { VisiblePresence } from '../../domain/access.ts'
import type { Account, AccountId } from '../../domain/account.ts'
import { type Application, from, type PresenceSubscription, peopleOf, targetOf } from './application.ts'
import { type Call, created, NO_CONTENT, ok, problem, type Reply } from './call.ts'
import { accountsOf, groupOf } from './groups.ts'
import type { House } from './house.ts'
import { count, parameter, readInput, text } from './input.ts'
import {
  contactLink,
  contactLocationResource,
  contactNoteResource,
  contactPresenceResource,
  contactResource,
  modalitiesResource,
  personByUser,
  userOf,
} from './people.ts'

const MINUTE_MS = 60_000
/** The time that is left never grows beyond this (ucwa.md 6.4, 6.5). */
const LONGEST_MS = 30 * MINUTE_MS
/** `updated` comes this long before the end. */
const WARN_MS = MINUTE_MS
/** People whom one user watches, on however many devices: each counts once (SECURITY 21). */
const MAX_WATCHED = 500

/** Whom an application watches, by name only. */
export function subscriptionResource(app: Application, { id }: PresenceSubscription): Resource {
  const { links } = app
  return resource(
    'presenceSubscription',
    links.subscription(id),
    { id },
    {
      addToPresenceSubscription: { href: links.membershipsOf(id) },
      memberships: { href: links.membershipsOf(id) },
    },
  )
}

/** What this application watches. */
export function getSubscriptions({ app }: Call): Reply {
  const all = [...app.subscriptions.values()].map((one) => subscriptionResource(app, one))
  return ok(resource('presenceSubscriptions', app.links.subscriptions, {}, {}, { presenceSubscription: all }))
}

const DURATION = count(10, 30)
const URIS = z.array(z.string().max(512)).max(MAX_WATCHED)

/** Subscribes to people, or with `groupId` to a group (ucwa.md 6.5). */
export async function postSubscription({ house, app, request }: Call): Promise<Reply> {
  const input = readInput(request, {
    duration: DURATION,
    uris: URIS.optional(),
    groupId: text(256).optional(),
  })
  if (!input.ok) return input.error
  const { duration, uris, groupId } = input.value
  let people: Account[]
  if (groupId === undefined) {
    if (!uris) return problem('BadRequest', 'ParameterValidationFailure', { parameters: { uris: 'Missing' } })
    people = uris.flatMap((uri) => personByUser(house, uri) ?? [])
  } else {
    const list = await house.ports.contacts.list(app.account)
    if (!groupOf(list, groupId)) return problem('NotFound')
    people = accountsOf(house, list, groupId)
  }
  if (wouldBeTooMany(house, app.account, people)) return problem('Forbidden', 'LimitExceeded')
  const subscription: PresenceSubscription = {
    id: app.nextId(),
    users: new Map(),
    until: house.ports.clock.monotonicMs() + duration * MINUTE_MS,
    warned: false,
  }
  app.subscriptions.set(subscription.id, subscription)
  const added = from({ rel: 'people', href: app.links.people })
  const self = subscriptionResource(app, subscription)
  watch(house, app, subscription, people, [
    added('added', targetOf(self), { priority: 'Medium', embedded: self, embedFor: 'full' }),
  ])
  return created(self)
}

/** One step: the contacts, the subscription, then for each contact what is known of it; links only (ucwa.md 6.5). */
function watch(
  house: House,
  app: Application,
  subscription: PresenceSubscription,
  people: readonly Account[],
  between: readonly UcwaEvent[],
): void {
  const event = peopleOf(app)
  const subscribed = { rel: 'subscribedContacts', href: app.links.subscribedContacts }
  const fresh = people.filter((account) => !isWatched(app, account.id))
  for (const account of people) subscription.users.set(account.id, userOf(account))
  app.raise([
    ...fresh.map((account) =>
      event(
        'added',
        { rel: 'contact', href: app.links.contact(userOf(account)), title: account.displayName },
        {
          in: subscribed,
          priority: 'Medium',
          embedded: contactResource(app, account),
          embedFor: 'full',
        },
      ),
    ),
    ...between,
    ...fresh.flatMap((account) => {
      const seen = presenceFor(house.ports, app.account, account.id)
      app.seen.set(account.id, seen)
      return partEvents(house, app, account, seen, undefined)
    }),
  ])
}

/** What changed for one viewer, or everything at the start: `updated`, merged per contact. */
export function partEvents(
  house: House,
  app: Application,
  account: Account,
  seen: VisiblePresence,
  before: VisiblePresence | undefined,
): UcwaEvent[] {
  const user = userOf(account)
  const updated = (of: Resource) => contactPart(app, user, of)
  const presence =
    !before ||
    before.availability !== seen.availability ||
    before.activity !== seen.activity ||
    before.deviceType !== seen.deviceType
  const note = !before || before.note?.text !== seen.note?.text || before.note?.type !== seen.note?.type
  const location = !before || before.location !== seen.location
  const reachable = !before || (before.availability === 'Offline') !== (seen.availability === 'Offline')
  return [
    ...(presence ? [updated(contactPresenceResource(app, user, seen))] : []),
    ...(note ? [updated(contactNoteResource(app, user, seen))] : []),
    ...(location ? [updated(contactLocationResource(app, user, seen))] : []),
    ...(reachable ? [modalitiesEvent(house, app, account, seen)] : []),
  ]
}

/** Whether somebody can be written to, as an event. */
export function modalitiesEvent(
  house: House,
  app: Application,
  account: Account,
  seen: VisiblePresence,
): UcwaEvent {
  const user = userOf(account)
  return contactPart(app, user, modalitiesResource(house, app, user, seen))
}

function contactPart(app: Application, user: string, of: Resource): UcwaEvent {
  return peopleOf(app)('updated', targetOf(of), {
    in: { rel: 'contact', href: app.links.contact(user) },
    priority: 'Medium',
    embedded: of,
    embedFor: 'full',
    merge: true,
    presence: true,
  })
}

function isWatched(app: Application, account: AccountId): boolean {
  return [...app.subscriptions.values()].some(({ users }) => users.has(account))
}

/** Whether these are too many with those that the user's applications watch already. */
function wouldBeTooMany(house: House, account: AccountId, more: readonly Account[]): boolean {
  const watched = new Set(more.map(({ id }) => id))
  for (const app of house.applications.of(account)) {
    for (const { users } of app.subscriptions.values()) for (const id of users.keys()) watched.add(id)
  }
  return watched.size > MAX_WATCHED
}

/** `GET presenceSubscription`. */
export function getSubscription({ app, params }: Call): Reply {
  const subscription = app.subscriptions.get(params.subscription ?? '')
  return subscription ? ok(subscriptionResource(app, subscription)) : problem('NotFound')
}

/** Extends; never beyond 30 minutes from now. */
export function extendSubscription({ house, app, params, request }: Call): Reply {
  const subscription = app.subscriptions.get(params.subscription ?? '')
  if (!subscription) return problem('NotFound')
  const input = readInput(request, { duration: DURATION })
  if (!input.ok) return input.error
  const now = house.ports.clock.monotonicMs()
  subscription.until = Math.min(
    now + LONGEST_MS,
    Math.max(subscription.until, now) + input.value.duration * MINUTE_MS,
  )
  subscription.warned = false
  return created(subscriptionResource(app, subscription))
}

/** Ends a subscription. */
export function deleteSubscription({ app, params }: Call): Reply {
  const subscription = app.subscriptions.get(params.subscription ?? '')
  if (!subscription) return problem('NotFound')
  endSubscription(app, subscription)
  return NO_CONTENT
}

function endSubscription(app: Application, subscription: PresenceSubscription): void {
  const event = peopleOf(app)
  app.subscriptions.delete(subscription.id)
  const left = [...subscription.users].filter(([account]) => !isWatched(app, account))
  for (const [account] of left) app.seen.delete(account)
  app.raise([
    ...left.map(([, user]) => contactGone(app, user)),
    event(
      'deleted',
      { rel: 'presenceSubscription', href: app.links.subscription(subscription.id) },
      { priority: 'Medium' },
    ),
  ])
}

function contactGone(app: Application, user: string): UcwaEvent {
  return peopleOf(app)(
    'deleted',
    { rel: 'contact', href: app.links.contact(user) },
    { in: { rel: 'subscribedContacts', href: app.links.subscribedContacts }, priority: 'Medium' },
  )
}

/** Announces the end of subscriptions, then ends them (ucwa.md 6.5). */
export function tickSubscriptions(app: Application, now: number): void {
  for (const subscription of [...app.subscriptions.values()]) {
    if (now >= subscription.until) endSubscription(app, subscription)
    else if (!subscription.warned && now >= subscription.until - WARN_MS) {
      subscription.warned = true
      const self = subscriptionResource(app, subscription)
      app.raise([
        peopleOf(app)('updated', targetOf(self), {
          priority: 'Medium',
          embedded: self,
          embedFor: 'full',
        }),
      ])
    }
  }
}

function membershipResource(app: Application, subscription: PresenceSubscription, user: string): Resource {
  return resource(
    'presenceSubscriptionMembership',
    app.links.subscriptionMembership(subscription.id, user),
    {},
    {
      contact: { href: app.links.contact(user) },
      presenceSubscription: { href: app.links.subscription(subscription.id) },
    },
  )
}

/** Who is in which subscription, of all or of one. */
export function getSubscriptionMemberships({ app, request }: Call): Reply {
  const id = parameter(request, 'presenceSubscriptionId')
  const wanted = [...app.subscriptions.values()].filter((one) => id === undefined || one.id === id)
  if (id !== undefined && wanted.length === 0) return problem('NotFound')
  return ok(membershipsOf(app, wanted, id))
}

function membershipsOf(
  app: Application,
  of: readonly PresenceSubscription[],
  id: string | undefined,
): Resource {
  const all = of.flatMap((one) => [...one.users.values()].map((user) => membershipResource(app, one, user)))
  return resource(
    id === undefined ? 'presenceSubscriptionMemberships' : 'memberships',
    id === undefined ? app.links.subscriptionMemberships : app.links.membershipsOf(id),
    {},
    {},
    { presenceSubscriptionMembership: all },
  )
}

/** Adds people to a subscription. */
export function postSubscriptionMemberships({ house, app, request }: Call): Reply {
  const input = readInput(request, {
    contactUris: z.union([URIS, z.string().max(512)]),
    presenceSubscriptionId: text(50).optional(),
  })
  if (!input.ok) return input.error
  const { contactUris, presenceSubscriptionId = '' } = input.value
  const subscription = app.subscriptions.get(presenceSubscriptionId)
  if (!subscription) return problem('NotFound')
  const people = [contactUris].flat().flatMap((uri) => personByUser(house, uri) ?? [])
  if (wouldBeTooMany(house, app.account, people)) return problem('Forbidden', 'LimitExceeded')
  watch(house, app, subscription, people, [])
  return created(membershipsOf(app, [subscription], subscription.id))
}

/** `GET presenceSubscriptionMembership`. */
export function getSubscriptionMembership(call: Call): Reply {
  const found = findMembership(call)
  return found ? ok(membershipResource(call.app, found.subscription, found.user)) : problem('NotFound')
}

/** Takes one person out of a subscription. */
export function deleteSubscriptionMembership(call: Call): Reply {
  const { app } = call
  const found = findMembership(call)
  if (!found) return problem('NotFound')
  found.subscription.users.delete(found.account)
  if (!isWatched(app, found.account)) {
    app.seen.delete(found.account)
    app.raise([contactGone(app, found.user)])
  }
  return NO_CONTENT
}

function findMembership({ app, params }: Call) {
  const [id = '', ...rest] = (params.membership ?? '').split(',')
  const subscription = app.subscriptions.get(id)
  const wanted = rest.join(',').toLowerCase()
  for (const [account, user] of subscription?.users ?? []) {
    if (user === wanted && subscription) return { subscription, account, user }
  }
  return undefined
}

/** Everybody who is watched, as links. */
export function getSubscribedContacts({ house, app }: Call): Reply {
  const ids = new Set([...app.subscriptions.values()].flatMap(({ users }) => [...users.keys()]))
  const contacts = [...ids].flatMap((id) => {
    const account = house.ports.facts.account(id)
    return account ? [contactLink(app, account)] : []
  })
  return ok(resource('subscribedContacts', app.links.subscribedContacts, {}, { contact: contacts }))
}
