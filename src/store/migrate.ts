import { chmodSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'

/** What a start did to the schema: the numbers before and after. */
export interface Migrated {
  readonly from: number
  readonly to: number
}

/**
 * Brings a SQLite file to the newest schema: forward only, after a copy of the file as it was, all that is new in one transaction, so that
 * a failure of any of them leaves the old state whole (SECURITY 66). `user_version` is the number of the newest migration that ran.
 * The copy stays: an operator may want to go back.
 * @returns undefined when there was nothing to do; a new file begins at 0
 * @throws when the file is newer than this program, or a migration fails.
 */
export function migrate(database: DatabaseSync, file: string, migrations: URL): Migrated | undefined {
  const names = readdirSync(migrations)
    .filter((name) => name.endsWith('.sqlite.sql'))
    .sort()
  const from = Number(database.prepare('PRAGMA user_version').get()?.user_version)
  const to = names.length
  if (from > to) throw new Error(`the database has schema ${from}; this program knows ${to}`)
  if (from === to) return undefined
  if (from > 0) copyBefore(database, `${file}.schema-${from}`)
  let running = ''
  database.exec('begin exclusive')
  try {
    for (const name of names.slice(from)) {
      running = name
      database.exec(readFileSync(new URL(name, migrations), 'utf8'))
    }
    database.exec(`PRAGMA user_version = ${to}; commit`)
  } catch (error) {
    if (database.isTransaction) database.exec('rollback')
    throw new Error(`migration ${running} failed; the database is as it was`, { cause: error })
  }
  return { from, to }
}

/** A copy of an earlier try that failed is replaced: it is of the same state. */
function copyBefore(database: DatabaseSync, copy: string): void {
  rmSync(copy, { force: true })
  database.prepare('vacuum into ?').run(copy)
  chmodSync(copy, 0o600)
}
