import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { certificateNames } from '../certificate.ts'
import { EXIT } from '../cli.ts'
import { type Loaded, loadConfiguration, looseSettings, UsageError } from '../config.ts'
import { PROCESS_STREAMS } from '../console/screen.ts'
import type { StoreReport } from '../console-verbs.ts'
import { dataFolder, looseFiles } from '../data-folder.ts'
import { flagSettings, type StartFlags } from '../flags.ts'
import { isLoopbackOnly } from '../limits.ts'
import { askVerb } from './backup.ts'

export interface DoctorFlags extends StartFlags {
  readonly json?: boolean
}

/** One thing that was looked at. `fix` says what to type next, where something is to be done. */
export interface Check {
  readonly name: string
  readonly state: 'well' | 'degraded' | 'broken'
  readonly message: string
  readonly fix?: string
}

const MIB = 1024 * 1024
const DAY_MS = 86_400_000
/** Below this nothing is stored any more (SECURITY 22); the warning comes earlier. */
const FREE_BROKEN = 200 * MIB
const FREE_DEGRADED = 1024 * MIB

/** `nightpost doctor`: looks before users do. Exit 0 well, 3 degraded, 1 broken (INTERFACES 1). */
export async function doctor(flags: DoctorFlags): Promise<void> {
  const data = dataFolder(flags.data)
  if (!existsSync(data))
    throw new UsageError(`${data} does not exist; name the server's data folder with --data`)
  const loaded = loadConfiguration({ data, file: flags.config, flags: flagSettings(flags) })
  const loose = filesCheck(data)
  const checks: Check[] = [configurationCheck(loaded), loose]
  checks.push(...(await storeChecks(flags, data)))
  checks.push(certificateCheck(data, loaded), demoCheck(data))
  const state =
    (['broken', 'degraded'] as const).find((one) => checks.some((check) => check.state === one)) ?? 'well'
  if (flags.json) PROCESS_STREAMS.out(`${JSON.stringify({ state, checks })}\n`)
  else PROCESS_STREAMS.out(checks.map(lineOf).join(''))
  process.exitCode = state === 'broken' ? EXIT.failed : state === 'degraded' ? EXIT.degraded : EXIT.done
}

const MARKS = { well: '✓', degraded: '!', broken: '✗' } as const

function lineOf({ name, state, message, fix }: Check): string {
  return `${MARKS[state]} ${name}: ${message}\n${fix === undefined ? '' : `    ${fix}\n`}`
}

function configurationCheck({ settings, file }: Loaded): Check {
  const loose = looseSettings(settings)
  const from = file ?? 'defaults and flags'
  if (loose.length === 0) return { name: 'configuration', state: 'well', message: from }
  return {
    name: 'configuration',
    state: 'degraded',
    message: `looser than the default: ${loose.join(', ')} (${from})`,
    fix: 'take them out again when what they are for is over',
  }
}

/** SECURITY 3. */
function filesCheck(data: string): Check {
  const loose = looseFiles(data)
  if (loose.length === 0) return { name: 'files', state: 'well', message: 'readable by their owner only' }
  return {
    name: 'files',
    state: 'broken',
    message: `other users can read ${loose.join(', ')}`,
    fix: `chmod -R go-rwx ${data}`,
  }
}

async function storeChecks(flags: StartFlags, data: string): Promise<readonly Check[]> {
  if (!existsSync(join(data, 'nightpost.db')))
    return [
      { name: 'database', state: 'degraded', message: 'not there yet', fix: 'nightpost start makes it' },
    ]
  let report: StoreReport
  try {
    report = (await askVerb(flags, 'doctor')) as unknown as StoreReport
  } catch (error) {
    if (error instanceof UsageError) throw error
    const message = error instanceof Error ? error.message : String(error)
    return [
      {
        name: 'database',
        state: 'broken',
        message,
        fix: 'the server log has the cause; nightpost restore brings back a backup',
      },
    ]
  }
  return [
    databaseCheck(report),
    auditCheck(report),
    passwordsCheck(report),
    backupCheck(report),
    diskCheck(report),
    clockCheck(data, report),
  ]
}

function databaseCheck({ integrity, down, accounts }: StoreReport): Check {
  const name = 'database'
  if (integrity !== 'ok')
    return {
      name,
      state: 'broken',
      message: `damaged: ${integrity}`,
      fix: 'stop the server and restore the last backup: nightpost restore FILE --data NEW',
    }
  if (down !== null)
    return {
      name,
      state: 'broken',
      message: `takes no writes: ${down}`,
      fix: 'mend the disk, then start the server again',
    }
  return { name, state: 'well', message: `whole; ${accounts} accounts` }
}

