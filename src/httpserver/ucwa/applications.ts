import { confirmMessages, confirmWaiting } from '../../actions/confirm-message.ts'
import type { Sink } from '../../actions/ports/lanes.ts'
import type { Ports } from '../../actions/ports/ports.ts'
import { endpointGone, registerEndpoint } from '../../actions/register-endpoint.ts'
import type { ErrorSubcode } from '../../codec/ucwa/errors.ts'
import type { AccountId } from '../../domain/account.ts'
import type { EndpointId } from '../../domain/endpoint.ts'
import type { Seq } from '../../domain/message.ts'
import type { Logger } from '../../ops/log.ts'
import { Application, type Identity } from './application.ts'
import type { UcwaConfig } from './house.ts'

/** Applications of one user; the oldest idle one makes room (ucwa.md section 4). */
const MAX_APPLICATIONS = 8
const NEVER_USED_MS = 30 * 60_000
const NO_ACTIVITY_MS = 4 * 3600_000
const REMEMBER_CAUSE_MS = 3600_000
const MAX_CAUSES = 10_000
const SWEEP_MS = 500
/** How often somebody who waits counts as use of their token. */
const TOKEN_USE_MS = 60_000

type Cause = Extract<
  ErrorSubcode,
  'InactiveApplicationExpired' | 'TooManyApplications' | 'UserAgentNotAllowed'
>

interface Needs {
  readonly ports: Ports
  readonly config: UcwaConfig
  readonly log: Logger
  /** Where the lane puts messages for this application. */
  readonly sink: (app: Application) => Sink
  /** Told when an application is in the lane again: what waits is announced. */
  readonly arrived: (app: Application) => Promise<void>
  /** Told when an application ends, before it is out of the lane: its last events. */
  readonly ending: (app: Application) => void
  /** Deadlines of what belongs to an application. */
  readonly tick: (app: Application, now: number) => void
}

/** Every application of every user: who has which, when they end, and why they ended (ucwa.md section 4). */
export class Applications {
  readonly #needs: Needs
  readonly #byId = new Map<string, Application>()
  readonly #byAccount = new Map<AccountId, Set<Application>>()
  readonly #causes = new Map<string, { cause: Cause; until: number }>()
  readonly #reaching = new Map<Application, Promise<void>>()
  readonly #timer: NodeJS.Timeout
  #tokensUsedAt = 0
  /** The server goes down: whoever asks for events is sent elsewhere (SECURITY 65). */
  closing = false

  constructor(needs: Needs) {
    this.#needs = needs
    this.#timer = setInterval(() => this.#sweep(), SWEEP_MS)
    this.#timer.unref()
  }

  find(id: string): Application | undefined {
    return this.#byId.get(id.toLowerCase())
  }

  /** Why an application ended, for an hour; undefined where clients should simply make a new one. */
  whyGone(id: string): Cause | undefined {
    const known = this.#causes.get(id.toLowerCase())
    return known && known.until > this.#now() ? known.cause : undefined
  }

