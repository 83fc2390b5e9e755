import type { RequestListener, Server } from 'node:http'
import Fastify, { type FastifyInstance, type FastifyRequest, LogController } from 'fastify'
import { type ConnectionCounter, countConnections } from '../base/connections.ts'
import { asRequest } from '../ops/correlation.ts'
import { createLimitHits } from '../ops/limit-hits.ts'
import type { Logger } from '../ops/log.ts'
import type { Metrics } from '../ops/metrics.ts'
import type { SecurityLog } from '../ops/security-log.ts'
import { whoSent } from './authenticate.ts'
import { readJsonBodies } from './json-body.ts'
import type { HttpLimits } from './limits.ts'
import { answerUnknown, rememberRoutes } from './not-found.ts'
import { mayUsePlainHttp, type ServerNames } from './origin.ts'
import type { Clock } from './rates.ts'
import { nameRequests } from './request-id.ts'
import { type LimitHit, limitRequests } from './request-limits.ts'
import { addSecurityHeaders } from './security-headers.ts'
import {
  cannotListen,
  closeUnused,
  createDoor,
  isTls,
  listen,
  plainAddress,
  type SocketEvents,
} from './sockets.ts'
import { answerError } from './status.ts'

export interface HttpOptions {
  readonly names: ServerNames
  readonly limits: HttpLimits
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Metrics
  readonly securityLog: SecurityLog
  /** `sip.trusted`: exempt from connection, rate and sender limits (DECISIONS 25). */
  readonly exempt: ReadonlySet<string>
  /** Shared with the other doors; one of its own where none is given. */
  readonly counter?: ConnectionCounter
  /** Signed in, or on the way to it at a door that counts failures itself (SECURITY 21, 37); whoever shows credentials by default. */
  readonly isKnown?: (request: FastifyRequest) => boolean
  readonly tls: { readonly certificate: string; readonly key: string }
  /** Undefined: this door is off. 0: any free port. */
  readonly ports: { readonly https: number | undefined; readonly http: number | undefined }
  /** Further ports with the same content: those that WinRM clients look for when an address has none (DECISIONS 9). */
  readonly alsoPorts?: { readonly https: number | undefined; readonly http: number | undefined }
  /** Address of the HTTPS listener; plain HTTP listens on loopback only, always (DECISIONS 9). */
  readonly host: string
}

/** Both doors of one server: the same routes behind HTTPS and behind plain HTTP on loopback. */
export interface HttpServer {
  readonly app: FastifyInstance
  /** Opens the doors when every route is there. @returns the ports they have. */
  open(): Promise<{ readonly https: number | undefined; readonly http: number | undefined }>
  /** Takes no new work, lets what was taken finish for `drainMs`, then ends what is left (SECURITY 65). */
  close(drainMs: number): Promise<void>
  readonly draining: boolean
}

