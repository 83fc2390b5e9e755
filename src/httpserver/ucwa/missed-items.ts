import { type Resource, resource } from '../../codec/ucwa/hal.ts'
import type { Seq } from '../../domain/message.ts'
import { type Application, communicationOf, targetOf } from './application.ts'
import { type Call, ok, type Reply } from './call.ts'
import type { House } from './house.ts'

type Counts = Awaited<ReturnType<House['ports']['threads']['counts']>>

/** Threads with an inbox row, and with an unread one (DECISIONS 12, offline-im R35). */
function missedItemsResource(app: Application, counts: Counts): Resource {
  const expired = expiredFor(app, counts)
  return resource('missedItems', app.links.missedItems, {
    conversationLogsCount: counts.logs,
    conversationLogsNotifications: 'Enabled',
    missedConversationsCount: counts.missed,
    unreadMissedConversationsCount: counts.unreadMissed,
    unreadVoicemailsCount: 0,
    voiceMailsCount: 0,
    expiredCount: expired,
  })
}

/** `GET missedItems`. */
export async function getMissedItems({ house, app }: Call): Promise<Reply> {
  return ok(missedItemsResource(app, await house.ports.threads.counts(app.account)))
}

/** Tells an inbox view of everything in the log up to `upTo`, whether a number changed or not: its ack confirms that. */
export function raiseWaiting(house: House, app: Application, upTo: Seq): void {
  house.ports.threads
    .counts(app.account)
    .then((counts) => {
      if (app.ended) return
      app.lastCounts = keyOf(app, counts)
      raise(app, counts, upTo)
    })
    .catch((error: unknown) => house.log.error({ err: error }, 'missedItems not told'))
}

/**
 * `missedItems` updated, when a number in it changed (to an inbox view) or one that says that something waits (to
 * everybody else, whose packages are better not filled).
 */
export function tellMissedItems(app: Application, counts: Counts): void {
  const key = keyOf(app, counts)
  if (app.ended || key === app.lastCounts) return
  app.lastCounts = key
  raise(app, counts, undefined)
}

/** The announcement at sign-in: silent when there is nothing (R6). An inbox view is where what expired is told, once. */
export async function announceMissed(house: House, app: Application): Promise<void> {
  const { threads, clock } = house.ports
  if (app.inboxView) app.expired ??= await threads.tellExpired(app.account, clock.now())
  const counts = await threads.counts(app.account)
  const waits = counts.unreadMissed > 0 || counts.missed > 0 || expiredFor(app, counts) > 0
  app.lastCounts = keyOf(app, counts)
  if (waits) raise(app, counts, undefined)
}

/** What this application was told at its sign-in, for as long as it lives; before that, what will be told (R50). */
function expiredFor(app: Application, counts: Counts): number {
  return app.expired ?? counts.expired
}

function keyOf(app: Application, counts: Counts): string {
  const { logs, missed, unreadMissed } = counts
  return [app.inboxView ? logs : 0, missed, unreadMissed, expiredFor(app, counts)].join()
}

function raise(app: Application, counts: Counts, upTo: Seq | undefined): void {
  const self = missedItemsResource(app, counts)
  app.raise([
    communicationOf(app)('updated', targetOf(self), {
      embedded: self,
      // What confirms must not be replaced by what does not.
      ...(upTo === undefined ? { merge: true } : { upTo }),
    }),
  ])
}
