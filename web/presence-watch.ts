import type { Connection } from './connection.ts'
import { readContactPresence } from './feed/people.ts'
import type { Uri } from './model.ts'
import { Refused, withQuery } from './ucwa/http.ts'
import { self } from './ucwa/wire.ts'

/** As long as the server allows (ucwa.md 6.5); extended well before the end. */
const MINUTES = 30
/** People in one subscription: as many as the server lets one user watch (SECURITY 21), so that a contact list is one request. */
const CHUNK = 500
/** People beyond that limit whose presence is read once. */
const MOST_READ = 20
const AGAIN_MS = 8000
const RENEW_MS = (MINUTES - 8) * 60_000
/** After a break of the connection a renewal younger than this is still good. */
const FRESH_MS = 2 * 60_000

/** Whose presence this page asks for. Each person is asked for once; the answers come as events. */
export class PresenceWatch {
  readonly #connection: Connection
  readonly #people = new Set<Uri>()
  /** Whom each subscription covers, so that one that ended is asked for again by itself. */
  readonly #subscriptions = new Map<string, readonly Uri[]>()
  readonly #timer: ReturnType<typeof setInterval>
  /** Whom a request that failed was about. */
  readonly #missed = new Set<Uri>()
  #again: ReturnType<typeof setTimeout> | undefined
  #renewedAt = Date.now()

  constructor(connection: Connection) {
    this.#connection = connection
    this.#timer = setInterval(() => void this.#renew(), RENEW_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
    clearTimeout(this.#again)
  }

  /** A new application knows nothing of the old one's subscriptions. */
  forget(): void {
    this.#people.clear()
    this.#subscriptions.clear()
    this.#missed.clear()
    this.#renewedAt = Date.now()
  }

  /** @param uris the most important first: where the server's limit cuts off, it cuts the last */
  async add(uris: readonly Uri[]): Promise<void> {
    const own = this.#connection.state.value.own.uri
    const news = [...new Set(uris)].filter((uri) => uri !== own && !this.#people.has(uri))
    const address = this.#connection.link('presenceSubscriptions')
    if (news.length === 0 || !address) return
    for (let from = 0; from < news.length; from += CHUNK)
      await this.#subscribe(address, news.slice(from, from + CHUNK))
  }

  /** The channel stands again, perhaps after hours of sleep: what ended meanwhile is asked for again. */
  async back(): Promise<void> {
    if (Date.now() - this.#renewedAt > FRESH_MS) await this.#renew()
  }

  /** A subscription ended on the server: its people are asked for again. */
  async ended(subscription: string): Promise<void> {
    const people = this.#subscriptions.get(subscription)
    if (!people) return
    this.#subscriptions.delete(subscription)
    for (const uri of people) this.#people.delete(uri)
    await this.add(people)
  }

  async #subscribe(address: string, people: readonly Uri[]): Promise<void> {
    for (const uri of people) this.#people.add(uri)
    await this.#connection.quietly(async () => {
      try {
        const answer = await this.#connection.http.post(address, { duration: MINUTES, uris: people })
        const subscription = self(answer.body) ?? answer.headers.get('Location') ?? undefined
        if (subscription) this.#subscriptions.set(subscription, people)
      } catch (error) {
        for (const uri of people) this.#people.delete(uri)
        if (!(error instanceof Refused) || error.subcode !== 'LimitExceeded') {
          this.#askLater(people)
          throw error
        }
        for (const uri of people.slice(0, MOST_READ)) await this.#read(uri)
      }
    })
  }

  /** A busy server or a moment without a network must not leave presence standing still. */
  #askLater(people: readonly Uri[]): void {
    for (const uri of people) this.#missed.add(uri)
    this.#again ??= setTimeout(() => {
      this.#again = undefined
      const missed = [...this.#missed]
      this.#missed.clear()
      void this.add(missed)
    }, AGAIN_MS)
  }

  /** More people than may be watched: at least what is so now. */
  async #read(uri: Uri): Promise<void> {
    const presence = await this.#connection.http.get(`${this.#connection.person(uri)}/presence`)
    this.#connection.change((state) => readContactPresence(state, presence, undefined))
  }

  async #renew(): Promise<void> {
    this.#renewedAt = Date.now()
    for (const subscription of [...this.#subscriptions.keys()]) {
      const address = withQuery(subscription, { duration: String(MINUTES) })
      await this.#connection.quietly(async () => {
        try {
          await this.#connection.http.post(address)
        } catch (error) {
          if (!(error instanceof Refused) || error.status !== 404) throw error
          if (error.subcode === 'ApplicationNotFound') throw error
          await this.ended(subscription)
        }
      })
    }
  }
}
