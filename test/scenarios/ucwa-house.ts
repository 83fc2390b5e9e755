import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { Limits, Ports } from '../../src/actions/ports/ports.ts'
import { endpointGone } from '../../src/actions/register-endpoint.ts'
import { signIn } from '../../src/actions/sign-in.ts'
import { createMemoryBus } from '../../src/bus/memory.ts'
import { createRuntime } from '../../src/bus/runtime.ts'
import type { Account } from '../../src/domain/account.ts'
import type { PolicyValue } from '../../src/domain/policy.ts'
import { parseSipUri } from '../../src/domain/sip-uri.ts'
import { instant } from '../../src/domain/time.ts'
import { createAuthenticator } from '../../src/httpserver/authenticate.ts'
import { createHttpServer } from '../../src/httpserver/listener.ts'
import { serveRoutes } from '../../src/httpserver/routes.ts'
import { createSessionEnds } from '../../src/httpserver/session-ends.ts'
import { TEST_LIMITS } from '../../src/httpserver/testing.ts'
import type { UcwaConfig } from '../../src/httpserver/ucwa/house.ts'
import { ucwaPlugin } from '../../src/httpserver/ucwa/routes.ts'
import { createLog } from '../../src/ops/log.ts'
import { createMetrics } from '../../src/ops/metrics.ts'
import { openSecurityLog } from '../../src/ops/security-log.ts'
import { openStore, SYSTEM_RANDOM } from '../../src/store/open.ts'
import { type SignInOptions, UcwaClient } from '../client/ucwa-client.ts'
import { LIMITS } from './core.ts'

export const DOMAIN = 'example.test'
export const PASSWORD = 'correct horse battery staple 7'

/** The UCWA door over the real core: SQLite in a temporary folder, plain HTTP on loopback, a clock that a test can push. */
export interface UcwaHouse extends AsyncDisposable {
  readonly ports: Ports
  readonly base: string
  /** Errors of work that nobody waits for. */
  readonly faults: readonly unknown[]
  person(name: string, more?: Partial<Account>): Promise<Account>
  /** Signs in, not yet available. */
  client(name: string, more?: Partial<SignInOptions>): Promise<UcwaClient>
  /** Signed in, available, long poll running. */
  online(name: string, more?: Partial<SignInOptions>): Promise<UcwaClient>
  /** Like our web client: inbox view, event stream with full packages. */
  web(name: string, more?: Partial<SignInOptions>): Promise<UcwaClient>
  policy(noun: string, values: Record<string, PolicyValue>, identity?: string): Promise<void>
  /** Pushes both clocks; the sweep of the server looks every half second. */
  advance(ms: number): void
  /** Pushes the clocks by `ms` again and again until `check` holds: the server may see a lost connection late. */
  pass(ms: number, check: () => Promise<boolean>): Promise<void>
}

