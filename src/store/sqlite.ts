import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import type { Engine, FileAlong, SqlValue } from './engine.ts'
import { type Migrated, migrate } from './migrate.ts'
import type { Statement } from './statement.ts'
import { STATEMENTS } from './statements.ts'
import type { AppendWrite, OpenThreadWrite, PlainWrite, Write } from './writes.ts'

const MIGRATIONS = new URL('./migrations/', import.meta.url)
/** Statements kept prepared for reads; more than there are texts in this room. */
const PREPARED_READS = 200

interface Prepared {
  readonly statement: StatementSync
  readonly bind: Statement<never>['bind']
}

/**
 * Opens the one file, migrates it, and holds one connection for writing and one for reading.
 * The caller holds the data folder (ARCHITECTURE, One writer).
 * @param migrations a folder; tests give their own
 * @param migrated told when the schema was brought up to date
 * @throws when the file is not ours, newer than this program, not readable, or a migration fails (the old state is left then).
 */
export function openSqlite(
  file: string,
  migrations: URL = MIGRATIONS,
  migrated?: (what: Migrated) => void,
): Engine {
  const database = new DatabaseSync(file)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY')
  const done = migrate(database, file, migrations)
  if (done) migrated?.(done)
  const reader = new DatabaseSync(file, { readOnly: true })
  return new Sqlite(file, database, reader)
}

class Sqlite implements Engine {
  readonly walk = 'seq'
  readonly foldsAppends = false
  readonly #file: string
  readonly #database: DatabaseSync
  readonly #reader: DatabaseSync
  readonly #reads = new Map<string, StatementSync>()
  readonly #writes = new Map<string, readonly Prepared[]>()
  readonly #begin: StatementSync
  readonly #commit: StatementSync
  readonly #append: StatementSync
  readonly #idempotency: StatementSync
  readonly #openThread: StatementSync

  constructor(file: string, database: DatabaseSync, reader: DatabaseSync) {
    this.#file = file
    this.#database = database
    this.#reader = reader
    this.#begin = database.prepare('begin immediate')
    this.#commit = database.prepare('commit')
    this.#append = database.prepare(
      `insert into message (recipient, sender, thread, batch, at, drift, reason, rview, sview, until, key, type, body)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#idempotency = database.prepare(
      'insert or replace into idempotency (hash, recipient, seq, at) values (?, ?, ?, ?)',
    )
    this.#openThread = database.prepare(
      `insert into thread (low, high, external_id, subject, importance) values (?, ?, ?, ?, ?)
       on conflict (low, high, external_id) do update set low = excluded.low returning id`,
    )
    for (const [kind, statements] of Object.entries<readonly Statement<never>[]>(STATEMENTS)) {
      this.#writes.set(
        kind,
        statements.map(({ sql, bind }) => ({ statement: database.prepare(sql), bind })),
      )
    }
  }

  async query<Row>(sql: string, ...parameters: readonly SqlValue[]): Promise<readonly Row[]> {
    let statement = this.#reads.get(sql)
    if (!statement) {
      if (this.#reads.size >= PREPARED_READS) this.#reads.clear()
      statement = this.#reader.prepare(sql)
      this.#reads.set(sql, statement)
    }
    return statement.all(...parameters) as unknown as readonly Row[]
  }

  async commit(writes: readonly Write[]): Promise<void> {
    this.#begin.run()
    try {
      for (const write of writes) {
        if (write.kind === 'append') this.#appendRow(write)
        else if (write.kind === 'openThread') this.#threadRow(write)
        else this.#plain(write)
      }
      this.#commit.run()
    } catch (error) {
      // After some errors SQLite has rolled back by itself; a second rollback is an error that must not hide the first.
      if (this.#database.isTransaction) this.#database.exec('rollback')
      throw error
    }
  }

  #appendRow(w: AppendWrite): void {
    const { lastInsertRowid } = this.#append.run(
      w.recipient,
      w.sender,
      w.thread,
      w.batch,
      w.at,
      w.drift,
      w.reason,
      w.rview,
      w.sview,
      w.until,
      w.key,
      w.type,
      w.body,
    )
    w.seq = Number(lastInsertRowid)
    if (w.idempotency) this.#idempotency.run(w.idempotency, w.recipient, w.seq, w.at)
  }

  #threadRow(w: OpenThreadWrite): void {
    const row = this.#openThread.get(w.low, w.high, w.externalId, w.subject, w.importance)
    w.id = Number(row?.id)
  }

  #plain(write: PlainWrite): void {
    const prepared = this.#writes.get(write.kind)
    if (!prepared) throw new Error(`no statement for ${write.kind}`)
    for (const { statement, bind } of prepared) statement.run(...bind(write as never))
  }

  /** VACUUM INTO on a connection of its own in a worker: a large file must not stop the loop (SECURITY 25). */
  async copyTo(file: string, along: readonly FileAlong[]): Promise<void> {
    const worker = new Worker(new URL('./copy-worker.ts', import.meta.url), {
      workerData: { from: this.#file, to: file, along },
    })
    await new Promise<void>((resolve, reject) => {
      worker.once('error', reject)
      worker.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`copy ended with ${code}`))))
    })
  }

  async close(): Promise<void> {
    this.#reader.close()
    this.#database.close()
  }
}
