import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { Uri } from './model.ts'
import type { Item } from './outbox.ts'

interface Schema extends DBSchema {
  items: { key: string; value: Item; indexes: { account: Uri } }
}

/** The outbox of every account of this browser in IndexedDB: it survives a reload, a crash and a sign-out. */
export class OutboxStore {
  #open: Promise<IDBPDatabase<Schema>> | undefined

  async all(account: Uri): Promise<readonly Item[]> {
    return (await this.#database()).getAllFromIndex('items', 'account', account)
  }

  async put(item: Item): Promise<void> {
    await (await this.#database()).put('items', item)
  }

  async remove(key: string): Promise<void> {
    await (await this.#database()).delete('items', key)
  }

  #database(): Promise<IDBPDatabase<Schema>> {
    this.#open ??= openDB<Schema>('nightpost-outbox', 1, {
      upgrade: (database) => {
        database.createObjectStore('items', { keyPath: 'key' }).createIndex('account', 'account')
      },
    })
    return this.#open
  }
}
