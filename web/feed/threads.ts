import {
  type Delivery,
  type Line,
  type Person,
  personIn,
  type State,
  type Thread,
  type Uri,
} from '../model.ts'
import {
  displayName,
  embedded,
  href,
  instant,
  isResource,
  number,
  personOf,
  type Resource,
  self,
  sipUri,
  text,
  textOfMessage,
} from '../ucwa/wire.ts'
import type { FeedEvent } from './event.ts'
import { withPerson } from './people.ts'
import { withoutTyping } from './talks.ts'
import { withArrival, withTimeline } from './timelines.ts'

// Threads and their lines: the one source of what is on screen (ucwa.md section 15, The feed of our client).

export function readConversationLog(state: State, r: Resource): State {
  const recipient = embedded(r, 'conversationLogRecipient')
  const address = self(r)
  const id = text(r, 'threadId') ?? address
  if (!id || !address) return state
  const contact = href(recipient, 'contact')
  const uri = text(recipient, 'sipUri') ? sipUri(text(recipient, 'sipUri') ?? '') : personOf(contact)
  const old = state.threads.get(id)
  const person = uri ?? old?.person
  if (!person) return state
  const thread: Thread = {
    id,
    href: address,
    person,
    lastAt: instant(r.creationTime) ?? old?.lastAt ?? 0,
    preview: textOfMessage(text(r, 'previewMessage')) ?? old?.preview ?? '',
    unread: number(r, 'unreadCount') ?? 0,
    readUpTo: text(r, 'readUpTo'),
    oldestUnread: instant(r.oldestUnread),
    inbox: number(r, 'inboxCount') ?? 0,
    sentWaiting: number(r, 'sentWaitingCount') ?? 0,
    markAsRead: href(r, 'markAsRead'),
    markAsUnread: href(r, 'markAsUnread'),
    continueMessaging: href(r, 'continueMessaging'),
    transcripts: href(r, 'conversationLogTranscripts'),
  }
  const known = personIn(state, person)
  const named: Person = {
    ...known,
    name: displayName(text(recipient, 'displayName')) ?? known.name,
    href: known.href ?? contact,
  }
  const next = withPerson({ ...state, threads: new Map(state.threads).set(id, thread) }, named)
  return old ? next : withOrphans(next, id)
}

/** Lines that came before their thread. */
function withOrphans(state: State, thread: string): State {
  const mine = state.orphans.filter((r) => text(r, 'threadId') === thread)
  if (mine.length === 0) return state
  const orphans = state.orphans.filter((r) => !mine.includes(r))
  return mine.reduce<State>((next, r) => readTranscriptEvent(next, r, undefined), { ...state, orphans })
}

const DELIVERIES: ReadonlySet<string> = new Set(['Stored', 'Mailed', 'Delivered', 'Read', 'Expired'])

/** The wire says Stored in a `message` and may say Queued, the mark's own name, in a transcript. */
function deliveryOf(given: string | undefined): Delivery | undefined {
  if (given === 'Queued') return 'Stored'
  return given && DELIVERIES.has(given) ? (given as Delivery) : undefined
}

/** A `conversationLogTranscript` as a line; undefined where it lacks what a line needs. */
export function lineOf(r: Resource, person: Uri): Line | undefined {
  const id = text(r, 'messageId')
  const at = instant(r.timeStamp)
  const body = embedded(r, 'messageTranscript') ?? (isResource(r.messageTranscript) ? r.messageTranscript : r)
  if (!id || at === undefined) return undefined
  const own = text(r, 'direction') ? text(r, 'direction') === 'Outgoing' : href(r, 'me') !== undefined
  return {
    id,
    thread: text(r, 'threadId') ?? '',
    person,
    own,
    text:
      textOfMessage(text(body, 'plainMessage') ?? href(body, 'plainMessage')) ??
      textOfMessage(text(body, 'htmlMessage') ?? href(body, 'htmlMessage')) ??
      '',
    at,
    inbox: !own && text(r, 'origin') === 'Inbox',
    delivery: deliveryOf(text(r, 'delivery')),
    deliveryReason: text(r, 'deliveryReason'),
    mailedAt: instant(r.mailedAt),
    deliveredAt: instant(r.deliveredAt),
    readAt: instant(r.readAt),
  }
}

export function readTranscriptEvent(state: State, r: Resource, event: FeedEvent | undefined): State {
  const person = personOfTranscript(state, r, event)
  // Its thread comes in a moment, and then its line.
  if (!person) return { ...state, orphans: [...state.orphans.slice(-50), r] }
  const line = lineOf(r, person)
  if (!line) return state
  const shown = withTimeline(state, person, withArrival(state.timelines.get(person), line))
  return line.own ? shown : withoutTyping(shown, person)
}

/** Whose conversation a transcript belongs to: by its contact, else by its thread, else by the log that holds it. */
export function personOfTranscript(state: State, r: Resource, event?: FeedEvent): Uri | undefined {
  const contact = personOf(href(r, 'contact'))
  if (contact && contact !== state.own.uri) return contact
  const thread = text(r, 'threadId')
  const known = thread ? state.threads.get(thread)?.person : undefined
  if (known) return known
  const log = /^(.*\/conversationLogs\/[^/]+)/.exec(self(r) ?? event?.in ?? event?.href ?? '')?.[1]
  if (!log) return undefined
  for (const candidate of state.threads.values()) if (candidate.href === log) return candidate.person
  return undefined
}

/** Forgets what may have been missed, and every address below an application that may be gone; the lists are read again. */
export function forgetTransient(state: State): State {
  const people = new Map(
    [...state.people].map(([uri, person]) => [uri, { ...person, href: undefined, timeline: undefined }]),
  )
  return { ...state, people, orphans: [], talks: new Map(), typing: new Set(), timelines: new Map() }
}
