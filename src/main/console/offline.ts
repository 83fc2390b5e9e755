import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Ports } from '../../actions/ports.ts'
import { table } from '../../admin/index.ts'
import { createMemoryBus } from '../../bus/memory.ts'
import { createRuntime } from '../../bus/runtime.ts'
import { type ConsoleLink, localConsole } from '../../control/client.ts'
import type { Verbs } from '../../control/console.ts'
import { openStore } from '../../store/open.ts'
import type { Loaded } from '../config.ts'
import { consoleVerbs } from '../console-verbs.ts'
import { prepareDataFolder } from '../data-folder.ts'
import { readImport } from '../import-folder.ts'
import { isLoopbackOnly, portLimits } from '../limits.ts'
import { holdDataFolder } from '../lock.ts'

/** The store and the ports of memory in this process, with nobody signed in: what the command line works on where no server runs. */
export interface OfflineSystem {
  readonly ports: Ports
  readonly verbs: Verbs
  close(): Promise<void>
}

/** @returns the pid of the process that holds the folder, or the opened system (ARCHITECTURE, One writer). */
export async function openOffline(folder: string, { settings }: Loaded): Promise<OfflineSystem | number> {
  prepareDataFolder(folder, false)
  const held = holdDataFolder(folder)
  if (held.kind === 'taken') return held.pid
  try {
    mkdirSync(join(folder, 'tmp'), { recursive: true, mode: 0o700 })
    const bus = createMemoryBus()
    const limits = portLimits(settings)
    const store = await openStore({
      dir: folder,
      bus,
      domains: settings.domain,
      ...(settings.site.length > 0 ? { sites: settings.site } : {}),
      inboxBytes: limits.inboxBytes,
      unreadAfterMs: limits.unreadAfterMs,
    })
    const runtime = createRuntime({ ...store, bus, limits }, await store.ledger.presences())
    const server = {
      loopbackOnly: isLoopbackOnly(settings),
      readImport: (path: string) => readImport(settings.import.folder ?? join(folder, 'import'), path),
    }
    const ports = { ...store, ...runtime, limits, server }
    return {
      ports,
      verbs: consoleVerbs({ data: folder, ports, backup: store.backup, down: store.down }),
      async close() {
        runtime.stop()
        await store.close()
        held.lock[Symbol.dispose]()
      },
    }
  } catch (error) {
    held.lock[Symbol.dispose]()
    throw error
  }
}

/** The console on an opened system. */
export function offlineConsole(system: OfflineSystem): ConsoleLink {
  const broken = (error: unknown, cmdlet: string) =>
    process.stderr.write(`nightpost: ${cmdlet}: ${error instanceof Error ? error.message : String(error)}\n`)
  return localConsole({ engine: { ports: system.ports, table, broken }, verbs: system.verbs }, () =>
    system.close(),
  )
}

/** A short name of a content, for files that belong to it. */
export function fingerprint(content: string): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 16)
}
