import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Ports } from '../actions/ports/ports.ts'
import type { Verbs } from '../control/console.ts'
import type { Wire } from '../control/values.ts'

/** What `doctor` asks of whoever has the store open: the running server, or the command line itself. */
export interface StoreReport {
  /** `ok`, or what SQLite found. */
  readonly integrity: string
  /** Number of the first audit record that does not fit its hash; null: the chain is whole. */
  readonly brokenAudit: number | null
  readonly accounts: number
  readonly passwordsMadeByUs: number
  readonly freeBytes: number
  /** When the last backup was made; null: never. */
  readonly lastBackup: string | null
  /** Why nothing is written any more; null: it is. */
  readonly down: string | null
}

export interface VerbNeeds {
  readonly data: string
  readonly ports: Pick<Ports, 'audit' | 'facts' | 'ledger' | 'clock'>
  readonly backup: () => Promise<string>
  readonly down: () => unknown
}

/** What only the owner of the data folder may ask for and is no cmdlet, on `admin.sock` and in the command line alike. */
export function consoleVerbs(needs: VerbNeeds): Verbs {
  return {
    backup: async () => {
      const file = await needs.backup()
      const value = new Date(needs.ports.clock.now()).toISOString()
      await needs.ports.ledger.commit([{ kind: 'putServerValue', name: 'lastBackup', value }], [])
      return { file }
    },
    doctor: async () => ({ ...(await report(needs)) }) satisfies Wire,
  }
}

async function report({ data, ports, down }: VerbNeeds): Promise<StoreReport> {
  const { bavail, bsize } = await statfs(data)
  const accounts = [...ports.facts.accounts()]
  const reason = down()
  return {
    integrity: integrityOf(join(data, 'nightpost.db')),
    brokenAudit: (await ports.audit.verify()) ?? null,
    accounts: accounts.length,
    passwordsMadeByUs: accounts.filter((account) => account.passwordMadeByUs).length,
    freeBytes: bavail * bsize,
    lastBackup: ports.ledger.serverValue('lastBackup') ?? null,
    down: reason === undefined ? null : String(reason),
  }
}

/** A reading connection of its own: the writer goes on. */
function integrityOf(file: string): string {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    return String(database.prepare('PRAGMA quick_check(1)').get()?.quick_check ?? 'ok')
  } finally {
    database.close()
  }
}
