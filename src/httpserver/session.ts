import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ChangePasswordNeeds } from '../actions/change-password.ts'
import type { TokenRecord } from '../actions/ports/credentials.ts'
import type { Account } from '../domain/account.ts'
import type { SecurityLog } from '../ops/security-log.ts'
import type { Authenticator, SignIn } from './authenticate.ts'
import { isOwnOrigin, type ServerNames } from './origin.ts'
import { sessionCookie } from './session-cookie.ts'
import { serveDevices } from './session-devices.ts'
import type { SessionEnds } from './session-ends.ts'
import { servePassword } from './session-password.ts'

/** Cookie sessions live a day at most (SECURITY 38). */
const DAY_MS = 86_400_000

/** A name and a password fit in this many octets. */
export const SESSION_BODY = 16_384

const signInBody = z.object({
  user: z.string().min(1).max(320),
  password: z.string().min(1).max(1024),
  keep: z.boolean().optional(),
})

export interface SessionNeeds {
  readonly ports: ChangePasswordNeeds
  readonly authenticator: Authenticator
  readonly signIn: SignIn
  readonly names: ServerNames
  readonly ends: SessionEnds
  readonly securityLog: Pick<SecurityLog, 'write'>
  readonly idleMs: number
  readonly keepMs: number
}

/** `POST`, `GET` and `DELETE /session` and what lies below: how our own pages sign in, and what a person has signed in (INTERFACES 4). */
export function serveSession(app: FastifyInstance, needs: SessionNeeds): void {
  app.post('/session', { bodyLimit: SESSION_BODY }, async (request, reply) => {
    if (isOwnOrigin(request, needs.names) === false)
      return reply.code(403).send({ code: 'Forbidden', because: 'origin' })
    const body = signInBody.safeParse(request.body)
    if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
      return reply.code(415).send({ code: 'UnsupportedMediaType' })
    }
    if (!body.success) return reply.code(400).send({ code: 'BadRequest' })
    const { user, password, keep = false } = body.data
    const outcome = await needs.signIn({ user, password, address: request.ip, door: 'web' })
    if (outcome.kind !== 'signedIn') return refuseCredential(reply, outcome)
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
    const principal = outcome.kind === 'signedIn' ? outcome.principal : undefined
    if (principal?.record && principal.token !== undefined) {
      await needs.ports.tokens.revoke(principal.record.kind, principal.token)
      needs.ends.ended({ account: principal.account, record: principal.record })
      const { account } = principal
      needs.securityLog.write({
        event: 'tokensRevoked',
        name: account.upn,
        address: request.ip,
        door: 'web',
        reason: 'signOut',
      })
    }
    return reply
      .header('set-cookie', sessionCookie(request, '', 0))
      .code(204)
      .send()
  })

  serveDevices(app, needs)
  servePassword(app, needs)

  async function begin(request: FastifyRequest, reply: FastifyReply, account: Account, keep: boolean) {
    const { token, record } = await needs.ports.tokens.issue({
      account: account.id,
      kind: 'cookie',
      lifeMs: keep ? needs.keepMs : DAY_MS,
      idleMs: keep ? needs.keepMs : needs.idleMs,
      keep,
      from: { address: request.ip, userAgent: request.headers['user-agent'] ?? '' },
    })
    // Without *Keep me signed in* the cookie has no age: it goes when the browser closes.
    const age = keep ? Math.floor(needs.keepMs / 1000) : undefined
    reply.header('set-cookie', sessionCookie(request, token, age))
    return describe(account, record)
  }
}

/** What a password came to that did not let in (SECURITY 36, 37): one answer for all that is wrong. */
export function refuseCredential(
  reply: FastifyReply,
  outcome: Exclude<Awaited<ReturnType<SignIn>>, { kind: 'signedIn' }>,
) {
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
