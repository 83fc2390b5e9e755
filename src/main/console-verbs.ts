import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Ports } from '../actions/ports/ports.ts'
import type { Verbs } from '../control/console.ts'
import type { Wire } from '../control/values.ts'
import type { OpenPorts } from './doctor/doors.ts'
import { VERSION } from './version.ts'

/** What `doctor` asks of whoever has the store open: the running server, or the command line itself. Times are ISO 8601. */
export interface StoreReport {
  /** Of the program that answers. */
  readonly version: string
  /** Ports that are open; none without a server. */
  readonly ports: OpenPorts
  readonly residentBytes: number
  /** Number of the first audit record that does not fit its hash; null: the chain is whole. */
  readonly brokenAudit: number | null
  readonly accounts: number
  readonly passwordsMadeByUs: number
  readonly freeBytes: number
  readonly unread: number
  readonly oldestUnread: string | null
  /** Messages past their end that expiry should have taken long ago. */
  readonly overdue: number
  readonly overdueSince: string | null
  /** When the last backup was made; null: never. */
  readonly lastBackup: string | null
  /** When a backup was last unpacked to see whether it can be; null: never. */
  readonly lastRestoreTest: string | null
  /** Why nothing is written any more; null: it is. */
  readonly down: string | null
}

export interface VerbNeeds {
  readonly data: string
  readonly ports: Pick<Ports, 'audit' | 'facts' | 'ledger' | 'clock' | 'threads'>
  readonly backup: () => Promise<string>
  readonly down: () => unknown
  /** Asked when they are wanted: the doors open after the console. */
  readonly openPorts?: () => OpenPorts
}

/** Expiry looks every ten seconds; what it left for so long it will not take. */
const OVERDUE_MS = 3_600_000

/** What only the owner of the data folder may ask for and is no cmdlet, on `admin.sock` and in the command line alike. */
export function consoleVerbs(needs: VerbNeeds): Verbs {
  const { ledger, clock } = needs.ports
  const remember = (name: string) =>
    ledger.commit([{ kind: 'putServerValue', name, value: new Date(clock.now()).toISOString() }], [])
  return {
    backup: async () => {
      const file = await needs.backup()
      await remember('lastBackup')
      return { file }
    },
    restoreTested: async () => {
      await remember('lastRestoreTest')
      return null
    },
    doctor: async () => ({ ...(await report(needs)) }) satisfies Wire,
  }
}

async function report({ data, ports, down, openPorts }: VerbNeeds): Promise<StoreReport> {
  const { bavail, bsize } = await statfs(data)
  const accounts = [...ports.facts.accounts()]
  const reason = down()
  const { unread, oldestUnread } = await ports.threads.totals()
  return {
    version: VERSION,
    ports: openPorts?.() ?? {},
    residentBytes: process.memoryUsage.rss(),
    brokenAudit: (await ports.audit.verify()) ?? null,
    accounts: accounts.length,
    passwordsMadeByUs: accounts.filter((account) => account.passwordMadeByUs).length,
    freeBytes: bavail * bsize,
    unread,
    oldestUnread: oldestUnread === undefined ? null : new Date(oldestUnread).toISOString(),
    ...overdueIn(join(data, 'nightpost.db'), ports.clock.now()),
    lastBackup: ports.ledger.serverValue('lastBackup') ?? null,
    lastRestoreTest: ports.ledger.serverValue('lastRestoreTest') ?? null,
    down: reason === undefined ? null : String(reason),
  }
}

/** A reading connection of its own: the writer goes on. `min_until` of a side finds them without a walk over all messages, as expiry does. */
function overdueIn(file: string, now: number): Pick<StoreReport, 'overdue' | 'overdueSince'> {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const row = database
      .prepare(
        `select count(*) as overdue, min(m.until) as since from thread_side s
         join timeline t on t.pair = s.pair and t.thread = s.thread and t.up = s.up
         join message m on m.recipient = s.owner and m.seq = t.seq and m.until <= ?1 where s.min_until <= ?1`,
      )
      .get(now - OVERDUE_MS)
    const since = row?.since
    return {
      overdue: Number(row?.overdue ?? 0),
      overdueSince: since === null || since === undefined ? null : new Date(Number(since)).toISOString(),
    }
  } finally {
    database.close()
  }
}
