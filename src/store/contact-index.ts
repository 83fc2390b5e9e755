import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AccountId } from '../domain/account.ts'
import type { Engine } from './engine.ts'

/** Rows of one read. */
const PAGE = 10_000

/**
 * Who is on whose contact list, in memory. Only privacy mode asks (M12), so it is loaded when privacy mode is first switched on somewhere:
 * two and a half million entries are nothing to hold for an answer that nobody wants.
 */
export class ContactIndex {
  readonly #engine: Engine
  readonly #contacts = new Map<number, Set<number>>()
  #loading: Promise<void> | undefined

  constructor(engine: Engine) {
    this.#engine = engine
  }

  has(owner: AccountId, contact: AccountId): boolean {
    return this.#contacts.get(owner)?.has(contact) ?? false
  }

  /** Reads everything, once, in pages. */
  load(): Promise<void> {
    this.#loading ??= this.#read()
    return this.#loading
  }

  /** One list changed on the disk. Nothing to do before `load`. */
  async reread(owner: AccountId): Promise<void> {
    if (this.#loading === undefined) return
    await this.#loading
    const rows = await this.#engine.query<{ contact: number }>(
      'select distinct contact from contact where owner = ?1',
      owner,
    )
    this.#contacts.set(owner, new Set(rows.map(({ contact }) => contact)))
  }

  async #read(): Promise<void> {
    let [owner, contact, group] = [-1, -1, -1]
    for (;;) {
      const rows = await this.#engine.query<{ owner: number; contact: number; grp: number }>(
        `select owner, contact, grp from contact where (owner, contact, grp) > (?1, ?2, ?3)
         order by owner, contact, grp limit ${PAGE}`,
        owner,
        contact,
        group,
      )
      for (const row of rows) this.#listOf(row.owner).add(row.contact)
      const last = rows.at(-1)
      if (last === undefined || rows.length < PAGE) return
      ;[owner, contact, group] = [last.owner, last.contact, last.grp]
      await nextTurn()
    }
  }

  #listOf(owner: number): Set<number> {
    let list = this.#contacts.get(owner)
    if (list === undefined) {
      list = new Set()
      this.#contacts.set(owner, list)
    }
    return list
  }
}
