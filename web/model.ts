import type { PersonalSettings } from '../src/domain/account.ts'
import { DEFAULT_SETTINGS } from '../src/domain/account.ts'
import type { AccessLevel } from '../src/domain/contact.ts'
import type { OwnGate } from '../src/domain/delivery.ts'
import type { Availability } from '../src/domain/presence.ts'
import { NEVER_QUIET } from '../src/domain/quiet-hours.ts'
import { type Resource, withoutScheme } from './ucwa/wire.ts'

/** `sip:user@domain` in lower case: the key of a person everywhere in the client. */
export type Uri = string

export interface Presence {
  readonly availability: Availability
  /** Token of ucwa.md 6.2: `presenting`, `off-work`, `urgent-interruptions-only`, … */
  readonly activity: string | undefined
  /** Last input that the person's clients told of, in ms; frozen while somebody appears offline (DECISIONS 15c). */
  readonly lastActive?: number | undefined
}

export interface Person {
  readonly uri: Uri
  readonly name: string
  /** Address of the `contact` resource; undefined until a link to it was seen. */
  readonly href: string | undefined
  readonly timeline: string | undefined
  readonly presence: Presence | undefined
  readonly note: string | undefined
  /** Where the person says to be. */
  readonly location: string | undefined
  readonly about: About
}

/** What the directory says; absent is undefined. */
export interface About {
  readonly mail?: string
  readonly title?: string
  readonly department?: string
  readonly office?: string
  readonly company?: string
  readonly phone?: string
  readonly mobile?: string
  /** How a Japanese name is read. */
  readonly phonetic?: string
}

/** A group of the contact list (ucwa.md 6.4). */
export interface ContactGroup {
  readonly id: string
  readonly name: string
  /** Holds whoever was put into no other; it is neither renamed nor removed. */
  readonly isDefault: boolean
  readonly href: string
  readonly etag: string | undefined
}

/** What I let somebody see and do (offline-im sections 1 and 6). */
export interface GivenLevel {
  readonly level: AccessLevel
  readonly etag: string | undefined
}

/** One conversation log (ucwa.md 8.3): a thread with one person. */
export interface Thread {
  readonly id: string
  readonly href: string
  readonly person: Uri
  readonly lastAt: number
  readonly preview: string
  readonly unread: number
  readonly readUpTo: string | undefined
  /** When the first unread message was sent; undefined where nothing is unread. */
  readonly oldestUnread: number | undefined
  readonly inbox: number
  readonly sentWaiting: number
  readonly markAsRead: string | undefined
  readonly markAsUnread: string | undefined
  readonly continueMessaging: string | undefined
  readonly transcripts: string | undefined
}

export type Delivery = 'Stored' | 'Mailed' | 'Delivered' | 'Read' | 'Expired'

/** One message of a thread as it stands in the log. */
export interface Line {
  readonly id: string
  readonly thread: string
  readonly person: Uri
  readonly own: boolean
  readonly text: string
  /** When it was sent, also where it came late. */
  readonly at: number
  /** Incoming: the inbox holds it, so it waited for me. */
  readonly inbox: boolean
  readonly delivery: Delivery | undefined
  readonly deliveryReason: string | undefined
  readonly mailedAt: number | undefined
  readonly deliveredAt: number | undefined
  readonly readAt: number | undefined
}

/** Lines of one conversation without a hole between them. */
export interface Run {
  readonly lines: readonly Line[]
  /** The server has older ones. */
  readonly hasEarlier: boolean
  /** The server has newer ones; never of the run that reaches up to now. */
  readonly hasLater: boolean
}

/** The lines of one person that are on this device: a run up to now, and the run of history that is being read, if it is another one. */
export interface Timeline {
  /** Up to now. */
  readonly lines: readonly Line[]
  readonly hasEarlier: boolean
  readonly loaded: boolean
  /** Ends before `lines` begin or within them; undefined while the reader is in `lines`. */
  readonly past: Run | undefined
}

/** The run that is on screen. */
export function shownRun(timeline: Timeline): Run {
  return timeline.past ?? { lines: timeline.lines, hasEarlier: timeline.hasEarlier, hasLater: false }
}

/** A live conversation resource; it may be gone at any time, the thread stays. */
export interface Talk {
  readonly href: string
  readonly thread: string | undefined
  readonly person: Uri | undefined
  readonly connected: boolean
  readonly sendMessage: string | undefined
  readonly setIsTyping: string | undefined
}

export interface Policies {
  readonly offlineMessages: boolean
  readonly offlineMessagesReason: OwnGate | undefined
  readonly readReceipts: boolean
  readonly appearOffline: boolean
  /** Octets of UTF-8. */
  readonly messageLimit: number
  readonly links: boolean
}

export interface Own {
  readonly uri: Uri
  readonly name: string
  readonly presence: Presence | undefined
  /** When the state was chosen, in ms; undefined where it goes by itself. */
  readonly since: number | undefined
  /** When a chosen state ends; undefined: when the person changes it. */
  readonly expires: number | undefined
  readonly note: string | undefined
  readonly location: string | undefined
}

