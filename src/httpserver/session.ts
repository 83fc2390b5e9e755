import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { TokenRecord } from '../actions/ports/credentials.ts'
import type { Ports } from '../actions/ports/ports.ts'
import type { Account } from '../domain/account.ts'
import { type Authenticator, cookieName, type Principal, type SignIn } from './authenticate.ts'
import { isOwnOrigin, type ServerNames } from './origin.ts'
import { isTls } from './sockets.ts'

/** Cookie sessions live a day at most (SECURITY 38). */
const DAY_MS = 86_400_000

const signInBody = z.object({
  user: z.string().min(1).max(320),
  password: z.string().min(1).max(1024),
  keep: z.boolean().optional(),
})

/** Told when a browser signs out, so that the application of that browser ends too (INTERFACES 4). */
export interface SessionEnds {
  onEnd(listener: (principal: Principal) => void | Promise<void>): void
  ended(principal: Principal): Promise<void>
}

export function createSessionEnds(): SessionEnds {
  const listeners: ((principal: Principal) => void | Promise<void>)[] = []
  return {
    onEnd: (listener) => void listeners.push(listener),
    async ended(principal) {
      for (const listener of listeners) await listener(principal)
    },
  }
}

export interface SessionNeeds {
  readonly ports: Pick<Ports, 'tokens'>
  readonly authenticator: Authenticator
  readonly signIn: SignIn
  readonly names: ServerNames
  readonly ends: SessionEnds
  readonly idleMs: number
  readonly keepMs: number
}

/** `POST`, `GET` and `DELETE /session`: how our own pages sign in (INTERFACES 4). */
export function serveSession(app: FastifyInstance, needs: SessionNeeds): void {
  app.post('/session', { bodyLimit: 16_384 }, async (request, reply) => {
    if (isOwnOrigin(request, needs.names) === false)
      return reply.code(403).send({ code: 'Forbidden', because: 'origin' })
    const body = signInBody.safeParse(request.body)
    if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
      return reply.code(415).send({ code: 'UnsupportedMediaType' })
    }
    if (!body.success) return reply.code(400).send({ code: 'BadRequest' })
    const { user, password, keep = false } = body.data
    const outcome = await needs.signIn({ user, password, address: request.ip, door: 'web' })
    if (outcome.kind !== 'signedIn') return refuse(reply, outcome)
    return begin(request, reply, outcome.account, keep)
  })

  app.get('/session', async (request) => {
    const outcome = needs.authenticator.session(request)
    if (outcome.kind !== 'signedIn' || outcome.principal.by !== 'cookie') return { signedIn: false }
    return describe(outcome.principal.account, outcome.principal.record)
  })

  app.delete('/session', async (request, reply) => {
    const outcome = needs.authenticator.session(request)
    if (outcome.kind === 'forbidden')
      return reply.code(403).send({ code: 'Forbidden', because: outcome.because })
    if (outcome.kind === 'signedIn' && outcome.principal.token !== undefined) {
      await needs.ports.tokens.revoke(
        outcome.principal.by === 'cookie' ? 'cookie' : 'bearer',
        outcome.principal.token,
      )
      await needs.ends.ended(outcome.principal)
    }
    return reply
      .header('set-cookie', cookie(request, '', 0))
      .code(204)
      .send()
  })

  async function begin(request: FastifyRequest, reply: FastifyReply, account: Account, keep: boolean) {
    const { token, record } = await needs.ports.tokens.issue({
      account: account.id,
      kind: 'cookie',
      lifeMs: keep ? needs.keepMs : DAY_MS,
      idleMs: keep ? needs.keepMs : needs.idleMs,
      keep,
    })
    // Without *Keep me signed in* the cookie has no age: it goes when the browser closes.
    reply.header('set-cookie', cookie(request, token, keep ? Math.floor(needs.keepMs / 1000) : undefined))
    return describe(account, record)
  }
}

function refuse(reply: FastifyReply, outcome: Exclude<Awaited<ReturnType<SignIn>>, { kind: 'signedIn' }>) {
  if (outcome.kind === 'wrong') return reply.code(400).send({ code: 'invalid_grant' })
  if (outcome.kind === 'busy')
    return reply.code(503).header('retry-after', 2).send({ code: 'ServiceUnavailable' })
  return reply
    .code(429)
    .header('retry-after', Math.ceil(outcome.retryAfterMs / 1000))
    .send({ code: 'invalid_grant' })
}

function describe(account: Account, record: TokenRecord | undefined) {
  return {
    signedIn: true,
    user: account.upn,
    sip: account.sip ?? null,
    displayName: account.displayName,
    csrf: record?.csrf,
    changePassword: account.passwordMadeByUs,
  }
}

/** SECURITY 41: never readable by script, never sent by another site, bound to this host where the browser allows it. */
function cookie(request: FastifyRequest, value: string, maxAgeSeconds: number | undefined): string {
  const parts = [`${cookieName(request)}=${value}`, 'Path=/', 'HttpOnly', 'SameSite=Strict']
  if (isTls(request.raw)) parts.push('Secure')
  if (maxAgeSeconds !== undefined) parts.push(`Max-Age=${maxAgeSeconds}`)
  return parts.join('; ')
}
