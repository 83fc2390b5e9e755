import { z } from 'zod'
import { choosePresence, setLocation, setNote } from '../../actions/publish-presence.ts'
import { formatDate, parseDate } from '../../codec/ucwa/dates.ts'
import { type Resource, resource } from '../../codec/ucwa/hal.ts'
import type { Choice, ChosenAvailability } from '../../domain/presence.ts'
import { instant } from '../../domain/time.ts'
import type { Application } from './application.ts'
import { type Call, NO_CONTENT, ok, problem, type Reply } from './call.ts'
import type { House } from './house.ts'
import { readInput, text } from './input.ts'

/** What somebody may prefer at sign-in; Offline may only be chosen. */
export const PREFERRED = ['Online', 'Busy', 'DoNotDisturb', 'BeRightBack', 'Away', 'Offwork'] as const

/**
 * The owner sees the truth (ucwa.md 6.2). Of a chosen state also `since`, and `expires` where it has an end (section 15):
 * without `since` nothing is chosen, and the state is what the endpoints publish.
 */
export function presenceResource(house: House, app: Application): Resource {
  const { availability, activity, choice: chosen } = house.ports.presence.of(app.account)
  return resource('presence', app.links.presence, {
    availability,
    activity,
    since: chosen && formatDate(chosen.since),
    expires: chosen?.expires && formatDate(chosen.expires),
  })
}

/** `GET presence`. */
export function getPresence({ house, app }: Call): Reply {
  return ok(presenceResource(house, app))
}

const CHOICES = [...PREFERRED, 'Offline'] as const

/** What may stand beside a state: tokens of ucwa.md 6.2 that are a choice of the person. */
const ACTIVITIES: Readonly<Record<string, readonly ChosenAvailability[]>> = {
  presenting: ['DoNotDisturb'],
  'off-work': ['Away', 'Offwork'],
}

/** `POST presence`: a chosen state for the whole person, or with nothing in it the end of one (conformance M2, M3). */
export async function postPresence({ house, app, request }: Call): Promise<Reply> {
  const input = readInput(request, {
    availability: z.enum(CHOICES).optional(),
    activity: z.string().optional(),
    expires: text(40).optional(),
  })
  if (!input.ok) return input.error
  const { availability, activity, expires } = input.value
  const until = expires === undefined || expires === '' ? undefined : parseDate(expires)
  const invalid =
    (expires !== undefined && expires !== '' && until === undefined) ||
    (availability === undefined && (activity !== undefined || expires !== undefined)) ||
    (activity !== undefined &&
      activity !== '' &&
      !(availability !== undefined && ACTIVITIES[activity]?.includes(availability)))
  if (invalid) return problem('BadRequest', 'ParameterValidationFailure')
  if (availability === undefined) {
    await choosePresence(house.ports, app.account, undefined)
    return NO_CONTENT
  }
  const chosen = activity === 'off-work' ? 'Offwork' : availability
  const done = await choosePresence(
    house.ports,
    app.account,
    choice(house, chosen, activity === 'presenting', until),
  )
  return done === 'notAllowed' ? problem('Forbidden', 'OperationNotSupported') : NO_CONTENT
}

/** A choice of this moment. */
export function choice(
  house: House,
  availability: ChosenAvailability,
  presenting: boolean,
  until: number | undefined,
): Choice {
  return {
    availability,
    presenting,
    since: house.ports.clock.now(),
    expires: until === undefined ? undefined : instant(until),
  }
}

/** The personal note; an empty one where there is none. */
export function noteResource(house: House, app: Application): Resource {
  const { note } = house.ports.presence.of(app.account)
  return resource('note', app.links.note, { message: note?.text ?? '', type: note?.type ?? 'Personal' })
}

/** `GET note`. */
export function getNote({ house, app }: Call): Reply {
  return ok(noteResource(house, app))
}

/** Sets the personal note; empty clears it (ucwa.md 6.3). */
export async function postNote({ house, app, request }: Call): Promise<Reply> {
  const input = readInput(request, {
    message: text(500).optional(),
    type: z.enum(['Personal', 'OutOfOffice']).optional(),
  })
  if (!input.ok) return input.error
  const message = input.value.message?.trim() ?? ''
  await setNote(
    house.ports,
    app.account,
    message === '' ? undefined : { text: message, type: input.value.type ?? 'Personal' },
  )
  return NO_CONTENT
}

/** Where the person says to be. */
export function locationResource(house: House, app: Application): Resource {
  return resource('location', app.links.location, {
    location: house.ports.presence.of(app.account).location ?? '',
  })
}

/** `GET location`. */
export function getLocation({ house, app }: Call): Reply {
  return ok(locationResource(house, app))
}

/** At most 60 characters; empty clears (ucwa.md 6.3). */
export async function postLocation({ house, app, request }: Call): Promise<Reply> {
  const input = readInput(request, { location: text(60).optional() })
  if (!input.ok) return input.error
  const location = input.value.location?.trim() ?? ''
  await setLocation(house.ports, app.account, location === '' ? undefined : location)
  return NO_CONTENT
}
