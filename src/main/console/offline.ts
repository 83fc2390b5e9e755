import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ConsoleLink } from '../../control/client.ts'
import { localConsole } from '../../control/local.ts'
import { openLog } from '../../ops/log.ts'
import { openSecurityLog } from '../../ops/security-log.ts'
import type { Loaded } from '../config.ts'
import { consoleVerbs } from '../console-verbs.ts'
import { openCore } from '../core.ts'
import { prepareDataFolder } from '../data-folder.ts'
import { settingsFor } from '../domains.ts'
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
    const settings = settingsFor(data, loaded)
    const securityLog = openSecurityLog(join(data, 'security-log'), Date.now)
    const core = await openCore({ settings, data, securityLog, log: openLog({ level: 'error', rooms: {} }) })
    const { engine, store } = core
    const verbs = consoleVerbs({ data, ports: engine.ports, backup: store.backup, down: store.down })
    return localConsole({ engine, verbs, limits: settings.limits }, async () => {
      await core.close()
      held.lock[Symbol.dispose]()
    })
  } catch (error) {
    held.lock[Symbol.dispose]()
    throw error
  }
}
