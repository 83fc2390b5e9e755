import type { PersonalSettings } from '../src/domain/account.ts'
import type { ChosenAvailability } from '../src/domain/presence.ts'
import type { Connection } from './connection.ts'
import { withContact } from './feed/people.ts'
import { applyTimeline, applyTranscripts } from './feed/threads.ts'
import { applyResource } from './feed.ts'
import { type Person, personIn, type Thread, type Uri } from './model.ts'
import { type Http, Refused, withQuery } from './ucwa/http.ts'
import { embeddedAll } from './ucwa/wire.ts'

/** What a person does on the page, as requests; what becomes of it arrives as events. All reject when the server cannot be reached or refuses. */
export class Desk {
  readonly #connection: Connection
  readonly #http: Http

  constructor(connection: Connection) {
    this.#connection = connection
    this.#http = connection.http
  }

  /** Reads a person and the newest lines of the conversation, as many as are unread. */
  async open(uri: Uri): Promise<void> {
    try {
      await this.#readTimeline(uri)
    } catch (error) {
      // Deleted or out of service: what they wrote stays readable (offline-im section 6a).
      if (!(error instanceof Refused) || error.status !== 404) throw error
      await this.#readTranscripts(uri)
    }
  }

  async #readTimeline(uri: Uri): Promise<void> {
    const person = await this.#readPerson(uri)
    void this.#connection.watch.add([uri])
    const unread = this.#threadsWith(uri).reduce((sum, thread) => sum + thread.unread, 0)
    const timeline = person.timeline ?? `${this.#addressOf(uri)}/timeline`
    const limit = String(Math.min(200, Math.max(60, unread + 20)))
    const page = await this.#http.get(withQuery(timeline, { limit }))
    this.#connection.change((state) => applyTimeline(state, uri, page, 'newest'))
    for (let more = Math.ceil(unread / 200) - 1; more > 0; more--) await this.earlier(uri)
  }

  async #readTranscripts(uri: Uri): Promise<void> {
    const threads = this.#threadsWith(uri)
    if (threads.length === 0) {
      this.#connection.change((state) => applyTranscripts(state, uri, []))
      return
    }
    const pages = await Promise.all(
      threads.map((thread) =>
        this.#http.get(withQuery(thread.transcripts ?? `${thread.href}/transcripts`, { limit: '200' })),
      ),
    )
    this.#connection.change((state) => applyTranscripts(state, uri, pages))
  }

  #threadsWith(uri: Uri): readonly Thread[] {
    return [...this.#connection.state.value.threads.values()].filter((thread) => thread.person === uri)
  }

  /** Reads the page before the first line on this device. @returns false when there is none */
  async earlier(uri: Uri): Promise<boolean> {
    const address = this.#connection.state.value.timelines.get(uri)?.earlier
    if (!address) return false
    const page = await this.#http.get(address)
    this.#connection.change((state) => applyTimeline(state, uri, page, 'earlier'))
    return true
  }

  async markAsRead(thread: Thread, upTo: string): Promise<void> {
    await this.#http.post(thread.markAsRead ?? `${thread.href}/markAsRead`, { upTo })
  }

  async markAsUnread(thread: Thread, from: string): Promise<void> {
    await this.#http.post(thread.markAsUnread ?? `${thread.href}/markAsUnread`, { from })
  }

  /** @returns people found, at most 20, and whether there are more */
  async search(query: string): Promise<{ readonly found: readonly Uri[]; readonly more: boolean }> {
    const address = this.#connection.link('search')
    if (!address) return { found: [], more: false }
    const answer = await this.#http.get(withQuery(address, { query, limit: '20' }))
    const found: Uri[] = []
    this.#connection.change((state) =>
      embeddedAll(answer, 'contact').reduce((next, contact) => {
        const added = withContact(next, contact)
        if (added.uri) found.push(added.uri)
        return added.state
      }, state),
    )
    void this.#connection.watch.add(found)
    return { found, more: answer.moreResultsAvailable === true }
  }

  /** Chooses a state for the whole person; undefined goes back to automatic (ucwa.md 6.2). */
  async choose(
    choice:
      | { availability: ChosenAvailability; presenting: boolean; expires: number | undefined }
      | undefined,
  ): Promise<void> {
    const address = this.#connection.own('presence')
    const body = choice && {
      availability: choice.availability,
      ...(choice.presenting ? { activity: 'presenting' } : {}),
      ...(choice.expires ? { expires: new Date(choice.expires).toISOString() } : {}),
    }
    await this.#http.post(address, body ?? {})
    const presence = await this.#http.get(address)
    this.#connection.change((state) => applyResource(state, 'presence', presence))
  }

  async setNote(message: string): Promise<void> {
    await this.#http.post(this.#connection.own('note'), message ? { message } : {})
    this.#connection.change((state) => ({ ...state, own: { ...state.own, note: message || undefined } }))
  }

  /** Writes settings; on a conflict with another device the newer ones are read and the change is made again. */
  async saveSettings(change: Partial<PersonalSettings>): Promise<void> {
    const address = this.#connection.own('settings')
    for (let attempt = 0; ; attempt++) {
      const { settings, settingsEtag } = this.#connection.state.value
      try {
        const answer = await this.#http.send(address, {
          method: 'PUT',
          json: { ...settings, ...change },
          headers: settingsEtag ? { 'If-Match': `"${settingsEtag}"` } : {},
        })
        const saved = answer.body
        if (saved) this.#connection.change((state) => applyResource(state, 'settings', saved))
        return
      } catch (error) {
        if (!(error instanceof Refused) || attempt > 0 || ![412, 428].includes(error.status)) throw error
        const newest = await this.#http.get(address)
        this.#connection.change((state) => applyResource(state, 'settings', newest))
      }
    }
  }

  /** Tells the others of an open conversation that I am typing. */
  async typing(address: string): Promise<void> {
    await this.#connection.quietly(() => this.#http.post(address))
  }

  async #readPerson(uri: Uri): Promise<Person> {
    const person = personIn(this.#connection.state.value, uri)
    if (person.timeline && person.href) return person
    const contact = await this.#http.get(person.href ?? this.#addressOf(uri))
    this.#connection.change((state) => withContact(state, { uri, ...contact }).state)
    return personIn(this.#connection.state.value, uri)
  }

  /** The shape is part of the contract (ucwa.md section 17.3). */
  #addressOf(uri: Uri): string {
    return `${this.#connection.link('people')}/${encodeURIComponent(uri.replace(/^sip:/, ''))}`
  }
}
