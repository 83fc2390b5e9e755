import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { serveHelp } from '../httpserver/help.ts'
import { createHttpServer } from '../httpserver/listener.ts'
import { createSessionEnds } from '../httpserver/session.ts'
import { readStaticIndex, sendFile, serveStatic } from '../httpserver/static.ts'
import type { Logger } from '../ops/log.ts'
import { createMetrics } from '../ops/metrics.ts'
import type { SecurityLog } from '../ops/security-log.ts'
import type { TlsMaterial } from './certificate.ts'
import { ROOT } from './data-folder.ts'
import type { SignInLine } from './ready.ts'
import type { Configuration } from './schema.ts'

/** What the parts are joined from. */
export interface Parts {
  readonly settings: Configuration
  readonly data: string
  readonly log: Logger
  readonly securityLog: SecurityLog
  readonly tls: TlsMaterial
  readonly demo: boolean
  readonly domainGiven: boolean
}

/** A running server. */
export interface System {
  readonly ports: { readonly https: number | undefined; readonly http: number | undefined }
  readonly administrator: SignInLine | undefined
  readonly people: readonly SignInLine[]
  /** There are accounts beside administrators. */
  readonly hasPeople: boolean
  close(drainMs: number): Promise<void>
}

/** The only place that joins the parts (ARCHITECTURE). */
export async function compose(parts: Parts): Promise<System> {
  const { settings } = parts
  const metrics = createMetrics()
  const port = (value: number | 'off') => (value === 'off' ? undefined : value)
  const http = createHttpServer({
    names: {
      domains: settings.domain,
      publicUrl: settings.publicUrl,
      trustedProxies: new Set(settings.http.trustedProxies),
    },
    limits: settings.limits,
    clock: { monotonicMs: () => performance.now() },
    log: parts.log,
    metrics,
    securityLog: parts.securityLog,
    exempt: new Set(settings.sip.trusted),
    tls: parts.tls,
    ports: { https: port(settings.https.port), http: port(settings.http.port) },
    host: settings.listen,
  })
  createSessionEnds()
  const web = readStaticIndex(join(ROOT, 'web', 'dist'))
  const index = web.get('/index.html')
  http.app.get('/', async (request, reply) =>
    index ? sendFile(request, reply, index) : reply.callNotFound(),
  )
  serveStatic(http.app, web)
  serveHelp(http.app, join(ROOT, 'docs'))
  const ports = await http.open()
  return {
    ports,
    administrator: undefined,
    people: [],
    hasPeople: false,
    close: (drainMs) => http.close(drainMs),
  }
}
