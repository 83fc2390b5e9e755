import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Ports } from '../../actions/ports/ports.ts'
import { DISCOVERY, DISCOVERY_USER, TOKEN_SERVICE, XFRAME } from '../../codec/ucwa/links.ts'
import type { LimitHit } from '../../ops/limit-hits.ts'
import type { Logger } from '../../ops/log.ts'
import type { Authenticator, Principal, SignIn } from '../authenticate.ts'
import { challenge, discoveredUser, discovery } from '../discover.ts'
import { publicUrl, type ServerNames } from '../origin.ts'
import { createRates } from '../rates.ts'
import type { SessionEnds } from '../session-ends.ts'
import { issueToken } from '../web-ticket.ts'
import { listenToBus } from './announcements.ts'
import type { Application } from './application.ts'
import { Applications } from './applications.ts'
import type { Incoming, Reply } from './call.ts'
import { problem } from './call.ts'
import { tickContacts } from './contacts-subscription.ts'
import { createDispatch, type Dispatch } from './dispatch.ts'
import type { Credential } from './event-channel.ts'
import { raiseFarewell } from './farewell.ts'
import { countOutstanding, DEFAULT_UCWA, type House, type UcwaConfig } from './house.ts'
import { sinkFor, tickInvitations } from './incoming.ts'
import { announceMissed } from './missed-items.ts'
import { photoReader } from './photos.ts'
import { readRawBodies } from './raw-body.ts'
import { createRouter } from './router.ts'
import { tickSubscriptions } from './subscriptions.ts'
import { ROUTES } from './table.ts'
import { tickTyping } from './typing.ts'
import { sendReply, withCapitals } from './wire.ts'
import { xframePage, xframeScript } from './xframe.ts'

/** What main joins this door from. */
export interface UcwaNeeds {
  readonly ports: Ports
  readonly auth: Authenticator
  readonly signIn: SignIn
  readonly names: ServerNames
  readonly config?: Partial<UcwaConfig>
  readonly log: Logger
  /** A person asked more often than the limits allow (SECURITY 58). */
  readonly limitHit?: LimitHit
  /** Signing out in the browser ends the application of that browser too (INTERFACES 4). */
  readonly ends?: SessionEnds
}

/** What main does with it. */
export interface Ucwa {
  /** For `/`, where nobody asks for a page. */
  readonly discovery: (request: FastifyRequest, reply: FastifyReply) => unknown
  /** Releases every waiting request, so that clients go elsewhere (SECURITY 65). */
  close(): void
}

/** The whole door: discovery, XFrame, token service, and everything below an application (INTERFACES 4). */
export function ucwaPlugin(fastify: FastifyInstance, needs: UcwaNeeds): Ucwa {
  const config: UcwaConfig = {
    ...DEFAULT_UCWA,
    publicUrl: needs.names.publicUrl,
    ...needs.config,
  }
  const { house, close } = createHouse(needs, config)
  needs.ends?.onEnd(({ account, record }) => {
    if (record.csrf !== undefined) house.applications.sessionEnded(account.id, record.csrf)
  })
  const root = discovery(needs.names)
  // Of the whole server: discovery is served at `/` too.
  withCapitals(fastify)
  fastify.register(async (scope) => {
    readRawBodies(scope, config)
    allowOrigins(scope, config.allowedOrigins)
    scope.get('/xframe', xframePage(config.allowedOrigins))
    scope.get(XFRAME, xframePage(config.allowedOrigins))
    scope.get('/Autodiscover/XFrame/XFrame.js', xframeScript)
    scope.get(DISCOVERY, root)
    scope.post(TOKEN_SERVICE, issueToken(needs))
    scope.register(async (signedIn) => requireSignIn(signedIn, needs, house))
  })
  return { discovery: root, close }
}

/** Event requests for each other request that an application may make. */
const EVENT_RATE = 5

function createHouse(needs: UcwaNeeds, config: UcwaConfig) {
  const { ports } = needs
  const { log } = needs
  const applications: Applications = new Applications({
    ports,
    config,
    log,
    sink: (app) => sinkFor(house, app),
    arrived: (app) => announceMissed(house, app),
    ending: (app) => raiseFarewell(house, app),
    tick: (app, now) => tick(house, app, now),
  })
  const house: House = {
    ports,
    config,
    log,
    applications,
    dispatch: (...request) => dispatch(...request),
    outstanding: countOutstanding(),
  }
  const dispatch: Dispatch = createDispatch({
    house,
    find: createRouter(ROUTES),
    ...(needs.limitHit ? { limitHit: needs.limitHit } : {}),
    requests: createRates({ perSecond: config.requestsPerSecond, burst: config.requestsBurst }, ports.clock),
    events: createRates(
      { perSecond: config.requestsPerSecond * EVENT_RATE, burst: config.requestsBurst * EVENT_RATE },
      ports.clock,
    ),
    searches: createRates(
      { perSecond: config.searchesPerSecond, burst: Math.max(5, config.searchesPerSecond * 5) },
      ports.clock,
    ),
  })
  const deaf = listenToBus(house)
  const close = () => {
    deaf()
    applications.close()
  }
  return { house, close }
}

