import { join } from 'node:path'
import { settleMarks } from '../actions/mark.ts'
import type { Ports } from '../actions/ports.ts'
import { releaseMarksWhenVisible } from '../actions/publish-presence.ts'
import { endpointGone } from '../actions/register-endpoint.ts'
import { signIn } from '../actions/sign-in.ts'
import { table } from '../admin/index.ts'
import type { Engine } from '../admin/invoke.ts'
import { createMemoryBus } from '../bus/memory.ts'
import { createRuntime, type Runtime } from '../bus/runtime.ts'
import { openControlSocket } from '../control/socket.ts'
import { createAuthenticator, type SignIn } from '../httpserver/authenticate.ts'
import { createHttpServer } from '../httpserver/listener.ts'
import { serveRoutes } from '../httpserver/routes.ts'
import { createSessionEnds } from '../httpserver/session.ts'
import { readStaticIndex } from '../httpserver/static.ts'
import { ucwaPlugin } from '../httpserver/ucwa/routes.ts'
import { createWsmanDoor } from '../httpserver/wsman/endpoint.ts'
import { tellShellEvents } from '../httpserver/wsman/shell-events.ts'
import type { Logger } from '../ops/log.ts'
import { createMetrics, type Metrics } from '../ops/metrics.ts'
import type { SecurityLog } from '../ops/security-log.ts'
import { openStore } from '../store/open.ts'
import type { TlsMaterial } from './certificate.ts'
import { consoleVerbs } from './console-verbs.ts'
import { ROOT } from './data-folder.ts'
import { DEMO_SITES, readDemoAccounts } from './demo.ts'
import { readImport } from './import-folder.ts'
import { measure, startJobs } from './jobs.ts'
import { isLoopbackOnly, portLimits } from './limits.ts'
import { fixRealm, populate } from './organisation.ts'
import type { SignInLine } from './ready.ts'
import type { Configuration } from './schema.ts'
import { VERSION } from './version.ts'

/** What the parts are joined from. */
export interface Parts {
  readonly settings: Configuration
  readonly data: string
  readonly log: Logger
  readonly securityLog: SecurityLog
  readonly tls: TlsMaterial
  readonly demo: boolean
}

/** A running server. */
export interface System {
  readonly ports: { readonly https: number | undefined; readonly http: number | undefined }
  readonly administrator: SignInLine | undefined
  readonly people: readonly SignInLine[]
  /** There are accounts beside administrators. */
  readonly hasPeople: boolean
  close(drainMs: number): Promise<void>
}

/** Store, memory and cmdlets without any door: what the server and the command line share. */
export interface Core {
  readonly engine: Engine
  readonly metrics: Metrics
  readonly store: Awaited<ReturnType<typeof openStore>>
  readonly runtime: Runtime
  close(): Promise<void>
}

/**
 * Opens the data folder, which the caller holds (ARCHITECTURE, One writer).
 * @throws UsageError for a first domain that is not the one of the first start.
 */
export async function openCore({
  settings,
  data,
  log,
  demo = false,
}: Pick<Parts, 'settings' | 'data' | 'log'> & { demo?: boolean }): Promise<Core> {
  const metrics = createMetrics()
  const fault = (error: unknown, doing: string) =>
    log.error({ err: error, doing }, 'work that nobody waits for failed')
  const bus = createMemoryBus((error, what) => fault(error, `announce ${what.topic}`))
  const limits = portLimits(settings)
  const running: { runtime?: Runtime } = {}
  const store = await openStore({
    dir: data,
    bus,
    domains: settings.domain,
    sites: sitesOf(settings, demo || readDemoAccounts(data) !== undefined),
    inboxBytes: limits.inboxBytes,
    unreadAfterMs: limits.unreadAfterMs,
    reportsReading: (owner) =>
      running.runtime?.lanes.endpoints(owner).some((endpoint) => endpoint.inboxView) ?? false,
    observe: (seconds, writes) => {
      metrics.storeCommitSeconds.observe(seconds)
      metrics.storeBatchMessages.observe(writes)
    },
  })
  const runtime = createRuntime({ ...store, bus, limits }, await store.ledger.presences(), {
    gone: (endpoint) => endpointGone(ports, endpoint.account, endpoint.id),
    fault: (error) => fault(error, 'feed an endpoint'),
  })
  running.runtime = runtime
  const ports: Ports = {
    ...store,
    ...runtime,
    limits,
    server: {
      loopbackOnly: isLoopbackOnly(settings),
      readImport: (path) => readImport(settings.import.folder ?? join(data, 'import'), path),
    },
    fault,
    counted: (outcome, reason) => metrics.messages.inc({ outcome, reason }),
  }
  releaseMarksWhenVisible(ports)
  const engine: Engine = {
    ports,
    table,
    ended: (cmdlet, result) => metrics.cmdlets.inc({ cmdlet, result }),
    broken: (error, cmdlet) => fault(error, cmdlet),
  }
  for (const cmdlet of table.all()) metrics.cmdlets.inc({ cmdlet: cmdlet.name, result: 'Success' }, 0)
  await fixRealm(ports, settings)
  return {
    engine,
    metrics,
    store,
    runtime,
    async close() {
      runtime.stop()
      await settleMarks(ports)
      await store.close()
    },
  }
}

