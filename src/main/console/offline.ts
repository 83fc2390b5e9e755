import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { ConsoleLink } from '../../control/client.ts'
import { localConsole } from '../../control/local.ts'
import { createLog } from '../../ops/log.ts'
import { openCore } from '../compose.ts'
import { type Loaded, originOf } from '../config.ts'
import { consoleVerbs } from '../console-verbs.ts'
import { prepareDataFolder } from '../data-folder.ts'
import { holdDataFolder } from '../lock.ts'

/**
 * The console on the store opened in this process, with nobody signed in: what the command line works on where no server runs.
 * @returns the pid of the process that holds the folder instead (ARCHITECTURE, One writer)
 */
export async function openOffline(data: string, loaded: Loaded): Promise<ConsoleLink | number> {
  prepareDataFolder(data, false)
  const held = holdDataFolder(data)
  if (held.kind === 'taken') return held.pid
  try {
    mkdirSync(join(data, 'tmp'), { recursive: true, mode: 0o700 })
    const settings = { ...loaded.settings, domain: domainsOf(data, loaded) }
    const core = await openCore({ settings, data, log: createLog('error') })
    const { engine, store } = core
    const verbs = consoleVerbs({ data, ports: engine.ports, backup: store.backup, down: store.down })
    return localConsole({ engine, verbs }, async () => {
      await core.close()
      held.lock[Symbol.dispose]()
    })
  } catch (error) {
    held.lock[Symbol.dispose]()
    throw error
  }
}

/** The domains that were given to the last start with a flag, where nobody names any now. */
function domainsOf(data: string, loaded: Loaded): string[] {
  const file = join(data, 'nightpost.db')
  if (originOf(loaded, 'domain') !== 'default' || !existsSync(file)) return loaded.settings.domain
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const made = database.prepare("select 1 from sqlite_master where name = 'server'").get()
    const row = made && database.prepare("select value from server where name = 'domains'").get()
    return typeof row?.value === 'string' ? (JSON.parse(row.value) as string[]) : loaded.settings.domain
  } finally {
    database.close()
  }
}
