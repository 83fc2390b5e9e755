import { readdirSync, readFileSync } from 'node:fs'
import pg from 'pg'
import type { Engine, SqlValue } from './engine.ts'
import { foldWrites } from './fold.ts'
import { PLACES, placeOf } from './place.ts'
import type { Statement } from './statement.ts'
import { STATEMENTS } from './statements.ts'
import type { AppendWrite, OpenThreadWrite, PlainWrite, Write } from './writes.ts'

const MIGRATIONS = new URL('./migrations/', import.meta.url)
/** Serialization failure and deadlock: the transaction is rolled back whole and may run again. */
const AGAIN = new Set(['40001', '40P01'])
const TRIES = 5
/** Numbers one lock for migrations of Nightpost. */
const MIGRATION_LOCK = 7_461_802
const INT8 = 20
const NUMERIC = 1700

export interface PostgresOptions {
  readonly url: string
  /** Tables live in this schema; tests give each run its own. */
  readonly schema?: string
  /** For the contract: called between the last write and COMMIT. */
  readonly beforeCommit?: () => Promise<void>
}

/** Connects, migrates, and holds one connection for writing and a few for reading. @throws when the server is not there. */
export async function openPostgres(options: PostgresOptions): Promise<Engine> {
  const schema = options.schema ?? 'nightpost'
  const config: pg.ClientConfig = {
    connectionString: options.url,
    options: `-c search_path=${schema} -c synchronous_commit=on`,
    types: { getTypeParser: parserOf },
  }
  const writer = new pg.Client(config)
  await writer.connect()
  await migrate(writer, schema)
  return new Postgres(writer, new pg.Pool({ ...config, max: 4 }), options.beforeCommit)
}

/** Numbers of ours fit a double: milliseconds, counts and sums. */
function parserOf(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === INT8 || oid === NUMERIC) return Number
  return pg.types.getTypeParser(oid, format as 'text')
}

class Postgres implements Engine {
  readonly walk = 'at'
  readonly foldsAppends = true
  readonly #writer: pg.Client
  readonly #readers: pg.Pool
  readonly #beforeCommit: (() => Promise<void>) | undefined

  constructor(writer: pg.Client, readers: pg.Pool, beforeCommit: (() => Promise<void>) | undefined) {
    this.#writer = writer
    this.#readers = readers
    this.#beforeCommit = beforeCommit
  }

  async query<Row>(sql: string, ...parameters: readonly SqlValue[]): Promise<readonly Row[]> {
    const { rows } = await this.#readers.query(numbered(sql), [...parameters])
    return rows as Row[]
  }

