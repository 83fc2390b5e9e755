import { type Signal, signal } from '@preact/signals'
import type { PersonalSettings } from '../src/domain/account.ts'
import type { ChosenAvailability } from '../src/domain/presence.ts'
import { Activity } from './activity.ts'
import {
  addressesToRead,
  applyPackage,
  applyResource,
  applyTimeline,
  eventsOf,
  type FeedEvent,
  forgetTransient,
  isUrgent,
  withContact,
  withoutTyping,
} from './feed.ts'
import { keep, kept } from './kept.ts'
import { emptyState, type Person, personIn, type State, type Thread, type Uri } from './model.ts'
import { currentSession, type Session } from './session.ts'
import { Acks } from './ucwa/acks.ts'
import { type Package, readChannel } from './ucwa/event-stream.ts'
import { Http, pathOf, Refused, withQuery } from './ucwa/http.ts'
import { embedded, embeddedAll, href, type Resource, self } from './ucwa/wire.ts'
import { readVisits, type Visit, visited, writeVisits } from './visits.ts'

export type Status =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'online' }
  /** `since`: when the connection was lost, in ms. */
  | { readonly kind: 'offline'; readonly since: number }
  /** The session is over; signing in again is the only way on. */
  | { readonly kind: 'ended' }
  /** Another window took this application's place (409 PGetReplaced). */
  | { readonly kind: 'replaced' }

const USER_AGENT = `NightpostWeb/${import.meta.env.NIGHTPOST_VERSION}`
const USER_RESOURCE = '/Autodiscover/AutodiscoverService.svc/root/oauth/user'
/** How long a lost connection is nobody's business: a reconnect is usually faster. */
const GRACE_MS = 2500
const PAUSE_MS = { first: 400, longest: 10_000 }
const SUBSCRIPTION_MINUTES = 30

/**
 * One signed-in page: the UCWA application, its event channel, and what became of the events (`state`).
 * Lives until `stop()`; a lost channel is reopened with the last confirmed number, a lost application is made again (ucwa.md sections 4, 15).
 */
export class Connection {
  readonly state
  readonly status = signal<Status>({ kind: 'connecting' })
  /** When this page signed in, in ms: the end of the lit line for what waited. */
  readonly signedInAt = Date.now()
  /** When this device was there, this visit included. */
  readonly visits: Signal<readonly Visit[]>
  readonly http: Http
  readonly session: Session
  readonly #acks: Acks
  readonly #activity: Activity
  readonly #listeners = new Set<(events: readonly FeedEvent[]) => void>()
  readonly #watched = new Set<Uri>()
  readonly #subscriptions = new Set<string>()
  readonly #typingTimers = new Map<Uri, ReturnType<typeof setTimeout>>()
  readonly #instance = instanceId()
  #links = new Map<string, string>()
  #lastAck: number | undefined
  #created = false
  #everAvailable = false
  #stopped = false
  #channel: AbortController | undefined
  #wake: (() => void) | undefined
  #grace: ReturnType<typeof setTimeout> | undefined
  #renewal: ReturnType<typeof setInterval> | undefined
  #visiting: ReturnType<typeof setInterval> | undefined

