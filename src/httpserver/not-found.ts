import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { page, pageLanguage, sendPage } from './page.ts'
import { refusal } from './status.ts'

/** Every route by method, to tell an unknown path from a path that has no such method. */
export type KnownRoutes = ReadonlyMap<
  string,
  { readonly shape: RegExp; readonly methods: ReadonlySet<string> }
>

/** Collects the routes as they are added. */
export function rememberRoutes(app: FastifyInstance): KnownRoutes {
  const routes = new Map<string, { shape: RegExp; methods: Set<string> }>()
  app.addHook('onRoute', (route) => {
    const known = routes.get(route.url) ?? { shape: shapeOf(route.url), methods: new Set<string>() }
    for (const method of [route.method].flat()) known.methods.add(method)
    routes.set(route.url, known)
  })
  return routes
}

function shapeOf(url: string): RegExp {
  const pattern = url
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/:[A-Za-z_]\w*/g, '[^/]+')
  return new RegExp(`^${pattern}/?$`, 'i')
}

/** 405 with `Allow` for a known path (SECURITY 18), else 404: a page for a browser, JSON for everybody else. */
export function answerUnknown(routes: KnownRoutes) {
  return (request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split('?')[0] ?? '/'
    const allowed = [...routes.values()]
      .filter(({ shape }) => shape.test(path))
      .flatMap(({ methods }) => [...methods])
    if (allowed.length > 0 && !allowed.includes(request.method)) {
      return reply
        .code(405)
        .header('allow', [...new Set(allowed)].join(', '))
        .send(refusal(405, request))
    }
    reply.code(404)
    if (!(request.headers.accept ?? '').includes('text/html')) return reply.send(refusal(404, request))
    const language = pageLanguage(request)
    const [title, back] =
      language === 'ja'
        ? ['ページが見つかりません', '最初のページへ']
        : ['There is no such page', 'To the first page']
    return sendPage(
      reply,
      page({ language, title, body: `<h1>${title}</h1>\n<p><a href="/">${back}</a></p>` }),
    )
  }
}
