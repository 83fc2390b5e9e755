import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Ports } from '../actions/ports/ports.ts'
import { parseFormData } from '../codec/ucwa/multipart.ts'
import { isInService } from '../domain/account.ts'
import type { SignIn } from './authenticate.ts'
import { hostOf } from './origin.ts'

/** Bearer tokens: 8 h absolute, 1 h idle (SECURITY 38). */
const LIFE_MS = 8 * 3600_000
const IDLE_MS = 3600_000

export interface WebTicketNeeds {
  readonly ports: Pick<Ports, 'tokens'>
  readonly signIn: SignIn
}

type Failure = 'invalid_request' | 'invalid_grant' | 'unsupported_grant_type' | 'server_error'

/** Number and words of `X-Ms-diagnostics`, which the helper library shows to the person (ucwa.md 3.2). */
const DIAGNOSTICS = {
  invalid_request: [28001, 'A field of the request is missing.'],
  invalid_grant: [28020, 'The user name or the password is not right.'],
  unsupported_grant_type: [28021, 'This grant type is not offered.'],
  server_error: [28030, 'The service is busy. Try again.'],
} as const satisfies Record<Failure, readonly [number, string]>

/**
 * `POST /WebTicket/oauthtoken` (ucwa.md 3.2): a form, url-encoded or multipart, with whatever charset it names; unknown
 * fields are ignored. The body arrives as bytes.
 */
export function issueToken({ ports, signIn }: WebTicketNeeds) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    reply.header('cache-control', 'no-store').header('content-type', 'application/json')
    const form = readForm(request)
    const grant = form?.get('grant_type')
    if (!form || !grant) return refuse(request, reply, 400, 'invalid_request')
    if (grant !== 'password') return refuse(request, reply, 400, 'unsupported_grant_type')
    const user = form.get('username')
    const password = form.get('password')
    if (!user || !password) return refuse(request, reply, 400, 'invalid_request')
    const outcome = await signIn({ user, password, address: request.ip, door: 'ucwa' })
    const served = outcome.kind === 'signedIn' && isInService(outcome.account)
    if (outcome.kind === 'locked') {
      reply.header('retry-after', Math.max(1, Math.ceil(outcome.retryAfterMs / 1000)))
      return refuse(request, reply, 429, 'invalid_grant')
    }
    if (outcome.kind === 'busy') {
      reply.header('retry-after', 2)
      return refuse(request, reply, 503, 'server_error')
    }
    if (outcome.kind === 'wrong' || !served) return refuse(request, reply, 400, 'invalid_grant')
    const { token } = await ports.tokens.issue({
      account: outcome.account.id,
      kind: 'bearer',
      lifeMs: LIFE_MS,
      idleMs: IDLE_MS,
      from: { address: request.ip, userAgent: request.headers['user-agent'] ?? '' },
    })
    return reply.send(
      JSON.stringify({
        access_token: `cwt=${token}`,
        expires_in: LIFE_MS / 1000,
        ms_rtc_identityscope: 'local',
        token_type: 'Bearer',
      }),
    )
  }
}

function readForm(request: FastifyRequest): ReadonlyMap<string, string> | undefined {
  if (!(request.body instanceof Uint8Array)) return undefined
  const type = request.headers['content-type'] ?? ''
  let body: string
  try {
    body = new TextDecoder('utf-8', { fatal: true }).decode(request.body)
  } catch {
    return undefined
  }
  if (/^multipart\/form-data\b/i.test(type)) return parseFormData(body, type)
  return new Map(new URLSearchParams(body.trim()))
}

function refuse(request: FastifyRequest, reply: FastifyReply, status: number, error: Failure) {
  const [number, words] = DIAGNOSTICS[error]
  // The host is quoted into a header field: only what a host name may hold.
  const source = hostOf(request).replace(/[^\w.:-]/g, '')
  return reply
    .code(status)
    .header('x-ms-diagnostics', `${number};source="${source}";reason="${words}"`)
    .send(JSON.stringify({ error }))
}