  constructor(session: Session) {
    this.session = session
    this.state = signal<State>(emptyState(session.sip.toLowerCase(), session.displayName))
    this.visits = signal(readVisits(session.sip))
    this.#acks = new Acks((ack) => void this.#confirm(ack))
    this.http = new Http(session.csrf, () => this.#acks.take())
    this.#activity = new Activity(() => void this.#reportActivity())
    addEventListener('online', this.tryNow)
    this.#renewal = setInterval(() => void this.#renew(), (SUBSCRIPTION_MINUTES - 8) * 60_000)
    this.#visiting = setInterval(() => this.#noteVisit(), 30_000)
    void this.#run()
  }

  stop(): void {
    this.#stopped = true
    removeEventListener('online', this.tryNow)
    clearInterval(this.#renewal)
    clearInterval(this.#visiting)
    clearTimeout(this.#grace)
    this.#activity.stop()
    this.#channel?.abort()
    this.#wake?.()
  }

  /** Hears every package after it has changed the state. */
  onEvents(listener: (events: readonly FeedEvent[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Ends a pause between two tries, or takes the place back that another window took. */
  readonly tryNow = (): void => {
    if (this.status.value.kind === 'replaced') {
      this.status.value = { kind: 'connecting' }
      void this.#run()
    }
    this.#wake?.()
  }

  link(rel: string): string | undefined {
    return this.#links.get(rel)
  }

  // ---- What the page does ----

  /** Reads a person and the newest lines of the conversation, as many as are unread. */
  async open(uri: Uri): Promise<void> {
    const person = await this.#readPerson(uri)
    void this.watch([uri])
    const unread = [...this.state.value.threads.values()]
      .filter((t) => t.person === uri)
      .reduce((sum, t) => sum + t.unread, 0)
    const timeline = person.timeline ?? `${this.#addressOf(uri)}/timeline`
    const limit = String(Math.min(200, Math.max(60, unread + 20)))
    const page = await this.http.get(withQuery(timeline, { limit }))
    this.#change((state) => applyTimeline(state, uri, page, 'newest'))
    for (let more = Math.ceil(unread / 200) - 1; more > 0; more--) await this.earlier(uri)
  }

  /** Reads the page before the first line on this device. @returns false when there is none */
  async earlier(uri: Uri): Promise<boolean> {
    const address = this.state.value.timelines.get(uri)?.earlier
    if (!address) return false
    const page = await this.http.get(address)
    this.#change((state) => applyTimeline(state, uri, page, 'earlier'))
    return true
  }

  async markAsRead(thread: Thread, upTo: string): Promise<void> {
    await this.http.post(thread.markAsRead ?? `${thread.href}/markAsRead`, { upTo })
  }

  async markAsUnread(thread: Thread, from: string): Promise<void> {
    await this.http.post(thread.markAsUnread ?? `${thread.href}/markAsUnread`, { from })
  }

  /** @returns people found, at most 20, and whether there are more */
  async search(query: string): Promise<{ readonly found: readonly Uri[]; readonly more: boolean }> {
    const address = this.#links.get('search')
    if (!address) return { found: [], more: false }
    const answer = await this.http.get(withQuery(address, { query, limit: '20' }))
    const found: Uri[] = []
    this.#change((state) =>
      embeddedAll(answer, 'contact').reduce((next, contact) => {
        const added = withContact(next, contact)
        if (added.uri) found.push(added.uri)
        return added.state
      }, state),
    )
    void this.watch(found)
    return { found, more: answer.moreResultsAvailable === true }
  }

  /** Asks for the presence of people from now on; each is asked for once. */
  async watch(uris: readonly Uri[]): Promise<void> {
    const news = uris.filter((uri) => uri !== this.state.value.own.uri && !this.#watched.has(uri))
    const address = this.#links.get('presenceSubscriptions')
    if (news.length === 0 || !address) return
    for (const uri of news) this.#watched.add(uri)
    await this.#quietly(async () => {
      const answer = await this.http.post(address, { duration: SUBSCRIPTION_MINUTES, uris: news })
      const subscription = self(answer.body) ?? answer.headers.get('Location') ?? undefined
      if (subscription) this.#subscriptions.add(subscription)
    })
  }

  /** Chooses a state for the whole person; undefined goes back to automatic (ucwa.md 6.2). */
  async choose(
    choice:
      | { availability: ChosenAvailability; presenting: boolean; expires: number | undefined }
      | undefined,
  ): Promise<void> {
    const address = this.#own('presence')
    const body = choice && {
      availability: choice.availability,
      ...(choice.presenting ? { activity: 'presenting' } : {}),
      ...(choice.expires ? { expires: new Date(choice.expires).toISOString() } : {}),
    }
    await this.http.post(address, body ?? {})
    const presence = await this.http.get(address)
    this.#change((state) => applyResource(state, 'presence', presence))
  }

  async setNote(message: string): Promise<void> {
    await this.http.post(this.#own('note'), message ? { message } : {})
    this.#change((state) => ({ ...state, own: { ...state.own, note: message || undefined } }))
  }

  /** Writes settings; on a conflict with another device the newer ones are read and the change is made again. */
  async saveSettings(change: Partial<PersonalSettings>): Promise<void> {
    const address = this.#own('settings')
    for (let attempt = 0; ; attempt++) {
      const { settings, settingsEtag } = this.state.value
      try {
        const answer = await this.http.send(address, {
          method: 'PUT',
          json: { ...settings, ...change },
          headers: settingsEtag ? { 'If-Match': `"${settingsEtag}"` } : {},
        })
        const saved = answer.body
        if (saved) this.#change((state) => applyResource(state, 'settings', saved))
        return
      } catch (error) {
        if (!(error instanceof Refused) || attempt > 0 || ![412, 428].includes(error.status)) throw error
        const newest = await this.http.get(address)
        this.#change((state) => applyResource(state, 'settings', newest))
      }
    }
  }

  /** Tells the others of an open conversation that I am typing. */
  async typing(address: string): Promise<void> {
    await this.#quietly(() => this.http.post(address))
  }

  // ---- The application and its channel ----

  async #run(): Promise<void> {
    let pause = PAUSE_MS.first
    while (!this.#stopped) {
      try {
        const fresh = !this.#created
        if (fresh) await this.#create()
        const quit = new AbortController()
        this.#channel = quit
        const response = await this.http.stream(this.#streamAddress(), quit.signal)
        pause = PAUSE_MS.first
        if (fresh) void this.#quietly(() => this.#becomeAvailable())
        else this.#online()
        await readChannel(response, quit, (pack) => this.#take(pack))
      } catch (error) {
        if (this.#stopped) return
        if (await this.#isOver(error)) return
        if (error instanceof Refused && error.retryAfter) pause = error.retryAfter * 1000
      }
      if (this.#stopped) return
      this.#lost()
      await this.#sleep(pause)
      pause = Math.min(pause * 1.7, PAUSE_MS.longest)
    }
  }

  /** Sorts out why the channel failed. @returns true when only a person can go on */
  async #isOver(error: unknown): Promise<boolean> {
    if (!(error instanceof Refused)) return false
    if (error.status === 404 || error.status === 410) {
      this.#created = false
      this.#lastAck = undefined
      return false
    }
    if (error.status === 409) {
      this.status.value = { kind: 'replaced' }
      return true
    }
    if (error.status !== 401 && error.status !== 403) return false
    const session = await currentSession()
    if (session === 'unreachable') return false
    if (session?.sip === this.session.sip && session.csrf === this.session.csrf) return false
    this.status.value = { kind: 'ended' }
    return true
  }

  async #create(): Promise<void> {
    const user = await this.http.get(USER_RESOURCE)
    const applications = pathOf(href(user, 'applications') ?? '/ucwa/oauth/v1/applications')
    const answer = await this.http.post(applications, {
      UserAgent: USER_AGENT,
      EndpointId: endpointId(this.session.sip),
      Culture: document.documentElement.lang === 'ja' ? 'ja-JP' : 'en-US',
      Type: 'Browser',
      InstanceId: await this.#instance,
    })
    const application = answer.body ?? {}
    this.#links = new Map()
    this.#learn(application)
    const me = embedded(application, 'me')
    const people = embedded(application, 'people')
    const communication = embedded(application, 'communication')
    for (const part of [me, people, communication]) if (part) this.#learn(part)
    this.#watched.clear()
    this.#subscriptions.clear()
    this.#change((state) => {
      const known = me ? applyResource(state, 'me', me) : state
      return this.#everAvailable ? forgetTransient(known) : known
    })
    if (communication) await this.#haveInboxView(communication)
    this.#created = true
  }

  /** With `conversationHistory: Enabled` the server takes invitations by itself and feeds every row (ucwa.md 6.8, 8.2, 15). */
  async #haveInboxView(communication: Resource): Promise<void> {
    const { _links, _embedded, etag, rel, ...properties } = communication
    const address = self(communication)
    if (!address) return
    await this.http.send(address, {
      method: 'PUT',
      json: { ...properties, supportedModalities: ['Messaging'], conversationHistory: 'Enabled' },
      headers: typeof etag === 'string' ? { 'If-Match': `"${etag}"` } : {},
    })
  }

  async #becomeAvailable(): Promise<void> {
    const address = this.#links.get('makeMeAvailable') ?? `${this.#links.get('me')}/makeMeAvailable`
    const unattended = this.#everAvailable && !this.#activity.isRecent(5 * 60_000)
    await this.http.post(address, {
      supportedModalities: ['Messaging'],
      supportedMessageFormats: ['Plain'],
      ...(unattended ? { signInAs: 'Away' } : {}),
    })
    this.#everAvailable = true
    this.#online()
    await Promise.all([
      this.#read('policies', this.#links.get('policies')),
      this.#read('settings', this.#own('settings')),
      this.#readThreads(),
      this.#readContacts(),
    ])
    await this.watch([
      ...this.state.value.contacts,
      ...[...this.state.value.threads.values()].map((thread) => thread.person),
    ])
    // The events after makeMeAvailable bring these; a GET is the way out where they do not.
    if (!this.state.value.own.presence) {
      await this.#read('presence', this.#own('presence'))
      await this.#read('note', this.#own('note'))
    }
  }

  async #readThreads(): Promise<void> {
    const address = this.#links.get('conversationLogs')
    if (!address) return
    const answer = await this.http.get(withQuery(address, { limit: '100' }))
    this.#change((state) =>
      embeddedAll(answer, 'conversationLog').reduce<State>(
        (next, log) => applyResource(next, 'conversationLog', log),
        {
          ...state,
          threads: new Map(),
          threadsLoaded: true,
        },
      ),
    )
  }

  async #readContacts(): Promise<void> {
    const address = this.#links.get('myContacts')
    if (!address) return
    const answer = await this.http.get(withQuery(address, { expand: 'presence' }))
    this.#change((state) => {
      const contacts = new Set<Uri>()
      const next = embeddedAll(answer, 'contact').reduce((so, contact) => {
        const added = withContact(so, contact)
        if (added.uri) contacts.add(added.uri)
        return added.state
      }, state)
      return { ...next, contacts }
    })
  }

  async #read(rel: string, address: string | undefined): Promise<void> {
    if (!address) return
    await this.#quietly(async () => {
      const resource = await this.http.get(address)
      this.#change((state) => applyResource(state, rel, resource))
    })
  }

  async #readPerson(uri: Uri): Promise<Person> {
    const person = personIn(this.state.value, uri)
    if (person.timeline && person.href) return person
    const contact = await this.http.get(person.href ?? this.#addressOf(uri))
    this.#change((state) => withContact(state, { uri, ...contact }).state)
    return personIn(this.state.value, uri)
  }

  /** The shape is part of the contract (ucwa.md section 17.3). */
  #addressOf(uri: Uri): string {
    return `${this.#links.get('people')}/${encodeURIComponent(uri.replace(/^sip:/, ''))}`
  }

  #streamAddress(): string {
    const address = this.#links.get('eventStream') ?? `${this.#links.get('application')}/eventStream?ack=1`
    return withQuery(address, {
      packages: 'full',
      medium: '0',
      low: '0',
      ...(this.#lastAck === undefined ? {} : { ack: String(this.#lastAck) }),
    })
  }

  #take(pack: Package): void {
    const events = eventsOf(pack.body)
    this.#lastAck = pack.ack
    this.#change((state) => applyPackage(state, events))
    this.#acks.taken(pack.ack, isUrgent(events))
    for (const event of events) this.#follow(event)
    for (const listener of this.#listeners) listener(events)
    for (const address of addressesToRead(events)) {
      const rel = events.find((e) => e.href === address)?.rel ?? ''
      void this.#read(rel, address)
    }
    if (href(pack.body, 'resync') || href(pack.body, 'resume')) void this.#resync()
  }

  #follow(event: FeedEvent): void {
    if (event.rel === 'me' && event.resource) this.#learn(event.resource)
    if (event.rel === 'presenceSubscription' && event.type === 'deleted') {
      this.#subscriptions.delete(event.href)
      if (this.#subscriptions.size === 0) this.#watchAgain()
    }
    if (event.rel === 'conversationLog' && event.resource) {
      const known = [...this.state.value.threads.values()].find((t) => t.href === self(event.resource))
      if (known) void this.watch([known.person])
    }
    for (const uri of this.state.value.typing) {
      if (this.#typingTimers.has(uri)) continue
      const timer = setTimeout(() => {
        this.#typingTimers.delete(uri)
        this.#change((state) => withoutTyping(state, uri))
      }, 12_000)
      this.#typingTimers.set(uri, timer)
    }
  }

  async #resync(): Promise<void> {
    this.#change(forgetTransient)
    await this.#quietly(() => this.#readThreads())
  }

  #watchAgain(): void {
    const all = [...this.#watched]
    this.#watched.clear()
    void this.watch(all)
  }

  async #renew(): Promise<void> {
    for (const subscription of this.#subscriptions) {
      await this.#quietly(() =>
        this.http.post(withQuery(subscription, { duration: String(SUBSCRIPTION_MINUTES) })),
      )
    }
  }

  async #confirm(ack: number): Promise<void> {
    await this.#quietly(() =>
      this.http.post(withQuery(this.#links.get('eventStream') ?? '', { ack: String(ack) })),
    )
  }

  async #reportActivity(): Promise<void> {
    if (this.status.value.kind !== 'online') return
    await this.#quietly(() => this.http.post(this.#own('reportMyActivity')))
  }

  #own(rel: string): string {
    return this.#links.get(rel) ?? `${this.#links.get('me')}/${rel}`
  }

  #learn(resource: Resource): void {
    const links = resource._links
    if (typeof links !== 'object' || links === null) return
    for (const rel of Object.keys(links)) {
      const address = href(resource, rel)
      if (address && rel !== 'self') this.#links.set(rel, address)
    }
    const rel = typeof resource.rel === 'string' ? resource.rel : undefined
    const address = self(resource)
    if (rel && address) this.#links.set(rel, address)
  }

  #change(change: (state: State) => State): void {
    this.state.value = change(this.state.value)
  }

  #online(): void {
    clearTimeout(this.#grace)
    this.#grace = undefined
    this.status.value = { kind: 'online' }
    this.#noteVisit()
  }

  #noteVisit(): void {
    if (this.status.value.kind !== 'online') return
    // Another window of this device may have written meanwhile.
    this.visits.value = visited(readVisits(this.session.sip), Date.now())
    writeVisits(this.session.sip, this.visits.value)
  }

  #lost(): void {
    if (this.#grace !== undefined || this.status.value.kind === 'offline') return
    const since = Date.now()
    this.#grace = setTimeout(
      () => {
        this.#grace = undefined
        this.status.value = { kind: 'offline', since }
      },
      navigator.onLine ? GRACE_MS : 0,
    )
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** For what the page can do without: the next event or the next try makes up for it. */
  async #quietly(act: () => Promise<unknown>): Promise<void> {
    try {
      await act()
    } catch (error) {
      if (error instanceof Refused && (error.status === 404 || error.status === 410))
        this.#checkChannel(error)
      else if (error instanceof Refused && error.status === 401) void this.#isOver(error)
    }
  }

  /** An application that is gone is noticed by any request; the channel then finds out by itself. */
  #checkChannel(error: Refused): void {
    if (error.status === 410 || error.subcode === 'ApplicationNotFound') this.#channel?.abort()
  }
}

/** One endpoint for each person and browser: its position in the log is kept by the server (ucwa.md 8.2). */
function endpointId(sip: string): string {
  const name = `endpoint.${sip}`
  const known = kept(name)
  if (known) return known
  const made = crypto.randomUUID()
  keep(name, made)
  return made
}

/**
 * Each window has an event channel of its own (ucwa.md section 4), and keeps it over a reload. A duplicated window finds the name taken
 * and makes a new one.
 */
async function instanceId(): Promise<string> {
  const kept = sessionStorage.getItem('nightpost.instance')
  const name = kept && (await isFree(kept)) ? kept : crypto.randomUUID()
  sessionStorage.setItem('nightpost.instance', name)
  return name
}

/** Takes a name for as long as this window lives. */
function isFree(name: string): Promise<boolean> {
  if (!navigator.locks) return Promise.resolve(true)
  return new Promise((resolve) => {
    navigator.locks
      .request(`nightpost-window-${name}`, { ifAvailable: true }, (lock) => {
        resolve(lock !== null)
        return lock === null ? undefined : new Promise<void>(() => {})
      })
      .catch(() => resolve(false))
  })
}
