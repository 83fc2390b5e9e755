import { z } from 'zod'
import { type Resource, resource, withEtag } from '../../codec/ucwa/hal.ts'
import type { Application } from './application.ts'
import { type Call, ok, type Reply } from './call.ts'
import { endAllRinging } from './incoming.ts'
import { readInput } from './input.ts'
import { communicationUpdated } from './me.ts'
import { requireEtag } from './precondition.ts'

const PASS_BACK = 'please pass this in a PUT request'

/** What the application can do. Its first property is the GUID: clients take it by position (ucwa.md section 5, P3). */
export function communicationResource(app: Application): Resource {
  const { links } = app
  return withEtag(
    resource(
      'communication',
      links.communication,
      {
        [app.guid]: PASS_BACK,
        supportedModalities: app.presented ? ['Messaging'] : [],
        supportedMessageFormats: app.html ? ['Plain', 'Html'] : ['Plain'],
        audioPreference: 'PhoneAudio',
        conversationHistory: app.inboxView ? 'Enabled' : 'Disabled',
        publishEndpointLocation: false,
      },
      {
        startMessaging: { href: links.startMessaging, revision: '2' },
        conversations: { href: links.conversations },
        conversationLogs: { href: links.conversationLogs },
        missedItems: { href: links.missedItems },
      },
    ),
  )
}

/** `GET communication`. */
export function getCommunication({ app }: Call): Reply {
  return ok(communicationResource(app))
}

/** `conversationHistory: Enabled` gives the application an inbox view; formats may change too (ucwa.md 6.8). */
export async function putCommunication({ house, app, request }: Call): Promise<Reply> {
  const refused = requireEtag(request, communicationResource(app).etag ?? '')
  if (refused) return refused
  const input = readInput(request, {
    conversationHistory: z.enum(['Enabled', 'Disabled']).optional(),
    supportedMessageFormats: z
      .array(z.enum(['Plain', 'Html']))
      .max(10)
      .optional(),
  })
  if (!input.ok) return input.error
  const { conversationHistory, supportedMessageFormats } = input.value
  if (supportedMessageFormats) app.declareFormats(supportedMessageFormats)
  const inboxView = conversationHistory === undefined ? app.inboxView : conversationHistory === 'Enabled'
  const changed = inboxView !== app.inboxView
  app.inboxView = inboxView
  if (changed && inboxView) endAllRinging(house, app)
  if (changed) await house.applications.reopen(app)
  app.raise([communicationUpdated(app)])
  return ok(communicationResource(app))
}
