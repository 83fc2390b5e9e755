import { constants } from 'node:crypto'
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { ConnectionCounter } from '../base/connections.ts'
import type { HttpLimits } from './limits.ts'
import { asksForWebSocket, routeUpgrades } from './upgrade.ts'

/** TLS 1.2 with forward secrecy and AEAD; TLS 1.3 has nothing else (SECURITY 5). */
const CIPHERS = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':')

/** What a listener reports; the composition turns it into log lines, metrics and security events. */
export interface SocketEvents {
  opened(door: 'https' | 'http'): void
  closed(door: 'https' | 'http'): void
  /** A limit was reached before there was a request. */
  limit(name: 'connections' | 'connectionsPerAddress', address: string): void
  /** The peer broke the protocol and was closed. */
  abuse(address: string, because: string, door: 'https' | 'http'): void
}

/** A connection of one door is closed because its peer broke the protocol. */
type Abuse = (socket: Socket, because: string) => void

/** An IPv4 address in its IPv6 clothes is the IPv4 address. */
export function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=\d+\.)/, '')
}

/** A server for one door that hands whole requests to `handler` and answers malformed ones itself. */
export function createDoor(
  door: 'https' | 'http',
  handler: RequestListener,
  options: {
    limits: HttpLimits
    tls?: { cert: string; key: string }
    counter: ConnectionCounter
    events: SocketEvents
  },
): Server {
  const { limits, tls, events } = options
  const common = {
    // Node counts start line and headers together; the parts are measured again in request-limits.ts.
    maxHeaderSize: limits.requestLine + limits.headerBlock,
    headersTimeout: limits.requestTime,
    requestTimeout: limits.requestTime,
    connectionsCheckingInterval: Math.min(5000, Math.max(250, limits.requestTime / 4)),
    keepAliveTimeout: 65_000,
    requireHostHeader: true,
    insecureHTTPParser: false,
    joinDuplicateHeaders: false,
    noDelay: true,
    shouldUpgradeCallback: asksForWebSocket,
  }
  const server: Server =
    door === 'https'
      ? createHttpsServer(
          {
            ...common,
            ...tls,
            minVersion: 'TLSv1.2',
            ciphers: CIPHERS,
            honorCipherOrder: true,
            // Node speaks neither compression nor 0-RTT; renegotiation is turned off here.
            secureOptions: constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_NO_COMPRESSION,
            handshakeTimeout: limits.handshakeTime,
            ALPNProtocols: ['http/1.1'],
          },
          handler,
        )
      : createHttpServer(common, handler)
  server.maxHeadersCount = 0 // as many as fit; request-limits.ts refuses, Node would drop silently
  // The body is asked for when somebody wants it, not before (SECURITY 49).
  server.on('checkContinue', handler)
  server.on('checkExpectation', handler)
  routeUpgrades(server, handler)
  server.on('connection', (socket: Socket) => admit(door, socket, options))
  rememberUnused(server, door === 'https' ? 'secureConnection' : 'connection')
  const abuse: Abuse = (socket, because) => events.abuse(plainAddress(socket.remoteAddress), because, door)
  watchStalled(server, door === 'https' ? 'secureConnection' : 'connection', limits.stalledTime, abuse)
  server.on('clientError', (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket: Socket) =>
    answerMalformed(error, socket, abuse),
  )
  server.on('tlsClientError', (error: Error, socket: Socket) => {
    abuse(socket, `tls: ${(error as NodeJS.ErrnoException).code ?? error.message}`)
    socket.destroy()
  })
  return server
}

function admit(
  door: 'https' | 'http',
  socket: Socket,
  { counter, events }: { counter: ConnectionCounter; events: SocketEvents },
): void {
  const address = plainAddress(socket.remoteAddress)
  const full = counter.admit(address)
  if (full !== undefined) {
    events.limit(full, address)
    socket.destroy()
    return
  }
  events.opened(door)
  socket.once('close', () => {
    counter.leave(address)
    events.closed(door)
  })
}

const unused = new WeakMap<Server, Set<Socket>>()

