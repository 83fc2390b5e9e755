import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Logger, openLog } from '../../ops/log.ts'
import { openSecurityLog } from '../../ops/security-log.ts'
import { type TlsMaterial, tlsMaterial } from '../certificate.ts'
import { compose, type System } from '../compose.ts'
import { loadConfiguration, looseSettings, originOf } from '../config.ts'
import { dataFolder, prepareDataFolder } from '../data-folder.ts'
import { settingsFor } from '../domains.ts'
import { flagSettings, type StartFlags } from '../flags.ts'
import { holdDataFolder } from '../lock.ts'
import { printReady } from '../ready.ts'
import type { Configuration } from '../schema.ts'
import { failed, wrongUse } from '../words/say.ts'

/** Past this the process ends whatever is left (INTERFACES 1: exit by 30 s at the latest). */
const EXIT_BY_MS = 28_000

/** `nightpost start`: serves until SIGTERM or Ctrl+C. @throws UsageError for wrong use, Error when a listener cannot listen. */
export async function start(flags: StartFlags): Promise<void> {
  const data = dataFolder(flags.data)
  const loaded = loadConfiguration({ data, file: flags.config, flags: flagSettings(flags) })
  if (loaded.settings.https.port === 'off' && loaded.settings.http.port === 'off') {
    throw wrongUse('noPort')
  }
  // The launcher asks before it builds the pages: wrong use is said at once.
  if (process.env.NIGHTPOST_CHECK_ONLY === '1') return
  prepareDataFolder(data, flags.allowLooseFiles === true)
  const held = holdDataFolder(data)
  if (held.kind === 'taken') throw failed('folderTaken', { folder: data, pid: held.pid })
  const settings = settingsFor(data, loaded)
  const rooms = openLog(settings.log)
  const log = rooms.room('main')
  const securityLog = openSecurityLog(join(data, 'security-log'), Date.now)
  const serving = reportCrashes(log, securityLog)
  mkdirSync(join(data, 'tmp'), { recursive: true, mode: 0o700 })
  const tls = await tlsMaterial(data, settings)
  const system = await compose({
    settings,
    data,
    log: rooms,
    securityLog,
    tls,
    demo: flags.demo === true,
    sshAsked: originOf(loaded, 'ssh.port') !== 'default',
  })
  warn(log, settings, tls, flags)
  securityLog.write({ event: 'start', pid: process.pid, domain: settings.domain[0] })
  endOnSignal(system, settings, log, () => {
    securityLog.flush()
    securityLog.write({ event: 'stop', pid: process.pid })
    held.lock[Symbol.dispose]()
  })
  serving()
  printReady(system, { settings, data, file: loaded.file, tls, json: flags.readyJson === true, log })
}

/** The exit code that asks the launcher for another start. */
const CRASHED = 70

/** Writes the record of an error that nobody caught and ends (SECURITY 25). @returns what to call when the server serves: from then on a crash asks for another start. */
function reportCrashes(log: Logger, securityLog: ReturnType<typeof openSecurityLog>): () => void {
  let code = 1
  const crash = (error: unknown) => {
    securityLog.write({ event: 'crash', err: error })
    log.fatal(
      { err: error },
      'an error that nobody caught ends the process; what was acknowledged is on the disk',
    )
    process.exit(code)
  }
  process.on('uncaughtException', crash)
  process.on('unhandledRejection', crash)
  return () => {
    code = CRASHED
  }
}

function warn(log: Logger, settings: Configuration, tls: TlsMaterial, flags: StartFlags): void {
  if (process.getuid?.() === 0) log.warn('running as root; a user of its own is enough (SECURITY.md)')
  for (const name of looseSettings(settings))
    log.warn({ setting: name }, 'a setting is looser than its default')
  if (flags.allowLooseFiles) log.warn('--allow-loose-files: other users may read the data folder')
  if (tls.madeNow) log.info({ certificate: tls.path }, 'made a self-signed certificate for one year')
  const loopback = /^(?:127\.|::1$|localhost$)/.test(settings.listen)
  if (!loopback && tls.selfSigned) {
    log.warn(
      { certificate: tls.path },
      'listening beyond this machine with a self-signed certificate; set tls.certificate and tls.key',
    )
  }
  if (tls.validUntil.getTime() < Date.now())
    log.warn({ certificate: tls.path }, 'the certificate has expired')
}

function endOnSignal(system: System, settings: Configuration, log: Logger, ended: () => void): void {
  let ending = false
  const end = async (signal: string) => {
    if (ending) return
    ending = true
    log.info({ signal }, 'draining')
    setTimeout(() => {
      log.error('not drained in time; ending')
      process.exit(0)
    }, EXIT_BY_MS).unref()
    await system.close(settings.server.drainSeconds * 1000)
    ended()
    log.info('ended')
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end(signal))
}