function tick(house: House, app: Application, now: number): void {
  tickSubscriptions(app, now)
  tickContacts(house, app, now)
  tickInvitations(house, app, now)
  tickTyping(app, now)
}

/** Everything that needs a bearer token or our session cookie: 401 before anything of the body is read (SECURITY 49). */
function requireSignIn(scope: FastifyInstance, needs: UcwaNeeds, house: House): void {
  const principals = new WeakMap<FastifyRequest, Principal>()
  scope.addHook('onRequest', async (request, reply) => {
    const photos = photoReader(house, request)
    if (photos) {
      principals.set(request, photos)
      return
    }
    const outcome = needs.auth.session(request)
    switch (outcome.kind) {
      case 'signedIn':
        principals.set(request, outcome.principal)
        return
      case 'forbidden':
        return sendReply(request, reply, problem('Forbidden'))
      case 'none':
      case 'over':
        return challenge(request, reply, needs.names)
    }
  })
  scope.get(DISCOVERY_USER, discoveredUser(needs.names))
  scope.all('/ucwa/*', async (request, reply) => {
    const principal = principals.get(request)
    if (!principal) return challenge(request, reply, needs.names)
    if (!acceptsOurs(request)) return sendReply(request, reply, problem('NotAcceptable'))
    const { account } = principal
    reply.raw.once('close', house.outstanding.add(account.id, 1))
    const incoming = toIncoming(request, reply, principal, needs.names)
    const asker = { account, session: sessionOf(principal) }
    return sendReply(request, reply, await route(house, incoming, asker))
  })
}

async function route(house: House, incoming: Incoming, asker: Parameters<Dispatch>[1]): Promise<Reply> {
  return /^\/ucwa\/oauth\/v1\/applications(?:\/|$)/i.test(incoming.path)
    ? house.dispatch(incoming, asker)
    : problem('NotFound')
}

/** A cookie session by its CSRF word, which is one per session and no secret of ours to keep. */
function sessionOf({ by, record }: Principal): string | undefined {
  return by === 'cookie' ? record?.csrf : undefined
}

function toIncoming(
  request: FastifyRequest,
  reply: FastifyReply,
  principal: Principal,
  names: ServerNames,
): Incoming {
  const at = request.url.indexOf('?')
  const path = at < 0 ? request.url : request.url.slice(0, at)
  return {
    method: request.method,
    path,
    query: new URLSearchParams(at < 0 ? '' : request.url.slice(at + 1)),
    header: (name) => {
      const value = request.headers[name]
      return Array.isArray(value) ? value.join(', ') : value
    },
    body: request.body instanceof Uint8Array ? request.body : new Uint8Array(),
    origin: publicUrl(request, names),
    id: request.id,
    credential: credentialOf(principal),
    socket: { request: request.raw, response: reply.raw },
  }
}

function credentialOf({ by, token }: Principal): Credential | undefined {
  return token === undefined || by === 'basic' ? undefined : { kind: by, token }
}

/** JSON is what there is (ucwa.md section 5); the batch and the stream have types of their own. */
function acceptsOurs(request: FastifyRequest): boolean {
  const accept = request.headers.accept
  if (accept === undefined || accept.trim() === '') return true
  return /\*\/\*|application\/(?:\*|json|vnd\.microsoft\.com\.ucwa\+json)|multipart\/(?:\*|batching)|text\/event-stream|image\//i.test(
    accept,
  )
}

const ALLOWED_HEADERS =
  'Authorization, Content-Type, If-Match, If-None-Match, X-MS-RequiresMinResourceVersion, X-Requested-With, X-Ms-Origin, X-Ms-Namespace, X-Ms-SDK-Instance, X-Ms-Correlation-Id, Client-Request-Id'
const EXPOSED_HEADERS = 'Location, ETag, WWW-Authenticate, Retry-After, X-MS-UcwaVersion, X-Ms-diagnostics'

/** Plain CORS for listed origins, never with credentials (ucwa.md section 13, SECURITY 41). */
function allowOrigins(scope: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return
  scope.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers
    if (origin === undefined || !origins.includes(origin)) return
    reply.header('access-control-allow-origin', origin).header('vary', 'Origin')
    reply.header('access-control-expose-headers', EXPOSED_HEADERS)
    if (request.method !== 'OPTIONS') return
    return reply
      .code(204)
      .header('access-control-allow-methods', 'GET, POST, PUT, DELETE')
      .header('access-control-allow-headers', ALLOWED_HEADERS)
      .header('access-control-max-age', '600')
      .send()
  })
  // What has no handler for OPTIONS has no hooks either; an origin that is not listed gets an answer without permission.
  for (const path of [DISCOVERY, DISCOVERY_USER, TOKEN_SERVICE]) {
    scope.options(path, (_request, reply) => reply.code(204).send())
  }
}
