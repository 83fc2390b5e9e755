import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { certificateNames } from '../certificate.ts'
import { type Loaded, loadConfiguration, looseSettings } from '../config.ts'
import type { StoreReport } from '../console-verbs.ts'
import { dataFolder, looseFiles } from '../data-folder.ts'
import { readDemoAccounts } from '../demo.ts'
import { flagSettings, type StartFlags } from '../flags.ts'
import { isLoopbackOnly } from '../limits.ts'
import { holder } from '../lock.ts'
import { UsageError } from '../words/say.ts'
import { askVerb } from './backup.ts'

/** One finding: what was looked at, how it is, and what to do where it is not well. */
export interface Finding {
  readonly check: string
  readonly state: 'ok' | 'warning' | 'failed'
  readonly text: string
  readonly fix?: string
  /** The configuration cannot be read: exit 2, as with every verb (INTERFACES 1). */
  readonly wrongUse?: true
}

const MARKS = { ok: '✓', warning: '!', failed: '✗' } as const
const DAY_MS = 86_400_000
/** Below this the store takes nothing more (SECURITY 22). */
const MIN_FREE = 200 * 1024 * 1024

/** `nightpost doctor`: safe at any time. Exit 0, 3 with warnings, 1 with failures, 2 when the configuration cannot be read. */
export async function doctor(flags: StartFlags & { json?: boolean }): Promise<void> {
  const findings = await examine(flags)
  if (flags.json) process.stdout.write(`${JSON.stringify(findings)}\n`)
  else for (const finding of findings) process.stdout.write(line(finding))
  if (findings.some(({ wrongUse }) => wrongUse)) process.exitCode = 2
  else if (findings.some(({ state }) => state === 'failed')) process.exitCode = 1
  else if (findings.some(({ state }) => state === 'warning')) process.exitCode = 3
}

function line({ check, state, text, fix }: Finding): string {
  return `${MARKS[state]} ${check}: ${text}${fix === undefined ? '' : `\n    ${fix}`}\n`
}

async function examine(flags: StartFlags): Promise<readonly Finding[]> {
  const data = dataFolder(flags.data)
  let loaded: Loaded
  try {
    loaded = loadConfiguration({ data, file: flags.config, flags: flagSettings(flags) })
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return [{ check: 'configuration', state: 'failed', text: error.message, wrongUse: true }]
  }
  const found: Finding[] = [...ofConfiguration(loaded), ...ofFiles(data)]
  if (!existsSync(join(data, 'nightpost.db'))) {
    const text = `${data} has no database yet`
    return [...found, { check: 'store', state: 'warning', text, fix: 'nightpost start makes one' }]
  }
  found.push(...ofCertificate(data, loaded), ofServer(data), ofClock(data))
  try {
    found.push(...ofStore((await askVerb(flags, 'doctor')) as unknown as StoreReport))
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    found.push({ check: 'store', state: 'failed', text })
  }
  if (readDemoAccounts(data)) {
    found.push({
      check: 'demo',
      state: 'warning',
      text: `the passwords of the demo lie in ${join(data, 'demo-accounts.json')}`,
      fix: 'use a data folder without --demo for real work',
    })
  }
  return found
}

function ofConfiguration({ settings, file }: Loaded): readonly Finding[] {
  const loose = looseSettings(settings)
  const found: Finding[] = [{ check: 'configuration', state: 'ok', text: file ?? 'defaults' }]
  if (loose.length > 0) {
    found.push({ check: 'settings', state: 'warning', text: `looser than the default: ${loose.join(', ')}` })
  }
  if (process.getuid?.() === 0) {
    found.push({
      check: 'user',
      state: 'warning',
      text: 'running as root',
      fix: 'run nightpost as a user of its own',
    })
  }
  return found
}

function ofFiles(data: string): readonly Finding[] {
  const [loose] = existsSync(data) ? looseFiles(data) : []
  if (loose === undefined)
    return [{ check: 'file rights', state: 'ok', text: 'the data folder is for its owner only' }]
  const text = `${loose} can be read by other users`
  return [{ check: 'file rights', state: 'failed', text, fix: `chmod -R go-rwx ${data}` }]
}

