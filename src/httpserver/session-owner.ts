import type { FastifyReply, FastifyRequest } from 'fastify'
import type { TokenRecord } from '../actions/ports/credentials.ts'
import type { Account } from '../domain/account.ts'
import type { Authenticator } from './authenticate.ts'

/** Who asks, and the token with which they ask. */
export interface Owner {
  readonly account: Account
  readonly record: TokenRecord
}

/**
 * The person whose browser session a request comes from. What lies below `/session` is for our own pages: a bearer token opens nothing
 * here, a state change needs its proof (SECURITY 41).
 * @returns undefined when the request is answered already: 401 without a session, 403 without proof
 */
export function sessionOwner(
  request: FastifyRequest,
  reply: FastifyReply,
  authenticator: Authenticator,
): Owner | undefined {
  const outcome = authenticator.session(request)
  if (outcome.kind === 'forbidden') {
    reply.code(403).send({ code: 'Forbidden', because: outcome.because })
    return undefined
  }
  const principal = outcome.kind === 'signedIn' ? outcome.principal : undefined
  if (principal?.by === 'cookie' && principal.record)
    return { account: principal.account, record: principal.record }
  reply.code(401).send({ code: 'Unauthorized' })
  return undefined
}
