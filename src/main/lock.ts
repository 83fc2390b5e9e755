import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Offset of the 32-bit `user_version` in the header of a SQLite file (file format §1.3). */
const USER_VERSION_AT = 60

/** What holding the data folder comes to. */
export type Held =
  | { readonly kind: 'held'; readonly lock: Disposable }
  /** `pid` 0: the holder has not written it yet. */
  | { readonly kind: 'taken'; readonly pid: number }

/**
 * Takes the data folder for this process (ARCHITECTURE, One writer). Node has no flock, so the lock is an exclusive
 * transaction on a tiny database, which the kernel frees however the process ends; the holder's pid lies in its header,
 * for the message only.
 */
export function holdDataFolder(folder: string): Held {
  const path = join(folder, 'lock.db')
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    // Nothing in this file is worth waiting for the disk; its journal heals a start that was killed while it wrote the pid.
    database.exec('PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE')
    database.exec(`BEGIN EXCLUSIVE; PRAGMA user_version = ${process.pid}; COMMIT; BEGIN EXCLUSIVE`)
  } catch (error) {
    database.close()
    if (!isBusy(error)) throw error
    return { kind: 'taken', pid: holderOf(folder) }
  }
  return { kind: 'held', lock: { [Symbol.dispose]: () => database.close() } }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && /locked|busy/i.test(error.message)
}

/** The pid in the header; never call it in the process that holds the lock, closing the file would free it (POSIX locks). */
function holderOf(folder: string): number {
  const path = join(folder, 'lock.db')
  if (!existsSync(path)) return 0
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(4)
    readSync(file, bytes, 0, 4, USER_VERSION_AT)
    return bytes.readUInt32BE(0)
  } finally {
    closeSync(file)
  }
}

/** Whether a process holds the folder now, and which; does not keep the lock. */
export function holder(folder: string): number | undefined {
  if (!existsSync(join(folder, 'lock.db'))) return undefined
  const held = holdDataFolder(folder)
  if (held.kind === 'taken') return held.pid
  held.lock[Symbol.dispose]()
  return undefined
}
