import { chmodSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { workerData } from 'node:worker_threads'
import type { FileAlong } from './engine.ts'

/**
 * One consistent copy of the database, 0600, with the files that belong to it; the server goes on writing meanwhile, and its loop does not
 * wait for the flush of a large file (SECURITY 25). The commit of what is added flushes all of it: Node refuses fsync under its permission
 * model (DECISIONS 29).
 */
const { from, to, along } = workerData as {
  readonly from: string
  readonly to: string
  readonly along: readonly FileAlong[]
}
const database = new DatabaseSync(from, { readOnly: true })
database.prepare('vacuum into ?').run(to)
database.close()
chmodSync(to, 0o600)

const copy = new DatabaseSync(to)
copy.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL')
copy.exec('begin; create table backup_file (name text primary key, content blob not null) without rowid')
const insert = copy.prepare('insert into backup_file (name, content) values (?, ?)')
for (const { name, content } of along) insert.run(name, content)
copy.exec('commit')
copy.close()
