import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { HttpLimits } from './limits.ts'
import { type Clock, createRates } from './rates.ts'

/** What a request broke, and the status that says so (SECURITY table B). */
export interface Breach {
  readonly status: 400 | 414 | 417 | 429 | 431 | 503
  readonly because: string
}

/**
 * Looks at the head of a request that Node's parser took: sizes and counts per part, one Host, one way to say how long
 * the body is. @returns the first thing that is not tolerated.
 */
function headBreach(
  head: { url: string; rawHeaders: readonly string[]; method: string },
  limits: HttpLimits,
): Breach | undefined {
  if (head.method.length + head.url.length + 11 > limits.requestLine)
    return { status: 414, because: 'requestLine' }
  const headers = head.rawHeaders
  if (headers.length / 2 > limits.headerCount) return { status: 431, because: 'headerCount' }
  let octets = 0
  const seen = new Map<string, string[]>()
  for (let i = 0; i < headers.length; i += 2) {
    const name = (headers[i] ?? '').toLowerCase()
    const value = headers[i + 1] ?? ''
    if (value.length > limits.headerValue) return { status: 431, because: 'headerValue' }
    octets += name.length + value.length + 4
    seen.set(name, [...(seen.get(name) ?? []), value])
  }
  if (octets > limits.headerBlock) return { status: 431, because: 'headerBlock' }
  return framingBreach(seen)
}

const MAX_LENGTH = 2 ** 31 - 1

/** One way to say where the request goes and where its body ends, so that nobody before or behind us reads another one (RFC 9112 §6.3, §11.2). */
function framingBreach(headers: ReadonlyMap<string, readonly string[]>): Breach | undefined {
  if ((headers.get('host')?.length ?? 0) > 1) return { status: 400, because: 'twoHosts' }
  const lengths = headers.get('content-length') ?? []
  const encodings = headers.get('transfer-encoding') ?? []
  if (lengths.length > 1 || encodings.length > 1) return { status: 400, because: 'twoLengths' }
  if (lengths.length > 0 && encodings.length > 0) return { status: 400, because: 'lengthAndEncoding' }
  const [length] = lengths
  if (length !== undefined && (!/^\d{1,10}$/.test(length) || Number(length) > MAX_LENGTH)) {
    return { status: 400, because: 'contentLength' }
  }
  if (encodings[0] !== undefined && encodings[0].toLowerCase() !== 'chunked') {
    return { status: 400, because: 'transferEncoding' }
  }
  const [expect] = headers.get('expect') ?? []
  if (expect !== undefined && expect.toLowerCase() !== '100-continue')
    return { status: 417, because: 'expect' }
  return undefined
}

/** What is reported when a limit was hit. */
export type LimitHit = (name: string, address: string) => void

/**
 * Checks every request before anything of it is read: the head, how many wait on its connection, and how many an address
 * without sign-in sends (SECURITY 7 to 11, 20, 21).
 */
export function limitRequests(
  app: FastifyInstance,
  needs: {
    limits: HttpLimits
    clock: Clock
    exempt: ReadonlySet<string>
    /** Signed in, or on the way to it at a door that counts failures itself (SECURITY 37). */
    isKnown: (request: FastifyRequest) => boolean
    hit: LimitHit
  },
): void {
  const { limits, exempt, hit } = needs
  const waiting = new WeakMap<object, number>()
  const unsigned = createRates(
    { perSecond: limits.unsignedPerSecond, burst: limits.unsignedBurst },
    needs.clock,
  )

  app.addHook('onRequest', async (request, reply) => {
    const breach = headBreach(
      { url: request.raw.url ?? '', rawHeaders: request.raw.rawHeaders, method: request.method },
      limits,
    )
    if (breach) return refuse(reply, breach, request, hit)
    const socket = request.raw.socket
    const queued = (waiting.get(socket) ?? 0) + 1
    waiting.set(socket, queued)
    reply.raw.once('close', () => waiting.set(socket, (waiting.get(socket) ?? 1) - 1))
    if (queued > limits.pipelined) return refuse(reply, { status: 503, because: 'pipelined' }, request, hit)
    if (exempt.has(request.ip) || needs.isKnown(request)) return
    const wait = unsigned.take(request.ip)
    if (wait > 0) {
      reply.header('retry-after', Math.ceil(wait / 1000))
      return refuse(reply, { status: 429, because: 'unsignedPerSecond' }, request, hit)
    }
  })
}

function refuse(reply: FastifyReply, breach: Breach, request: FastifyRequest, hit: LimitHit) {
  hit(breach.because, request.ip)
  if (breach.status !== 429) reply.header('connection', 'close')
  return reply
    .code(breach.status)
    .send({ code: breach.status === 429 ? 'LocalFailure' : 'BadRequest', because: breach.because })
}