  async commit(writes: readonly Write[]): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#writer.query('begin')
        await this.#run(writes)
        await this.#beforeCommit?.()
        await this.#writer.query('commit')
        return
      } catch (error) {
        await this.#writer.query('rollback').catch(() => {})
        const code = (error as { code?: string }).code ?? ''
        if (!AGAIN.has(code) || tries >= TRIES) throw error
      }
    }
  }

  async copyTo(): Promise<void> {
    throw new Error('a PostgreSQL database is copied with pg_dump')
  }

  async close(): Promise<void> {
    await this.#readers.end()
    await this.#writer.end()
  }

  /** Consecutive appends are one statement; everything else runs in its order. */
  async #run(writes: readonly Write[]): Promise<void> {
    let appends: AppendWrite[] = []
    for (const write of writes) {
      if (write.kind === 'append') {
        appends.push(write)
        continue
      }
      await this.#append(appends)
      appends = []
      if (write.kind === 'openThread') await this.#openThread(write)
      else await this.#plain(write)
    }
    await this.#append(appends)
  }

  async #plain(write: PlainWrite): Promise<void> {
    const statements = STATEMENTS[write.kind] as unknown as readonly Statement<PlainWrite>[]
    for (const { sql, bind } of statements) await this.#writer.query(numbered(sql), [...bind(write)])
  }

  /**
   * Takes the recipients' mailboxes, in the order of their numbers so that two writers never wait for each other in a circle,
   * numbers the rows, and writes rows, lines and counts. Until COMMIT nobody else gets a number of these recipients.
   */
  async #append(appends: readonly AppendWrite[]): Promise<void> {
    if (appends.length === 0) return
    const recipients = [...new Set(appends.map((write) => write.recipient))].sort((a, b) => a - b)
    await this.#writer.query(
      `insert into mailbox (owner, last_seq, last_place) select unnest($1::bigint[]), 0, 0 on conflict do nothing`,
      [recipients],
    )
    const { rows } = await this.#writer.query<{ owner: number; last_seq: number; last_place: number }>(
      `select owner, last_seq, last_place from mailbox where owner = any($1::bigint[]) order by owner for update`,
      [recipients],
    )
    const boxes = new Map(rows.map((row) => [row.owner, { seq: row.last_seq, place: row.last_place }]))
    for (const write of appends) {
      const box = boxes.get(write.recipient)
      if (!box) throw new Error('a mailbox went away under its lock')
      box.seq += 1
      box.place = Math.max(box.place + 1, placeOf(write))
      write.seq = box.seq
      write.drift = box.place - write.at * PLACES
    }
    await this.#insert(appends)
    await this.#writer.query(
      `update mailbox m set last_seq = n.seq, last_place = n.place
       from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as n (owner, seq, place) where m.owner = n.owner`,
      [[...boxes.keys()], [...boxes.values()].map((b) => b.seq), [...boxes.values()].map((b) => b.place)],
    )
    const folded = appends.map((write) => ({ ...write, size: write.body.length }))
    for (const write of foldWrites(folded)) await this.#plain(write as PlainWrite)
  }

  async #insert(appends: readonly AppendWrite[]): Promise<void> {
    const column = <K extends keyof AppendWrite>(name: K) => appends.map((write) => write[name])
    await this.#writer.query(
      `insert into message (seq, recipient, sender, thread, batch, at, drift, reason, rview, sview, until, type, key, body)
       select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
         $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bytea[], $14::bytea[])`,
      [
        column('seq'),
        column('recipient'),
        column('sender'),
        column('thread'),
        column('batch'),
        column('at'),
        column('drift'),
        column('reason'),
        column('rview'),
        column('sview'),
        column('until'),
        column('type'),
        column('key').map(octets),
        column('body').map(octets),
      ],
    )
    for (const { idempotency: hash, recipient, seq, at } of appends) {
      if (hash) await this.#plain({ kind: 'idempotency', hash, recipient, seq, at })
    }
  }

  async #openThread(write: OpenThreadWrite): Promise<void> {
    const { rows } = await this.#writer.query<{ id: number }>(
      `insert into thread (low, high, external_id, subject, importance) values ($1, $2, $3, $4, $5)
       on conflict (low, high, external_id) do update set low = excluded.low returning id`,
      [write.low, write.high, write.externalId, write.subject, write.importance],
    )
    write.id = rows[0]?.id ?? 0
  }
}

/** The driver sends arrays of Buffers as octets, and other views as text. */
function octets(bytes: Uint8Array | null): Buffer | null {
  return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

/** `?1` of the common texts is `$1` here; none of them has a question mark in a literal. */
function numbered(sql: string): string {
  return sql.replaceAll(/\?(\d+)/g, '$$$1')
}

/** Forward only, all that is new in one transaction (SECURITY 66); a second node waits for the first one. */
async function migrate(client: pg.Client, schema: string): Promise<void> {
  await client.query(`create schema if not exists ${pg.escapeIdentifier(schema)}`)
  await client.query('create table if not exists schema_version (version bigint not null)')
  const files = readdirSync(MIGRATIONS)
    .filter((name) => name.endsWith('.postgres.sql'))
    .sort()
  await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
  try {
    const { rows } = await client.query<{ version: number }>(
      'select max(version) as version from schema_version',
    )
    const version = rows[0]?.version ?? 0
    if (version > files.length) {
      throw new Error(`the database has schema ${version}; this program knows ${files.length}`)
    }
    await client.query('begin')
    for (const [index, name] of files.entries()) {
      if (index < version) continue
      await client.query(readFileSync(new URL(name, MIGRATIONS), 'utf8'))
      await client.query('insert into schema_version (version) values ($1)', [index + 1])
    }
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK])
  }
}
