import { chmodSync, closeSync, fsyncSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { workerData } from 'node:worker_threads'

/** One consistent copy of the database, flushed to the disk, 0600; the server goes on writing meanwhile. */
const { from, to } = workerData as { readonly from: string; readonly to: string }
const database = new DatabaseSync(from, { readOnly: true })
database.prepare('vacuum into ?').run(to)
database.close()
chmodSync(to, 0o600)
const file = openSync(to, 'r+')
fsyncSync(file)
closeSync(file)
