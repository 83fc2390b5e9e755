import { z } from 'zod'
import { choosePresence, publishActivity } from '../../actions/publish-presence.ts'
import type { UcwaEvent } from '../../codec/ucwa/events.ts'
import { type Resource, resource } from '../../codec/ucwa/hal.ts'
import type { Account } from '../../domain/account.ts'
import { withoutScheme } from '../../domain/sip-uri.ts'
import { type Application, communicationOf, meOf, targetOf } from './application.ts'
import { type Call, NO_CONTENT, ok, problem, type Reply } from './call.ts'
import { communicationResource } from './communication.ts'
import type { Own } from './conversation.ts'
import type { House } from './house.ts'
import { readInput, text } from './input.ts'
import { choice, locationResource, noteResource, PREFERRED, presenceResource } from './own-presence.ts'

/** The signed-in person's address without `sip:` and name, as conversations show them. */
export function ownOf(house: House, app: Application): Own {
  const account = house.ports.facts.account(app.account)
  return account ? ownOfAccount(account) : { user: 'unknown', name: '' }
}

/** The same of an account. */
function ownOfAccount(account: Account): Own {
  return {
    user: account.sip ? withoutScheme(account.sip) : account.upn.toLowerCase(),
    name: account.displayName,
    phone: account.directory.phone,
  }
}

/** Before makeMeAvailable the application only watches, and `me` offers exactly that (conformance M1). */
export function meResource(house: House, app: Application): Resource {
  const { links } = app
  const account = house.ports.facts.account(app.account)
  const { user, name } = ownOf(house, app)
  const directory = account?.directory ?? {}
  const present = app.presented !== undefined
  return resource(
    'me',
    links.me,
    {
      name,
      uri: `sip:${user}`,
      endpointUri: `sip:${user};opaque=user:epid:${encodeURIComponent(app.identity.endpointId)};gruu`,
      emailAddresses: [directory.mail ?? user],
      title: directory.title,
      department: directory.department,
      company: directory.company,
      officeLocation: directory.office,
      workPhoneNumber: directory.phone,
      mobilePhoneNumber: directory.mobilePhone,
    },
    {
      makeMeAvailable: present ? undefined : { href: links.makeMeAvailable },
      presence: present ? { href: links.presence } : undefined,
      note: present ? { href: links.note } : undefined,
      location: present ? { href: links.location } : undefined,
      reportMyActivity: present ? { href: links.reportMyActivity } : undefined,
      phones: { href: links.phones },
      settings: { href: links.settings },
    },
  )
}

/** `GET me`. */
export function getMe({ house, app }: Call): Reply {
  return ok(meResource(house, app))
}

/** ISO 8601 `PT5M` or `00:05:00`, as .NET clients write durations. @returns milliseconds */
function parseTimeout(given: string | undefined): number | undefined {
  const iso = /^PT(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:(\d{1,6})S)?$/.exec(given ?? '')
  const clock = /^(\d{1,2}):(\d{2}):(\d{2})$/.exec(given ?? '')
  const [, hours, minutes, seconds] = iso ?? clock ?? []
  const ms = (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)) * 1000
  return ms > 0 ? ms : undefined
}

/**
 * Publishes presence and makes the endpoint reachable (ucwa.md 6.1): 204, or 201 to a client that asks for version 2.
 * The events come in a fixed order, then what waited (8.2).
 */