function rememberUnused(server: Server, event: 'connection' | 'secureConnection'): void {
  const sockets = new Set<Socket>()
  unused.set(server, sockets)
  server.on(event, (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  for (const name of ['request', 'checkContinue', 'checkExpectation', 'upgrade']) {
    server.on(name, ({ socket }: IncomingMessage) => sockets.delete(socket))
  }
}

/** Closes connections on which no request has come yet, such as a browser opens ahead: Node counts them as busy. */
export function closeUnused(server: Server): void {
  for (const socket of unused.get(server) ?? []) socket.destroy()
}

/** Closes connections whose peer takes nothing of what waits for it (SECURITY 20). One timer for all, and none of its own per socket. */
function watchStalled(
  server: Server,
  event: 'connection' | 'secureConnection',
  ms: number,
  abuse: Abuse,
): void {
  const sockets = new Map<Socket, { waiting: number; since: number }>()
  server.on(event, (socket: Socket) => {
    sockets.set(socket, { waiting: 0, since: 0 })
    socket.once('close', () => sockets.delete(socket))
  })
  const timer = setInterval(
    () => {
      const now = performance.now()
      for (const [socket, before] of sockets) {
        const waiting = socket.writableLength
        if (waiting === 0 || waiting !== before.waiting) sockets.set(socket, { waiting, since: now })
        else if (now - before.since >= ms) {
          abuse(socket, 'reads nothing')
          socket.destroy()
        }
      }
    },
    Math.max(100, ms / 4),
  )
  timer.unref()
  server.once('close', () => clearInterval(timer))
}

const KNOWN_METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'

/** Exactly one answer to what the parser refused, then the connection is closed: what follows is never a request (SECURITY 10, 11). */
function answerMalformed(
  error: NodeJS.ErrnoException & { rawPacket?: Buffer },
  socket: Socket,
  abuse: Abuse,
): void {
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE') {
    socket.destroy()
    return
  }
  const status = malformedStatus(error)
  abuse(socket, error.code ?? error.message)
  // An answer that is half on its way must not be followed by another one.
  const busy = (socket as Socket & { _httpMessage?: { headersSent?: boolean } | null })._httpMessage
  if (!socket.writable || busy?.headersSent === true) {
    socket.destroy()
    return
  }
  const allow = status.code === 405 ? `Allow: ${KNOWN_METHODS}\r\n` : ''
  socket.end(
    `HTTP/1.1 ${status.code} ${status.text}\r\n${allow}Connection: close\r\nContent-Length: 0\r\n\r\n`,
  )
  socket.destroySoon()
}

function malformedStatus(error: NodeJS.ErrnoException & { rawPacket?: Buffer }): {
  code: number
  text: string
} {
  const startLine = error.rawPacket?.subarray(0, 9000).toString('latin1') ?? ''
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return { code: 431, text: 'Request Header Fields Too Large' }
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { code: 408, text: 'Request Timeout' }
    case 'HPE_INVALID_VERSION':
      if (/^[A-Z]+ \S+ HTTP\/\d\.\d\r\n/.test(startLine))
        return { code: 505, text: 'HTTP Version Not Supported' }
      return { code: 400, text: 'Bad Request' }
    case 'HPE_INVALID_METHOD':
      // A well-formed start line with a method that nobody knows; anything else is not HTTP.
      if (/^[A-Z]+ \S+ HTTP\/1\.[01]\r\n/.test(startLine)) return { code: 405, text: 'Method Not Allowed' }
      return { code: 400, text: 'Bad Request' }
    default:
      return { code: 400, text: 'Bad Request' }
  }
}

const CANNOT: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken by another program',
  EACCES: 'may not be opened by this user',
  EADDRNOTAVAIL: 'is on an address that this machine does not have',
}

/** A door does not open, for a reason that whoever starts the server can do something about; `cause` is the system's. */
export class CannotListen extends Error {
  readonly door: 'https' | 'http'
  readonly port: number

  constructor(door: 'https' | 'http', port: number, because: string, cause: unknown) {
    const message = `${door}.port: port ${port} ${because}; name another one with --${door}-port, 0 for any free one`
    super(message, { cause })
    this.door = door
    this.port = port
  }
}

/** Why a door does not open and what to write instead, in one line. */
export function cannotListen(error: unknown, door: 'https' | 'http', port: number): Error {
  const because = CANNOT[(error as NodeJS.ErrnoException).code ?? '']
  if (because === undefined) return error instanceof Error ? error : new Error(String(error))
  return new CannotListen(door, port, because, error)
}

/** Listens and says on which port. @throws when the port is taken or not ours to open. */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return (server.address() as AddressInfo).port
}

/** Whether the request came over TLS. */
export function isTls(message: IncomingMessage): boolean {
  return (message.socket as Socket & { encrypted?: boolean }).encrypted === true
}
