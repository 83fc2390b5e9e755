import { type Signal, signal } from '@preact/signals'
import { Activity } from './activity.ts'
import { createApplication, haveInboxView } from './connection/application.ts'
import { Links } from './connection/links.ts'
import { Standing } from './connection/status.ts'
import { readThreads } from './connection/threads.ts'
import { TypingEnds } from './connection/typing-ends.ts'
import { Visiting } from './connection/visiting.ts'
import { ContactBook } from './contact-book.ts'
import { instanceId } from './device.ts'
import { eventsOf, type FeedEvent, isUrgent } from './feed/event.ts'
import { withoutTyping } from './feed/talks.ts'
import { forgetTransient } from './feed/threads.ts'
import { addressesToRead, applyPackage, applyResource } from './feed.ts'
import { emptyState, type State, type Uri } from './model.ts'
import { knownNames, rememberNames } from './names.ts'
import { PresenceWatch } from './presence-watch.ts'
import { currentSession, type Session } from './session.ts'
import { Acks } from './ucwa/acks.ts'
import { type Package, readChannel } from './ucwa/event-stream.ts'
import { Http, Refused, withQuery } from './ucwa/http.ts'
import { embedded, href, personOf, self } from './ucwa/wire.ts'
import type { Visit } from './visits.ts'
import { onWake } from './wake.ts'

const AGAIN_MS = 2000
const PAUSE_MS = { first: 400, longest: 10_000 }
/** Recreated without input for so long the page signs in as Away (ucwa.md section 15). */
const UNATTENDED_MS = 5 * 60_000
const MINUTE_MS = 60_000

/**
 * One signed-in page: the UCWA application, its event channel, and what became of the events (`state`).
 * Lives until `stop()`; a lost channel is reopened with the last confirmed number, a lost application is made again (ucwa.md sections 4, 15).
 */
export class Connection {
  readonly state
  readonly status: Standing['status']
  /** When this page signed in, in ms: the end of the lit line for what waited. */
  readonly signedInAt = Date.now()
  /** When this device was there, this visit included. */
  readonly visits: Signal<readonly Visit[]>
  readonly http: Http
  readonly session: Session
  readonly watch: PresenceWatch
  readonly book: ContactBook
  readonly #standing = new Standing()
  readonly #visiting: Visiting
  readonly #acks: Acks
  readonly #activity: Activity
  readonly #typing: TypingEnds
  readonly #listeners = new Set<(events: readonly FeedEvent[]) => void>()
  readonly #instance = instanceId()
  readonly #links = new Links()
  readonly #stopWaking: () => void
  #lastAck: number | undefined
  #created = false
  #everAvailable = false
  #stopped = false
  #channel: AbortController | undefined
  #wake: (() => void) | undefined

  constructor(session: Session) {
    this.session = session
    this.state = signal<State>(
      emptyState(session.sip.toLowerCase(), session.displayName, knownNames(session.sip)),
    )
    this.status = this.#standing.status
    this.#visiting = new Visiting(session.sip, () => this.#standing.isOnline)
    this.visits = this.#visiting.visits
    this.#typing = new TypingEnds((uri) => this.change((state) => withoutTyping(state, uri)))
    this.#acks = new Acks((ack) => void this.#confirm(ack))
    this.http = new Http(session.csrf, () => this.#acks.take())
    this.watch = new PresenceWatch(this)
    this.book = new ContactBook(this)
    this.#stopWaking = onWake(() => {
      this.#channel?.abort()
      this.#wake?.()
    })
    this.#activity = new Activity(() => void this.#reportActivity())
    addEventListener('online', this.tryNow)
    addEventListener('offline', this.#cut)
    void this.#run()
  }

