import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { openSecurityLog } from '../../ops/security-log.ts'
import { type RestoreRefusal, restore as unpack } from '../../store/backup.ts'
import { openStore } from '../../store/open.ts'
import { dataFolder } from '../data-folder.ts'
import type { StartFlags } from '../flags.ts'
import type { Complaint } from '../words/complaints.ts'
import { failed, say, wrongUse } from '../words/say.ts'
import { askVerb } from './backup.ts'

const REFUSED: Readonly<Record<RestoreRefusal, Complaint>> = {
  notEmpty: 'restoreNotEmpty',
  missing: 'restoreMissing',
  notBackup: 'restoreNotBackup',
}

/** Flags of `restore`. */
export interface RestoreFlags extends StartFlags {
  readonly test?: boolean
}

/** `nightpost restore FILE --data DIR` into an empty or missing folder (INTERFACES 1). @throws Error when nothing was changed, and why. */
export async function restore(file: string, flags: RestoreFlags): Promise<void> {
  process.umask(0o077)
  const from = resolve(file)
  if (flags.test) return testRestore(from, flags)
  if (flags.data === undefined) throw wrongUse('missingOption', { first: '--data <dir>' })
  const folder = resolve(flags.data)
  unpackTo(from, folder)
  openSecurityLog(join(folder, 'security-log'), Date.now).write({ event: 'restore', file: from })
  process.stdout.write(`restored to ${folder}\n`)
  // The key stays outside of every backup (SECURITY 32); passwords themselves are hashes and go on working.
  process.stdout.write(
    'SIP sign-in (NTLM, Digest) waits for the next password sign-in of each person; Get-NpAccount shows DigestState\n',
  )
}

/**
 * Unpacks the backup beside the data, opens it as a start would, looks at the audit chain, removes it again, and has the server
 * remember the day for `doctor` (ux 3.4: last tested restore).
 */
async function testRestore(from: string, flags: RestoreFlags): Promise<void> {
  const data = dataFolder(flags.data)
  mkdirSync(join(data, 'tmp'), { recursive: true, mode: 0o700 })
  const folder = mkdtempSync(join(data, 'tmp', 'restore-'))
  try {
    unpackTo(from, folder)
    const store = await openStore({ dir: folder })
    const broken = await store.audit.verify()
    const { accountCount } = store.facts
    await store.close()
    if (broken !== undefined) throw failed('restoreBroken', { file: from, number: broken })
    await askVerb(flags, 'restoreTested')
    process.stdout.write(`${say('restoreWorks', { accounts: accountCount })}\n`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function unpackTo(from: string, folder: string): void {
  const refused = unpack(from, folder)
  if (refused) throw failed(REFUSED[refused], { file: from, folder })
}
