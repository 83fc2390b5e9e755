import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Engine } from '../../src/store/engine.ts'
import { openStore, type Store, type StoreOptions } from '../../src/store/open.ts'
import { conversationsContract } from './conversations.ts'
import { deletionContract } from './deletion.ts'
import { expiryContract } from './expiry.ts'
import { inboxContract } from './inbox.ts'
import { ledgerContract } from './ledger.ts'
import { logContract } from './log.ts'
import { marksContract } from './marks.ts'
import { SetClock } from './people.ts'
import { positionsContract } from './positions.ts'
import { repeatsContract } from './repeats.ts'
import { tokensContract } from './tokens.ts'
import { traceContract } from './trace.ts'
import { viewsContract } from './views.ts'

/** The longest a timer of Node can wait. */
const FOR_EVER_MS = 2 ** 31 - 1

/** One database of one engine: may be opened again after it was closed. */
export interface Database {
  open(dir: string): Promise<Engine>
  drop(): Promise<void>
}

export interface World {
  readonly clock: SetClock
  readonly store: Store
  /** The database as it is now, below everything. */
  query<Row>(sql: string): Promise<readonly Row[]>
  /** Ends the process's hold without writing what is behind, as `kill -9` does, and opens again. */
  crash(): Promise<Store>
  /** Closes properly and opens again. */
  reopen(): Promise<Store>
}

/** One promise of the store, with options of its own. */
export type Promised = (
  name: string,
  body: (world: World) => Promise<void>,
  options?: Partial<StoreOptions>,
) => void

/** A file a noun. */
const CONTRACTS: readonly ((promise: Promised) => void)[] = [
  logContract,
  positionsContract,
  repeatsContract,
  marksContract,
  viewsContract,
  deletionContract,
  expiryContract,
  inboxContract,
  conversationsContract,
  ledgerContract,
  tokensContract,
  traceContract,
]

/** What log, positions, repeat window, threads and ledger promise, on any engine (DECISIONS 10). */
export function storeContract(engineName: string, makeDatabase: () => Promise<Database>): void {
  function promise(
    name: string,
    body: (world: World) => Promise<void>,
    options: Partial<StoreOptions> = {},
  ): void {
    test(`${engineName}: ${name}`, async () => {
      const dir = mkdtempSync(join(tmpdir(), 'nightpost-contract-'))
      const database = await makeDatabase()
      const clock = new SetClock()
      // Behind for ever: only what counts on it brings it to the disk, so a crash loses all of it.
      let engine = await database.open(dir)
      let store = await openStore({ dir, engine, clock, behindMs: FOR_EVER_MS, ...options })
      const again = async () => {
        engine = await database.open(dir)
        store = await openStore({ dir, engine, clock, behindMs: FOR_EVER_MS, ...options })
        return store
      }
      try {
        await body({
          clock,
          store,
          query: (sql) => engine.query(sql),
          crash: async () => {
            await engine.close()
            return again()
          },
          reopen: async () => {
            await store.close()
            return again()
          },
        })
      } finally {
        await store.close()
        await database.drop()
        rmSync(dir, { recursive: true })
      }
    })
  }

  for (const contract of CONTRACTS) contract(promise)
}
