import { join } from 'node:path'
import type { Ports } from '../actions/ports/ports.ts'
import { signIn } from '../actions/sign-in.ts'
import { countConnections } from '../base/connections.ts'
import { openControlSocket } from '../control/socket.ts'
import { createAuthenticator, type SignIn } from '../httpserver/authenticate.ts'
import { createHttpServer } from '../httpserver/listener.ts'
import { serveRoutes } from '../httpserver/routes.ts'
import { createSessionEnds } from '../httpserver/session-ends.ts'
import { CannotListen } from '../httpserver/sockets.ts'
import { readStaticIndex } from '../httpserver/static.ts'
import { ucwaPlugin } from '../httpserver/ucwa/routes.ts'
import { createWsmanDoor } from '../httpserver/wsman/endpoint.ts'
import type { RoomLog } from '../ops/log.ts'
import type { SecurityLog } from '../ops/security-log.ts'
import { tellPoolEvents } from '../remoting/pool-events.ts'
import { createPools } from '../remoting/pools.ts'
import type { TlsMaterial } from './certificate.ts'
import { consoleVerbs } from './console-verbs.ts'
import { openCore } from './core.ts'
import { ROOT } from './data-folder.ts'
import type { DemoAccounts } from './demo.ts'
import type { Door, OpenPorts } from './doctor/doors.ts'
import { rememberDomains } from './domains.ts'
import { startJobs } from './jobs.ts'
import { measure } from './measure.ts'
import { administratorShown, populate } from './organisation.ts'
import type { SignInLine } from './ready.ts'
import type { Configuration } from './schema.ts'
import { tellChangesSinceLastStart, tellRevocations } from './security-events.ts'
import { createSshDoor, type SshDoor } from './ssh-door.ts'
import { VERSION } from './version.ts'
import { cannotListen } from './words/cannot-listen.ts'
import { Failure } from './words/say.ts'

/** What the parts are joined from. */
export interface Parts {
  readonly settings: Configuration
  readonly data: string
  readonly log: RoomLog
  readonly securityLog: SecurityLog
  readonly tls: TlsMaterial
  readonly demo: boolean
  /** The port of SSH was named by somebody; else it is a default that may give way. */
  readonly sshAsked: boolean
}

/** A running server. */
export interface System {
  readonly ports: {
    readonly https: number | undefined
    readonly http: number | undefined
    readonly ssh: number | undefined
  }
  /** `SHA256:…` of the SSH host key; undefined where SSH is off. */
  readonly sshHostKey: string | undefined
  readonly administrator: SignInLine | undefined
  readonly people: readonly SignInLine[]
  /** There are accounts beside administrators. */
  readonly hasPeople: boolean
  close(drainMs: number): Promise<void>
}

