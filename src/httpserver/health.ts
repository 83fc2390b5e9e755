import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Facts } from '../actions/ports/facts.ts'
import type { Metrics } from '../ops/metrics.ts'
import type { Authenticator } from './authenticate.ts'
import { isFromLoopback } from './origin.ts'

/** One part of the server and whether it does its work. */
export type Health = Readonly<Record<string, { readonly ok: boolean; readonly detail?: string }>>

export interface HealthNeeds {
  readonly authenticator: Authenticator
  readonly facts: Pick<Facts, 'roles'>
  readonly metrics: Metrics
  /** `live`: the process answers. `ready`: it may be given work. */
  readonly health: { live(): Health; ready(): Health }
}

/** `/livez`, `/readyz`, `/healthz` and `/metrics` (INTERFACES 4, SECURITY 60). */
export function serveHealth(app: FastifyInstance, needs: HealthNeeds): void {
  const { health } = needs
  for (const [path, parts] of [
    ['/livez', health.live],
    ['/readyz', health.ready],
    ['/healthz', health.ready],
  ] as const) {
    app.get(path, async (request, reply) => {
      const state = parts()
      const ok = Object.values(state).every((part) => part.ok)
      reply.code(ok ? 200 : 503)
      const open = isFromLoopback(request) || (await signedIn(request))
      return open ? { ok, parts: state } : { ok, parts: withoutDetails(state) }
    })
  }

  app.get('/metrics', async (request, reply) => {
    if (!isFromLoopback(request) && !(await isAdministrator(request))) {
      return reply
        .code(401)
        .header('www-authenticate', 'Basic realm="Nightpost", charset="UTF-8"')
        .send({ code: 'Unauthorized' })
    }
    const page = await needs.metrics.page()
    return reply.header('content-type', page.type).send(page.text)
  })

  async function principal(request: FastifyRequest) {
    const session = needs.authenticator.session(request)
    if (session.kind === 'signedIn') return session.principal
    const basic = await needs.authenticator.basic(request)
    return basic.kind === 'signedIn' ? basic.principal : undefined
  }

  async function signedIn(request: FastifyRequest) {
    return (await principal(request)) !== undefined
  }

  async function isAdministrator(request: FastifyRequest) {
    const who = await principal(request)
    return who !== undefined && needs.facts.roles(who.account.id).some((role) => role !== 'NpMessageReader')
  }
}

function withoutDetails(state: Health): Health {
  return Object.fromEntries(Object.entries(state).map(([name, part]) => [name, { ok: part.ok }]))
}