export async function makeMeAvailable(call: Call): Promise<Reply> {
  const { house, app, request } = call
  const input = readInput(request, {
    supportedModalities: z.array(z.string().max(50)).max(20).optional(),
    supportedMessageFormats: z
      .array(z.enum(['Plain', 'Html']))
      .max(10)
      .optional(),
    signInAs: z.enum(PREFERRED).optional(),
    inactiveTimeout: text(20).optional(),
  })
  if (!input.ok) return input.error
  const { supportedModalities, supportedMessageFormats, signInAs, inactiveTimeout } = input.value
  if (supportedModalities && !supportedModalities.includes('Messaging') && supportedModalities.length > 0) {
    return problem('Forbidden', 'OperationNotSupported')
  }
  const { ports } = house
  const first = app.presented === undefined
  if (supportedMessageFormats) app.declareFormats(supportedMessageFormats)
  app.presented = {
    inactiveMs: parseTimeout(inactiveTimeout) ?? ports.limits.presenceIdleMs,
    away: signInAs === 'Away',
    activeAt: ports.clock.monotonicMs(),
    lastActive: ports.clock.now(),
  }
  app.reachedAt = ports.clock.monotonicMs()
  if (first) app.raise(availableEvents(house, app))
  await signInWith(house, app, signInAs)
  if (app.reachable) publishActivity(ports, app.account, app.publication())
  else await house.applications.reach(app)
  return request.header('x-ms-requiresminresourceversion')?.startsWith('2')
    ? { status: 201, json: { operations: [] } }
    : NO_CONTENT
}

/** A preferred state at sign-in: Away is this endpoint's alone, Online takes back what was chosen (ucwa.md 6.1). */
async function signInWith(
  house: House,
  app: Application,
  signInAs: (typeof PREFERRED)[number] | undefined,
): Promise<void> {
  const { ports } = house
  if (signInAs === undefined || signInAs === 'Away') return
  if (signInAs === 'Online') {
    if (ports.presence.of(app.account).choice) await choosePresence(ports, app.account, undefined)
    return
  }
  await choosePresence(ports, app.account, choice(house, signInAs, false, undefined))
}

function availableEvents(house: House, app: Application): UcwaEvent[] {
  const event = meOf(app)
  const added = (of: Resource) => {
    app.lastOwn.set(of.rel, JSON.stringify(of))
    return event('added', targetOf(of), {
      priority: 'Medium',
      embedded: of,
      embedFor: 'full',
      presence: true,
    })
  }
  return [
    event(
      'updated',
      { rel: 'me', href: app.links.me },
      {
        priority: 'Medium',
        embedded: meResource(house, app),
        embedFor: 'full',
      },
    ),
    added(presenceResource(house, app)),
    added(noteResource(house, app)),
    added(locationResource(house, app)),
    communicationUpdated(app),
  ]
}

/** `communication` updated, embedded. */
export function communicationUpdated(app: Application): UcwaEvent {
  const of = communicationResource(app)
  return communicationOf(app)('updated', targetOf(of), { priority: 'Medium', embedded: of, merge: true })
}

const NOT_AVAILABLE = problem('Conflict', 'MakeMeAvailableRequired')

/** Presence, note, location and activity belong to endpoints that were made available (conformance M1). */
export function whenAvailable(handler: (call: Call) => Reply | Promise<Reply>) {
  return (call: Call) => (call.app.presented ? handler(call) : NOT_AVAILABLE)
}

/** There was input: this endpoint is active again (ucwa.md 6.2). */
export async function reportMyActivity({ house, app }: Call): Promise<Reply> {
  const { presented } = app
  if (!presented) return NOT_AVAILABLE
  presented.away = false
  presented.activeAt = house.ports.clock.monotonicMs()
  presented.lastActive = house.ports.clock.now()
  if (app.reachable) await publishActivity(house.ports, app.account, app.publication())
  return NO_CONTENT
}

/** Work and mobile number of the directory, to read only (ucwa.md 6.3). */
export function getPhones({ house, app }: Call): Reply {
  return ok(resource('phones', app.links.phones, {}, {}, { phone: phonesOf(house, app) }))
}

/** `GET phone`. */
export function getPhone({ house, app, params }: Call): Reply {
  const phone = phonesOf(house, app).find((one) => one.type === params.type)
  return phone ? ok(phone) : problem('NotFound')
}

function phonesOf(house: House, app: Application): Resource[] {
  const directory = house.ports.facts.account(app.account)?.directory
  const numbers = { work: directory?.phone, mobile: directory?.mobilePhone }
  return Object.entries(numbers).flatMap(([type, number]) =>
    number === undefined
      ? []
      : [resource('phone', app.links.phone(type), { type, number, includeInContactCard: true })],
  )
}
