import { z } from 'zod'
import { type Resource, resource } from '../../codec/ucwa/hal.ts'
import type { Application, PresenceSubscription } from './application.ts'
import { type Call, created, NO_CONTENT, ok, problem, type Reply } from './call.ts'
import { parameter, readInput, text } from './input.ts'
import { personByUser } from './people.ts'
import { contactGone, isWatched, URIS, watch, wouldBeTooMany } from './subscriptions.ts'

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
