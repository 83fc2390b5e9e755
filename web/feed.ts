import {
  readContactEvent,
  readDefaultGroup,
  readGroup,
  readLevel,
  withoutContact,
  withoutGroup,
} from './feed/contacts.ts'
import type { FeedEvent } from './feed/event.ts'
import { readLocation, readMe, readNote, readPolicies, readPresence, readSettings } from './feed/own.ts'
import { readContactLocation, readContactNote, readContactPresence } from './feed/people.ts'
import { applyTyping, readConversation, readInvitation, readMessage, readMessaging } from './feed/talks.ts'
import { readConversationLog, readTranscriptEvent } from './feed/threads.ts'
import type { State } from './model.ts'
import { number, type Resource } from './ucwa/wire.ts'

/** Resources that an event only links; our application gets them embedded, but a GET is never wrong. */
export function addressesToRead(events: readonly FeedEvent[]): readonly string[] {
  const wanted = events.filter(
    (e) => e.type !== 'deleted' && !e.resource && e.rel in READERS && e.href !== '',
  )
  return [...new Set(wanted.map((e) => e.href))]
}

/** All of a package at once. A thread is known before its lines, whatever the order on the wire. */
export function applyPackage(state: State, events: readonly FeedEvent[]): State {
  const isLog = (event: FeedEvent): boolean => event.rel === 'conversationLog'
  return [...events.filter(isLog), ...events.filter((event) => !isLog(event))].reduce(applyEvent, state)
}

function applyEvent(state: State, event: FeedEvent): State {
  if (event.rel === 'participant') return applyTyping(state, event)
  if (event.type === 'deleted') return applyDeletion(state, event)
  return event.resource ? applyResource(state, event.rel, event.resource, event) : state
}

type Reader = (state: State, resource: Resource, event: FeedEvent | undefined) => State

/** What each resource changes, wherever it came from: an event, an answer, or embedded in another. */
const READERS: Readonly<Record<string, Reader>> = {
  me: readMe,
  presence: readPresence,
  note: readNote,
  location: readLocation,
  settings: readSettings,
  policies: readPolicies,
  missedItems: (state, r) => ({ ...state, expiredCount: number(r, 'expiredCount') ?? 0 }),
  contact: readContactEvent,
  group: readGroup,
  defaultGroup: readDefaultGroup,
  contactPrivacyRelationship: readLevel,
  contactPresence: readContactPresence,
  contactNote: readContactNote,
  contactLocation: readContactLocation,
  conversationLog: readConversationLog,
  conversationLogTranscript: readTranscriptEvent,
  conversation: readConversation,
  messaging: readMessaging,
  messagingInvitation: readInvitation,
  message: readMessage,
}

/** @param rel the name under which the resource was found; its own `rel` differs in places (section 7.1) */
export function applyResource(state: State, rel: string, resource: Resource, event?: FeedEvent): State {
  return READERS[rel]?.(state, resource, event) ?? state
}

function applyDeletion(state: State, event: FeedEvent): State {
  if (event.rel === 'conversation') {
    const talks = new Map(state.talks)
    talks.delete(event.href)
    return { ...state, talks }
  }
  if (event.rel === 'conversationLog') {
    const threads = new Map([...state.threads].filter(([, thread]) => thread.href !== event.href))
    return { ...state, threads }
  }
  if (event.rel === 'contact') return withoutContact(state, event)
  if (event.rel === 'group') return withoutGroup(state, event)
  if (event.rel === 'note') return { ...state, own: { ...state.own, note: undefined } }
  if (event.rel === 'location') return { ...state, own: { ...state.own, location: undefined } }
  return state
}
