import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../../admin/cmdlet.ts'
import type { Engine } from '../../admin/invoke.ts'
import type { Limits } from '../../codec/limits.ts'
import { formatEnvelope, formatFault, parseEnvelope } from '../../codec/wsman/envelope.ts'
import { identifyBody } from '../../codec/wsman/shell.ts'
import { commandHash } from '../../remoting/command-hash.ts'
import type { Pools } from '../../remoting/pools.ts'
import type { Authenticator, BasicOutcome } from '../authenticate.ts'
import { isTls, plainAddress } from '../sockets.ts'
import { type Answer, createOperations, type Exchange } from './operations.ts'
import { createWebSocketDoor } from './web-socket.ts'

export interface WsmanNeeds {
  readonly engine: Engine
  readonly authenticator: Pick<Authenticator, 'basic'>
  readonly limits: Limits
  readonly version: string
  /** Shared with the other carriers of remoting. */
  readonly pools: Pools
}

export interface WsmanDoor {
  /** A Fastify plugin: `app.register(door.plugin)`. */
  plugin(app: FastifyInstance): Promise<void>
  /** Ends all shells and the polls that are held; for the begin of a shutdown (SECURITY 65). */
  close(): void
}

/** Paths of the door (powershell-remoting.md section 2.1); letter case is ignored by the listener's router, the query here. */
const WSMAN_PATHS = ['/OcsPowershell', '/OcsPowershellLiveId', '/wsman', '/powershell'] as const

/** The one challenge (section 2.2); a second one confuses clients of which we know. */
const CHALLENGE = 'Basic realm="WSMAN"'

/**
 * The PowerShell door on the HTTPS port and loopback HTTP. WSMan with Basic; every SOAP fault is HTTP 500, every missing or wrong
 * credential is 401 before anything of the body is read (SECURITY 49).
 */
export function createWsmanDoor(needs: WsmanNeeds): WsmanDoor {
  const { engine, limits } = needs
  const operations = createOperations(needs)
  const webSockets = createWebSocketDoor({ ...needs, commandHash: commandHash(engine) })
  const callers = new WeakMap<FastifyRequest, Caller>()

  async function signIn(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    if (asksWhoWeAre(request)) return identify(request, reply)
    const outcome = await needs.authenticator.basic(request)
    if (outcome.kind !== 'signedIn') return refuse(reply, outcome)
    const { account } = outcome.principal
    callers.set(request, {
      account,
      name: account.upn,
      from: plainAddress(request.ip),
      door: request.method === 'GET' ? 'websocket' : 'wsman',
      local: false,
    })
    return undefined
  }

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const caller = callers.get(request)
    const text = decodeBody(request)
    const envelope = text === undefined ? undefined : parseEnvelope(text)
    if (!envelope?.ok)
      return send(
        request,
        reply,
        { kind: 'fault', fault: envelope?.error.fault ?? 'schema' },
        '',
        envelope?.error.messageId,
      )
    const { action, messageId } = envelope.value
    const refusal = caller === undefined ? 'noRole' : needs.pools.refusal(caller)
    if (caller === undefined || refusal !== undefined) {
      const fault = refusal === 'remoteAccessOff' ? 'remoteAccessOff' : 'accessDenied'
      return send(request, reply, { kind: 'fault', fault }, action, messageId)
    }
    const result = await operations.operate(envelope.value, exchangeOf(request, reply, caller))
    return send(request, reply, result, action, messageId)
  }

  async function webSocket(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const caller = callers.get(request)
    return caller ? webSockets.answer(request, reply, caller) : reply.code(401).send()
  }

  return {
    async plugin(app) {
      app.removeAllContentTypeParsers()
      app.addContentTypeParser(
        /^application\/soap\+xml(?:;|$)/i,
        { parseAs: 'buffer', bodyLimit: limits.envelope },
        (_request, body, done) => done(null, body),
      )
      app.addHook('onRequest', signIn)
      for (const path of WSMAN_PATHS) {
        app.post(path, answer)
        // The same address with an Upgrade is the WebSocket (powershell-7-observed.md section 6.2).
        app.get(path, { exposeHeadRoute: false }, webSocket)
      }
    },
    close() {
      operations.close()
      webSockets.close()
    },
  }
}

/** Longest request that is answered without a sign-in; its body is not read. */
const IDENTIFY_BYTES = 16 * 1024

/** Test-WSMan: a question for anybody, marked by a header of its own (powershell-remoting.md section 2.5, Identify). */
function asksWhoWeAre({ method, headers }: FastifyRequest): boolean {
  return (
    method === 'POST' &&
    headers.authorization === undefined &&
    headers.wsmanidentify === 'unauthenticated' &&
    Number(headers['content-length'] ?? Number.NaN) <= IDENTIFY_BYTES
  )
}

/** Says that this is WSMan, and nothing of versions (SECURITY 27). */
function identify(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const body = identifyBody('OS: 0.0.0 SP: 0.0 Stack: 3.0')
  return send(request, reply, { kind: 'body', body: [body] }, 'Identify', undefined)
}

function exchangeOf(request: FastifyRequest, reply: FastifyReply, caller: Caller): Exchange {
  const gone = new AbortController()
  const lost: (() => void)[] = []
  reply.raw.once('close', () => {
    gone.abort()
    if (!reply.raw.writableFinished) for (const again of lost) again()
  })
  return {
    caller,
    address: `${isTls(request.raw) ? 'https' : 'http'}://${request.host}${request.url.split('?')[0]}`,
    gone: gone.signal,
    whenLost: (again) => (reply.raw.closed && !reply.raw.writableFinished ? again() : lost.push(again)),
  }
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Answer,
  action: string,
  relatesTo: string | undefined,
): FastifyReply {
  if (answer.kind === 'nobody') return reply.hijack()
  const id = randomUUID()
  const text =
    answer.kind === 'fault'
      ? formatFault(answer.fault, relatesTo, id, request.hostname)
      : formatEnvelope(`${action}Response`, relatesTo, id, ...answer.body)
  const wide = isWide(request)
  return reply
    .code(answer.kind === 'fault' ? 500 : 200)
    .type(`application/soap+xml;charset=${wide ? 'UTF-16' : 'UTF-8'}`)
    .send(wide ? Buffer.from(`\ufeff${text}`, 'utf16le') : Buffer.from(text))
}

/** Every refusal says how to sign in and nothing else; the body is not looked at (SECURITY 36, 37, 49). */
function refuse(reply: FastifyReply, outcome: Exclude<BasicOutcome, { kind: 'signedIn' }>): FastifyReply {
  switch (outcome.kind) {
    case 'busy':
      return reply.code(503).header('retry-after', '1').send()
    case 'locked':
      return reply
        .code(429)
        .header('retry-after', String(Math.ceil(outcome.retryAfterMs / 1000)))
        .send()
    default:
      return reply.code(401).header('www-authenticate', CHALLENGE).send()
  }
}

/** A client with the session option UseUTF16. */
function isWide(request: FastifyRequest): boolean {
  return /charset="?utf-16/i.test(request.headers['content-type'] ?? '')
}

/** @returns undefined for no body, or one that is not what its charset says */
function decodeBody(request: FastifyRequest): string | undefined {
  const { body } = request
  if (!(body instanceof Uint8Array) || body.length === 0) return undefined
  const marked = body[0] === 0xff && body[1] === 0xfe
  try {
    return new TextDecoder(isWide(request) || marked ? 'utf-16le' : 'utf-8', { fatal: true }).decode(body)
  } catch {
    return undefined
  }
}
