import type { PersonalSettings } from '../src/domain/account.ts'
import type { OwnGate } from '../src/domain/delivery.ts'
import type { Availability } from '../src/domain/presence.ts'
import type {
  About,
  Delivery,
  Line,
  Person,
  Policies,
  Presence,
  State,
  Talk,
  Thread,
  Timeline,
  Uri,
} from './model.ts'
import { personIn } from './model.ts'
import {
  embedded,
  embeddedAll,
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
} from './ucwa/wire.ts'

/** One event of a package (ucwa.md 7.1), with the address of its sender's block. */
export interface FeedEvent {
  readonly rel: string
  readonly href: string
  readonly in: string | undefined
  readonly type: 'added' | 'updated' | 'deleted' | 'started' | 'completed'
  readonly failed: boolean
  readonly reason: Resource | undefined
  readonly resource: Resource | undefined
}

const TYPES: ReadonlySet<string> = new Set(['added', 'updated', 'deleted', 'started', 'completed'])

/** All events of a package in order; what cannot be read is left out. */
export function eventsOf(pack: Resource): readonly FeedEvent[] {
  const events: FeedEvent[] = []
  for (const sender of list(pack.sender)) {
    for (const event of list(sender.events)) {
      const link = isResource(event.link) ? event.link : undefined
      const rel = text(link, 'rel')
      const type = text(event, 'type')
      if (!rel || !type || !TYPES.has(type)) continue
      events.push({
        rel,
        href: text(link, 'href') ?? '',
        in: isResource(event.in) ? text(event.in, 'href') : undefined,
        type: type as FeedEvent['type'],
        failed: text(event, 'status') === 'Failure',
        reason: isResource(event.reason) ? event.reason : undefined,
        resource: embedded(event, rel),
      })
    }
  }
  return events
}

function list(value: unknown): readonly Resource[] {
  return Array.isArray(value) ? value.filter(isResource) : []
}

/** True where a sender waits for the confirmation of this package (ucwa.md section 15: within 50 ms). */
export function isUrgent(events: readonly FeedEvent[]): boolean {
  return events.some(
    (e) => e.rel === 'conversationLogTranscript' || (e.rel === 'message' && e.type === 'completed'),
  )
}

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
  settings: readSettings,
  policies: readPolicies,
  missedItems: (state, r) => ({ ...state, expiredCount: number(r, 'expiredCount') ?? 0 }),
  contact: (state, r) => withContact(state, r).state,
  contactPresence: readContactPresence,
  contactNote: readContactNote,
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

function readMe(state: State, r: Resource): State {
  const uri = text(r, 'uri')
  return {
    ...state,
    own: { ...state.own, uri: uri ? sipUri(uri) : state.own.uri, name: text(r, 'name') ?? state.own.name },
  }
}

const AVAILABILITIES: ReadonlySet<string> = new Set([
  'Online',
  'IdleOnline',
  'Busy',
  'IdleBusy',
  'DoNotDisturb',
  'BeRightBack',
  'Away',
  'Offline',
])

function presenceOf(r: Resource): Presence | undefined {
  const availability = text(r, 'availability')
  if (!availability || !AVAILABILITIES.has(availability)) return undefined
  return { availability: availability as Availability, activity: text(r, 'activity') || undefined }
}

function readPresence(state: State, r: Resource): State {
  return { ...state, own: { ...state.own, presence: presenceOf(r), expires: instant(r.expires) } }
}

function readNote(state: State, r: Resource): State {
  return { ...state, own: { ...state.own, note: text(r, 'message') || undefined } }
}

function readSettings(state: State, r: Resource): State {
  const old = state.settings
  const language = r.language === 'ja' || r.language === 'en' ? r.language : null
  const one = <T extends string>(value: unknown, allowed: readonly T[], otherwise: T): T =>
    allowed.find((v) => v === value) ?? otherwise
  const flag = (value: unknown, otherwise: boolean): boolean =>
    typeof value === 'boolean' ? value : otherwise
  const settings: PersonalSettings = {
    readReceipts: flag(r.readReceipts, old.readReceipts),
    typing: flag(r.typing, old.typing),
    language,
    timeZone: text(r, 'timeZone') ?? null,
    notifications: one(r.notifications, ['full', 'sender', 'none'], old.notifications),
    sendWithEnter: flag(r.sendWithEnter, old.sendWithEnter),
    theme: one(r.theme, ['system', 'light', 'dark'], old.theme),
    density: one(r.density, ['comfortable', 'compact'], old.density),
  }
  return { ...state, settings, settingsEtag: text(r, 'etag') ?? state.settingsEtag }
}

