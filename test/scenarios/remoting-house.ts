import { join } from 'node:path'
import type { Role } from '../../src/actions/ports/facts.ts'
import type { Ports } from '../../src/actions/ports/ports.ts'
import { signIn } from '../../src/actions/sign-in.ts'
import { table } from '../../src/admin/index.ts'
import type { Engine } from '../../src/admin/invoke.ts'
import { LIMITS, type Limits } from '../../src/codec/limits.ts'
import type { Guid } from '../../src/codec/psrp/guid.ts'
import type { Account } from '../../src/domain/account.ts'
import { parseSipUri } from '../../src/domain/sip-uri.ts'
import { createAuthenticator } from '../../src/httpserver/authenticate.ts'
import { createHttpServer } from '../../src/httpserver/listener.ts'
import { TEST_LIMITS } from '../../src/httpserver/testing.ts'
import { createWsmanDoor } from '../../src/httpserver/wsman/endpoint.ts'
import { createLog } from '../../src/ops/log.ts'
import { createMetrics } from '../../src/ops/metrics.ts'
import { openSecurityLog } from '../../src/ops/security-log.ts'
import { createPools, type PoolEvents } from '../../src/remoting/pools.ts'
import { readHostKey } from '../../src/sshserver/host-key.ts'
import { createSshServer } from '../../src/sshserver/server.ts'
import { SYSTEM_CLOCK } from '../../src/store/open.ts'
import { PsrpClient } from '../client/psrp-client.ts'
import { openCore } from './core.ts'

/** A real server with only the PowerShell door: SQLite in a temporary folder, plain HTTP on loopback, no part replaced. */
export interface House extends AsyncDisposable {
  readonly ports: Ports
  readonly port: number
  readonly sshPort: number
  readonly url: string
  readonly dir: string
  readonly hostKey: string
  /** What became of signatures, in order. */
  readonly keyAttempts: readonly string[]
  /** Adds somebody who can sign in with `PASSWORD`. */
  person(name: string, ...roles: readonly Role[]): Promise<Account>
  client(name: string, options?: { password?: string; path?: string; shell?: Guid }): PsrpClient
  /** What broke in a command; a test that wants none looks here. */
  readonly broken: readonly unknown[]
}

export const PASSWORD = 'correct horse battery staple 7'
const DOMAIN = 'nightpost.localhost'

/** A house with an administrator's open session, and with somebody who has no role. */
export async function openAdminHouse(): Promise<{ readonly house: House; readonly admin: PsrpClient }> {
  const house = await openHouse()
  await house.person('admin', 'CsAdministrator')
  await house.person('plain')
  return { house, admin: await house.client('admin').open() }
}

export async function openHouse(
  options: { limits?: Partial<Limits>; events?: PoolEvents } = {},
): Promise<House> {
  const core = await openCore({ domains: [DOMAIN] })
  const { dir, ports } = core
  const broken: unknown[] = []
  const engine: Engine = { ports, table, broken: (error) => broken.push(error) }
  const names = { domains: [DOMAIN], publicUrl: undefined, trustedProxies: new Set<string>() }
  const http = createHttpServer({
    names,
    limits: TEST_LIMITS,
    clock: SYSTEM_CLOCK,
    log: createLog('fatal'),
    metrics: createMetrics(),
    securityLog: openSecurityLog(join(dir, 'security-log'), Date.now),
    exempt: new Set(),
    isKnown: (request) => request.headers.authorization !== undefined,
    tls: { certificate: '', key: '' },
    ports: { https: undefined, http: 0 },
    host: '127.0.0.1',
  })
  const remotingLimits: Limits = { ...LIMITS, ...options.limits }
  const pools = createPools({
    engine,
    limits: remotingLimits,
    ...(options.events ? { events: options.events } : {}),
  })
  const hostKey = readHostKey(join(dir, 'keys', 'ssh-host-key'))
  const attempts: string[] = []
  const ssh = createSshServer({
    engine,
    pools,
    ports,
    limits: { ...TEST_LIMITS, ...remotingLimits },
    exempt: new Set(),
    hostKey: hostKey.privateKey,
    signIn: (attempt) => signIn(ports, attempt),
    keyUsed: (_attempt, kind) => attempts.push(kind),
    events: {
      opened: () => undefined,
      closed: () => undefined,
      limit: () => undefined,
      abuse: () => undefined,
    },
  })
  const door = createWsmanDoor({
    engine,
    authenticator: createAuthenticator({ ports, names, signIn: (attempt) => signIn(ports, attempt) }),
    limits: remotingLimits,
    version: '0.0.0',
    pools,
  })
  http.app.register(door.plugin)
  const port = (await http.open()).http ?? 0
  const sshPort = await ssh.listen(0, '127.0.0.1')
  // One hash for everybody: argon2id is slow on purpose.
  const hash = await ports.passwords.hash(PASSWORD)
  return {
    ports,
    port,
    sshPort,
    dir,
    hostKey: hostKey.fingerprint,
    keyAttempts: attempts,
    url: `http://127.0.0.1:${port}/OcsPowershell`,
    broken,
    async person(name, ...roles) {
      const id = ports.ledger.newAccountId()
      const now = ports.clock.now()
      const account: Account = {
        id,
        guid: ports.random.guid(),
        upn: `${name}@${DOMAIN}`,
        sip: parseSipUri(`sip:${name}@${DOMAIN}`),
        enabled: true,
        displayName: name,
        directory: {},
        language: undefined,
        registrarPool: undefined,
        site: 'Main',
        passwordMadeByUs: false,
        created: now,
        changed: now,
      }
      await ports.ledger.commit(
        [
          { kind: 'putAccount', account },
          { kind: 'putSecrets', id, secrets: { passwordHash: hash } },
          ...roles.map((role) => ({ kind: 'addRole', role, id }) as const),
        ],
        [],
      )
      return account
    },
    client: (name, { password = PASSWORD, path = '/OcsPowershell', shell } = {}) =>
      new PsrpClient({
        url: `http://127.0.0.1:${port}${path}`,
        user: `${name}@${DOMAIN}`,
        password,
        ...(shell ? { shell } : {}),
      }),
    async [Symbol.asyncDispose]() {
      door.close()
      pools.stop()
      await ssh.close(1000)
      await http.close(1000)
      await core[Symbol.asyncDispose]()
    },
  }
}
