import { join, resolve } from 'node:path'
import { openSecurityLog } from '../../ops/security-log.ts'
import { type RestoreRefusal, restore as unpack } from '../../store/backup.ts'
import type { Complaint } from '../words/complaints.ts'
import { failed } from '../words/say.ts'

const REFUSED: Readonly<Record<RestoreRefusal, Complaint>> = {
  notEmpty: 'restoreNotEmpty',
  missing: 'restoreMissing',
  notBackup: 'restoreNotBackup',
}

/** `nightpost restore FILE --data DIR` into an empty or missing folder (INTERFACES 1). @throws Error when nothing was changed, and why. */
export function restore(file: string, flags: { data: string }): void {
  process.umask(0o077)
  const [from, folder] = [resolve(file), resolve(flags.data)]
  const refused = unpack(from, folder)
  if (refused) throw failed(REFUSED[refused], { file: from, folder })
  openSecurityLog(join(folder, 'security-log'), Date.now).write({ event: 'restore', file: from })
  process.stdout.write(`restored to ${folder}\n`)
  // The key stays outside of every backup (SECURITY 32); passwords themselves are hashes and go on working.
  process.stdout.write(
    'SIP sign-in (NTLM, Digest) waits for the next password sign-in of each person; Get-NpAccount shows DigestState\n',
  )
}
