import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '../ops/log.ts'
import { createMetrics } from '../ops/metrics.ts'
import { openSecurityLog } from '../ops/security-log.ts'
import type { HttpLimits } from './limits.ts'
import { createHttpServer, type HttpServer } from './listener.ts'

// For the tests of this room: a real listener on a free port of loopback, and a client that may be as rude as it likes.

export const TEST_LIMITS: HttpLimits = {
  requestLine: 8192,
  headerValue: 16_384,
  headerBlock: 49_152,
  headerCount: 256,
  requestBody: 262_144,
  startMessagingBody: 1_048_576,
  envelope: 1_048_576,
  requestTime: 30_000,
  handshakeTime: 10_000,
  stalledTime: 60_000,
  connections: 20_000,
  connectionsPerAddress: 200,
  pipelined: 64,
  unsignedPerSecond: 50,
  unsignedBurst: 1000,
}

/** A running listener; `metricsPage` is what `/metrics` would say. */
export type TestHttp = HttpServer & {
  readonly port: number
  readonly httpsPort: number | undefined
  metricsPage(): Promise<string>
}

/** A listener with a few routes of its own: `/echo` gives back the JSON it took, `/fails` throws. */
export async function startTestHttp(options: {
  limits?: Partial<HttpLimits>
  domains?: readonly string[]
  trustedProxies?: readonly string[]
  tls?: { certificate: string; key: string }
  monotonicMs?: () => number
}): Promise<TestHttp> {
  const metrics = createMetrics()
  const folder = mkdtempSync(join(tmpdir(), 'nightpost-http-'))
  const server = createHttpServer({
    names: {
      domains: options.domains ?? ['nightpost.localhost'],
      publicUrl: undefined,
      trustedProxies: new Set(options.trustedProxies),
    },
    limits: { ...TEST_LIMITS, ...options.limits },
    clock: { monotonicMs: options.monotonicMs ?? (() => performance.now()) },
    log: createLog('fatal'),
    metrics,
    securityLog: openSecurityLog(folder, Date.now),
    exempt: new Set(),
    isKnown: (request) => request.headers.authorization === 'Bearer known',
    tls: options.tls ?? { certificate: '', key: '' },
    ports: { https: options.tls ? 0 : undefined, http: 0 },
    host: '127.0.0.1',
  })
  server.app.post('/echo', async (request) => ({ body: request.body ?? null }))
  server.app.get('/large', async () => Buffer.alloc(32 * 1024 * 1024, 'x'))
  server.app.get('/hello', async () => ({ hello: true }))
  server.app.get('/page', async (_request, reply) => reply.type('text/html; charset=utf-8').send('<p>hello'))
  server.app.get('/fails', async () => {
    throw new Error('planted detail /etc/secret')
  })
  const { http, https } = await server.open()
  const end = server.close.bind(server)
  return Object.assign(server, {
    port: http ?? 0,
    httpsPort: https,
    async close(drainMs: number) {
      await end(drainMs)
      rmSync(folder, { recursive: true, force: true })
    },
    metricsPage: async () => (await metrics.page()).text,
  })
}

/** Writes octets as they are and collects what comes back until the server closes, or `enough` is found in it. */
export async function raw(port: number, parts: string | readonly string[], enough?: RegExp): Promise<string> {
  const socket: Socket = connect(port, '127.0.0.1')
  let text = ''
  socket.setEncoding('latin1')
  const done = new Promise<void>((resolve) => {
    socket.on('data', (chunk: string) => {
      text += chunk
      if (enough?.test(text)) resolve()
    })
    socket.on('close', () => resolve())
    socket.on('error', () => resolve())
  })
  await once(socket, 'connect')
  for (const part of typeof parts === 'string' ? [parts] : parts) socket.write(part, 'latin1')
  await done
  socket.destroy()
  return text
}
