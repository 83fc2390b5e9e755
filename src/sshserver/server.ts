import { randomUUID } from 'node:crypto'
import { createServer, type Socket } from 'node:net'
import ssh2, { type Connection, type ServerChannel } from 'ssh2'
import type { Caller } from '../admin/cmdlet.ts'
import type { Engine } from '../admin/invoke.ts'
import { type ConnectionCounter, type ConnectionLimits, countConnections } from '../base/connections.ts'
import type { Limits } from '../codec/limits.ts'
import type { Account } from '../domain/account.ts'
import { sshKeyBlob } from '../domain/ssh-public-key.ts'
import { asRequest } from '../ops/correlation.ts'
import { commandHash } from '../remoting/command-hash.ts'
import { type LineSession, openLineSession } from '../remoting/line-session.ts'
import { NO_ENTRY, type Pools } from '../remoting/pools.ts'
import { createSignIn, type Proof, type SignInNeeds } from './sign-in.ts'
import { refuseChannel, serveChannel } from './subsystem.ts'

/** Only what is current (SECURITY 52): no SHA-1, no CBC, no group of 1024 bits, ciphers with authentication. */
const ALGORITHMS = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group16-sha512',
  ],
  cipher: ['aes256-gcm@openssh.com', 'aes128-gcm@openssh.com', 'chacha20-poly1305@openssh.com'],
  serverHostKey: ['ssh-ed25519'],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com'],
  compress: ['none'],
} satisfies ssh2.Algorithms

export interface SshNeeds extends SignInNeeds {
  readonly engine: Engine
  readonly pools: Pools
  readonly limits: Limits & ConnectionLimits & { readonly handshakeTime: number }
  /** Peers without limits of connections (DECISIONS 25). */
  readonly exempt: ReadonlySet<string>
  /** Shared with the other doors; one of its own where none is given. */
  readonly counter?: ConnectionCounter
  readonly hostKey: string
  readonly events: SshEvents
}

/** What happens before anybody has signed in, for log, metrics and security log. */
export interface SshEvents {
  opened(): void
  closed(): void
  limit(name: 'connections' | 'connectionsPerAddress', address: string): void
  abuse(address: string, because: string): void
}

export interface SshServer {
  /** @returns the port it has */
  listen(port: number, host: string): Promise<number>
  /** Takes no new connection, ends the sessions, then what is left of connections. */
  close(drainMs: number): Promise<void>
}

/** How long a person has to sign in (SECURITY 13). */
const SIGN_IN_MS = 60_000
/** PowerShell sessions on one connection (ControlMaster); the person's limit counts too. */
const MOST_CHANNELS = 20

