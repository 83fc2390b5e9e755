import { randomUUID } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type RawData, WebSocket, WebSocketServer } from 'ws'
import type { Caller } from '../../admin/cmdlet.ts'
import type { Engine } from '../../admin/invoke.ts'
import type { Limits } from '../../codec/limits.ts'
import { PACKET_CHARACTERS } from '../../codec/psrp/packet.ts'
import { END_REASONS, type LinePipe, type LineSession, openLineSession } from '../../remoting/line-session.ts'
import { NO_ENTRY, type PoolEnd, type Pools } from '../../remoting/pools.ts'
import { asksForWebSocket, takeUpgrade } from '../upgrade.ts'

/** Sub-protocol of the packets (powershell-7-observed.md section 6.2). */
const PROTOCOL = 'powershell'

/** Keeps proxies open, and finds peers that are gone. */
const PING_MS = 30_000
/** How long a peer has to answer our close frame. */
const CLOSE_MS = 3000
/** Octets to one peer that do not move for so long: the peer is gone (SECURITY 20). */
const STALLED_MS = 60_000

/** RFC 6455 §7.4. */
const CLOSE_CODES = {
  closed: 1000,
  deleted: 1000,
  idle: 4000,
  lost: 1000,
  revoked: 1008,
  shutdown: 1001,
  protocol: 1002,
} as const satisfies Record<PoolEnd, number>

export interface WebSocketDoor {
  /** Answers a signed-in `GET`: 101, or why not. */
  answer(request: FastifyRequest, reply: FastifyReply, caller: Caller): Promise<FastifyReply>
  close(): void
}

/** PowerShell sessions over WebSockets: one text message is one packet of the SSH lines. */
export function createWebSocketDoor(needs: {
  readonly engine: Engine
  readonly pools: Pools
  readonly limits: Limits
  readonly commandHash: string
}): WebSocketDoor {
  const { engine, pools, limits } = needs
  const sessions = new Set<LineSession>()
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: PACKET_CHARACTERS,
    handleProtocols: () => PROTOCOL,
  })

  function serve(socket: WebSocket, caller: Caller): void {
    const pipe = pipeOf(socket, limits.unsent)
    const opened = openLineSession(
      {
        engine,
        pools,
        caller,
        limits,
        language: caller.account?.language ?? 'en',
        commandHash: needs.commandHash,
        id: randomUUID(),
      },
      pipe,
    )
    if (typeof opened === 'string') {
      socket.close(1013, QUOTA[opened])
      return
    }
    sessions.add(opened)
    socket.on('message', (data: RawData, binary: boolean) => {
      if (binary || !Buffer.isBuffer(data)) {
        socket.close(1003, 'Text messages only.')
        return
      }
      const busy = opened.take(data.toString('utf8'))
      if (!busy) return
      socket.pause()
      busy.then(() => socket.resume())
    })
    socket.on('close', () => {
      sessions.delete(opened)
      opened.lost()
    })
  }

  return {
    async answer(request, reply, caller) {
      if (!asksForWebSocket(request.raw)) {
        reply.header('upgrade', 'websocket').header('connection', 'upgrade')
        return refuse(reply, 426, 'upgrade', 'GET is for WebSockets only; WSMan uses POST.')
      }
      if (request.headers.origin !== undefined)
        return refuse(reply, 403, 'origin', 'Pages of a browser cannot use this door.')
      const refusal = pools.refusal(caller)
      if (refusal) return refuse(reply, 403, refusal, NO_ENTRY[refusal])
      const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim())
      if (!offered.includes(PROTOCOL))
        return refuse(reply, 400, 'protocol', 'The sub-protocol powershell must be offered.')
      const upgrade = takeUpgrade(request.raw)
      if (!upgrade) return refuse(reply, 400, 'upgrade', 'The request is no handshake of a WebSocket.')
      reply.hijack()
      server.handleUpgrade(request.raw, upgrade.socket, upgrade.head, (socket) => serve(socket, caller))
      return reply
    },
    close() {
      for (const session of [...sessions]) session.close('shutdown')
    },
  }
}

const QUOTA = {
  shells: 'The maximum number of concurrent shells for this tenant has been exceeded.',
  shellsPerUser: 'The maximum number of concurrent shells for this user has been exceeded.',
} as const

/** Clients do not see the body of a refused handshake, but its headers. */
function refuse(reply: FastifyReply, status: number, reason: string, text: string): FastifyReply {
  return reply
    .code(status)
    .header('x-nightpost-reason', `${reason}; ${text}`)
    .type('text/plain; charset=utf-8')
    .send(`${text}\n`)
}

function pipeOf(socket: WebSocket, unsent: number): LinePipe {
  let answered = true
  let stalled: NodeJS.Timeout | undefined
  const ping = setInterval(() => {
    if (!answered) return socket.terminate()
    answered = false
    socket.ping()
  }, PING_MS).unref()
  socket.on('pong', () => {
    answered = true
  })
  socket.on('close', () => {
    clearInterval(ping)
    clearTimeout(stalled)
  })
  socket.on('error', () => socket.terminate())
  return {
    send(packet) {
      if (socket.readyState !== WebSocket.OPEN) return undefined
      if (socket.bufferedAmount < unsent) {
        socket.send(packet)
        return undefined
      }
      stalled ??= setTimeout(() => socket.terminate(), STALLED_MS).unref()
      return new Promise((resolve) =>
        socket.send(packet, () => {
          clearTimeout(stalled)
          stalled = undefined
          resolve()
        }),
      )
    },
    end(because) {
      socket.close(CLOSE_CODES[because], END_REASONS[because])
      setTimeout(() => socket.terminate(), CLOSE_MS).unref()
    },
  }
}