/** The only place that joins the parts (ARCHITECTURE). */
export async function compose(parts: Parts): Promise<System> {
  const { settings, log, securityLog } = parts
  const core = await openCore(parts)
  const { metrics, store, limitHit } = core
  const { engine } = core
  const { ports } = engine
  await rememberDomains(ports, settings)
  const organisation = await populate(engine, parts)
  await tellChangesSinceLastStart(ports, parts, securityLog)
  tellRevocations(ports, securityLog)
  const names = {
    domains: settings.domain,
    publicUrl: settings.publicUrl,
    trustedProxies: new Set(settings.http.trustedProxies),
  }
  const report = (
    { user, address, door }: { user: string; address: string; door: string },
    kind: 'signedIn' | 'wrong' | 'locked' | 'busy',
    method: 'password' | 'key',
  ): void => {
    metrics.signIns.inc({ protocol: door, result: kind === 'signedIn' ? 'ok' : kind })
    const fields = { name: user, address, door, method, reason: kind }
    if (kind === 'locked') securityLog.repeated(`locked ${user} ${address}`, { event: 'locked', ...fields })
    else securityLog.write({ event: kind === 'signedIn' ? 'signIn' : 'signInFailed', ...fields })
  }
  const doorSignIn: SignIn = async (attempt) => {
    const outcome = await signIn(ports, attempt)
    report(attempt, outcome.kind, 'password')
    return outcome
  }
  const authenticator = createAuthenticator({ ports, names, signIn: doorSignIn })
  const ends = createSessionEnds()
  const exempt = new Set(settings.sip.trusted)
  const counter = countConnections(settings.limits, exempt)
  const http = createHttpServer({
    names,
    limits: settings.limits,
    clock: store.clock,
    log: log.room('httpserver'),
    metrics,
    securityLog,
    exempt,
    counter,
    isKnown: (request) =>
      /^basic /i.test(request.headers.authorization ?? '') ||
      ['signedIn', 'forbidden'].includes(authenticator.session(request, { peek: true }).kind),
    tls: parts.tls,
    ports: { https: portOf(settings.https.port), http: portOf(settings.http.port) },
    alsoPorts: { https: portOf(settings.winrm.https), http: portOf(settings.winrm.http) },
    host: settings.listen,
  })
  const pools = createPools({
    engine,
    limits: settings.limits,
    events: tellPoolEvents({ log: log.room('remoting'), metrics, securityLog }),
    enabled: settings.powershell.enabled,
  })
  const wsman = createWsmanDoor({
    engine,
    authenticator,
    limits: settings.limits,
    version: VERSION,
    pools,
  })
  await http.app.register(wsman.plugin)
  const ucwa = ucwaPlugin(http.app, {
    ports,
    auth: authenticator,
    signIn: doorSignIn,
    names,
    ends,
    log: log.room('ucwa'),
    limitHit,
    config: ucwaConfig(settings),
  })
  serveRoutes(http.app, {
    ports,
    facts: ports.facts,
    authenticator,
    signIn: doorSignIn,
    names,
    ends,
    securityLog,
    metrics,
    idleMs: settings.session.idleTimeout,
    keepMs: settings.session.keep,
    health: { live: () => ({ process: { ok: true } }), ready: () => readiness(store.down(), http.draining) },
    web: readStaticIndex(join(ROOT, 'web', 'dist')),
    docs: join(ROOT, 'docs'),
    modules: join(ROOT, 'powershell'),
    firstRun: () => firstRun(ports, settings, organisation.demo),
    discovery: ucwa.discovery,
  })
  let openPorts: OpenPorts = {}
  const control = await openControlSocket({
    folder: parts.data,
    engine,
    verbs: consoleVerbs({
      data: parts.data,
      ports,
      backup: store.backup,
      down: store.down,
      openPorts: () => openPorts,
    }),
    limits: settings.limits,
    log,
    connections: (change) => metrics.connections.inc({ protocol: 'console' }, change),
    broken: (error) => log.room('control').error({ err: error }, 'the console broke'),
  })
  const ssh = createSshDoor(parts, {
    counter,
    engine,
    pools,
    metrics,
    signIn: doorSignIn,
    keyUsed: (attempt, kind) => report(attempt, kind, 'key'),
  })
  const jobs = startJobs(ports, { unreadAfterMs: settings.delivery.unreadAfter }, log.room('main'))
  const endMeasuring = measure({
    metrics,
    ports,
    queues: () => ({ ...store.queues(), endpoints: core.runtime.lanes.owing() }),
  })
  const opened = await http.open().catch((error: unknown) => {
    throw error instanceof CannotListen ? cannotListen(error.cause, error.door, error.port) : error
  })
  const sshPort = ssh && (await openSsh(ssh, parts))
  openPorts = known({ ...opened, ssh: sshPort })
  await administratorShown(ports)
  return {
    ports: { ...opened, ssh: sshPort },
    sshHostKey: sshPort === undefined ? undefined : ssh?.fingerprint,
    administrator: organisation.administrator,
    people: organisation.people,
    hasPeople: peopleOf(ports) > 0,
    async close(drainMs) {
      // Nothing new from here on; what clients hold open is answered, so that they go elsewhere (SECURITY 65).
      const drained = http.close(drainMs)
      ucwa.close()
      wsman.close()
      pools.stop()
      await Promise.all([drained, ssh?.close(drainMs), control.close()])
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

/** A default port that somebody else has is no reason not to start: the door stays shut, and the log says so. @throws for a port that was asked for. */
async function openSsh(ssh: SshDoor, { sshAsked, settings, log }: Parts): Promise<number | undefined> {
  try {
    return await ssh.listen()
  } catch (error) {
    if (sshAsked || !(error instanceof Failure && error.code === 'portTaken')) throw error
    log
      .room('sshserver')
      .warn(
        { port: settings.ssh.port },
        'the port of SSH is taken, so there is no SSH; name another one with --ssh-port',
      )
    return undefined
  }
}

/** Without the doors that are off. */
function known(ports: Readonly<Record<Door, number | undefined>>): OpenPorts {
  return Object.fromEntries(Object.entries(ports).filter(([, port]) => port !== undefined))
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

function firstRun(ports: Ports, settings: Configuration, demo: DemoAccounts | undefined) {
  return {
    users: peopleOf(ports),
    domain: settings.domain[0] ?? '',
    demo:
      demo?.users.slice(0, 2).map(({ displayName, user, password }) => ({ displayName, user, password })) ??
      null,
  }
}
