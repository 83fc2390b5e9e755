import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { changePassword, type PasswordChanged } from '../actions/change-password.ts'
import { refuseCredential, SESSION_BODY, type SessionNeeds } from './session.ts'
import { type Owner, sessionOwner } from './session-owner.ts'

const passwordBody = z.object({
  current: z.string().min(1).max(1024),
  // One that is too long is told so, not cut.
  new: z.string().max(4096),
})

/**
 * `POST /session/password {"current","new"}`: the person's own password, on every door at once. 204; a new one that may not be used is
 * 422 `{"code":"PasswordRefused","because"}`; a wrong current one is answered and counted as at sign-in (SECURITY 31, 36, 37).
 */
export function servePassword(app: FastifyInstance, needs: SessionNeeds): void {
  app.post('/session/password', { bodyLimit: SESSION_BODY }, async (request, reply) => {
    const owner = sessionOwner(request, reply, needs.authenticator)
    if (!owner) return reply
    const body = passwordBody.safeParse(request.body)
    if (!body.success) return reply.code(400).send({ code: 'BadRequest' })
    const outcome = await changePassword(needs.ports, {
      account: owner.account,
      current: body.data.current,
      next: body.data.new,
      address: request.ip,
      token: owner.record.id,
    })
    log(owner, request.ip, outcome)
    if (outcome.kind === 'refused')
      return reply.code(422).send({ code: 'PasswordRefused', because: outcome.because })
    if (outcome.kind !== 'changed') return refuseCredential(reply, outcome)
    for (const record of outcome.ended) needs.ends.ended({ account: owner.account, record })
    return reply.code(204).send()
  })

  function log({ account }: Owner, address: string, outcome: PasswordChanged): void {
    const from = { name: account.upn, address, door: 'web' }
    if (outcome.kind === 'changed')
      needs.securityLog.write({ event: 'passwordChanged', ...from, reason: 'owner' })
    if (outcome.kind === 'changed' && outcome.ended.length > 0)
      needs.securityLog.write({
        event: 'tokensRevoked',
        ...from,
        reason: 'passwordChanged',
        count: outcome.ended.length,
      })
    if (outcome.kind === 'wrong' || outcome.kind === 'locked')
      needs.securityLog.write({ event: 'signInFailed', ...from, reason: `changePassword ${outcome.kind}` })
  }
}
