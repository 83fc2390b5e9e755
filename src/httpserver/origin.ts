import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { isTls, plainAddress } from './sockets.ts'

/** What the server goes by, for checks of Host and Origin. */
export interface ServerNames {
  readonly domains: readonly string[]
  /** `--public-url` without a slash at its end. */
  readonly publicUrl: string | undefined
  readonly trustedProxies: ReadonlySet<string>
}

const FORWARDING = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-real-ip',
]

/** The host of the request without its port, in lower case. */
export function hostOf(request: FastifyRequest): string {
  const host = (request.headers.host ?? '').toLowerCase()
  return host.startsWith('[') ? host.slice(1, Math.max(1, host.indexOf(']'))) : host.replace(/:\d*$/, '')
}

export function isLoopbackAddress(address: string): boolean {
  const plain = plainAddress(address)
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'))
}

function isLoopbackName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || isLoopbackAddress(host)
}

/** Somebody stands between us and the client. */
function isForwarded(request: FastifyRequest): boolean {
  return FORWARDING.some((name) => request.headers[name] !== undefined)
}

/** The peer is a proxy that the configuration trusts. */
function isTrustedProxy(request: FastifyRequest, names: ServerNames): boolean {
  return names.trustedProxies.has(plainAddress(request.raw.socket.remoteAddress))
}

/**
 * Whether a request on the plain HTTP port is what that port is for (SECURITY 5): no proxy that nobody named, and a Host
 * that a page of somebody else cannot have made its own name point to (DNS rebinding).
 */
export function mayUsePlainHttp(request: FastifyRequest, names: ServerNames): boolean {
  if (isTrustedProxy(request, names)) return true
  if (isForwarded(request)) return false
  const host = hostOf(request)
  if (isLoopbackName(host)) return true
  if (names.domains.some((domain) => host === domain || host.endsWith(`.${domain}`))) return true
  return names.publicUrl !== undefined && new URL(names.publicUrl).hostname === host
}

/** Whether the person sits at this machine: what only loopback may see is shown (SECURITY 60). */
export function isFromLoopback(request: FastifyRequest): boolean {
  return isLoopbackAddress(request.raw.socket.remoteAddress ?? '') && !isForwarded(request)
}

/** Scheme, host and port under which the client reached us, or `--public-url` (INTERFACES 1). */
export function publicUrl(request: FastifyRequest, names: ServerNames): string {
  return names.publicUrl ?? ownOrigin(request)
}

function ownOrigin(request: FastifyRequest): string {
  return `${isTls(request.raw) ? 'https' : 'http'}://${(request.headers.host ?? 'localhost').toLowerCase()}`
}

/** Whether the `Origin` header names this server. @returns undefined when there is no such header. */
export function isOwnOrigin(request: FastifyRequest, names: ServerNames): boolean | undefined {
  const origin = request.headers.origin
  if (origin === undefined) return undefined
  if (origin.toLowerCase() === ownOrigin(request)) return true
  if (names.publicUrl !== undefined && origin === new URL(names.publicUrl).origin) return true
  return (
    isTrustedProxy(request, names) &&
    origin.toLowerCase() === `https://${(request.headers.host ?? '').toLowerCase()}`
  )
}
