import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type FirstRun, serveFirstRun } from './first-run.ts'
import { type HealthNeeds, serveHealth } from './health.ts'
import { serveHelp } from './help.ts'
import { hostOf } from './origin.ts'
import { page, pageLanguage, sendPage } from './page.ts'
import { serveModule } from './powershell-module.ts'
import { type SessionNeeds, serveSession } from './session.ts'
import { type StaticIndex, sendFile, serveStatic } from './static.ts'

export interface RouteNeeds extends SessionNeeds, HealthNeeds {
  /** The built web client. */
  readonly web: StaticIndex
  /** The folder `docs`. */
  readonly docs: string
  /** The folder `powershell`. */
  readonly modules: string
  readonly firstRun: () => FirstRun
  /** UCWA discovery at `/` for everybody who does not ask for a page. */
  readonly discovery: ((request: FastifyRequest, reply: FastifyReply) => unknown) | undefined
}

/** Everything on the HTTPS port that is neither UCWA nor remoting; those are plugins of their own (INTERFACES 4). */
export function serveRoutes(app: FastifyInstance, needs: RouteNeeds): void {
  app.get('/', async (request, reply) => {
    if (wantsPage(request)) return sendClient(request, reply, needs.web)
    if (needs.discovery) return needs.discovery(request, reply)
    return reply.callNotFound()
  })
  serveSession(app, needs)
  serveHealth(app, needs)
  serveFirstRun(app, needs.firstRun)
  serveHelp(app, needs.docs)
  serveModule(app, needs.modules)
  serveStatic(app, needs.web)
}

/** The web client only where a browser asks, and never under the name that UCWA clients look up (INTERFACES 4). */
function wantsPage(request: FastifyRequest): boolean {
  return (request.headers.accept ?? '').includes('text/html') && !hostOf(request).startsWith('lyncdiscover')
}

function sendClient(request: FastifyRequest, reply: FastifyReply, web: StaticIndex) {
  const client = web.get('/index.html')
  if (client) return sendFile(request, reply, client)
  const language = pageLanguage(request)
  const text =
    language === 'ja'
      ? '<h1>Nightpost</h1>\n<p>サーバーは動作中です。Web クライアントはビルドされていません。</p>'
      : '<h1>Nightpost</h1>\n<p>The server is running. The web client has not been built.</p>'
  return sendPage(reply, page({ language, title: 'Nightpost', body: text }))
}
