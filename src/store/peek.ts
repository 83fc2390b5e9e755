import { existsSync } from 'node:fs'
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
