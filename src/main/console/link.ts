import { existsSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { type ConsoleLink, connectConsole } from '../../control/client.ts'
import { loadConfiguration } from '../config.ts'
import { dataFolder } from '../data-folder.ts'
import { flagSettings, type StartFlags } from '../flags.ts'
import { failed, wrongUse } from '../words/say.ts'

/** A console and where it works. */
export interface OpenedConsole {
  readonly link: ConsoleLink
  /** The data folder; undefined over the network. */
  readonly folder: string | undefined
  /** For the person: what the commands act on. */
  readonly where: string
}

/** How long a server that is just starting may take until it listens on its socket. */
const STARTING_MS = 15_000

/**
 * The console of the running server, or the store opened here where no process holds the folder.
 * @throws UsageError when there is no data folder and `make` is false
 */
export async function openConsole(flags: StartFlags, make: boolean): Promise<OpenedConsole> {
  const folder = dataFolder(flags.data)
  if (!make && !existsSync(folder)) throw wrongUse('dataMissing', { folder })
  for (let waited = 0; ; waited += 100) {
    const served = existsSync(folder) ? await connectConsole(folder) : undefined
    if (served) return { link: served, folder, where: `the running server in ${folder}` }
    // Asking a running server must not wait for all that a server is made of.
    const { openOffline } = await import('./offline.ts')
    const loaded = loadConfiguration({ data: folder, file: flags.config, flags: flagSettings(flags) })
    const offline = await openOffline(folder, loaded)
    if (typeof offline !== 'number')
      return { link: offline, folder, where: `the store in ${folder} (no server is running)` }
    if (waited >= STARTING_MS) throw failed('folderSilent', { pid: offline, folder })
    await wait(100)
  }
}
