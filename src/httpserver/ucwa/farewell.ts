import type { UcwaEvent } from '../../codec/ucwa/events.ts'
import { type Application, meOf, peopleOf, targetOf } from './application.ts'
import { raiseDisconnected } from './conversation-events.ts'
import type { House } from './house.ts'
import { forgetPhotoToken } from './photos.ts'
import { subscriptionResource } from './subscriptions.ts'

/**
 * The last events of an application that ends: what was its own is gone, its conversations, subscriptions and presence
 * (ucwa.md section 4). Whoever still waits gets them as the last package; the next request says why it ended.
 */
export function raiseFarewell(house: House, app: Application): void {
  for (const conversation of [...app.conversations.values()]) raiseDisconnected(house, app, conversation)
  const events: UcwaEvent[] = [...app.subscriptions.values()].map((subscription) =>
    peopleOf(app)('deleted', targetOf(subscriptionResource(app, subscription)), { priority: 'Medium' }),
  )
  app.subscriptions.clear()
  if (app.presented) {
    const { presence, note, location } = app.links
    for (const [rel, href] of Object.entries({ presence, note, location })) {
      events.push(meOf(app)('deleted', { rel, href }, { priority: 'Medium' }))
    }
  }
  app.raise(events)
  forgetPhotoToken(house, app)
}
