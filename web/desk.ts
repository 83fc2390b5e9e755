import type { PersonalSettings } from '../src/domain/account.ts'
import type { ChosenAvailability } from '../src/domain/presence.ts'
import type { Connection } from './connection.ts'
import { withContact } from './feed/people.ts'
import { applyResource } from './feed.ts'
import type { Thread, Uri } from './model.ts'
import { type Http, Refused, withQuery } from './ucwa/http.ts'
import { embeddedAll } from './ucwa/wire.ts'

/** What is to be otherwise; a function is asked once more when another device was faster, and sees what holds then. */
export type SettingsChange =
  | Partial<PersonalSettings>
  | ((now: PersonalSettings) => Partial<PersonalSettings>)

/** So many devices that change settings in the same moment are enough. */
const CONFLICTS = 5

/** What a person does on the page, as requests; what becomes of it arrives as events. All reject when the server cannot be reached or refuses. */
export class Desk {
  #saved: Promise<void> = Promise.resolve()
  readonly #connection: Connection
  readonly #http: Http

  constructor(connection: Connection) {
    this.#connection = connection
    this.#http = connection.http
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
    if (!address) throw new TypeError('not connected yet')
    const answer = await this.#http.get(withQuery(address, { query, limit: '20', expand: 'presence' }))
    const found: Uri[] = []
    this.#connection.change((state) =>
      embeddedAll(answer, 'contact').reduce((next, contact) => {
        const added = withContact(next, contact)
        if (added.uri) found.push(added.uri)
        return added.state
      }, state),
    )
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

  async setLocation(location: string): Promise<void> {
    await this.#http.post(this.#connection.own('location'), { location })
    const own = { ...this.#connection.state.value.own, location: location || undefined }
    this.#connection.change((state) => ({ ...state, own }))
  }

  /**
   * Writes settings, one change after the other. On a conflict with another device the newer ones are read and the change is made again:
   * what both changed differently stays as it was written last, everything else stays as each wrote it.
   */
  saveSettings(change: SettingsChange): Promise<void> {
    // A change that failed is told to whoever made it; the next one is not held up by it.
    const saved = this.#saved.catch(() => undefined).then(() => this.#putSettings(change))
    this.#saved = saved
    return saved
  }

  async #putSettings(change: SettingsChange): Promise<void> {
    const address = this.#connection.own('settings')
    for (let attempt = 0; ; attempt++) {
      const { settings, settingsEtag } = this.#connection.state.value
      try {
        const answer = await this.#http.send(address, {
          method: 'PUT',
          json: { ...settings, ...(typeof change === 'function' ? change(settings) : change) },
          headers: settingsEtag ? { 'If-Match': `"${settingsEtag}"` } : {},
        })
        const saved = answer.body
        if (saved) this.#connection.change((state) => applyResource(state, 'settings', saved))
        return
      } catch (error) {
        if (!(error instanceof Refused) || attempt >= CONFLICTS || ![412, 428].includes(error.status))
          throw error
        const newest = await this.#http.get(address)
        this.#connection.change((state) => applyResource(state, 'settings', newest))
      }
    }
  }

  /** Tells the others of an open conversation that I am typing, or that I have stopped. */
  async typing(address: string, typing = true): Promise<void> {
    await this.#connection.quietly(() => this.#http.post(address, typing ? undefined : { typing }))
  }
}