  stop(): void {
    this.#stopped = true
    removeEventListener('online', this.tryNow)
    removeEventListener('offline', this.#cut)
    this.watch.stop()
    this.book.stop()
    this.#stopWaking()
    this.#visiting.stop()
    this.#standing.stop()
    this.#typing.stop()
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
    if (this.#standing.takeBack()) void this.#run()
    this.#wake?.()
  }

  /** The browser says that the network is gone: an open channel would notice only by its silence. */
  readonly #cut = (): void => this.#channel?.abort()

  link(rel: string): string | undefined {
    return this.#links.get(rel)
  }

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
        if (fresh) void this.#arrive(quit.signal)
        else {
          this.#online()
          // What was done while there was no connection could not be told.
          if (this.#activity.isRecent(MINUTE_MS)) void this.#reportActivity()
          void this.watch.back()
          void this.book.back()
        }
        await readChannel(response, quit, (pack) => this.#take(pack))
      } catch (error) {
        if (this.#stopped) return
        if (await this.#isOver(error)) return
        if (error instanceof Refused && error.retryAfter) pause = error.retryAfter * 1000
      }
      if (this.#stopped || this.#standing.isAtEnd) return
      this.#standing.lost()
      await this.#sleep(pause)
      pause = Math.min(pause * 1.7, PAUSE_MS.longest)
    }
  }

  /** Sorts out why the channel failed. @returns true when only a person can go on */
  async #isOver(error: unknown): Promise<boolean> {
    if (!(error instanceof Refused)) return false
    if (error.isGone) {
      this.#created = false
      this.#lastAck = undefined
      return false
    }
    if (error.status === 409) {
      this.#standing.end('replaced')
      return true
    }
    if (error.status !== 401 && error.status !== 403) return false
    const session = await currentSession()
    if (session === 'unreachable') return false
    if (session?.sip === this.session.sip && session.csrf === this.session.csrf) return false
    this.#standing.end('ended')
    return true
  }

  async #create(): Promise<void> {
    const application = await createApplication(this.http, this.session, await this.#instance)
    this.#links.forget()
    this.#links.learn(application)
    const me = embedded(application, 'me')
    const people = embedded(application, 'people')
    const communication = embedded(application, 'communication')
    for (const part of [me, people, communication]) if (part) this.#links.learn(part)
    this.watch.forget()
    this.change((state) => {
      const known = me ? applyResource(state, 'me', me) : state
      return this.#everAvailable ? forgetTransient(known) : known
    })
    if (communication) await haveInboxView(this.http, communication)
    this.#created = true
  }

  /** Signs in and reads what there is, again and again while the channel stands: one busy moment of the server must not leave an empty page. */
  async #arrive(channel: AbortSignal): Promise<void> {
    while (!this.#stopped && !channel.aborted) {
      try {
        await this.#becomeAvailable()
        return
      } catch (error) {
        if (error instanceof Refused && error.isGone) this.#channel?.abort()
        else if (await this.#isOver(error)) this.#channel?.abort()
        else await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
      }
    }
  }

  async #becomeAvailable(): Promise<void> {
    const address = this.#links.get('makeMeAvailable') ?? `${this.#links.get('me')}/makeMeAvailable`
    const unattended = this.#everAvailable && !this.#activity.isRecent(UNATTENDED_MS)
    await this.http.post(address, {
      supportedModalities: ['Messaging'],
      supportedMessageFormats: ['Plain'],
      ...(unattended ? { signInAs: 'Away' } : {}),
    })
    this.#everAvailable = true
    this.#online()
    await Promise.all([
      this.#read('policies', this.#links.get('policies')),
      this.#read('settings', this.own('settings')),
      this.#readThreads(),
      this.book.read(),
    ])
    await this.watch.add([
      ...this.state.value.contacts.keys(),
      ...[...this.state.value.threads.values()].map((thread) => thread.person),
    ])
    rememberNames(this.session.sip, this.state.value)
    // The events after makeMeAvailable bring these; a GET is the way out where they do not.
    if (!this.state.value.own.presence) {
      await this.#read('presence', this.own('presence'))
      await this.#read('note', this.own('note'))
      await this.#read('location', this.own('location'))
    }
  }

  async #readThreads(): Promise<void> {
    await readThreads(this.http, this.#links.get('conversationLogs'), (change) => this.change(change))
  }

  async #read(rel: string, address: string | undefined): Promise<void> {
    if (!address) return
    await this.quietly(async () => {
      const resource = await this.http.get(address)
      this.change((state) => applyResource(state, rel, resource))
    })
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
    this.change((state) => applyPackage(state, events))
    this.#acks.taken(pack.ack, isUrgent(events))
    for (const event of events) this.#follow(event)
    this.#typing.look(this.state.value.typing)
    for (const listener of this.#listeners) listener(events)
    for (const address of addressesToRead(events)) {
      const rel = events.find((e) => e.href === address)?.rel ?? ''
      void this.#read(rel, address)
    }
    if (href(pack.body, 'resync') || href(pack.body, 'resume')) void this.#resync()
  }

  #follow(event: FeedEvent): void {
    if (event.rel === 'me' && event.resource) this.#links.learn(event.resource)
    if (event.rel === 'presenceSubscription' && event.type === 'deleted') {
      void this.watch.ended(event.href)
    }
    if (event.rel === 'contact' && event.type === 'added') {
      const uri = personOf(event.href)
      if (uri && this.state.value.contacts.has(uri)) void this.watch.add([uri])
    }
    if (event.rel === 'myContactsAndGroupsSubscription') void this.book.back()
    if (event.rel === 'conversationLog' && event.resource) {
      const known = [...this.state.value.threads.values()].find((t) => t.href === self(event.resource))
      if (known) void this.watch.add([known.person])
      if (event.type === 'added') rememberNames(this.session.sip, this.state.value)
    }
  }

  async #resync(): Promise<void> {
    this.change(forgetTransient)
    await this.quietly(() => this.#readThreads())
    await this.quietly(() => this.book.read())
  }

  async #confirm(ack: number): Promise<void> {
    await this.quietly(() =>
      this.http.post(withQuery(this.#links.get('eventStream') ?? '', { ack: String(ack) })),
    )
  }

  async #reportActivity(): Promise<void> {
    if (!this.#standing.isOnline) return
    await this.quietly(() => this.http.post(this.own('reportMyActivity')))
  }

  /** Address of a resource of the signed-in person, also before a link to it was seen. */
  own(rel: string): string {
    return this.#links.own(rel)
  }

  /** Address of somebody, also before a link to them was seen. */
  person(uri: Uri): string {
    return this.#links.person(uri)
  }

  /** Everything on screen comes from this state, so a change shows at once. */
  change(change: (state: State) => State): void {
    this.state.value = change(this.state.value)
  }

  #online(): void {
    this.#standing.online()
    this.#visiting.note()
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
  async quietly(act: () => Promise<unknown>): Promise<void> {
    try {
      await act()
    } catch (error) {
      if (error instanceof Refused && error.isGone) this.#checkChannel(error)
      else if (error instanceof Refused && error.status === 401) void this.#isOver(error)
    }
  }

  /** An application that is gone is noticed by any request; the channel then finds out by itself. */
  #checkChannel(error: Refused): void {
    if (error.status === 410 || error.subcode === 'ApplicationNotFound') this.#channel?.abort()
  }
}
