import type { Connection } from './connection.ts'
import type { Uri } from './model.ts'
import { withQuery } from './ucwa/http.ts'
import { self } from './ucwa/wire.ts'

/** As long as the server allows (ucwa.md 6.5); extended well before the end. */
const MINUTES = 30
/** People in one subscription; more are several. */
const CHUNK = 200
const RENEW_MS = (MINUTES - 8) * 60_000

/** Whose presence this page asks for. Each person is asked for once; the answers come as events. */
export class PresenceWatch {
  readonly #connection: Connection
  readonly #people = new Set<Uri>()
  readonly #subscriptions = new Set<string>()
  readonly #timer: ReturnType<typeof setInterval>

  constructor(connection: Connection) {
    this.#connection = connection
    this.#timer = setInterval(() => void this.#renew(), RENEW_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** A new application knows nothing of the old one's subscriptions. */
  forget(): void {
    this.#people.clear()
    this.#subscriptions.clear()
  }

  async add(uris: readonly Uri[]): Promise<void> {
    const own = this.#connection.state.value.own.uri
    const news = [...new Set(uris)].filter((uri) => uri !== own && !this.#people.has(uri))
    const address = this.#connection.link('presenceSubscriptions')
    if (news.length === 0 || !address) return
    for (let from = 0; from < news.length; from += CHUNK)
      await this.#subscribe(address, news.slice(from, from + CHUNK))
  }

  /** A limit of the server (ucwa.md 6.5) costs the presence of these people, not of the others. */
  async #subscribe(address: string, people: readonly Uri[]): Promise<void> {
    for (const uri of people) this.#people.add(uri)
    await this.#connection.quietly(async () => {
      const answer = await this.#connection.http.post(address, { duration: MINUTES, uris: people })
      const subscription = self(answer.body) ?? answer.headers.get('Location') ?? undefined
      if (subscription) this.#subscriptions.add(subscription)
    })
  }

  /** A subscription ended on the server: everybody is asked for again. */
  async ended(subscription: string): Promise<void> {
    if (!this.#subscriptions.delete(subscription) || this.#subscriptions.size > 0) return
    const all = [...this.#people]
    this.#people.clear()
    await this.add(all)
  }

  async #renew(): Promise<void> {
    for (const subscription of this.#subscriptions) {
      const address = withQuery(subscription, { duration: String(MINUTES) })
      await this.#connection.quietly(() => this.#connection.http.post(address))
    }
  }
}
