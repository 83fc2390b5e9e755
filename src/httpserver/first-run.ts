import type { FastifyInstance } from 'fastify'
import { isFromLoopback } from './origin.ts'

/** What the sign-in page shows before anybody has signed in. */
export interface FirstRun {
  /** Accounts beside administrators. */
  readonly users: number
  readonly domain: string
  /** Two people of the demo to try with; null outside the demo. */
  readonly demo:
    | readonly { readonly displayName: string; readonly user: string; readonly password: string }[]
    | null
}

/** `GET /first-run`, for somebody at this machine only; for everybody else it does not exist. */
export function serveFirstRun(app: FastifyInstance, state: () => FirstRun): void {
  app.get('/first-run', async (request, reply) => {
    if (!isFromLoopback(request)) return reply.callNotFound()
    return state()
  })
}