export async function openUcwaHouse(
  options: { config?: Partial<UcwaConfig>; limits?: Partial<Limits> } = {},
): Promise<UcwaHouse> {
  const dir = mkdtempSync(join(tmpdir(), 'nightpost-ucwa-'))
  const faults: unknown[] = []
  const clients: UcwaClient[] = []
  let ahead = 0
  const clock = {
    now: () => instant(Date.now() + ahead),
    monotonicMs: () => performance.now() + ahead,
  }
  const limits = { ...LIMITS, ...options.limits }
  const bus = createMemoryBus((error) => faults.push(error))
  const store = await openStore({ dir, bus, clock, domains: [DOMAIN] })
  const runtime = createRuntime({ ...store, bus, limits, clock }, await store.ledger.presences(), {
    gone: (endpoint) => endpointGone(ports, endpoint.account, endpoint.id),
    fault: (error) => faults.push(error),
  })
  const ports: Ports = {
    ...store,
    ...runtime,
    clock,
    random: SYSTEM_RANDOM,
    limits,
    server: { loopbackOnly: true, quietHours: 'Never', readImport: async () => undefined },
    fault: (error) => faults.push(error),
  }
  const names = { domains: [DOMAIN], publicUrl: undefined, trustedProxies: new Set<string>() }
  const auth = createAuthenticator({ ports, names, signIn: (attempt) => signIn(ports, attempt) })
  const ends = createSessionEnds()
  const metrics = createMetrics()
  const log = createLog(process.env.UCWA_TEST_LOG === undefined ? 'fatal' : 'error')
  const securityLog = openSecurityLog(join(dir, 'security-log'), Date.now)
  const http = createHttpServer({
    names,
    limits: TEST_LIMITS,
    clock,
    log,
    metrics,
    securityLog,
    exempt: new Set(),
    isKnown: (request) => auth.session(request, { peek: true }).kind === 'signedIn',
    tls: { certificate: '', key: '' },
    ports: { https: undefined, http: 0 },
    host: '127.0.0.1',
  })
  const ucwa = ucwaPlugin(http.app, {
    ports,
    auth,
    signIn: (attempt) => signIn(ports, attempt),
    names,
    ends,
    log,
    config: { requestsBurst: 1000, requestsPerSecond: 1000, ...options.config },
  })
  serveRoutes(http.app, {
    ports,
    facts: ports.facts,
    authenticator: auth,
    signIn: (attempt) => signIn(ports, attempt),
    names,
    ends,
    securityLog,
    metrics,
    idleMs: 8 * 3600_000,
    keepMs: 30 * 86_400_000,
    health: { live: () => ({}), ready: () => ({}) },
    web: new Map(),
    docs: join(import.meta.dirname, '..', '..', 'docs'),
    modules: '',
    firstRun: () => ({ users: 0, domain: DOMAIN, demo: null }),
    discovery: ucwa.discovery,
  })
  const port = (await http.open()).http ?? 0
  const base = `http://127.0.0.1:${port}`
  // One hash for everybody: argon2id is slow on purpose.
  const hash = await ports.passwords.hash(PASSWORD)
  const kept = (client: UcwaClient) => {
    clients.push(client)
    return client
  }
  const as = (name: string, more: Partial<SignInOptions> = {}) => ({
    base,
    user: `${name}@${DOMAIN}`,
    password: PASSWORD,
    ...more,
  })
  return {
    ports,
    base,
    faults,
    async person(name, more = {}) {
      const id = ports.ledger.newAccountId()
      const now = clock.now()
      const account: Account = {
        id,
        guid: ports.random.guid(),
        upn: `${name}@${DOMAIN}`,
        sip: parseSipUri(`sip:${name}@${DOMAIN}`),
        enabled: true,
        displayName: `${name[0]?.toUpperCase()}${name.slice(1)}`,
        directory: {},
        language: undefined,
        registrarPool: undefined,
        site: 'Main',
        passwordMadeByUs: false,
        created: now,
        changed: now,
        ...more,
      }
      await ports.ledger.commit(
        [
          { kind: 'putAccount', account },
          { kind: 'putSecrets', id, secrets: { passwordHash: hash } },
        ],
        [],
      )
      return account
    },
    client: async (name, more) => kept(await UcwaClient.signIn(as(name, more))),
    online: async (name, more) => kept(await UcwaClient.online(as(name, more))),
    async web(name, more) {
      const client = kept(await UcwaClient.signIn(as(name, more)))
      await client.haveInboxView()
      await client.makeAvailable()
      client.listenToStream()
      return client
    },
    async policy(noun, values, identity = 'Global') {
      await ports.ledger.commit([{ kind: 'putPolicy', policy: { noun, identity, values } }], [])
    },
    advance(ms) {
      ahead += ms
    },
    async pass(ms, check) {
      for (let i = 0; i < 60; i += 1) {
        ahead += ms
        for (let look = 0; look < 10; look += 1) {
          if (await check()) return
          await new Promise((resolve) => setTimeout(resolve, 100))
        }
      }
      throw new Error('it never came to be')
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) await client.close()
      ucwa.close()
      await http.close(500)
      runtime.stop()
      await store.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