export function createHttpServer(options: HttpOptions): HttpServer {
  const { limits, log, metrics, names } = options
  const servers: { door: 'https' | 'http'; server: Server }[] = []
  let draining = false
  const events = socketEvents(options)
  const counter = options.counter ?? countConnections(limits, options.exempt)

  // One Fastify behind two sockets: a plugin is registered once and has one state.
  let handle: RequestListener = () => {}
  const app = Fastify({
    loggerInstance: log,
    // `observe` below writes the line of a request, with the connection's id.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.requestBody,
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: 500 },
    trustProxy: names.trustedProxies.size > 0 ? [...names.trustedProxies] : false,
    requestIdHeader: false,
    genReqId: nameRequests(),
    onProtoPoisoning: 'remove',
    onConstructorPoisoning: 'remove',
    return503OnClosing: false,
    serverFactory: (handler) => {
      handle = handler as RequestListener
      return createDoor('http', handle, { limits, counter, events })
    },
  }) as unknown as FastifyInstance

  // Reading a body leaves the request's own chain, so it is taken up again behind it.
  const limitHit = createLimitHits(options)
  const hit: LimitHit = (name, address) => limitHit(name, { address })
  app.addHook('onRequest', (request, _reply, done) => asRequest(request.id, done))
  app.addHook('preValidation', (request, _reply, done) => asRequest(request.id, done, whoSent(request)))
  app.addHook('onRequest', async (request, reply) => {
    echoIds(request.headers, reply)
    if (isTls(request.raw) || mayUsePlainHttp(request, names)) return
    hit('plainHttp', plainAddress(request.raw.socket.remoteAddress))
    return reply.code(403).type('text/plain; charset=utf-8').send(NOT_LOOPBACK)
  })
  limitRequests(app, {
    limits,
    clock: options.clock,
    exempt: options.exempt,
    isKnown: options.isKnown ?? ((request) => request.headers.authorization !== undefined),
    hit,
  })
  app.addHook('onSend', async (_request, reply) => {
    if (draining) reply.header('connection', 'close')
  })
  app.addHook('preParsing', async (request, reply) => {
    if (request.headers.expect !== undefined) reply.raw.writeContinue()
  })
  readJsonBodies(app)
  addSecurityHeaders(app)
  closeAfterUnreadBody(app, limits)
  observe(app, metrics, log, hit)
  app.setErrorHandler(answerError(log))
  const routes = rememberRoutes(app)
  app.setNotFoundHandler(answerUnknown(routes))

  return {
    app,
    get draining() {
      return draining
    },
    async open() {
      await app.ready()
      const opened: { https: number | undefined; http: number | undefined } = {
        https: undefined,
        http: undefined,
      }
      for (const door of ['https', 'http'] as const) {
        opened[door] = await openDoor(door, options.ports[door])
        await openDoor(door, options.alsoPorts?.[door])
      }
      return opened
    },
    async close(drainMs) {
      draining = true
      const closed = servers.map(({ server }) => {
        const done = new Promise<void>((resolve) => server.close(() => resolve()))
        server.closeIdleConnections()
        closeUnused(server)
        return done
      })
      // A connection that was busy is idle when its answer has gone out; nobody waits for its keep-alive time.
      const sweep = setInterval(() => {
        for (const { server } of servers) server.closeIdleConnections()
      }, 50)
      const timer = setTimeout(() => {
        for (const { server } of servers) server.closeAllConnections()
      }, drainMs)
      await Promise.all(closed)
      clearInterval(sweep)
      clearTimeout(timer)
      await app.close()
    },
  }

  async function openDoor(door: 'https' | 'http', port: number | undefined): Promise<number | undefined> {
    if (port === undefined) return undefined
    const tls = door === 'https' ? { tls: { cert: options.tls.certificate, key: options.tls.key } } : {}
    const server = createDoor(door, handle, { limits, counter, events, ...tls })
    const opened = await listen(server, port, door === 'https' ? options.host : '127.0.0.1').catch(
      (error: unknown) => {
        throw cannotListen(error, door, port)
      },
    )
    servers.push({ door, server })
    // Also where `localhost` is ::1; without IPv6 it is simply not there.
    if (door === 'http') await alsoOnIpv6(opened)
    return opened
  }

  async function alsoOnIpv6(port: number | undefined): Promise<void> {
    if (port === undefined) return
    const server = createDoor('http', handle, { limits, counter, events })
    try {
      await listen(server, port, '::1')
      servers.push({ door: 'http', server })
    } catch (error) {
      log.debug({ err: error }, 'no plain HTTP on ::1')
    }
  }

  function socketEvents({ securityLog }: HttpOptions): SocketEvents {
    return {
      opened: (door) => metrics.connections.inc({ protocol: door }),
      closed: (door) => metrics.connections.dec({ protocol: door }),
      limit: (name, address) => {
        metrics.limitHits.inc({ limit: name })
        securityLog.limit(name, { address })
      },
      abuse: (address, because, door) => {
        log.debug({ address, because }, 'connection closed: malformed')
        securityLog.repeated(`abuse ${address} ${because}`, { event: 'abuse', address, door, because })
      },
    }
  }
}

const NOT_LOOPBACK =
  'This port is for browsers on this machine only. Use --https-port; behind a reverse proxy, name it in http.trustedProxies.\n'

/** Ids that UCWA clients send so that both logs can be laid beside each other (ucwa.md). */
const ECHOED = ['client-request-id', 'x-ms-correlation-id'] as const

function echoIds(
  headers: NodeJS.Dict<string | string[]>,
  reply: { header(name: string, value: string): unknown },
): void {
  for (const name of ECHOED) {
    const value = headers[name]
    if (typeof value === 'string' && /^[\w{}.:-]{1,128}$/.test(value)) reply.header(name, value)
  }
}

/** A large body that nobody read is not read for the sake of the connection either (SECURITY 9, 49). */
function closeAfterUnreadBody(app: FastifyInstance, limits: HttpLimits): void {
  app.addHook('onSend', async (request, reply) => {
    const declared = Number(request.headers['content-length'] ?? 0)
    const large = declared > limits.requestBody || request.headers['transfer-encoding'] !== undefined
    if (reply.statusCode >= 400 && large && !request.raw.complete) reply.header('connection', 'close')
  })
}

function observe(app: FastifyInstance, metrics: Metrics, log: Logger, hit: LimitHit): void {
  app.addHook('onResponse', async (request, reply) => {
    const protocol = isTls(request.raw) ? 'https' : 'http'
    if (reply.statusCode === 413) hit('requestBody', request.ip)
    metrics.requests.inc({ protocol, status: `${Math.floor(reply.statusCode / 100)}xx` })
    metrics.requestSeconds.observe({ protocol }, reply.elapsedTime / 1000)
    const clientId = request.headers['client-request-id']
    log.debug(
      {
        request: request.id,
        method: request.method,
        url: request.url.split('?')[0],
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        address: request.ip,
        ...(whoSent(request) === undefined ? {} : { who: whoSent(request) }),
        ...(typeof clientId === 'string' ? { clientRequestId: clientId } : {}),
      },
      'request',
    )
  })
}
