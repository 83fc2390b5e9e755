import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hostOf, isLoopbackAddress } from './origin.ts'
import { isTls } from './sockets.ts'

/** What our own pages need and nothing else; script only from our own files (SECURITY 43). */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

/** An answer that is no page may load nothing at all. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
const ONE_YEAR = 'max-age=31536000'

/** Headers of every answer; a handler that set one itself keeps it (`XFrame.html` has its own `frame-ancestors`). */
export function addSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply) => {
    const type = String(reply.getHeader('content-type') ?? '')
    add(reply, 'content-security-policy', type.startsWith('text/html') ? PAGE_POLICY : DATA_POLICY)
    add(reply, 'x-content-type-options', 'nosniff')
    add(reply, 'referrer-policy', 'no-referrer')
    add(
      reply,
      'permissions-policy',
      'camera=(), microphone=(), geolocation=(), usb=(), payment=(), browsing-topics=()',
    )
    add(reply, 'cross-origin-opener-policy', 'same-origin')
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
    if (mayHaveHsts(request)) add(reply, 'strict-transport-security', ONE_YEAR)
  })
}

/** Never on plain HTTP, for `localhost` or an address: the browser would keep people away from the other port (DECISIONS 9). */
function mayHaveHsts(request: FastifyRequest): boolean {
  if (!isTls(request.raw)) return false
  const host = hostOf(request)
  return (
    host.includes('.') &&
    !host.endsWith('.localhost') &&
    !isLoopbackAddress(host) &&
    !/^[\d.:a-f]*[.:][\d.:]+$/.test(host)
  )
}

function add(reply: FastifyReply, name: string, value: string): void {
  if (!reply.hasHeader(name)) reply.header(name, value)
}
