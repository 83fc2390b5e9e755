import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { Uri } from './model.ts'
import { type Item, unsent } from './outbox.ts'

interface Schema extends DBSchema {
  items: { key: string; value: Item; indexes: { account: Uri } }
}

/**
 * The outbox of every account of this browser in IndexedDB: it survives a reload, a crash and a sign-out. Where the browser keeps
 * nothing (some private windows) it lives as long as the page, and nothing else changes.
 */
export class OutboxStore {
  readonly #memory = new Map<string, Item>()
  #open: Promise<IDBPDatabase<Schema> | undefined> | undefined

  async all(account: Uri): Promise<readonly Item[]> {
    const database = await this.#database()
    if (database) return database.getAllFromIndex('items', 'account', account)
    return [...this.#memory.values()].filter((item) => item.account === account)
  }

  /** Messages of any account of this browser that have not left it; for a page that does not know yet who is signed in. */
  async countUnsent(): Promise<number> {
    const database = await this.#database()
    return database ? unsent(await database.getAll('items')).length : 0
  }

  async put(item: Item): Promise<void> {
    const database = await this.#database()
    if (database) await database.put('items', item)
    else this.#memory.set(item.key, item)
  }

  async remove(key: string): Promise<void> {
    const database = await this.#database()
    if (database) await database.delete('items', key)
    else this.#memory.delete(key)
  }

  #database(): Promise<IDBPDatabase<Schema> | undefined> {
    this.#open ??= openDB<Schema>('nightpost-outbox', 1, {
      upgrade: (database) => {
        database.createObjectStore('items', { keyPath: 'key' }).createIndex('account', 'account')
      },
    }).catch(() => undefined)
    return this.#open
  }
}
