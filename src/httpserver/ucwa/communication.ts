import { z } from 'zod'
import { type Resource, resource, withEtag } from '../../codec/ucwa/hal.ts'
import type { Application } from './application.ts'
import { type Call, ok, type Reply } from './call.ts'
import { endAllRinging } from './incoming.ts'
import { readInput, text } from './input.ts'
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
        ...app.declared,
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

/** What a client says of calls and places steers nothing here; it gets back what it put (ucwa.md 17.5). */
const DECLARED = {
  audioPreference: text(100).min(1).optional(),
  lisLocation: text(4096).optional(),
  lisQueryResult: text(100).optional(),
  phoneNumber: text(100).optional(),
  publishEndpointLocation: z.boolean().optional(),
  videoBasedScreenSharing: z.enum(['Enabled', 'Disabled']).optional(),
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
    ...DECLARED,
    conversationHistory: z.enum(['Enabled', 'Disabled']).optional(),
    supportedMessageFormats: z
      .array(z.enum(['Plain', 'Html']))
      .max(10)
      .optional(),
  })
  if (!input.ok) return input.error
  const { conversationHistory, supportedMessageFormats, ...declared } = input.value
  app.declared = { ...app.declared, ...declared }
  if (supportedMessageFormats) app.declareFormats(supportedMessageFormats)
  const inboxView = conversationHistory === undefined ? app.inboxView : conversationHistory === 'Enabled'
  const changed = inboxView !== app.inboxView
  app.inboxView = inboxView
  if (changed && inboxView) endAllRinging(house, app)
  if (changed) await house.applications.reopen(app)
  app.raise([communicationUpdated(app)])
  return ok(communicationResource(app))
}
