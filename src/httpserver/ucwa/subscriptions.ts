import { z } from 'zod'
import { presenceFor } from '../../actions/watch-presence.ts'
import type { UcwaEvent } from '../../codec/ucwa/events.ts'
import { type Resource, resource } from '../../codec/ucwa/hal.ts'
import { type Account, type AccountId, isInService } from '../../domain/account.ts'
import { type Application, from, type PresenceSubscription, peopleOf, targetOf } from './application.ts'
import { type Call, created, NO_CONTENT, ok, problem, type Reply } from './call.ts'
import { accountsOf, groupOf } from './groups.ts'
import type { House } from './house.ts'
import { count, readInput, text } from './input.ts'
import { contactLink, contactResource, personByUser, userOf } from './people.ts'
import { partEvents } from './presence-parts.ts'

const MINUTE_MS = 60_000
/** The time that is left never grows beyond this (ucwa.md 6.4, 6.5). */
const LONGEST_MS = 30 * MINUTE_MS
/** `updated` comes this long before the end. */
const WARN_MS = MINUTE_MS
/** People whom one user watches, on however many devices: each counts once (SECURITY 21). */
const MAX_WATCHED = 500

/** Subscriptions of one application: as many as there may be people in them, for one at a time is how some clients ask (SECURITY 21, 25). */
const MAX_SUBSCRIPTIONS = MAX_WATCHED

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
/** Addresses in one request. */
export const URIS = z.array(z.string().max(512)).max(MAX_WATCHED)

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
  if (app.subscriptions.size >= MAX_SUBSCRIPTIONS || wouldBeTooMany(house, app.account, people))
    return problem('Forbidden', 'LimitExceeded')
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
export function watch(
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

/** Whether one of the application's subscriptions has this person. */
export function isWatched(app: Application, account: AccountId): boolean {
  return [...app.subscriptions.values()].some(({ users }) => users.has(account))
}

/** Whether these are too many with those that the user's applications watch already. */
export function wouldBeTooMany(house: House, account: AccountId, more: readonly Account[]): boolean {
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

/** Nobody watches this person here any more. */
export function contactGone(app: Application, user: string): UcwaEvent {
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

/** Everybody who is watched, as links. */
export function getSubscribedContacts({ house, app }: Call): Reply {
  const ids = new Set([...app.subscriptions.values()].flatMap(({ users }) => [...users.keys()]))
  const contacts = [...ids].flatMap((id) => {
    const account = house.ports.facts.account(id)
    return account && isInService(account) ? [contactLink(app, account)] : []
  })
  return ok(resource('subscribedContacts', app.links.subscribedContacts, {}, { contact: contacts }))
}
