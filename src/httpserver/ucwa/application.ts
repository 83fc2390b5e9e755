import type { Ports } from '../../actions/ports/ports.ts'
import type { EventTarget, Proof, UcwaEvent, Unit } from '../../codec/ucwa/events.ts'
import type { Resource } from '../../codec/ucwa/hal.ts'
import { type AppLinks, appLinks } from '../../codec/ucwa/links.ts'
import type { VisiblePresence } from '../../domain/access.ts'
import type { AccountId, Language } from '../../domain/account.ts'
import type { ContactList } from '../../domain/contact.ts'
import type { Endpoint, EndpointId } from '../../domain/endpoint.ts'
import { languageOf } from '../../domain/language.ts'
import type { Row, Seq, ThreadId } from '../../domain/message.ts'
import type { Publication } from '../../domain/presence.ts'
import { type Instant, instant } from '../../domain/time.ts'
import type { Conversation, Invitation } from './conversation.ts'
import { EventChannel } from './event-channel.ts'
import type { UcwaConfig } from './house.ts'

/** What the client said of itself when it made the application (ucwa.md section 4). */
export interface Identity {
  readonly endpointId: string
  readonly culture: string
  readonly userAgent: string
  readonly type: string | undefined
}

/** After makeMeAvailable: this endpoint shows presence and takes messages. */
export interface Presented {
  readonly inactiveMs: number
  /** `signInAs: Away`, until the next reportMyActivity (ucwa.md 6.1). */
  away: boolean
  /** Monotonic milliseconds, and the same moment for others to see. */
  activeAt: number
  lastActive: Instant
}

/** Whom an application watches, and until when (ucwa.md 6.5). */
export interface PresenceSubscription {
  readonly id: string
  readonly users: Map<AccountId, string>
  /** Monotonic milliseconds. */
  until: number
  warned: boolean
}

/** Where a row of the user's log stands with this application. */
type RowState = 'ringing' | 'raised' | 'proven'

/** A window wide enough that items which a client lists at its leisure do not hold up what is live. */
const INBOX_WINDOW = 256
const WINDOW = 16
/** Event channels of one application: browser tabs. */
const MAX_INSTANCES = 32
/** Transcripts that an application was shown lately, so that feed and lane do not show them twice. */
const SHOWN = 2000

/** One signed-in endpoint of a user: state, conversations, event channels. What it does is in the files around it. */
export class Application {
  readonly id: string
  readonly account: AccountId
  readonly identity: Identity
  readonly links: AppLinks
  readonly endpoint: EndpointId
  /** Name of the property that PUT on `communication` must carry. */
  readonly guid: string
  /** The browser session that used it last: it ends with that session (INTERFACES 4). */
  session: string | undefined
  readonly channels = new Map<string, EventChannel>()
  readonly conversations = new Map<string, Conversation>()
  readonly invitations = new Map<string, Invitation>()
  readonly subscriptions = new Map<string, PresenceSubscription>()
  /** What this application was last told about the people it watches. */
  readonly seen = new Map<AccountId, VisiblePresence>()
  readonly rows = new Map<Seq, { readonly state: RowState; readonly thread: ThreadId }>()
  /** Newest row of a thread that this application has been given (ucwa.md 8.3, markAsRead). */
  readonly given = new Map<ThreadId, Seq>()
  readonly shown = new Set<string>()
  presented: Presented | undefined
  /** Monotonic milliseconds when it came into the lane. */
  reachedAt = 0
  /** `conversationHistory: Enabled`: it lists items and reports reading (ucwa.md 6.8). */
  inboxView = false
  /** Of `communication`, as the client put it (communication.ts). */
  declared: Readonly<Record<string, string | boolean | undefined>> = {}
  #takesHtml = false
  /** `html` as `communication` told it last. */
  toldHtml = false
  /** In the lane and in the presence aggregate. */
  reachable = false
  /** Deadline of the subscription to contacts and groups, monotonic milliseconds. */
  contactsUntil: number | undefined
  /** The list as it was told last. */
  contacts: ContactList | undefined
  ended = false
  /** Monotonic milliseconds of the last request of any kind. */
  usedAt: number
  /** Of the cookie for photos (photos.ts). */
  photoToken: string | undefined
  lastCounts = ''
  /** Messages that had expired when this application signed in: told once, to it (R50). */
  expired: number | undefined
  /** Resources of `me` as they were told last, by rel. */
  readonly lastOwn = new Map<string, string>()
  /** Threads whose log this application has been told of. */
  readonly logs = new Set<ThreadId>()
  /** Incoming rows whose turn in the feed has not come. */
  readonly untold = new Set<Row>()
  lastPolicies = ''
  readonly #ports: Ports
  readonly #config: UcwaConfig
  readonly #onProof: (app: Application, rows: readonly Seq[], upTo: Seq | undefined) => void
  #counter = 0
  #acks = 1

