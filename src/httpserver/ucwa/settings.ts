import { z } from 'zod'
import { changeSettings } from '../../actions/change-settings.ts'
import { etagOf, type Resource, resource, withEtag } from '../../codec/ucwa/hal.ts'
import type { PersonalSettings } from '../../domain/account.ts'
import { formatQuietHours, parseQuietHours } from '../../domain/quiet-hours.ts'
import type { Application } from './application.ts'
import { type Call, ok, problem, type Reply } from './call.ts'
import type { House } from './house.ts'
import { jsonBody } from './input.ts'
import { requireEtag } from './precondition.ts'

const settingsShape = {
  readReceipts: z.boolean().optional(),
  typing: z.boolean().optional(),
  language: z.enum(['en', 'ja']).nullable().optional(),
  timeZone: z.string().max(64).refine(isTimeZone).nullable().optional(),
  notifications: z.enum(['full', 'sender', 'none']).optional(),
  sendWithEnter: z.boolean().optional(),
  theme: z.enum(['system', 'light', 'dark']).optional(),
  density: z.enum(['comfortable', 'compact']).optional(),
  quietHours: z.string().transform(canonicalHours).nullable().optional(),
} satisfies Record<keyof PersonalSettings, z.ZodType>

/** Two clients that mean the same hours write the same text. */
function canonicalHours(text: string, context: z.RefinementCtx): string {
  const hours = parseQuietHours(text)
  if (hours) return formatQuietHours(hours)
  context.addIssue({ code: 'custom', message: 'no quiet hours' })
  return z.NEVER
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** The personal settings with their etag, and what holds where the person leaves it to the organisation; that is not written back. */
export function settingsResource(house: House, app: Application): Resource {
  return withEtag(
    resource('settings', app.links.settings, {
      ...house.ports.facts.settings(app.account),
      quietHoursDefault: house.ports.server.quietHours,
    }),
  )
}

/** `GET settings`. */
export function getSettings({ house, app }: Call): Reply {
  return ok(settingsResource(house, app))
}

/** PUT with the etag; what is left out stays as it is, unknown names are ignored (ucwa.md section 15). */
export async function putSettings({ house, app, request }: Call): Promise<Reply> {
  const before = settingsResource(house, app)
  const refused = requireEtag(request, before.etag ?? etagOf(before))
  if (refused) return refused
  const body = jsonBody(request)
  if (!body.ok) return body.error
  const parsed = z.object(settingsShape).safeParse(body.value)
  if (!parsed.success) {
    const parameters = Object.fromEntries(
      parsed.error.issues.map((issue) => [String(issue.path[0] ?? ''), 'Invalid']),
    )
    return problem('BadRequest', 'ParameterValidationFailure', { parameters })
  }
  const given = Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value !== undefined))
  const current = house.ports.facts.settings(app.account)
  const settings: PersonalSettings = { ...current, ...given }
  await changeSettings(house.ports, app.account, settings)
  return ok(settingsResource(house, app))
}