const GATES: ReadonlySet<string> = new Set(['deploymentOff', 'senderPolicy', 'senderClient'])

function readPolicies(state: State, r: Resource): State {
  const reason = text(r, 'offlineMessagesReason')
  const enabled = (name: string): boolean => text(r, name) !== 'Disabled'
  const policies: Policies = {
    offlineMessages: enabled('offlineMessages'),
    offlineMessagesReason: reason && GATES.has(reason) ? (reason as OwnGate) : undefined,
    readReceipts: enabled('readReceipts'),
    appearOffline: enabled('appearOffline'),
    messageLimit: number(r, 'messageLimit') ?? state.policies.messageLimit,
    links: enabled('messagingUrls'),
  }
  return { ...state, policies }
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
  })
  const presence = embedded(r, 'contactPresence')
  const note = embedded(r, 'contactNote')
  const person: Person = {
    ...old,
    name: text(r, 'name') || old.name,
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

function withPerson(state: State, person: Person): State {
  return { ...state, people: new Map(state.people).set(person.uri, person) }
}

function readContactPresence(state: State, r: Resource, event: FeedEvent | undefined): State {
  const uri = personOf(event?.in) ?? personOf(self(r)) ?? personOf(event?.href)
  if (!uri) return state
  const person = personIn(state, uri)
  const presence = presenceOf(r)
  const changed = person.presence?.availability !== presence?.availability
  const next = withPerson(state, { ...person, presence })
  // The hint before sending speaks for itself again.
  return changed ? withoutAfterFact(next, uri) : next
}

function readContactNote(state: State, r: Resource, event: FeedEvent | undefined): State {
  const uri = personOf(event?.in) ?? personOf(self(r)) ?? personOf(event?.href)
  if (!uri) return state
  return withPerson(state, { ...personIn(state, uri), note: text(r, 'message') || undefined })
}

function readConversationLog(state: State, r: Resource): State {
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
    inbox: number(r, 'inboxCount') ?? 0,
    sentWaiting: number(r, 'sentWaitingCount') ?? 0,
    markAsRead: href(r, 'markAsRead'),
    markAsUnread: href(r, 'markAsUnread'),
    continueMessaging: href(r, 'continueMessaging'),
  }
  const known = personIn(state, person)
  const named: Person = {
    ...known,
    name: text(recipient, 'displayName') || known.name,
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

function readTranscriptEvent(state: State, r: Resource, event: FeedEvent | undefined): State {
  const person = personOfTranscript(state, r, event)
  // Its thread comes in a moment, and then its line.
  if (!person) return { ...state, orphans: [...state.orphans.slice(-50), r] }
  const line = lineOf(r, person)
  if (!line) return state
  const timeline = state.timelines.get(person)
  const next: Timeline = {
    lines: withLine(timeline?.lines ?? [], line),
    earlier: timeline?.earlier,
    loaded: timeline?.loaded ?? false,
  }
  const shown = { ...state, timelines: new Map(state.timelines).set(person, next) }
  if (line.own) return shown
  return withoutTyping(shown, person)
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

/** Puts a line where its time says; equal times keep their order of arrival, and a known line is replaced in place. */
export function withLine(lines: readonly Line[], line: Line): readonly Line[] {
  const index = lines.findIndex((l) => l.id === line.id)
  if (index >= 0) return lines.with(index, { ...line, text: line.text || (lines[index]?.text ?? '') })
  let place = lines.length
  while (place > 0 && (lines[place - 1]?.at ?? 0) > line.at) place--
  return lines.toSpliced(place, 0, line)
}

/**
 * A page of a timeline. The newest page replaces what was there but for lines that are newer than it, so that no hole is left;
 * an earlier page goes in front.
 */
export function applyTimeline(state: State, person: Uri, page: Resource, place: 'newest' | 'earlier'): State {
  const lines = embeddedAll(page, 'conversationLogTranscript')
    .map((r) => lineOf(r, person))
    .filter((line) => line !== undefined)
  const old = state.timelines.get(person)?.lines ?? []
  const from = lines[0]?.at ?? 0
  const kept = place === 'newest' ? old.filter((l) => l.at >= from && !lines.some((n) => n.id === l.id)) : old
  const merged =
    place === 'newest'
      ? kept.reduce(withLine, lines as readonly Line[])
      : [...lines.filter((l) => !kept.some((k) => k.id === l.id)), ...kept]
  const timeline: Timeline = { lines: merged, earlier: href(page, 'earlier'), loaded: true }
  return { ...state, timelines: new Map(state.timelines).set(person, timeline) }
}

/** Forgets what a new application may have missed; the lists are read again. */
export function forgetTransient(state: State): State {
  return { ...state, talks: new Map(), typing: new Set(), timelines: new Map() }
}

function readConversation(state: State, r: Resource, event: FeedEvent | undefined): State {
  const address = self(r) ?? event?.href
  if (!address) return state
  const old = state.talks.get(address)
  const status = text(r, 'state')
  return withTalk(state, {
    href: address,
    thread: text(r, 'threadId') ?? old?.thread,
    person: old?.person,
    connected: status === 'Connected' || status === 'Conferenced',
    sendMessage: old?.sendMessage,
    setIsTyping: old?.setIsTyping,
  })
}

function readMessaging(state: State, r: Resource, event: FeedEvent | undefined): State {
  const address = href(r, 'conversation') ?? conversationOf(self(r) ?? event?.href)
  if (!address) return state
  const old = state.talks.get(address)
  return withTalk(state, {
    href: address,
    thread: old?.thread,
    person: old?.person,
    connected: text(r, 'state') === 'Connected',
    sendMessage: href(r, 'sendMessage'),
    setIsTyping: href(r, 'setIsTyping'),
  })
}

function readInvitation(state: State, r: Resource, event: FeedEvent | undefined): State {
  const address = href(r, 'conversation')
  const outgoing = text(r, 'direction') === 'Outgoing'
  const person = personOf(href(r, outgoing ? 'to' : 'from'))
  const old = address ? state.talks.get(address) : undefined
  const joined =
    address && person
      ? withTalk(state, {
          href: address,
          thread: text(r, 'threadId') ?? old?.thread,
          person,
          connected: old?.connected ?? false,
          sendMessage: old?.sendMessage,
          setIsTyping: old?.setIsTyping,
        })
      : state
  const reason = text(event?.reason, 'message')
  return outgoing && person && event?.type === 'completed' ? withAfterFact(joined, person, reason) : joined
}

/** `message` answers the request just made; the thread on screen comes from the transcripts alone (ucwa.md section 15). */
function readMessage(state: State, r: Resource, event: FeedEvent | undefined): State {
  if (text(r, 'direction') !== 'Outgoing' || event?.type !== 'completed') return state
  const talk = state.talks.get(conversationOf(self(r) ?? event.href) ?? '')
  const person = talk?.person ?? (talk?.thread ? state.threads.get(talk.thread)?.person : undefined)
  return person ? withAfterFact(state, person, text(event.reason, 'message')) : state
}

/** The conversation's address is a prefix of everything in it (section 5). */
export function conversationOf(address: string | undefined): string | undefined {
  return /^(.*\/conversations\/[^/?]+)/.exec(address ?? '')?.[1]
}

function withTalk(state: State, talk: Talk): State {
  return { ...state, talks: new Map(state.talks).set(talk.href, talk) }
}

function withAfterFact(state: State, person: Uri, said: string | undefined): State {
  if (!said) return withoutAfterFact(state, person)
  return { ...state, afterFact: new Map(state.afterFact).set(person, said) }
}

function withoutAfterFact(state: State, person: Uri): State {
  if (!state.afterFact.has(person)) return state
  const afterFact = new Map(state.afterFact)
  afterFact.delete(person)
  return { ...state, afterFact }
}

function applyTyping(state: State, event: FeedEvent): State {
  if (!event.in?.includes('typingParticipants')) return state
  const person = personOf(event.href)
  if (!person || person === state.own.uri) return state
  if (event.type === 'deleted') return withoutTyping(state, person)
  return { ...state, typing: new Set(state.typing).add(person) }
}

export function withoutTyping(state: State, person: Uri): State {
  if (!state.typing.has(person)) return state
  const typing = new Set(state.typing)
  typing.delete(person)
  return { ...state, typing }
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
  if (event.rel === 'note') return { ...state, own: { ...state.own, note: undefined } }
  return state
}