export interface State {
  readonly own: Own
  readonly policies: Policies
  readonly settings: PersonalSettings
  /** Quiet hours of the organisation: they hold where the person chose none. */
  readonly quietHoursDefault: string
  readonly settingsEtag: string | undefined
  readonly expiredCount: number
  readonly people: ReadonlyMap<Uri, Person>
  /** The contact list: who is in it, and in which groups. */
  readonly contacts: ReadonlyMap<Uri, readonly string[]>
  readonly groups: ReadonlyMap<string, ContactGroup>
  /** The contact list has been read; before that an empty one says nothing. */
  readonly contactsLoaded: boolean
  /** Levels as far as they were read: those of all contacts, and of whoever was looked at. */
  readonly levels: ReadonlyMap<Uri, GivenLevel>
  readonly threads: ReadonlyMap<string, Thread>
  /** The list of conversations has been read; before that an empty list says nothing. */
  readonly threadsLoaded: boolean
  /** Where the rest of the list begins, in ms; undefined where all of it has been read. */
  readonly threadsBefore: number | undefined
  readonly timelines: ReadonlyMap<Uri, Timeline>
  /** Lines whose thread is not known yet, as they came. */
  readonly orphans: readonly Resource[]
  readonly talks: ReadonlyMap<string, Talk>
  readonly typing: ReadonlySet<Uri>
  /** What the server said of the last own message to a person, where it was stored or refused (T1, T3, T4, T7). */
  readonly afterFact: ReadonlyMap<Uri, string>
}

/** @param names people known before anything is read */
export function emptyState(uri: Uri, name: string, names: ReadonlyMap<Uri, string> = new Map()): State {
  const people = [...names].map(([other, called]) => [other, { ...stranger(other), name: called }] as const)
  return {
    own: {
      uri,
      name,
      presence: undefined,
      since: undefined,
      expires: undefined,
      note: undefined,
      location: undefined,
    },
    policies: {
      offlineMessages: true,
      offlineMessagesReason: undefined,
      readReceipts: true,
      appearOffline: true,
      messageLimit: 65_536,
      links: true,
    },
    settings: DEFAULT_SETTINGS,
    quietHoursDefault: NEVER_QUIET,
    settingsEtag: undefined,
    expiredCount: 0,
    people: new Map(people),
    contacts: new Map(),
    groups: new Map(),
    contactsLoaded: false,
    levels: new Map(),
    threads: new Map(),
    threadsLoaded: false,
    threadsBefore: undefined,
    timelines: new Map(),
    orphans: [],
    talks: new Map(),
    typing: new Set(),
    afterFact: new Map(),
  }
}

/** Somebody of whom only the address is known. */
function stranger(uri: Uri): Person {
  return {
    uri,
    name: withoutScheme(uri),
    href: undefined,
    timeline: undefined,
    presence: undefined,
    note: undefined,
    location: undefined,
    about: {},
  }
}

/** The person as far as known; somebody never seen is shown by address. */
export function personIn(state: Pick<State, 'people'>, uri: Uri): Person {
  return state.people.get(uri) ?? stranger(uri)
}

export interface Conversation {
  readonly person: Uri
  readonly lastAt: number
  readonly preview: string
  readonly unread: number
  readonly unreadInbox: number
  /** When the first unread message was sent; undefined where nothing is unread. */
  readonly oldestUnread: number | undefined
  readonly sentWaiting: number
}

const conversations = new WeakMap<State['threads'], readonly Conversation[]>()

/** One conversation per person (ucwa.md section 15), newest first; put together once for every list of threads. */
export function conversationsIn(state: State): readonly Conversation[] {
  const known = conversations.get(state.threads) ?? conversationsOf(state)
  conversations.set(state.threads, known)
  return known
}

function conversationsOf(state: State): readonly Conversation[] {
  const all = new Map<Uri, Conversation>()
  for (const thread of state.threads.values()) {
    const had = all.get(thread.person)
    const newer = !had || thread.lastAt > had.lastAt
    all.set(thread.person, {
      person: thread.person,
      lastAt: newer ? thread.lastAt : had.lastAt,
      preview: newer ? thread.preview : had.preview,
      unread: (had?.unread ?? 0) + thread.unread,
      unreadInbox: (had?.unreadInbox ?? 0) + Math.min(thread.unread, thread.inbox),
      oldestUnread: earliest(had?.oldestUnread, thread.oldestUnread),
      sentWaiting: (had?.sentWaiting ?? 0) + thread.sentWaiting,
    })
  }
  return [...all.values()].sort((a, b) => b.lastAt - a.lastAt || a.person.localeCompare(b.person))
}

function earliest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other)
}

/** The thread to write in: the newest one with that person; undefined where there is none yet. */
export function newestThread(state: State, person: Uri): Thread | undefined {
  let newest: Thread | undefined
  for (const thread of state.threads.values()) {
    if (thread.person === person && (!newest || thread.lastAt > newest.lastAt)) newest = thread
  }
  return newest
}

/** An open conversation with that person in which a message can be sent at once. */
export function openTalk(state: State, person: Uri): Talk | undefined {
  for (const talk of state.talks.values()) {
    const whose = talk.person ?? (talk.thread ? state.threads.get(talk.thread)?.person : undefined)
    if (whose === person && talk.connected && talk.sendMessage) return talk
  }
  return undefined
}