/** SSH with the subsystem `powershell` and nothing else: no shell, exec, terminal or forwarding (SECURITY 52). */
export function createSshServer(needs: SshNeeds): SshServer {
  const { limits, events } = needs
  const hash = commandHash(needs.engine)
  const counter = needs.counter ?? countConnections(limits, needs.exempt)
  const sockets = new Set<Socket>()
  const sessions = new Map<LineSession, { readonly account: Account['id']; readonly proof: Proof }>()
  let closing = false
  let connections = 0

  const ssh = new ssh2.Server(
    { hostKeys: [needs.hostKey], algorithms: ALGORITHMS, ident: 'Nightpost' },
    (client, { ip }) => serveConnection(client, plainAddress(ip)),
  )
  ssh.on('error', () => undefined)

  const server = createServer(
    { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS },
    (socket) => {
      const address = plainAddress(socket.remoteAddress)
      const full = closing ? 'connections' : counter.admit(address)
      if (full) {
        if (!closing) events.limit(full, address)
        socket.destroy()
        return
      }
      sockets.add(socket)
      events.opened()
      socket.once('close', () => {
        sockets.delete(socket)
        counter.leave(address)
        events.closed()
      })
      connections += 1
      asRequest(`ssh-${connections}`, () => ssh.injectSocket(socket))
    },
  )

  function serveConnection(client: Connection, address: string): void {
    const end = (): void => void client.end()
    let timer = setTimeout(end, limits.handshakeTime).unref()
    let signedIn: { readonly account: Account; readonly proof: Proof } | undefined
    client.on('handshake', () => {
      clearTimeout(timer)
      timer = setTimeout(end, SIGN_IN_MS).unref()
    })
    client.on(
      'authentication',
      createSignIn(
        needs,
        address,
        (account, proof) => {
          signedIn = { account, proof }
        },
        end,
      ),
    )
    client.on('ready', () => clearTimeout(timer))
    client.on('close', () => clearTimeout(timer))
    client.on('error', (error: Error & { level?: string }) => {
      clearTimeout(timer)
      if (error.level === 'protocol' || error.level === 'handshake') events.abuse(address, error.level)
    })
    let channels = 0
    client.on('session', (accept, reject) => {
      if (!signedIn || channels >= MOST_CHANNELS) return reject()
      channels++
      const who = signedIn
      const session = accept()
      session.on('close', () => channels--)
      let begun = false
      session.on('subsystem', (acceptSubsystem, rejectSubsystem, info) => {
        if (info.name.toLowerCase() !== 'powershell' || begun) return rejectSubsystem?.()
        begun = true
        serveSubsystem(acceptSubsystem(), who, address)
      })
      // Everything else that a session may ask for is refused by ssh2 where nobody listens: pty, shell, exec, env, X11, agent.
    })
  }

  function serveSubsystem(
    channel: ServerChannel,
    { account, proof }: { readonly account: Account; readonly proof: Proof },
    address: string,
  ): void {
    const caller: Caller = { account, name: account.upn, from: address, door: 'ssh', local: false }
    const refusal = needs.pools.refusal(caller)
    if (refusal) {
      refuseChannel(channel, NO_ENTRY[refusal])
      return
    }
    const session = serveChannel(channel, limits.unsent, (pipe) => {
      const opened = openLineSession(
        {
          engine: needs.engine,
          pools: needs.pools,
          caller,
          language: account.language ?? 'en',
          limits,
          commandHash: hash,
          id: randomUUID(),
        },
        pipe,
      )
      return typeof opened === 'string' ? QUOTA[opened] : opened
    })
    if (!session) return
    sessions.set(session, { account: account.id, proof })
    channel.on('close', () => sessions.delete(session))
  }

  // A key that was taken away no longer keeps a session open.
  const unsubscribe = needs.engine.ports.bus.subscribe((what) => {
    if (what.topic !== 'account') return
    const lines = needs.engine.ports.facts.account(what.account)?.sshPublicKeys ?? []
    for (const [session, { account, proof }] of [...sessions]) {
      if (account !== what.account || proof.kind !== 'key') continue
      if (!lines.some((line) => sshKeyBlob(line) === proof.key)) session.close('revoked')
    }
  })

  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, () => {
          server.off('error', reject)
          const address = server.address()
          resolve(typeof address === 'object' && address ? address.port : port)
        })
      }),
    async close(drainMs) {
      closing = true
      unsubscribe()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const session of [...sessions.keys()]) session.close('shutdown')
      const timer = setTimeout(
        () => {
          for (const socket of sockets) socket.destroy()
        },
        Math.min(drainMs, LINGER_MS),
      )
      await closed
      clearTimeout(timer)
    },
  }
}

/** A peer that is silent for so long is asked by the system whether it is there. */
const KEEP_ALIVE_MS = 60_000
/** How long clients have to hang up after their sessions ended. */
const LINGER_MS = 1000
const QUOTA = {
  shells: 'The maximum number of concurrent shells for this tenant has been exceeded.',
  shellsPerUser: 'The maximum number of concurrent shells for this user has been exceeded.',
} as const

function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=\d+\.)/, '')
}
