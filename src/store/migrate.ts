import { chmodSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'

/**
 * Brings a SQLite file to the newest schema: forward only, each migration in a transaction of its own, after a copy of the file as it was
 * (SECURITY 66). `user_version` is the number of the newest migration that ran. The copy stays: an operator may want to go back.
 * @throws when the file is newer than this program, or a migration fails; the old state is left then.
 */
export function migrate(database: DatabaseSync, file: string, migrations: URL): void {
  const names = readdirSync(migrations)
    .filter((name) => name.endsWith('.sqlite.sql'))
    .sort()
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version)
  if (version > names.length) {
    throw new Error(`the database has schema ${version}; this program knows ${names.length}`)
  }
  if (version > 0 && version < names.length) copyBefore(database, `${file}.schema-${version}`)
  for (const [index, name] of names.entries()) {
    if (index < version) continue
    database.exec('begin exclusive')
    try {
      database.exec(readFileSync(new URL(name, migrations), 'utf8'))
      database.exec(`PRAGMA user_version = ${index + 1}; commit`)
    } catch (error) {
      if (database.isTransaction) database.exec('rollback')
      throw new Error(`migration ${name} failed; the database is as it was`, { cause: error })
    }
  }
}

/** A copy of an earlier try that failed is replaced: it is of the same state. */
function copyBefore(database: DatabaseSync, copy: string): void {
  rmSync(copy, { force: true })
  database.prepare('vacuum into ?').run(copy)
  chmodSync(copy, 0o600)
}
