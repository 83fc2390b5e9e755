import { chmodSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { workerData } from 'node:worker_threads'

/**
 * One consistent copy of the database, 0600; the server goes on writing meanwhile. `backup.ts` adds to it in a transaction of its own,
 * whose commit flushes the whole file: Node refuses fsync under its permission model (DECISIONS 29).
 */
const { from, to } = workerData as { readonly from: string; readonly to: string }
const database = new DatabaseSync(from, { readOnly: true })
database.prepare('vacuum into ?').run(to)
database.close()
chmodSync(to, 0o600)
