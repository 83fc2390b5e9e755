import type { AccessLevel } from '../src/domain/contact.ts'
import type { Connection } from './connection.ts'
import { readLevel, withContactList } from './feed/contacts.ts'
import { withContact } from './feed/people.ts'
import { applyResource } from './feed.ts'
import type { ContactGroup, Uri } from './model.ts'
import { type Http, Refused, withQuery } from './ucwa/http.ts'
import { embedded, embeddedAll, withoutScheme } from './ucwa/wire.ts'

/** Asked for; the server leaves at most 30 minutes (ucwa.md 6.4). */
const MINUTES = 60
const RENEW_MS = 22 * 60_000
/** After a break of the connection a renewal younger than this is still good. */
const FRESH_MS = 2 * 60_000

/**
 * The contact list as requests (docs/clients/ucwa.md): what becomes of them arrives as events, on this device and on all others of the
 * person. All acts reject with `Refused` where the server refuses, with a TypeError where it cannot be reached.
 */
export class ContactBook {
  readonly #connection: Connection
  readonly #timer: ReturnType<typeof setInterval>
  #renewedAt = 0

  constructor(connection: Connection) {
    this.#connection = connection
    this.#timer = setInterval(() => void this.#connection.quietly(() => this.#subscribe()), RENEW_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Reads the whole list. Events are asked for first, so that no change falls between. */
  async read(): Promise<void> {
    await this.#subscribe()
    const list = await this.#http.get(
      withQuery(this.#address('myContacts', 'contacts'), { expand: 'presence' }),
    )
    this.#connection.change((state) => withContactList(state, list))
  }

  /** The channel stands again, perhaps after hours of sleep. */
  async back(): Promise<void> {
    if (Date.now() - this.#renewedAt > FRESH_MS) await this.#connection.quietly(() => this.read())
  }

  async #subscribe(): Promise<void> {
    await this.#http.post(
      `${this.#address('myContactsAndGroupsSubscription', 'contactsAndGroupsSubscription')}/startOrRefresh`,
      {
        duration: MINUTES,
      },
    )
    this.#renewedAt = Date.now()
  }

  /** @param group undefined: the default group */
  async add(uri: Uri, group?: string): Promise<void> {
    const body = { contactUri: uri, ...(group === undefined ? {} : { groupId: group }) }
    try {
      await this.#http.post(this.#address('myGroupMemberships', 'groupMemberships'), body)
    } catch (error) {
      // In that group already, on another device perhaps: what was wanted is so.
      if (!(error instanceof Refused) || error.subcode !== 'AlreadyExists') throw error
    }
  }

  /** Into the new group first, so that a break between the two leaves nobody off the list. */
  async move(uri: Uri, from: string, to: string): Promise<void> {
    await this.add(uri, to)
    await this.leave(uri, from)
  }

  /** Out of one group; out of the last one is off the list. */
  async leave(uri: Uri, group: string): Promise<void> {
    const user = encodeURIComponent(withoutScheme(uri))
    await this.#already(404, () =>
      this.#http.send(`${this.#address('myGroupMemberships', 'groupMemberships')}/${group},${user}`, {
        method: 'DELETE',
      }),
    )
  }

  async remove(uri: Uri): Promise<void> {
    const address = `${this.#address('myGroupMemberships', 'groupMemberships')}/removeContactFromAllGroups`
    await this.#http.post(address, { contactUri: uri })
  }

  /** @returns the id of the new group, undefined where the answer does not say */
  async newGroup(name: string): Promise<string | undefined> {
    const answer = await this.#http.post(this.#address('myGroups', 'groups'), { displayName: name })
    return answer.headers.get('Location')?.split('/').at(-1)
  }

  async rename(group: ContactGroup, name: string): Promise<void> {
    await this.#http.send(group.href, {
      method: 'PUT',
      json: { id: group.id, name },
      headers: { 'If-Match': group.etag === undefined ? '*' : `"${group.etag}"` },
    })
  }

  /** Who was in no other group is in the default group then. */
  async removeGroup(group: ContactGroup): Promise<void> {
    await this.#already(404, () => this.#http.send(group.href, { method: 'DELETE' }))
  }

  /** Lets somebody see and do that much (offline-im M5, M11). The last word counts, whatever another device said before. */
  async setLevel(uri: Uri, level: AccessLevel): Promise<void> {
    const answer = await this.#http.send(this.#levelOf(uri), {
      method: 'PUT',
      json: { relationshipLevel: level },
      headers: { 'If-Match': '*' },
    })
    const { body } = answer
    if (body) this.#connection.change((state) => readLevel(state, body))
  }

  /** Of somebody who is no contact. */
  async readLevel(uri: Uri): Promise<void> {
    await this.#connection.quietly(async () => {
      const level = await this.#http.get(this.#levelOf(uri))
      this.#connection.change((state) => applyResource(state, 'contactPrivacyRelationship', level))
    })
  }

  /** Everybody with a level of their own, contact or not. */
  async readLevels(): Promise<void> {
    const answer = await this.#http.get(this.#address('myPrivacyRelationships', 'privacyRelationships'))
    this.#connection.change((state) =>
      embeddedAll(answer, 'myPrivacyRelationship').reduce((next, one) => {
        const contact = embedded(one, 'contact')
        return readLevel(contact ? withContact(next, contact).state : next, one)
      }, state),
    )
  }

  get #http(): Http {
    return this.#connection.http
  }

  #address(rel: string, segment: string): string {
    return this.#connection.link(rel) ?? `${this.#connection.link('people')}/${segment}`
  }

  #levelOf(uri: Uri): string {
    return `${this.#connection.person(uri)}/privacyRelationship`
  }

  /** Takes a refusal of this status for done: somebody else, or another device, was first. */
  async #already(status: number, act: () => Promise<unknown>): Promise<void> {
    try {
      await act()
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== status || error.subcode === 'ApplicationNotFound')
        throw error
    }
  }
}
