import { join } from 'node:path'
import type { Engine } from '../admin/invoke.ts'
import type { ConnectionCounter } from '../base/connections.ts'
import type { RoomLog } from '../ops/log.ts'
import type { Metrics } from '../ops/metrics.ts'
import type { SecurityLog } from '../ops/security-log.ts'
import type { Pools } from '../remoting/pools.ts'
import { readHostKey } from '../sshserver/host-key.ts'
import { createSshServer } from '../sshserver/server.ts'
import type { SignInNeeds } from '../sshserver/sign-in.ts'
import type { Configuration } from './schema.ts'
import { cannotListen } from './words/cannot-listen.ts'

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
    readonly log: RoomLog
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
        log.room('sshserver').debug({ address, because }, 'SSH connection closed: malformed')
        securityLog.repeated(`abuse ${address} ${because}`, { event: 'abuse', address, door: 'ssh', because })
      },
    },
  })
  return {
    fingerprint: hostKey.fingerprint,
    async listen() {
      try {
        return await server.listen(port, settings.listen)
      } catch (error) {
        throw cannotListen(error, 'ssh', port)
      }
    },
    close: (drainMs) => server.close(drainMs),
  }
}
