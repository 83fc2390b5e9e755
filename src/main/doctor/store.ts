import type { StoreReport } from '../console-verbs.ts'
import { type Finding, failure, warning, well } from './finding.ts'
import { INTEGRITY_SECONDS } from './integrity.ts'

const DAY_MS = 86_400_000
const MIB = 1024 ** 2
/** Below this the store takes nothing more (SECURITY 22). */
const MIN_FREE = 200 * MIB
/** A warning before it comes to that. */
const LOW_FREE = 1024 * MIB
const BACKUP_DAYS = 7
const RESTORE_DAYS = 90

/** What whoever has the store open says of it. */
export function ofStore(report: StoreReport, data: string): readonly Finding[] {
  const { down, passwordsMadeByUs: made, brokenAudit } = report
  return [
    ...(down === null ? [] : [failure('store', 'storeDown', { because: down })]),
    ofDisk(report.freeBytes, data),
    ofQueue(report),
    brokenAudit === null
      ? well('audit', 'auditWhole')
      : failure('audit', 'auditBroken', { number: brokenAudit }),
    ofBackup(report.lastBackup),
    ...ofRestoreTest(report),
    made === 0 ? well('passwords', 'passwordsOwn') : warning('passwords', 'passwordsMade', { count: made }),
  ]
}

/** @param integrity what SQLite says; undefined: the time was not enough for the whole file */
export function ofDatabase(integrity: string | undefined, accounts: number | undefined): Finding {
  if (integrity === undefined) return well('database', 'databaseLarge', { seconds: INTEGRITY_SECONDS })
  if (integrity !== 'ok') return failure('database', 'databaseBroken', { because: integrity })
  return accounts === undefined
    ? well('database', 'databaseSound')
    : well('database', 'databaseWhole', { accounts })
}

/** Number of the newest migration in the file, beside the one that this program knows. */
export function ofSchema(version: number, known: number): Finding {
  if (version === known) return well('schema', 'schemaCurrent', { version })
  return version < known
    ? warning('schema', 'schemaOlder', { version, known })
    : failure('schema', 'schemaNewer', { version, known })
}

function ofDisk(freeBytes: number, folder: string): Finding {
  const mib = Math.floor(freeBytes / MIB)
  if (freeBytes <= MIN_FREE) return failure('disk', 'diskFull', { mib, folder })
  return freeBytes < LOW_FREE
    ? warning('disk', 'diskLow', { mib, folder })
    : well('disk', 'diskFree', { mib })
}

function ofQueue({ unread, oldestUnread, overdue, overdueSince }: StoreReport): Finding {
  if (overdue > 0 && overdueSince !== null)
    return failure('queue', 'queueStuck', { count: overdue, since: overdueSince })
  return oldestUnread === null
    ? well('queue', 'queueEmpty')
    : well('queue', 'queueMoving', { unread, oldest: oldestUnread })
}

function ofBackup(last: string | null): Finding {
  if (last === null) return warning('backup', 'backupNever')
  const days = daysSince(last)
  return days > BACKUP_DAYS
    ? warning('backup', 'backupOld', { days })
    : well('backup', 'backupRecent', { days })
}

/** A backup that nobody ever restored is a hope (ux 3.4: last tested restore). Without a backup there is nothing to try. */
function ofRestoreTest({ lastBackup, lastRestoreTest }: StoreReport): readonly Finding[] {
  if (lastBackup === null) return []
  if (lastRestoreTest === null) return [warning('restore test', 'restoreUntested')]
  const days = daysSince(lastRestoreTest)
  return [
    days > RESTORE_DAYS
      ? warning('restore test', 'restoreLongAgo', { days })
      : well('restore test', 'restoreTested', { days }),
  ]
}

const daysSince = (iso: string) => Math.max(0, Math.floor((Date.now() - Date.parse(iso)) / DAY_MS))
