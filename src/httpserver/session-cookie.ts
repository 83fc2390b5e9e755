import type { FastifyRequest } from 'fastify'
import { cookieName } from './authenticate.ts'
import { isTls } from './sockets.ts'

/**
 * SECURITY 41: never readable by script, never sent by another site, bound to this host where the browser allows it.
 * @param maxAgeSeconds undefined: until the browser closes; 0 takes the cookie away
 */
export function sessionCookie(
  request: FastifyRequest,
  value: string,
  maxAgeSeconds: number | undefined,
): string {
  const parts = [`${cookieName(request)}=${value}`, 'Path=/', 'HttpOnly', 'SameSite=Strict']
  if (isTls(request.raw)) parts.push('Secure')
  if (maxAgeSeconds !== undefined) parts.push(`Max-Age=${maxAgeSeconds}`)
  return parts.join('; ')
}
