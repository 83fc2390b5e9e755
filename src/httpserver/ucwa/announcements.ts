import { setImmediate as nextTurn } from 'node:timers/promises'
import { admitClient } from '../../actions/admit-client.ts'
import type { Announcement } from '../../actions/ports/bus.ts'
import { presenceFor } from '../../actions/watch-presence.ts'
import { assertNever } from '../../base/never.ts'
import type { Resource } from '../../codec/ucwa/hal.ts'
import type { AccountId } from '../../domain/account.ts'
import { type Application, meOf, peopleOf, targetOf } from './application.ts'
import { contactsChanged } from './contacts-subscription.ts'
import { createFeed, type Feed } from './feed.ts'
import type { House } from './house.ts'
import { meResource } from './me.ts'
import { locationResource, noteResource, presenceResource } from './own-presence.ts'
import { userOf } from './people.ts'
import { policyChanged } from './policies.ts'
import { partEvents } from './presence-parts.ts'
import { privacyResource } from './privacy.ts'
import { heardRenamed } from './renamed.ts'
import { settingsResource } from './settings.ts'
import { heardTyping } from './typing.ts'

/**
 * Turns what the bus says into events of the applications it concerns. Work for one account runs in order; what needs the
 * store is looked up there, because the bus says only "look" (ARCHITECTURE, promise 3).
 * @returns the end
 */
export function listenToBus(house: House): () => void {
  const inOrder = orderedByAccount(house)
  const feed = createFeed(house, inOrder)
  return house.ports.bus.subscribe((what) => hear(house, feed, inOrder, what))
}

type InOrder = (account: AccountId, work: () => Promise<void>) => void

/** One chain of work per account: two rows of one person never swap in the feed. */
function orderedByAccount(house: House): InOrder {
  const tails = new Map<AccountId, Promise<void>>()
  return (account, work) => {
    const before = tails.get(account) ?? Promise.resolve()
    const tail = before
      .then(work)
      .catch((error: unknown) => house.log.error({ err: error }, 'announcement not told'))
      .finally(() => {
        if (tails.get(account) === tail) tails.delete(account)
      })
    tails.set(account, tail)
  }
}

function hear(house: House, feed: Feed, inOrder: InOrder, what: Announcement): void {
  switch (what.topic) {
    case 'row':
      feed.row(what.row)
      break
    case 'marks':
      feed.marks(what.sender, what.thread)
      break
    case 'thread':
      feed.thread(what.owner, what.thread, what.removed)
      break
    case 'presence':
      heardPresence(house, what.account)
      break
    case 'access':
      for (const [viewer, viewed] of [
        [what.owner, what.other],
        [what.other, what.owner],
      ] as const) {
        concerning(house, viewer, (apps) => {
          for (const app of apps) raiseSeen(house, app, viewed)
        })
      }
      concerning(house, what.owner, (apps) => {
        for (const app of apps) raisePrivacy(house, app, what.other)
      })
      break
    case 'contacts':
      concerning(house, what.owner, (apps) =>
        inOrder(what.owner, async () => {
          for (const app of apps) await contactsChanged(house, app)
        }),
      )
      break
    case 'settings':
      concerning(house, what.account, (apps) => {
        for (const app of apps) raiseOwn(app, settingsResource(house, app))
      })
      break
    case 'account':
      house.applications.revoked(what.account)
      for (const app of house.applications.of(what.account)) endIfNotAdmitted(house, app)
      heardRenamed(house, what.account)
      concerning(house, what.account, (apps) => {
        for (const app of apps) raiseOwn(app, meResource(house, app))
      })
      break
    case 'policy':
      for (const app of [...house.applications.all()]) {
        endIfNotAdmitted(house, app)
        if (!app.ended) policyChanged(house, app)
      }
      break
    case 'privacy':
      lookAgain(house).catch((error: unknown) => house.log.error({ err: error }, 'announcement not told'))
      break
    case 'typing':
      heardTyping(house, what)
      break
    case 'revoked':
    case 'tokens':
      house.applications.revoked(what.account)
      break
    default:
      assertNever(what)
  }
}

/** Every watcher looks again at everybody it watches, one application a turn: there may be thousands of each (SECURITY 25). */
async function lookAgain(house: House): Promise<void> {
  for (const app of [...house.applications.all()]) {
    await nextTurn()
    if (app.ended) continue
    for (const account of [...app.seen.keys()]) raiseSeen(house, app, account)
  }
}

/** A client that may not sign in any more does not stay either (R22, offline-im section 5): 410 from here on. */
function endIfNotAdmitted(house: House, app: Application): void {
  const { kind } = admitClient(house.ports, app.account, app.identity.userAgent)
  if (kind === 'blocked') house.applications.end(app, 'UserAgentNotAllowed')
}

function concerning(house: House, account: AccountId, tell: (apps: readonly Application[]) => void): void {
  const apps = house.applications.of(account)
  if (apps.length > 0) tell(apps)
}

function heardPresence(house: House, account: AccountId): void {
  for (const app of house.applications.of(account)) {
    if (!app.presented) continue
    for (const self of [
      presenceResource(house, app),
      noteResource(house, app),
      locationResource(house, app),
    ]) {
      raiseOwn(app, self)
    }
  }
  for (const app of house.applications.all()) raiseSeen(house, app, account)
}

/** A resource of `me`, only when it differs from what was told last. */
function raiseOwn(app: Application, self: Resource): void {
  const now = JSON.stringify(self)
  if (app.lastOwn.get(self.rel) === now) return
  app.lastOwn.set(self.rel, now)
  app.raise([
    meOf(app)('updated', targetOf(self), {
      priority: 'Medium',
      embedded: self,
      embedFor: 'full',
      merge: true,
      presence: self.rel !== 'settings',
    }),
  ])
}

/** The owner's own level for somebody, on all of the owner's applications. */
function raisePrivacy(house: House, app: Application, other: AccountId): void {
  const account = house.ports.facts.account(other)
  if (!account) return
  const self = privacyResource(house, app, account)
  app.raise([
    peopleOf(app)('updated', targetOf(self), {
      in: { rel: 'contact', href: app.links.contact(userOf(account)) },
      priority: 'Medium',
      embedded: self,
      embedFor: 'full',
      merge: true,
    }),
  ])
}

/** What a watcher sees of somebody, when it is not what it was. */
function raiseSeen(house: House, app: Application, account: AccountId): void {
  const before = app.seen.get(account)
  const person = house.ports.facts.account(account)
  if (!before || !person) return
  const seen = presenceFor(house.ports, app.account, account)
  app.seen.set(account, seen)
  app.raise(partEvents(house, app, person, seen, before))
}
