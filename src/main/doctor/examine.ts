import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { knownSchema, peekSchema } from '../../store/peek.ts'
import { type Loaded, loadConfiguration } from '../config.ts'
import type { StoreReport } from '../console-verbs.ts'
import { dataFolder } from '../data-folder.ts'
import { flagSettings, type StartFlags } from '../flags.ts'
import { holder } from '../lock.ts'
import { askVerb } from '../verbs/backup.ts'
import { VERSION } from '../version.ts'
import { UsageError } from '../words/say.ts'
import { ofCertificate } from './certificate.ts'
import { foreignOwner, ofConfiguration, ofSip, ofUser } from './configuration.ts'
import { ofCrashes } from './crashes.ts'
import { ofNames, ofPorts } from './doors.ts'
import { ofDemo, ofFiles } from './files.ts'
import { because, type Finding, failure, warning, well } from './finding.ts'
import { checkIntegrity } from './integrity.ts'
import { ofClock, ofMemory, ofOpenFiles, ofWrites } from './machine.ts'
import { ofDatabase, ofSchema, ofStore } from './store.ts'

/** A server that is stuck must not keep the report from coming (ux 3.4: under 20 s). */
const STORE_MS = 12_000

/** Looks at everything there is; changes nothing, whether the server runs or not. */
export async function examine(flags: StartFlags): Promise<readonly Finding[]> {
  const data = dataFolder(flags.data)
  let loaded: Loaded
  try {
    loaded = loadConfiguration({ data, file: flags.config, flags: flagSettings(flags) })
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const found = failure('configuration', 'configurationWrong', { because: error.message })
    return [{ ...found, wrongUse: true }]
  }
  const found = [...ofConfiguration(loaded), ...ofFiles(data, loaded)]
  if (!existsSync(join(data, 'nightpost.db'))) {
    const none = warning('database', 'databaseNone', { folder: data })
    return [...found, ...(await ofPorts(loaded, undefined)), none]
  }
  return [
    ...found,
    ofUser(data),
    ...ofCertificate(data, loaded),
    ...(await ofRunning(flags, data, loaded)),
    ofClock(data),
    ofSip(loaded),
    ofCrashes(data),
    ...ofDemo(data),
  ]
}

/** What depends on who has the store open: the server, this process, or nobody because the schema is not ours. */
async function ofRunning(flags: StartFlags, data: string, loaded: Loaded): Promise<readonly Finding[]> {
  const pid = holder(data)
  const schema = schemaOf(data)
  const foreign = foreignOwner(data) !== undefined
  // Opening the store migrates it, and makes files of this user: neither is for a look.
  const asks = pid !== undefined || (schema?.state === 'ok' && !foreign)
  const [integrity, report, names] = await Promise.all([
    foreign && pid === undefined ? undefined : checkIntegrity(join(data, 'nightpost.db')),
    asks ? askStore(flags) : undefined,
    ofNames(loaded),
  ])
  const known = report?.ok ? report.report : undefined
  return [
    ofServer(pid, report),
    ...(pid !== undefined && !known
      ? []
      : await ofPorts(loaded, pid === undefined ? undefined : known?.ports)),
    ...names,
    ofMemory(pid === undefined ? undefined : known?.residentBytes),
    ...ofOpenFiles(pid, loaded),
    ofDatabase(integrity, known?.accounts),
    ...(schema ? [schema] : []),
    ...(foreign ? [] : [ofWrites(data)]),
    ...(known ? ofStore(known, data) : []),
    ...(report && !report.ok && pid === undefined
      ? [failure('store', 'storeFailed', { because: report.because })]
      : []),
  ]
}

/** Nothing where the file cannot even be opened: what is broken says the check of the database. */
function schemaOf(data: string): Finding | undefined {
  try {
    return ofSchema(peekSchema(data), knownSchema())
  } catch {
    return undefined
  }
}

type Report =
  | { readonly ok: true; readonly report: StoreReport }
  | { readonly ok: false; readonly because: string }

async function askStore(flags: StartFlags): Promise<Report> {
  const { promise: late, resolve } = Promise.withResolvers<Report>()
  const timer = setTimeout(resolve, STORE_MS, { ok: false, because: `${STORE_MS / 1000} s` })
  const asked = askVerb(flags, 'doctor').then(
    (report): Report => ({ ok: true, report: report as unknown as StoreReport }),
    (error: unknown): Report => ({ ok: false, because: because(error) }),
  )
  return Promise.race([asked, late]).finally(() => clearTimeout(timer))
}

function ofServer(pid: number | undefined, report: Report | undefined): Finding {
  if (pid === undefined) return well('server', 'serverStopped')
  if (!report?.ok) return failure('server', 'serverDeaf', { pid, because: report?.because ?? '' })
  const { version } = report.report
  return version === VERSION
    ? well('server', 'serverRunning', { pid, version })
    : warning('server', 'serverOther', { pid, version, own: VERSION })
}
