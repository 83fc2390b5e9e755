import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Limits, Ports } from '../../src/actions/ports/ports.ts'
import { endpointGone } from '../../src/actions/register-endpoint.ts'
import { createMemoryBus } from '../../src/bus/memory.ts'
import { createRuntime } from '../../src/bus/runtime.ts'
import { openStore, type StoreOptions, SYSTEM_CLOCK, SYSTEM_RANDOM } from '../../src/store/open.ts'

/** What stands in the configuration when nobody has written one. */
export const LIMITS: Limits = {
  messageText: 65_536,
  inboxMessages: 10_000,
  inboxUnreadItems: 500,
  inboxBytes: 100 * 1024 * 1024,
  messagesPerSecond: 20,
  messagesBurst: 60,
  messagesPerMinuteToAbsent: 60,
  pushMs: 5000,
  openConversationMs: 600_000,
  unreadAfterMs: 120_000,
  presenceIdleMs: 300_000,
  presenceAwayMs: 300_000,
}

/** Everything behind the doors, with nothing replaced: SQLite in a temporary folder, the memory bus, the clock of the system. */
export interface Core extends AsyncDisposable {
  readonly dir: string
  readonly ports: Ports
}

export async function openCore(organisation: Pick<StoreOptions, 'domains' | 'sites'>): Promise<Core> {
  const dir = mkdtempSync(join(tmpdir(), 'nightpost-test-core-'))
  const bus = createMemoryBus()
  const store = await openStore({ dir, bus, ...organisation })
  const runtime = createRuntime({ ...store, bus, limits: LIMITS }, await store.ledger.presences(), {
    gone: (endpoint) => endpointGone(ports, endpoint.account, endpoint.id),
  })
  const ports: Ports = {
    ...store,
    ...runtime,
    clock: SYSTEM_CLOCK,
    random: SYSTEM_RANDOM,
    limits: LIMITS,
    server: { loopbackOnly: true, quietHours: 'Never', readImport: async () => undefined },
  }
  return {
    dir,
    ports,
    async [Symbol.asyncDispose]() {
      runtime.stop()
      await store.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