/** SECURITY 59: the hash chain says whether a record was changed in the file. */
function auditCheck({ brokenAudit }: StoreReport): Check {
  if (brokenAudit === null) return { name: 'audit', state: 'well', message: 'the chain of records is whole' }
  return {
    name: 'audit',
    state: 'broken',
    message: `record ${brokenAudit} does not fit its hash: it or its neighbours were changed, removed or added outside the server`,
    fix: 'compare with the last backup, and find out who can write the data folder',
  }
}

function passwordsCheck({ passwordsMadeByUs }: StoreReport): Check {
  const name = 'passwords'
  if (passwordsMadeByUs === 0) return { name, state: 'well', message: 'everybody has chosen the own one' }
  const who =
    passwordsMadeByUs === 1
      ? 'one account still has the password'
      : `${passwordsMadeByUs} accounts still have the passwords`
  return {
    name,
    state: 'degraded',
    message: `${who} that the server made`,
    fix: 'nightpost shell -c "Get-NpAccount | Where-Object PasswordMadeByServer | Select-Object UserPrincipalName"',
  }
}

function backupCheck({ lastBackup }: StoreReport): Check {
  const name = 'backup'
  const fix = 'nightpost backup FILE'
  if (lastBackup === null) return { name, state: 'degraded', message: 'never made', fix }
  const days = Math.floor((Date.now() - Date.parse(lastBackup)) / DAY_MS)
  if (days <= 7) return { name, state: 'well', message: `made ${lastBackup}` }
  return { name, state: 'degraded', message: `${days} days old (${lastBackup})`, fix }
}

function diskCheck({ freeBytes }: StoreReport): Check {
  const name = 'disk'
  const message = `${Math.floor(freeBytes / MIB)} MiB free`
  const fix = 'make room on the disk of the data folder; under 200 MiB free no message is taken'
  if (freeBytes < FREE_BROKEN) return { name, state: 'broken', message, fix }
  return freeBytes < FREE_DEGRADED
    ? { name, state: 'degraded', message, fix }
    : { name, state: 'well', message }
}

/** A clock that was set back lies before what was already written (SECURITY 64). */
function clockCheck(data: string, { lastBackup }: StoreReport): Check {
  const name = 'clock'
  const newest = Math.max(
    ...['nightpost.db', 'nightpost.db-wal']
      .map((file) => join(data, file))
      .map((path) => (existsSync(path) ? statSync(path).mtimeMs : 0)),
    lastBackup === null ? 0 : Date.parse(lastBackup),
  )
  const ahead = newest - Date.now()
  if (ahead > 60_000)
    return {
      name,
      state: 'degraded',
      message: `behind what is in the data folder by ${Math.ceil(ahead / 60_000)} minutes`,
      fix: 'set the clock of this machine (timedatectl set-ntp true)',
    }
  return { name, state: 'well', message: new Date().toISOString() }
}

/** SECURITY 2. */
function certificateCheck(data: string, { settings }: Loaded): Check {
  const name = 'certificate'
  const path = settings.tls.certificate ?? join(data, 'tls', 'cert.pem')
  if (!existsSync(path))
    return {
      name,
      state: settings.tls.certificate === undefined ? 'degraded' : 'broken',
      message: `${path} is not there`,
      fix:
        settings.tls.certificate === undefined
          ? 'nightpost start makes a self-signed one'
          : 'set tls.certificate to a PEM file',
    }
  const certificate = new X509Certificate(readFileSync(path))
  const left = Math.floor((Date.parse(certificate.validTo) - Date.now()) / DAY_MS)
  const fix = 'set tls.certificate and tls.key, and start the server again'
  if (left < 0) return { name, state: 'broken', message: `${path} expired on ${certificate.validTo}`, fix }
  if (left < 21) return { name, state: 'degraded', message: `${path} ends in ${left} days`, fix }
  const selfSigned = certificate.issuer === certificate.subject
  if (selfSigned && !isLoopbackOnly(settings))
    return {
      name,
      state: 'degraded',
      message: 'self-signed, and listeners are not on loopback: clients will warn or refuse',
      fix,
    }
  const missing = certificateNames(settings).filter(
    (one) => !one.includes('*') && !certificate.checkHost(one) && !certificate.checkIP(one),
  )
  const unnamed = missing.filter((one) => settings.domain.includes(one))
  if (unnamed.length > 0)
    return { name, state: 'degraded', message: `does not name ${unnamed.join(', ')}`, fix }
  return {
    name,
    state: 'well',
    message: `${selfSigned ? 'self-signed' : certificate.issuer.replaceAll('\n', ', ')}, ${left} days left`,
  }
}

/** SECURITY 1. */
function demoCheck(data: string): Check {
  const name = 'demo'
  const path = join(data, 'demo-accounts.json')
  if (!existsSync(path)) return { name, state: 'well', message: 'no demo passwords' }
  return {
    name,
    state: 'degraded',
    message: `this is a demo: its passwords are in ${path}`,
    fix: 'use a data folder of its own for real people: nightpost start --data DIR',
  }
}
