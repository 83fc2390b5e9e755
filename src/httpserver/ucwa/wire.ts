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
    const headers = reply.getHeaders()
    if (headers[CHALLENGE] !== undefined) move(reply, CHALLENGE, headers[CHALLENGE])
    for (const name in headers) {
      const value = headers[name]
      if (value !== undefined && name !== CHALLENGE) move(reply, name, value)
    }
  })
}

const CHALLENGE = 'www-authenticate'

function move(reply: FastifyReply, name: string, value: number | string | string[]): void {
  reply.removeHeader(name)
  reply.raw.removeHeader(name)
  reply.raw.setHeader(capital(name), name === 'content-type' ? plainType(value) : value)
}

/** Fastify adds a charset to JSON types; RFC 8259 §11 has none. */
function plainType(value: number | string | string[]): number | string | string[] {
  return typeof value === 'string'
    ? value.replace(/^(application\/(?:[\w.]+\+)?json); charset=utf-8$/, '$1')
    : value
}

const known = new Map(Object.entries(CAPITALS))

function capital(name: string): string {
  const written = known.get(name)
  if (written !== undefined) return written
  const made = name.replace(/(^|-)([a-z])/g, (letter) => letter.toUpperCase())
  // Names are ours and few; a bound all the same, should a handler ever make one up.
  if (known.size < 200) known.set(name, made)
  return made
}
