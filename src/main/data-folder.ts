import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { wrongUse } from './words/say.ts'

/** The folder of the program: of the clone, or of the installed package. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** Files of a data folder that nobody else may read (SECURITY 3). */
const PRIVATE = [
  'nightpost.db',
  'nightpost.db-wal',
  'nightpost.db-shm',
  'demo-accounts.json',
  'nightpost.toml',
  'keys',
  'tls/key.pem',
]

/** @returns `--data`, or `./data` in a clone, or the platform's state folder when installed (INTERFACES 1). */
export function dataFolder(flag: string | undefined): string {
  if (flag !== undefined) return resolve(flag)
  if (existsSync(join(ROOT, 'package-lock.json'))) return join(ROOT, 'data')
  const { STATE_DIRECTORY: service, XDG_STATE_HOME: state, LOCALAPPDATA: windows } = process.env
  if (service) return service
  if (process.platform === 'win32' && windows) return join(windows, 'Nightpost')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Nightpost')
  return join(state ?? join(homedir(), '.local', 'state'), 'nightpost')
}

/**
 * Makes the folder (0700), or checks that no other user can read it, its database or its keys (SECURITY 3).
 * @throws UsageError that names the first loose path and the command that mends it.
 */
export function prepareDataFolder(folder: string, allowLoose: boolean): void {
  // Everything made from here on, by whatever library, is for the owner only.
  process.umask(0o077)
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return
  }
  if (!statSync(folder).isDirectory()) throw wrongUse('dataNotFolder', { folder })
  if (readdirSync(folder).length === 0) chmodSync(folder, 0o700)
  const loose = looseFiles(folder)[0]
  if (loose === undefined || allowLoose) return
  throw wrongUse('looseFile', { path: loose, folder })
}

/** Paths of the data folder that others may read or write; none on Windows, where modes say nothing. */
export function looseFiles(folder: string): readonly string[] {
  if (process.platform === 'win32') return []
  const paths = [folder, ...PRIVATE.map((name) => join(folder, name))]
  const keys = join(folder, 'keys')
  if (existsSync(keys) && statSync(keys).isDirectory())
    paths.push(...readdirSync(keys).map((name) => join(keys, name)))
  return paths.filter((path) => existsSync(path) && (statSync(path).mode & 0o077) !== 0)
}