  constructor(needs: {
    id: string
    account: AccountId
    identity: Identity
    endpoint: EndpointId
    guid: string
    ports: Ports
    config: UcwaConfig
    onProof: (app: Application, rows: readonly Seq[], upTo: Seq | undefined) => void
    session: string | undefined
  }) {
    this.id = needs.id
    this.account = needs.account
    this.identity = needs.identity
    this.endpoint = needs.endpoint
    this.guid = needs.guid
    this.links = appLinks(needs.id)
    this.#ports = needs.ports
    this.#config = needs.config
    this.#onProof = needs.onProof
    this.session = needs.session
    this.usedAt = needs.ports.clock.monotonicMs()
  }

  /** The channel of one instance (browser tab); made when it is first asked for. */
  channel(instanceId: string | undefined): EventChannel {
    const key = instanceId ?? ''
    const known = this.channels.get(key)
    if (known) return known
    this.#makeRoom()
    const channel = new EventChannel({
      timeoutMs: this.#config.eventTimeoutMs,
      takeAck: () => {
        this.#acks += 1
        return this.#acks
      },
      monotonicMs: () => this.#ports.clock.monotonicMs(),
      link: (kind, ack) => this.links[kind](ack, instanceId),
      proven: (proof) => this.#prove(proof),
    })
    this.channels.set(key, channel)
    return channel
  }

  /** Raises events in one step on every channel. An application that lets its events pile up is over (7.3). */
  raise(events: readonly UcwaEvent[], unit?: Unit): void {
    if (events.length === 0) return
    for (const [instance, channel] of this.channels) {
      if (channel.raise(events, unit)) continue
      // A tab that is gone must not end the others.
      if (this.channels.size === 1) this.overflowed = true
      else this.dropChannel(instance)
    }
  }

  /** Set when the last channel was over its limit; the sweep ends the application. */
  overflowed = false

