import { join } from 'node:path'
import type { Engine } from '../admin/invoke.ts'
import type { ConnectionCounter } from '../base/connections.ts'
import type { Logger } from '../ops/log.ts'
import type { Metrics } from '../ops/metrics.ts'
import type { SecurityLog } from '../ops/security-log.ts'
import type { Pools } from '../remoting/pools.ts'
import { readHostKey } from '../sshserver/host-key.ts'
import { createSshServer } from '../sshserver/server.ts'
import type { SignInNeeds } from '../sshserver/sign-in.ts'
import type { Configuration } from './schema.ts'

/** The SSH door of one server, not yet open. */
export interface SshDoor {
  readonly fingerprint: string
  listen(): Promise<number>
  close(drainMs: number): Promise<void>
}

/** @returns undefined where `ssh.port` is off */
export function createSshDoor(
  parts: {
    readonly settings: Configuration
    readonly data: string
    readonly log: Logger
    readonly securityLog: SecurityLog
  },
  needs: {
    readonly counter: ConnectionCounter
    readonly engine: Engine
    readonly pools: Pools
    readonly metrics: Metrics
  } & Pick<SignInNeeds, 'signIn' | 'keyUsed'>,
): SshDoor | undefined {
  const { settings, log, securityLog } = parts
  const { metrics } = needs
  const { port } = settings.ssh
  if (port === 'off') return undefined
  const hostKey = readHostKey(join(parts.data, 'keys', 'ssh-host-key'))
  const server = createSshServer({
    ...needs,
    ports: needs.engine.ports,
    limits: settings.limits,
    exempt: new Set(settings.sip.trusted),
    hostKey: hostKey.privateKey,
    events: {
      opened: () => metrics.connections.inc({ protocol: 'ssh' }),
      closed: () => metrics.connections.dec({ protocol: 'ssh' }),
      limit: (name, address) => {
        metrics.limitHits.inc({ limit: name })
        securityLog.limit(name, { address, door: 'ssh' })
      },
      abuse: (address, because) => {
        log.debug({ address, because }, 'SSH connection closed: malformed')
        securityLog.limit('malformed', { address, because, door: 'ssh' })
      },
    },
  })
  return {
    fingerprint: hostKey.fingerprint,
    async listen() {
      try {
        return await server.listen(port, settings.listen)
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : undefined
        if (code !== 'EADDRINUSE') throw error
        throw new Error(
          `ssh.port: port ${port} is taken by another program; name another one with --ssh-port, 0 for any free one, off for none`,
          { cause: error },
        )
      }
    },
    close: (drainMs) => server.close(drainMs),
  }
}
