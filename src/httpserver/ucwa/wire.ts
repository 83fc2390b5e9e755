import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Reply } from './call.ts'

const JSON_TYPE = 'application/json'
const UCWA_TYPE = 'application/vnd.microsoft.com.ucwa+json'

/** Puts a reply of a handler onto the wire. The type has no parameters: one client compares for equality (ucwa.md section 5). */
export function sendReply(request: FastifyRequest, reply: FastifyReply, answer: Reply): FastifyReply {
  reply.code(answer.status).header('x-ms-ucwaversion', '2').header('cache-control', 'no-cache, no-store')
  for (const [name, value] of Object.entries(answer.headers ?? {})) reply.header(name, value)
  if (answer.takeOver) {
    reply.raw.setHeader('X-MS-UcwaVersion', '2')
    reply.raw.setHeader('X-Content-Type-Options', 'nosniff')
    reply.hijack()
    answer.takeOver(reply.raw)
    return reply
  }
  if (answer.content) return reply.header('content-type', answer.content.type).send(answer.content.text)
  if (answer.json === undefined) return reply.send()
  return reply.header('content-type', jsonType(request)).send(JSON.stringify(answer.json))
}

function jsonType(request: FastifyRequest): string {
  const accept = request.headers.accept ?? ''
  return accept.includes(UCWA_TYPE) && !/application\/json|\*\/\*/.test(accept) ? UCWA_TYPE : JSON_TYPE
}

/** Spellings that clients look for; the rest gets a capital behind each hyphen. */
const CAPITALS: Readonly<Record<string, string>> = {
  'www-authenticate': 'WWW-Authenticate',
  etag: 'ETag',
  'x-ms-diagnostics': 'X-Ms-diagnostics',
  'x-ms-ucwaversion': 'X-MS-UcwaVersion',
}

/**
 * COMPAT(helper library, PHP class): header names in their usual capitals. Fastify writes them in lower case; the names
 * are moved to Node's own list, the challenge first, because clients take the first address they find in all fields.
 */
export function withCapitals(scope: FastifyInstance): void {
  scope.addHook('onSend', async (_request, reply) => {
    const headers = Object.entries(reply.getHeaders())
    headers.sort(([a], [b]) => Number(b === 'www-authenticate') - Number(a === 'www-authenticate'))
    for (const [name, value] of headers) {
      if (value === undefined) continue
      reply.removeHeader(name)
      reply.raw.removeHeader(name)
      reply.raw.setHeader(capital(name), plainType(value))
    }
  })
}

/** Fastify adds a charset to JSON types; RFC 8259 §11 has none. */
function plainType(value: number | string | string[]): number | string | string[] {
  return typeof value === 'string'
    ? value.replace(/^(application\/(?:[\w.]+\+)?json); charset=utf-8$/, '$1')
    : value
}

function capital(name: string): string {
  return CAPITALS[name] ?? name.replace(/(^|-)([a-z])/g, (letter) => letter.toUpperCase())
}