/** `[[site]]`; the demo has Redmond and Tokyo, and one site always exists (DECISIONS 17). */
function sitesOf(settings: Configuration, demo: boolean) {
  if (settings.site.length > 0) return settings.site
  return demo ? DEMO_SITES : [{ name: 'Default', pools: [] }]
}

/** The only place that joins the parts (ARCHITECTURE). */
export async function compose(parts: Parts): Promise<System> {
  const { settings, log, securityLog } = parts
  const core = await openCore(parts)
  const { engine, metrics, store } = core
  const { ports } = engine
  const organisation = await populate(engine, parts)
  const names = {
    domains: settings.domain,
    publicUrl: settings.publicUrl,
    trustedProxies: new Set(settings.http.trustedProxies),
  }
  const doorSignIn: SignIn = async (attempt) => {
    const outcome = await signIn(ports, attempt)
    metrics.signIns.inc({ protocol: attempt.door, result: outcome.kind === 'signedIn' ? 'ok' : outcome.kind })
    const event =
      outcome.kind === 'signedIn' ? 'signIn' : outcome.kind === 'locked' ? 'locked' : 'signInFailed'
    securityLog.write({
      event,
      name: attempt.user,
      address: attempt.address,
      door: attempt.door,
      reason: outcome.kind,
    })
    return outcome
  }
  const authenticator = createAuthenticator({ ports, names, signIn: doorSignIn })
  const ends = createSessionEnds()
  const http = createHttpServer({
    names,
    limits: settings.limits,
    clock: store.clock,
    log,
    metrics,
    securityLog,
    exempt: new Set(settings.sip.trusted),
    tls: parts.tls,
    ports: { https: portOf(settings.https.port), http: portOf(settings.http.port) },
    host: settings.listen,
  })
  const wsman = createWsmanDoor({
    engine,
    authenticator,
    limits: settings.limits,
    version: VERSION,
    events: tellShellEvents({ log, metrics, securityLog }),
  })
  await http.app.register(wsman.plugin)
  const ucwa = ucwaPlugin(http.app, {
    ports,
    auth: authenticator,
    signIn: doorSignIn,
    names,
    ends,
    log,
    config: ucwaConfig(settings),
  })
  serveRoutes(http.app, {
    ports,
    facts: ports.facts,
    authenticator,
    signIn: doorSignIn,
    names,
    ends,
    metrics,
    idleMs: settings.session.idleTimeout,
    keepMs: settings.session.keep,
    health: { live: () => ({ process: { ok: true } }), ready: () => readiness(store.down(), http.draining) },
    web: readStaticIndex(join(ROOT, 'web', 'dist')),
    docs: join(ROOT, 'docs'),
    firstRun: () => firstRun(ports, settings, organisation.demo),
    discovery: ucwa.discovery,
  })
  const control = await openControlSocket({
    folder: parts.data,
    engine,
    verbs: consoleVerbs({ data: parts.data, ports, backup: store.backup, down: store.down }),
    broken: (error) => log.error({ err: error }, 'the console broke'),
  })
  const jobs = startJobs(ports, { unreadAfterMs: settings.delivery.unreadAfter }, log)
  const endMeasuring = measure(metrics, ports, () => ports.clock.now())
  const opened = await http.open()
  return {
    ports: opened,
    administrator: organisation.administrator,
    people: organisation.people,
    hasPeople: peopleOf(ports) > 0,
    async close(drainMs) {
      // What clients hold open is answered, so that they go elsewhere; what was taken is finished (SECURITY 65).
      ucwa.close()
      wsman.close()
      await control.close()
      await http.close(drainMs)
      await jobs.stop()
      endMeasuring()
      await core.close()
    },
  }
}

function ucwaConfig({ ucwa, limits }: Configuration) {
  return {
    applicationIdleMs: ucwa.applicationIdle,
    eventTimeoutMs: ucwa.eventTimeout,
    goneMs: ucwa.gone,
    goneLongPollMs: ucwa.goneLongPoll,
    allowedOrigins: ucwa.allowedOrigins,
    requestsPerSecond: limits.requestsPerSecond,
    requestsBurst: limits.requestsBurst,
    searchesPerSecond: limits.searchesPerSecond,
    requestBody: limits.requestBody,
    startMessagingBody: limits.startMessagingBody,
  }
}

const portOf = (port: number | 'off') => (port === 'off' ? undefined : port)

function readiness(down: unknown, draining: boolean) {
  return {
    store: down === undefined ? { ok: true } : { ok: false, detail: String(down) },
    listeners: draining ? { ok: false, detail: 'draining' } : { ok: true },
  }
}

/** Accounts without a role of administration. */
function peopleOf({ facts }: Pick<Ports, 'facts'>): number {
  let count = 0
  for (const account of facts.accounts()) if (facts.roles(account.id).length === 0) count++
  return count
}

function firstRun(ports: Ports, settings: Configuration, demo: ReturnType<typeof readDemoAccounts>) {
  return {
    users: peopleOf(ports),
    domain: settings.domain[0] ?? '',
    demo:
      demo?.users.slice(0, 2).map(({ displayName, user, password }) => ({ displayName, user, password })) ??
      null,
  }
}