function ofCertificate(data: string, { settings }: Loaded): readonly Finding[] {
  const own = settings.tls.certificate === undefined
  const file = settings.tls.certificate ?? join(data, 'tls', 'cert.pem')
  if (!existsSync(file)) {
    return [
      {
        check: 'certificate',
        state: 'warning',
        text: `${file} is not there`,
        fix: 'nightpost start makes one',
      },
    ]
  }
  const certificate = new X509Certificate(readFileSync(file))
  const days = Math.floor((Date.parse(certificate.validTo) - Date.now()) / DAY_MS)
  if (days < 0)
    return [{ check: 'certificate', state: 'failed', text: `ended ${-days} days ago`, fix: `renew ${file}` }]
  const found: Finding[] = []
  if (days < 14)
    found.push({ check: 'certificate', state: 'warning', text: `ends in ${days} days`, fix: `renew ${file}` })
  const missing = certificateNames(settings).filter(
    (name) => !certificate.checkHost(name.replace('*', 'any')) && !certificate.checkIP(name),
  )
  if (missing.length > 0 && !own) {
    found.push({ check: 'certificate', state: 'warning', text: `does not name ${missing.join(', ')}` })
  }
  if (own && !isLoopbackOnly(settings)) {
    const text = 'self-signed, and listening beyond this machine'
    found.push({ check: 'certificate', state: 'warning', text, fix: 'set tls.certificate and tls.key' })
  }
  const text = `${days} days left${own ? ', self-signed' : ''}`
  return found.length > 0 ? found : [{ check: 'certificate', state: 'ok', text }]
}

function ofServer(data: string): Finding {
  const pid = holder(data)
  return { check: 'server', state: 'ok', text: pid === undefined ? 'not running' : `running, process ${pid}` }
}

/** A clock that was set back lies before what was already written (SECURITY 64). */
function ofClock(data: string): Finding {
  const written = ['nightpost.db', 'nightpost.db-wal']
    .map((name) => join(data, name))
    .filter((path) => existsSync(path))
  const minutes = Math.ceil(
    (Math.max(...written.map((path) => statSync(path).mtimeMs)) - Date.now()) / 60_000,
  )
  if (minutes <= 1) return { check: 'clock', state: 'ok', text: new Date().toISOString() }
  const fix = 'set the clock of this machine: timedatectl set-ntp true'
  return { check: 'clock', state: 'warning', text: `${minutes} minutes behind what was written already`, fix }
}

function ofStore(report: StoreReport): readonly Finding[] {
  const found: Finding[] = [
    databaseFinding(report),
    auditFinding(report),
    diskFinding(report),
    backupFinding(report),
  ]
  if (report.down !== null) {
    found.push({ check: 'store', state: 'failed', text: report.down, fix: 'mend the disk and start again' })
  }
  if (report.passwordsMadeByUs > 0) {
    found.push({
      check: 'passwords',
      state: 'warning',
      text: `${report.passwordsMadeByUs} accounts still use the password that was made for them`,
      fix: 'nightpost account password USER',
    })
  }
  return found
}

function databaseFinding({ integrity, accounts }: StoreReport): Finding {
  if (integrity === 'ok') return { check: 'database', state: 'ok', text: `whole; ${accounts} accounts` }
  const fix = 'nightpost restore the last backup into an empty folder'
  return { check: 'database', state: 'failed', text: integrity, fix }
}

function auditFinding({ brokenAudit }: StoreReport): Finding {
  if (brokenAudit === null) return { check: 'audit', state: 'ok', text: 'the chain of records is whole' }
  const text = `record ${brokenAudit} was changed outside the server`
  return {
    check: 'audit',
    state: 'failed',
    text,
    fix: 'look at it with Get-NpAuditRecord and compare it with a backup',
  }
}

function diskFinding({ freeBytes }: StoreReport): Finding {
  if (freeBytes > MIN_FREE)
    return { check: 'disk', state: 'ok', text: `${Math.floor(freeBytes / 1024 ** 2)} MiB free` }
  const text = 'less than 200 MiB free: messages are refused with 503'
  return { check: 'disk', state: 'failed', text, fix: 'make room' }
}

function backupFinding({ lastBackup }: StoreReport): Finding {
  const fix = 'nightpost backup FILE'
  if (lastBackup === null) return { check: 'backup', state: 'warning', text: 'never made', fix }
  const days = Math.floor((Date.now() - Date.parse(lastBackup)) / DAY_MS)
  if (days > 7) return { check: 'backup', state: 'warning', text: `${days} days old`, fix }
  return { check: 'backup', state: 'ok', text: `${days} days old` }
}
