import { AVAILABILITIES } from '../../src/domain/presence.ts'
import { type About, type Person, type Presence, personIn, type State, type Uri } from '../model.ts'
import {
  displayName,
  embedded,
  href,
  instant,
  personOf,
  type Resource,
  self,
  sipUri,
  text,
} from '../ucwa/wire.ts'
import type { FeedEvent } from './event.ts'
import { withoutAfterFact } from './talks.ts'

// Other people: who they are, whether they are there, what they say of themselves.

export function presenceOf(r: Resource): Presence | undefined {
  const availability = AVAILABILITIES.find((one) => one === r.availability)
  if (!availability) return undefined
  return {
    availability,
    activity: text(r, 'activity') || undefined,
    lastActive: instant(r.lastActive),
  }
}

/** Adds or completes a person from a `contact`; what is embedded in it (presence, note) is read too. */
export function withContact(state: State, r: Resource): { state: State; uri: Uri | undefined } {
  const uri = text(r, 'uri') ? sipUri(text(r, 'uri') ?? '') : personOf(self(r))
  if (!uri) return { state, uri }
  const old = personIn(state, uri)
  const mails = Array.isArray(r.emailAddresses)
    ? r.emailAddresses.find((m) => typeof m === 'string')
    : undefined
  const about: About = definedOnly({
    mail: mails,
    title: text(r, 'title') || undefined,
    department: text(r, 'department') || undefined,
    office: text(r, 'office') || undefined,
    company: text(r, 'company') || undefined,
    phone: text(r, 'workPhoneNumber') || undefined,
    mobile: text(r, 'mobilePhoneNumber') || undefined,
    phonetic: text(r, 'phonetic') || undefined,
  })
  const presence = embedded(r, 'contactPresence')
  const note = embedded(r, 'contactNote')
  const person: Person = {
    ...old,
    name: displayName(text(r, 'name')) ?? old.name,
    href: self(r) ?? old.href,
    timeline: href(r, 'timeline') ?? old.timeline,
    about: { ...old.about, ...about },
    presence: presence ? presenceOf(presence) : old.presence,
    note: note ? text(note, 'message') || undefined : old.note,
  }
  return { state: withPerson(state, person), uri }
}

function definedOnly(values: Record<string, string | undefined>): About {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

export function withPerson(state: State, person: Person): State {
  return { ...state, people: new Map(state.people).set(person.uri, person) }
}

/** Whose part a resource is, such as presence or note: by its event, by its own address, or by that of the event's link. */
export function personOfPart(r: Resource, event: FeedEvent | undefined): Uri | undefined {
  return personOf(event?.in) ?? personOf(self(r)) ?? personOf(event?.href)
}

export function readContactPresence(state: State, r: Resource, event: FeedEvent | undefined): State {
  const uri = personOfPart(r, event)
  if (!uri) return state
  const person = personIn(state, uri)
  const presence = presenceOf(r)
  const changed = person.presence?.availability !== presence?.availability
  const next = withPerson(state, { ...person, presence })
  // The hint before sending speaks for itself again.
  return changed ? withoutAfterFact(next, uri) : next
}

export function readContactNote(state: State, r: Resource, event: FeedEvent | undefined): State {
  const uri = personOfPart(r, event)
  if (!uri) return state
  return withPerson(state, { ...personIn(state, uri), note: text(r, 'message') || undefined })
}

export function readContactLocation(state: State, r: Resource, event: FeedEvent | undefined): State {
  const uri = personOfPart(r, event)
  if (!uri) return state
  return withPerson(state, { ...personIn(state, uri), location: text(r, 'location') || undefined })
}
