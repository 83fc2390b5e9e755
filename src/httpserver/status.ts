import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from '../ops/log.ts'

/** Errors of the world beneath that mean "later", by code of Node or SQLite. */
const LATER = /^(?:SQLITE_(?:BUSY|FULL|IOERR|READONLY)|ENOSPC|EIO|EDQUOT|ECONNREFUSED|ERR_SQLITE_ERROR)/

const CODES: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  408: 'Timeout',
  413: 'EntityTooLarge',
  414: 'UriTooLong',
  415: 'UnsupportedMediaType',
  429: 'TooManyRequests',
  431: 'HeadersTooLarge',
  500: 'ServiceFailure',
  503: 'ServiceUnavailable',
}

/** The status of an error that a handler let go: what the peer did (4xx), what will pass (503), or our bug (500). */
function statusOf(error: unknown): number {
  const { statusCode, code } = (error ?? {}) as { statusCode?: unknown; code?: unknown }
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 600 && statusCode !== 500)
    return statusCode
  const cause = error instanceof Error && error.cause !== undefined ? statusOf(error.cause) : 500
  return (typeof code === 'string' && LATER.test(code)) || cause === 503 ? 503 : 500
}

/** The body of a refusal: a word of a fixed table and the id under which the log has the rest (SECURITY 27). */
export function refusal(status: number, request: FastifyRequest) {
  return { code: CODES[status] ?? (status < 500 ? 'BadRequest' : 'ServiceFailure'), id: request.id }
}

/** The client hung up in the middle of its request: there is nobody to answer, and nothing is wrong here. */
function isGone(error: FastifyError, request: FastifyRequest): boolean {
  return error.code === 'ECONNRESET' && request.raw.destroyed
}

/** The one place where a request that failed is logged and answered. */
export function answerError(log: Logger) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    if (isGone(error, request)) {
      log.debug({ request: request.id, url: request.url }, 'the client went away')
      return reply.hijack()
    }
    const status = statusOf(error)
    if (status >= 500) log.error({ err: error, request: request.id, url: request.url }, 'request failed')
    if (reply.sent) return
    if (status === 503 && !reply.hasHeader('retry-after')) reply.header('retry-after', 5)
    return reply.code(status).send(refusal(status, request))
  }
}
