import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * Values of the server (`putServerValue`) before the store is opened, because what it is opened with may depend on them.
 * @returns an empty map where there is no database yet.
 */
export function peekServerValues(dir: string): ReadonlyMap<string, string> {
  const file = join(dir, 'nightpost.db')
  if (!existsSync(file)) return new Map()
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const there = database.prepare("select 1 from sqlite_schema where name = 'server'").get()
    if (!there) return new Map()
    const rows = database.prepare('select name, value from server').all()
    return new Map(rows.map(({ name, value }) => [String(name), String(value)]))
  } finally {
    database.close()
  }
}

/** Number of the newest migration that ran on the file of this folder (`user_version`); 0 where there is no database yet. */
export function peekSchema(dir: string): number {
  const file = join(dir, 'nightpost.db')
  if (!existsSync(file)) return 0
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    return Number(database.prepare('PRAGMA user_version').get()?.user_version)
  } finally {
    database.close()
  }
}

/** Number of the newest migration that this program knows. */
export function knownSchema(): number {
  return readdirSync(new URL('./migrations/', import.meta.url)).filter((name) => name.endsWith('.sqlite.sql'))
    .length
}