  of(account: AccountId): readonly Application[] {
    return [...(this.#byAccount.get(account) ?? [])]
  }

  /** Everybody's; for changes that concern all. */
  all(): Iterable<Application> {
    return this.#byId.values()
  }

  /** @returns the application of this identity, `isNew` when it was made for this request */
  create(
    account: AccountId,
    identity: Identity,
    session: string | undefined,
  ): { readonly app: Application; readonly isNew: boolean } {
    const mine = this.#byAccount.get(account) ?? new Set()
    for (const app of mine) {
      if (app.identity.endpointId !== identity.endpointId) continue
      if (sameIdentity(app.identity, identity)) {
        app.session = session
        return { app, isNew: false }
      }
      // The same endpoint with another culture or client: one endpoint has one place in the log.
      this.end(app)
    }
    const { ports, config } = this.#needs
    const app = new Application({
      id: ports.random.guid().replace(/-/g, '').slice(0, 20).toLowerCase(),
      account,
      identity,
      endpoint: `ucwa:${identity.endpointId}` as EndpointId,
      guid: ports.random.guid(),
      session,
      ports,
      config,
      onProof: (proven, seqs, upTo) => this.#confirm(proven, seqs, upTo),
    })
    this.#byId.set(app.id, app)
    this.#byAccount.set(account, mine.add(app))
    this.#makeRoom(mine)
    return { app, isNew: true }
  }

  /** Ends an application: its conversations, subscriptions and presence are gone with it. */
  end(app: Application, cause?: Cause): void {
    if (app.ended) return
    this.#needs.ending(app)
    app.ended = true
    this.gone(app)
    for (const channel of app.channels.values()) channel.release()
    this.#byId.delete(app.id)
    const mine = this.#byAccount.get(app.account)
    mine?.delete(app)
    if (mine?.size === 0) this.#byAccount.delete(app.account)
    if (cause) this.#remember(app.id, cause)
  }

  /** Puts an application that was made available into the lane; at once when it is there already. */
  async reach(app: Application): Promise<void> {
    if (!app.presented || app.ended) return
    const running = this.#reaching.get(app)
    if (running) return running
    if (app.reachable) return
    app.reachable = true
    const { ports, sink, arrived } = this.#needs
    const work = arrived(app).then(() =>
      registerEndpoint(ports, app.endpointFacts, sink(app), app.publication()),
    )
    this.#reaching.set(app, work)
    try {
      await work
    } catch (error) {
      app.reachable = false
      throw error
    } finally {
      this.#reaching.delete(app)
    }
    // Ended while it was on its way into the lane.
    if (app.ended) endpointGone(ports, app.account, app.endpoint)
  }

  /** Opens the lane again with what changed about the endpoint (an inbox view now). */
  async reopen(app: Application): Promise<void> {
    if (!app.reachable) return
    app.reachable = false
    await this.reach(app)
  }

  /** Out of the lane and out of the presence aggregate; the application itself stays. */
  gone(app: Application): void {
    if (!app.reachable) return
    app.reachable = false
    endpointGone(this.#needs.ports, app.account, app.endpoint)
  }

  /** Ends what a browser session had (INTERFACES 4). */
  sessionEnded(account: AccountId, session: string): void {
    for (const app of this.of(account)) if (app.session === session) this.end(app)
  }

  /** Ends waiting requests whose token is no longer good (SECURITY 38), and everything of somebody out of service. */
  revoked(account: AccountId): void {
    const person = this.#needs.ports.facts.account(account)
    for (const app of this.of(account)) {
      if (person?.enabled !== true) this.end(app)
      else this.#checkTokens(app, true)
    }
  }

  /** Releases every waiting request and ends the timers; applications stay as they are (ucwa.md 7.3). */
  close(): void {
    this.closing = true
    clearInterval(this.#timer)
    for (const app of this.#byId.values()) {
      for (const channel of app.channels.values()) channel.release()
    }
  }

  #confirm(app: Application, seqs: readonly Seq[], upTo: Seq | undefined): void {
    const { ports } = this.#needs
    if (seqs.length > 0) confirmMessages(ports, app.account, app.endpoint, seqs)
    if (upTo !== undefined) confirmWaiting(ports, app.account, app.endpoint, upTo)
  }

  #sweep(): void {
    const now = this.#now()
    const useTokens = now - this.#tokensUsedAt >= TOKEN_USE_MS
    if (useTokens) this.#tokensUsedAt = now
    for (const app of [...this.#byId.values()]) {
      try {
        this.#check(app, now)
        if (!app.ended) this.#needs.tick(app, now)
        if (useTokens) this.#checkTokens(app, false)
      } catch (error) {
        this.#needs.log.error({ err: error, application: app.id }, 'sweep failed')
      }
    }
  }

  /** Nobody waits: the application may be absent by now, or over (ucwa.md section 4). */
  #check(app: Application, now: number): void {
    const channels = [...app.channels.values()]
    const waits = channels.some((channel) => channel.idleSince === undefined)
    if (app.overflowed || (!waits && this.#isOver(app, now))) {
      this.end(app, 'InactiveApplicationExpired')
      return
    }
    if (waits) this.#dropIdleChannels(app, now)
    if (waits || !app.reachable) return
    const { goneMs, goneLongPollMs } = this.#needs.config
    const since = idleSince(app)
    const streamed = channels.some((channel) => channel.streamed && channel.idleSince === since)
    if (now - Math.max(since, app.reachedAt) > (streamed ? goneMs : goneLongPollMs)) this.gone(app)
  }

  /** Tabs that were closed, while others go on. */
  #dropIdleChannels(app: Application, now: number): void {
    for (const [instance, { idleSince }] of app.channels) {
      const idleMs = idleSince === undefined ? 0 : now - idleSince
      if (idleMs > this.#needs.config.applicationIdleMs && app.channels.size > 1) app.dropChannel(instance)
    }
  }

  #isOver(app: Application, now: number): boolean {
    const used = [...app.channels.values()].some((channel) => channel.used)
    const idleMs = now - idleSince(app)
    if (used ? idleMs > this.#needs.config.applicationIdleMs : now - app.usedAt > NEVER_USED_MS) return true
    const { presented } = app
    return (
      presented !== undefined && now - presented.activeAt > NO_ACTIVITY_MS && app.conversations.size === 0
    )
  }

  #checkTokens(app: Application, peek: boolean): void {
    for (const channel of app.channels.values()) {
      const { credential } = channel
      if (channel.idleSince !== undefined || !credential) continue
      if (!this.#needs.ports.tokens.check(credential.kind, credential.token, { peek })) channel.release()
    }
  }

  #makeRoom(mine: ReadonlySet<Application>): void {
    if (mine.size <= MAX_APPLICATIONS) return
    const idle = [...mine].filter((app) =>
      [...app.channels.values()].every((channel) => channel.idleSince !== undefined),
    )
    const [oldest] = (idle.length > 0 ? idle : [...mine]).sort((a, b) => a.usedAt - b.usedAt)
    if (oldest) this.end(oldest, 'TooManyApplications')
  }

  #remember(id: string, cause: Cause): void {
    const now = this.#now()
    for (const [old, known] of this.#causes) {
      if (known.until > now && this.#causes.size < MAX_CAUSES) break
      this.#causes.delete(old)
    }
    this.#causes.set(id, { cause, until: now + REMEMBER_CAUSE_MS })
  }

  #now(): number {
    return this.#needs.ports.clock.monotonicMs()
  }
}

/** Monotonic milliseconds since when nobody waits on any channel. */
function idleSince(app: Application): number {
  let latest = Number.NEGATIVE_INFINITY
  for (const { idleSince: since } of app.channels.values()) latest = Math.max(latest, since ?? latest)
  return latest
}

function sameIdentity(a: Identity, b: Identity): boolean {
  return a.culture === b.culture && a.userAgent === b.userAgent && a.type === b.type
}
