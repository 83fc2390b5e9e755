import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Engine } from './engine.ts'

/** Files of the data folder that a backup takes along: a restored demo stays a demo with its passwords (INTERFACES 1). */
const ALONG = ['demo-accounts.json']

/**
 * Copies the database into one file below `dir/tmp`, 0600, with the files that belong to it. The key of password-equivalents is not
 * among them: in the copy they are sealed for good (SECURITY 32), and the next password sign-in makes new ones.
 * @returns the path; the caller moves it away.
 */
export async function backup(engine: Engine, dir: string): Promise<string> {
  const folder = join(dir, 'tmp')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, `backup-${randomUUID()}.db`)
  const along = ALONG.filter((name) => existsSync(join(dir, name)))
  await engine.copyTo(
    file,
    along.map((name) => ({ name, content: readFileSync(join(dir, name)) })),
  )
  return file
}

/** Removes what backups left below `dir/tmp` when their process was killed. */
export function forgetUnfinished(dir: string): void {
  const folder = join(dir, 'tmp')
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) {
    if (/^backup-[0-9a-f-]{36}\.db/.test(name)) rmSync(join(folder, name), { force: true })
  }
}

/** Why a backup is not restored. */
export type RestoreRefusal = 'notEmpty' | 'missing' | 'notBackup'

/**
 * Unpacks a backup into an empty or missing folder.
 * @returns undefined when it is there, or why not; nothing was changed then.
 */
export function restore(file: string, dir: string): RestoreRefusal | undefined {
  if (existsSync(dir) && readdirSync(dir).length > 0) return 'notEmpty'
  if (!existsSync(file)) return 'missing'
  const files = filesOf(file)
  if (!files) return 'notBackup'
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  chmodSync(dir, 0o700)
  const target = join(dir, 'nightpost.db')
  const unfinished = `${target}.restoring`
  // The kernel copies: a backup may be larger than what memory holds.
  copyFileSync(file, unfinished, constants.COPYFILE_EXCL)
  chmodSync(unfinished, 0o600)
  const database = new DatabaseSync(unfinished)
  database.exec('drop table backup_file; vacuum')
  database.close()
  for (const { name, content } of files)
    writeFileSync(join(dir, basename(name)), content, { mode: 0o600, flush: true })
  renameSync(unfinished, target)
  return undefined
}

/** @returns undefined for what is no whole backup of ours. */
function filesOf(file: string): readonly { name: string; content: Uint8Array }[] | undefined {
  try {
    const database = new DatabaseSync(file, { readOnly: true })
    try {
      const check = database.prepare('PRAGMA integrity_check').get()
      if (check?.integrity_check !== 'ok') return undefined
      const rows = database.prepare('select name, content from backup_file').all()
      return rows.map((row) => ({ name: String(row.name), content: row.content as Uint8Array }))
    } finally {
      database.close()
    }
  } catch {
    return undefined
  }
}
