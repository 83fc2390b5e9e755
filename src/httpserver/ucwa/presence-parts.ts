import type { UcwaEvent } from '../../codec/ucwa/events.ts'
import type { Resource } from '../../codec/ucwa/hal.ts'
import type { VisiblePresence } from '../../domain/access.ts'
import type { Account } from '../../domain/account.ts'
import { type Application, peopleOf, targetOf } from './application.ts'
import type { House } from './house.ts'
import {
  contactLocationResource,
  contactNoteResource,
  contactPresenceResource,
  modalitiesResource,
  userOf,
} from './people.ts'

/** What changed for one viewer, or everything at the start: `updated`, merged per contact. */
export function partEvents(
  house: House,
  app: Application,
  account: Account,
  seen: VisiblePresence,
  before: VisiblePresence | undefined,
): UcwaEvent[] {
  const user = userOf(account)
  const updated = (of: Resource) => contactPart(app, user, of)
  const presence =
    !before ||
    before.availability !== seen.availability ||
    before.activity !== seen.activity ||
    before.deviceType !== seen.deviceType
  const note = !before || before.note?.text !== seen.note?.text || before.note?.type !== seen.note?.type
  const location = !before || before.location !== seen.location
  const reachable = !before || (before.availability === 'Offline') !== (seen.availability === 'Offline')
  return [
    ...(presence ? [updated(contactPresenceResource(app, user, seen))] : []),
    ...(note ? [updated(contactNoteResource(app, user, seen))] : []),
    ...(location ? [updated(contactLocationResource(app, user, seen))] : []),
    ...(reachable ? [modalitiesEvent(house, app, account, seen)] : []),
  ]
}

/** Whether somebody can be written to, as an event. */
export function modalitiesEvent(
  house: House,
  app: Application,
  account: Account,
  seen: VisiblePresence,
): UcwaEvent {
  const user = userOf(account)
  return contactPart(app, user, modalitiesResource(house, app, user, seen))
}

function contactPart(app: Application, user: string, of: Resource): UcwaEvent {
  return peopleOf(app)('updated', targetOf(of), {
    in: { rel: 'contact', href: app.links.contact(user) },
    priority: 'Medium',
    embedded: of,
    embedFor: 'full',
    merge: true,
    presence: true,
  })
}