  /** A client that makes up instances drops its own oldest ones. */
  #makeRoom(): void {
    if (this.channels.size < MAX_INSTANCES) return
    let oldest: string | undefined
    let since = Number.POSITIVE_INFINITY
    for (const [instance, channel] of this.channels) {
      if ((channel.idleSince ?? Number.POSITIVE_INFINITY) >= since) continue
      oldest = instance
      since = channel.idleSince ?? since
    }
    const [first = ''] = this.channels.keys()
    this.dropChannel(oldest ?? first)
  }

  /** Ends one instance; who comes back to it begins with a resync. */
  dropChannel(instance: string): void {
    this.channels.get(instance)?.release()
    this.channels.delete(instance)
  }

  get endpointFacts(): Endpoint {
    return {
      id: this.endpoint,
      account: this.account,
      protocol: 'ucwa',
      inboxView: this.inboxView,
      window: this.inboxView ? INBOX_WINDOW : WINDOW,
      userAgent: this.identity.userAgent,
    }
  }

  /** Gets every event embedded, and the feed of section 15. */
  get feed(): boolean {
    return this.inboxView
  }

  /** HTML goes to clients that declared it, of people whose policy lets it in (DisableHtmlIm). */
  get html(): boolean {
    return this.#takesHtml && this.#ports.facts.rules(this.account).html
  }

  /** What the client says it can show: in makeMeAvailable, and by PUT on `communication`. */
  declareFormats(formats: readonly ('Plain' | 'Html')[]): void {
    this.#takesHtml = formats.includes('Html')
    this.toldHtml = this.html
  }

  get streaming(): boolean {
    return [...this.channels.values()].some((channel) => channel.streaming)
  }

  /** A short name that is never used again in this application. */
  nextId(): string {
    this.#counter += 1
    return this.#counter.toString(36)
  }

  language(): Language {
    const { facts } = this.#ports
    return languageOf(facts.settings(this.account), this.identity.culture, facts.account(this.account))
  }

  /** What this endpoint says of itself now (ucwa.md 6.2). */
  publication(): Publication {
    const { presented } = this
    return {
      endpoint: this.endpoint,
      availability: presented?.away ? 'Away' : 'Online',
      deviceType: /iphone|ipad|android|mobile/i.test(this.identity.userAgent) ? 'Mobile' : 'Web',
      lastActive: presented?.lastActive ?? instant(0),
      ...(presented ? { idleAfterMs: presented.inactiveMs } : {}),
    }
  }

  /** @returns true the first time that a message is shown to this application. */
  show(messageId: string): boolean {
    if (this.shown.has(messageId)) return false
    this.shown.add(messageId)
    if (this.shown.size > SHOWN) {
      for (const oldest of this.shown) {
        this.shown.delete(oldest)
        break
      }
    }
    return true
  }

  /** Notes where a row of the log stands with this application. */
  track(row: Pick<Row, 'seq' | 'thread'>, state: RowState): void {
    this.rows.set(row.seq, { state, thread: row.thread })
  }

  /** Remembers that the client has been given this row, for a markAsRead without `upTo`. */
  gave(thread: ThreadId, seq: Seq): void {
    const before = this.given.get(thread)
    if (before === undefined || before < seq) this.given.set(thread, seq)
  }

  #prove({ rows, upTo }: Proof): void {
    const seqs = [...new Set(rows)] as Seq[]
    for (const seq of seqs) {
      const row = this.rows.get(seq)
      if (!row) continue
      this.rows.set(seq, { ...row, state: 'proven' })
      this.gave(row.thread, seq)
    }
    if (seqs.length > 0 || upTo !== undefined) this.#onProof(this, seqs, upTo as Seq | undefined)
  }
}

/** The events of one sender, with less to write. */
export function from(sender: { rel: string; href: string }) {
  return (
    type: UcwaEvent['type'],
    link: EventTarget,
    more: Partial<Omit<UcwaEvent, 'sender' | 'link' | 'type'>> = {},
  ): UcwaEvent => ({ sender, link, type, priority: 'High', ...more })
}

/** Target of an event about a resource. */
export function targetOf(resource: Resource, title?: string): EventTarget {
  const self = resource._links.self
  const href = self && 'href' in self ? self.href : ''
  return title === undefined ? { rel: resource.rel, href } : { rel: resource.rel, href, title }
}

/** Events of sender `communication`. */
export function communicationOf(app: Application) {
  return from({ rel: 'communication', href: app.links.communication })
}
/** Events of sender `conversation`. */
export function conversationOf(app: Application, id: string) {
  return from({ rel: 'conversation', href: app.links.conversation(id) })
}
/** Events of sender `people`. */
export function peopleOf(app: Application) {
  return from({ rel: 'people', href: app.links.people })
}
/** Events of sender `me`. */
export function meOf(app: Application) {
  return from({ rel: 'me', href: app.links.me })
}
