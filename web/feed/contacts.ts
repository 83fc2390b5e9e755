import { ACCESS_LEVELS } from '../../src/domain/contact.ts'
import type { ContactGroup, State, Uri } from '../model.ts'
import { decoded, embedded, embeddedAll, personOf, type Resource, self, text } from '../ucwa/wire.ts'
import type { FeedEvent } from './event.ts'
import { personOfPart, withContact } from './people.ts'

// The contact list: groups, who is in which, and what I let each one see (ucwa.md 6.4).

/** The whole list from `myContacts?expand=presence` (ucwa.md section 15); it takes the place of what was known. */
export function withContactList(state: State, list: Resource): State {
  const fallback = embedded(list, 'defaultGroup')
  const groups = [...embeddedAll(list, 'group'), ...(fallback ? [fallback] : [])]
  const contacts = new Map<Uri, readonly string[]>()
  const read = embeddedAll(list, 'contact').reduce<State>((so, contact) => {
    const added = withContact(so, contact)
    if (!added.uri) return added.state
    contacts.set(added.uri, texts(contact.groups))
    const level = embedded(contact, 'contactPrivacyRelationship')
    return level ? withLevel(added.state, added.uri, level) : added.state
  }, state)
  const known = groups.flatMap((group) => groupOf(group, group === fallback) ?? [])
  return {
    ...read,
    contacts,
    groups: new Map(known.map((group) => [group.id, group])),
    contactsLoaded: true,
  }
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}

function groupOf(r: Resource, isDefault: boolean): ContactGroup | undefined {
  const id = text(r, 'id')
  const href = self(r)
  if (id === undefined || href === undefined) return undefined
  return { id, name: text(r, 'name') ?? '', isDefault, href, etag: text(r, 'etag') }
}

export function readGroup(state: State, r: Resource): State {
  return withGroup(state, groupOf(r, false))
}

export function readDefaultGroup(state: State, r: Resource): State {
  return withGroup(state, groupOf(r, true))
}

function withGroup(state: State, group: ContactGroup | undefined): State {
  return group ? { ...state, groups: new Map(state.groups).set(group.id, group) } : state
}

export function withoutGroup(state: State, event: FeedEvent): State {
  const groups = new Map([...state.groups].filter(([, group]) => group.href !== event.href))
  return { ...state, groups }
}

/** Somebody of whom an event tells; added `in` my contacts or `in` one of their groups they are on the list. */
export function readContactEvent(state: State, r: Resource, event: FeedEvent | undefined): State {
  const { state: known, uri } = withContact(state, r)
  const place = listOf(event)
  if (!uri || event?.type !== 'added' || !place) return known
  const had = known.contacts.get(uri) ?? []
  const groups = place.group === undefined || had.includes(place.group) ? had : [...had, place.group]
  return { ...known, contacts: new Map(known.contacts).set(uri, groups) }
}

export function withoutContact(state: State, event: FeedEvent): State {
  const uri = personOf(event.href)
  const place = listOf(event)
  const had = uri === undefined ? undefined : state.contacts.get(uri)
  if (!uri || !place || !had) return state
  const contacts = new Map(state.contacts)
  if (place.group === undefined) contacts.delete(uri)
  else {
    const { group } = place
    contacts.set(
      uri,
      had.filter((id) => id !== group),
    )
  }
  return { ...state, contacts }
}

/** @returns which list the event is about: all contacts or a group; undefined for `subscribedContacts`, which is no list of mine */
function listOf(event: FeedEvent | undefined): { readonly group: string | undefined } | undefined {
  const match = /\/people\/contacts(?:\?(?:.*&)?groupId=([^&]+))?$/i.exec(event?.in ?? '')
  return match ? { group: match[1] === undefined ? undefined : decoded(match[1]) } : undefined
}

/** @param event undefined where the resource was asked for */
export function readLevel(state: State, r: Resource, event?: FeedEvent): State {
  const uri = personOfPart(r, event)
  return uri ? withLevel(state, uri, r) : state
}

function withLevel(state: State, uri: Uri, r: Resource): State {
  const level = ACCESS_LEVELS.find((one) => one === r.relationshipLevel)
  if (!level) return state
  const given = { level, etag: text(r, 'etag') }
  return { ...state, levels: new Map(state.levels).set(uri, given) }
}
