import { APPLICATIONS } from '../../codec/ucwa/links.ts'
import { type Account, isInService } from '../../domain/account.ts'
import type { LimitHit } from '../../ops/limit-hits.ts'
import { createApplication, listApplications } from './application-resource.ts'
import { type Call, type Incoming, problem, type Reply, tooMany } from './call.ts'
import type { House } from './house.ts'
import { isUnchanged } from './precondition.ts'
import type { Found, Method, Route } from './router.ts'

/** Who asks: the person, and the browser session where it is one. */
export interface Asker {
  readonly account: Account
  readonly session: string | undefined
}

/** A rate by name (rates.ts). */
export interface Rates {
  /** @returns 0, or milliseconds until there is one again */
  take(name: string): number
}

/** What finding and running a row of the table takes. */
export interface DispatchNeeds {
  readonly house: House
  readonly find: (path: string) => Found | undefined
  readonly requests: Rates
  readonly searches: Rates
  /** Asking for events, and confirming them: far above what one message a package needs. */
  readonly events: Rates
  readonly limitHit?: LimitHit
}

/** Requests of one user that may be outstanding, all batches together (ucwa.md section 10). */
export const MAX_OUTSTANDING = 100

export type Dispatch = (request: Incoming, asker: Asker, inBatch?: boolean) => Promise<Reply>

/**
 * One request below `/ucwa/oauth/v1/applications`, from a socket or out of a batch: version, application, rate, ack, then
 * the handler of the table. What a handler throws is a broken world: 503, logged once.
 */
export function createDispatch(needs: DispatchNeeds): Dispatch {
  return async (request, asker, inBatch = false) => {
    try {
      const reply = await dispatch(needs, request, asker, inBatch)
      const etag = etagOf(reply)
      return reply.status === 200 && request.method === 'GET' && isUnchanged(request, etag)
        ? { status: 304, ...(reply.headers ? { headers: reply.headers } : {}) }
        : reply
    } catch (error) {
      needs.house.log.error({ err: error, request: request.id, url: request.path }, 'request failed')
      return problem('ServiceUnavailable', undefined, { headers: { 'Retry-After': '5' } })
    }
  }
}

async function dispatch(
  needs: DispatchNeeds,
  request: Incoming,
  asker: Asker,
  inBatch: boolean,
): Promise<Reply> {
  if (!supportsVersion(request)) return problem('NotFound', 'APIVersionNotSupported')
  if (!isInService(asker.account)) return problem('Forbidden')
  const below = request.path.slice(APPLICATIONS.length)
  const [, id = '', ...rest] = below.split('/')
  if (id === '') return onApplications(needs.house, request, asker)
  return onApplication(needs, request, asker, { id, rest: rest.join('/'), inBatch })
}

function onApplications(
  house: House,
  request: Incoming,
  { account, session }: Asker,
): Promise<Reply> | Reply {
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      return listApplications(house, account)
    case 'POST':
      return createApplication(house, account, request, session)
    default:
      return notAllowed(['GET', 'POST'])
  }
}

async function onApplication(
  needs: DispatchNeeds,
  request: Incoming,
  { account }: Asker,
  { id, rest, inBatch }: { id: string; rest: string; inBatch: boolean },
): Promise<Reply> {
  const { house } = needs
  const app = house.applications.find(id)
  if (!app || app.account !== account.id) return gone(house, id)
  const found = needs.find(rest)
  if (!found) return problem('NotFound')
  const { route, params } = found
  // A HEAD of what waits would wait for nothing.
  const method = request.method === 'HEAD' && route.rate !== 'events' ? 'GET' : request.method
  const handler = route.on[method as Method]
  if (!handler) return notAllowed(Object.keys(route.on))
  if (inBatch && route.alone) return problem('Forbidden', 'OperationNotSupported')
  app.usedAt = house.ports.clock.monotonicMs()
  const waitMs = overRate(needs, route, app.id)
  if (waitMs > 0) {
    const limit = route.rate === 'search' ? 'searchesPerSecond' : 'requestsPerSecond'
    needs.limitHit?.(limit, { name: account.upn, door: 'ucwa' })
    return tooMany(waitMs)
  }
  await confirmByHeader({ house, app, request, params, account })
  return handler({ house, app, request, params, account })
}

function overRate({ requests, searches, events }: DispatchNeeds, route: Route, id: string): number {
  if (route.rate === 'events') return events.take(id)
  return Math.max(requests.take(id), route.rate === 'search' ? searches.take(id) : 0)
}

/** `X-Ucwa-Ack` on any request confirms like `POST eventStream`, on the channel that gave the number (section 15). */
async function confirmByHeader({ house, app, request }: Call): Promise<void> {
  const ack = request.header('x-ucwa-ack')
  if (ack === undefined || !/^\d{1,15}$/.test(ack)) return
  // As POST eventStream: who was taken for silent and still reads the stream is back with it.
  if (app.streaming && !app.reachable) await house.applications.reach(app)
  for (const channel of app.channels.values()) channel.acknowledge(Number(ack))
}

/** 404 makes clients create the application anew, 410 makes them wait for the user (ucwa.md section 4). */
function gone(house: House, id: string): Reply {
  const cause = house.applications.whyGone(id)
  return cause ? problem('Gone', cause) : problem('NotFound', 'ApplicationNotFound')
}

/** 405 with what is allowed (SECURITY 18). */
function notAllowed(methods: readonly string[]): Reply {
  const allow = methods.includes('GET') ? [...methods, 'HEAD'] : methods
  return problem('MethodNotAllowed', undefined, { headers: { Allow: allow.join(', ') } })
}

/** We have revisions up to 2; one client sends `2.0` on every request (conformance H8). */
function supportsVersion(request: Incoming): boolean {
  const wanted = request.header('x-ms-requiresminresourceversion')
  if (wanted === undefined || wanted.trim() === '') return true
  const version = Number(wanted)
  return Number.isFinite(version) && version <= 2
}

function etagOf(reply: Reply): string | undefined {
  return reply.headers?.ETag?.replace(/^"|"$/g, '')
}
