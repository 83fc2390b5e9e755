import { createHash, randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../../admin/cmdlet.ts'
import { type Engine, rolesOf } from '../../admin/invoke.ts'
import { assertNever } from '../../base/never.ts'
import type { XmlElement } from '../../base/xml.ts'
import type { Limits } from '../../codec/limits.ts'
import { type Guid, parseGuid, readGuid } from '../../codec/psrp/guid.ts'
import { type Envelope, formatEnvelope, formatFault, parseEnvelope } from '../../codec/wsman/envelope.ts'
import type { Fault } from '../../codec/wsman/fault.ts'
import { POWERSHELL } from '../../codec/wsman/names.ts'
import {
  commandBody,
  createdBody,
  emptyBody,
  enumerateBody,
  identifyBody,
  type Operation,
  readOperation,
  receiveBody,
  shellElement,
} from '../../codec/wsman/shell.ts'
import type { Authenticator, BasicOutcome } from '../authenticate.ts'
import { isTls, plainAddress } from '../sockets.ts'
import { createShells, ENVELOPE_OVERHEAD, type Shell, type ShellEvents } from './shells.ts'

export interface WsmanNeeds {
  readonly engine: Engine
  readonly authenticator: Pick<Authenticator, 'basic'>
  readonly limits: Limits
  readonly version: string
  readonly events?: ShellEvents
}

/** Paths of the door (powershell-remoting.md section 2.1); letter case is ignored by the listener's router, the query here. */
export const WSMAN_PATHS = ['/OcsPowershell', '/OcsPowershellLiveId', '/wsman', '/powershell'] as const

const CHALLENGE = 'Basic realm="WSMAN"'
/** What an operation comes to. */
type Answer =
  | { readonly kind: 'body'; readonly body: readonly XmlElement[] }
  | { readonly kind: 'fault'; readonly fault: Fault }
  /** The client went away while its poll was held. */
  | { readonly kind: 'nobody' }

const answered = (...body: XmlElement[]): Answer => ({ kind: 'body', body })
const faulted = (fault: Fault): Answer => ({ kind: 'fault', fault })

/**
 * The PowerShell door on the HTTPS port and loopback HTTP: a Fastify plugin. WSMan with Basic; every SOAP fault is HTTP 500, every
 * missing or wrong credential is 401 before anything of the body is read (SECURITY 49).
 */
export async function wsmanEndpoint(app: FastifyInstance, needs: WsmanNeeds): Promise<void> {
  const { engine, limits } = needs
  const shells = createShells({
    engine,
    limits,
    commandHash: commandHash(engine),
    now: () => engine.ports.clock.monotonicMs(),
    events: needs.events ?? {},
  })
  const callers = new WeakMap<FastifyRequest, Caller | 'denied'>()
  const held = new Map<string, number>()

  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    /^application\/soap\+xml(?:;|$)/i,
    { parseAs: 'buffer', bodyLimit: limits.envelope },
    (_request, body, done) => done(null, body),
  )

  app.addHook('onClose', async () => shells.closeAll())
  app.addHook('onRequest', async (request, reply) => {
    const outcome = await needs.authenticator.basic(request)
    if (outcome.kind !== 'signedIn') return refuse(reply, outcome)
    const { account } = outcome.principal
    const caller: Caller = {
      account,
      name: account.upn,
      from: plainAddress(request.ip),
      door: 'wsman',
      local: false,
    }
    callers.set(request, rolesOf(engine.ports, caller).length > 0 ? caller : 'denied')
  })

  for (const path of WSMAN_PATHS)
    app.route({
      method: 'POST',
      url: path,
      handler: async (request, reply) => {
        const text = decodeBody(request)
        const envelope = text === undefined ? undefined : parseEnvelope(text)
        if (!envelope?.ok) {
          const { fault, messageId } = envelope?.error ?? { fault: 'schema', messageId: undefined }
          return send(request, reply, faulted(fault), undefined, messageId)
        }
        const caller = callers.get(request)
        const answer =
          caller === undefined || caller === 'denied'
            ? faulted('accessDenied')
            : await operate(request, reply, envelope.value, caller)
        return send(request, reply, answer, envelope.value, envelope.value.messageId)
      },
    })

  async function operate(
    request: FastifyRequest,
    reply: FastifyReply,
    envelope: Envelope,
    caller: Caller,
  ): Promise<Answer> {
    const operation = readOperation(envelope)
    if (!operation.ok) return faulted(operation.error)
    switch (operation.value.kind) {
      case 'identify':
        return answered(identifyBody(needs.version))
      case 'enumerate':
        return answered(enumerateBody(shells.of(caller).map((shell) => shell.describe())))
      case 'create':
        return create(request, envelope, operation.value, caller)
      default: {
        const id = parseGuid(envelope.shellId ?? '')
        const shell = id && shells.find(id)
        // Somebody else's shell is as unknown as none.
        if (!shell || shell.owner.name !== caller.name) return faulted('unknownShell')
        shell.touch()
        return operateShell(reply, envelope, operation.value, shell)
      }
    }
  }

  function create(
    request: FastifyRequest,
    envelope: Envelope,
    operation: Extract<Operation, { kind: 'create' }>,
    caller: Caller,
  ): Answer {
    if (!envelope.resourceUri.toLowerCase().startsWith(`${POWERSHELL}/`)) return faulted('unknownResource')
    if (!CONFIGURATIONS.has(envelope.resourceUri.slice(POWERSHELL.length + 1).toLowerCase()))
      return faulted('unknownResource')
    if (envelope.compressed) return faulted('compression')
    const shell = shells.open({
      id: operation.shell ?? (randomUUID() as Guid),
      owner: caller,
      language: languageOf(caller, envelope.locale),
      locale: envelope.locale,
      dataLocale: envelope.dataLocale,
      address: `${isTls(request.raw) ? 'https' : 'http'}://${request.host}${request.url.split('?')[0]}`,
      resourceUri: envelope.resourceUri,
      idleTimeoutMs: operation.idleTimeoutMs,
      maxEnvelope: envelope.maxEnvelope,
    })
    switch (shell) {
      case 'exists':
        return faulted('invalidShell')
      case 'tooMany':
        return faulted('tooManyShellsInAll')
      case 'tooManyOfUser':
        return faulted('tooManyShells')
      default:
        return take(shell, '', operation.data) ?? answered(...createdBody(shell.describe()))
    }
  }

  async function operateShell(
    reply: FastifyReply,
    envelope: Envelope,
    operation: Exclude<Operation, { kind: 'create' | 'identify' | 'enumerate' }>,
    shell: Shell,
  ): Promise<Answer> {
    switch (operation.kind) {
      case 'command': {
        const command = operation.command ?? pipelineOf(operation.data)
        if (!command) return faulted('schema')
        if (operationsOf(shell.owner) >= limits.shellOperations) return faulted('tooManyOperations')
        shell.openCommand(command)
        return take(shell, command, operation.data) ?? answered(commandBody(command))
      }
      case 'send': {
        for (const { name, command, data } of operation.streams) {
          const fault = take(shell, `${command ?? ''}${name === 'pr' ? ' pr' : ''}`, data)
          if (fault) return fault
        }
        return answered(emptyBody('SendResponse'))
      }
      case 'receive':
        return receive(reply, envelope, operation.command, shell)
      case 'signal':
        if (operation.command && operation.signal === 'stop') shell.stop(operation.command)
        else if (operation.command) shell.terminate(operation.command)
        return answered(emptyBody('SignalResponse'))
      case 'delete':
        shell.close()
        return answered()
      case 'get':
        return answered(shellElement(shell.describe()))
      default:
        return assertNever(operation)
    }
  }

  async function receive(
    reply: FastifyReply,
    envelope: Envelope,
    command: Guid | undefined,
    shell: Shell,
  ): Promise<Answer> {
    const outbox = shell.outbox(command)
    if (!outbox) return faulted('unknownShell')
    if (operationsOf(shell.owner) >= limits.shellOperations) return faulted('tooManyOperations')
    const gone = new AbortController()
    reply.raw.once('close', () => gone.abort())
    hold(shell.owner, 1)
    const room = envelope.maxEnvelope - ENVELOPE_OVERHEAD
    const taken = await outbox.take(room, envelope.operationTimeoutMs, gone.signal)
    hold(shell.owner, -1)
    shell.touch()
    switch (taken.kind) {
      case 'data':
        reply.raw.once('close', () => {
          if (!reply.raw.writableFinished) outbox.putBack(taken)
        })
        return answered(receiveBody(command, taken.fragments.map(base64), taken.done))
      case 'timedOut':
      case 'replaced':
        return faulted('timedOut')
      case 'closed':
        return faulted('aborted')
      case 'left':
        return { kind: 'nobody' }
      default:
        return assertNever(taken)
    }
  }

  function hold(owner: Caller, by: 1 | -1): void {
    const now = (held.get(owner.name) ?? 0) + by
    if (now > 0) held.set(owner.name, now)
    else held.delete(owner.name)
  }

  /** Commands that are not done and polls that are held, over all shells of a person (SECURITY 23). */
  function operationsOf(owner: Caller): number {
    const commands = shells.of(owner).reduce((sum, shell) => sum + shell.commands, 0)
    return commands + (held.get(owner.name) ?? 0)
  }

  function send(
    request: FastifyRequest,
    reply: FastifyReply,
    answer: Answer,
    envelope: Envelope | undefined,
    relatesTo: string | undefined,
  ): FastifyReply {
    if (answer.kind === 'nobody') return reply.hijack()
    const id = randomUUID()
    const text =
      answer.kind === 'fault'
        ? formatFault(answer.fault, relatesTo, id, request.hostname)
        : formatEnvelope(`${envelope?.action ?? ''}Response`, relatesTo, id, ...answer.body)
    const wide = isWide(request)
    return reply
      .code(answer.kind === 'fault' ? 500 : 200)
      .type(`application/soap+xml;charset=${wide ? 'UTF-16' : 'UTF-8'}`)
      .send(wide ? Buffer.from(`\ufeff${text}`, 'utf16le') : Buffer.from(text))
  }
}

/** Bytes for the pool; a peer that breaks the rules of fragments loses the shell. @returns the fault, or undefined */
function take(shell: Shell, stream: string, data: Uint8Array): Answer | undefined {
  const refusal = shell.receive(stream, data)
  if (!refusal) return undefined
  shell.close()
  return faulted(refusal === 'tooLarge' || refusal === 'tooManyOpen' ? 'tooLarge' : 'schema')
}

/** Names of session configurations that we answer to. */
const CONFIGURATIONS: ReadonlySet<string> = new Set(['microsoft.powershell', 'nightpost'])

function languageOf(caller: Caller, locale: string): 'en' | 'ja' {
  return caller.account?.language ?? (/^ja\b/i.test(locale) ? 'ja' : 'en')
}

/** The pipeline that the first fragment is for: behind its header, destination, type and pool ([MS-PSRP] 2.2.1). */
function pipelineOf(data: Uint8Array): Guid | undefined {
  return data.length >= 61 ? readGuid(data, 45) : undefined
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

/** Changes when the table does: an exported module then knows that it is stale (section 6.6). */
function commandHash(engine: Engine): string {
  const hash = createHash('sha256')
  for (const cmdlet of engine.table.all())
    hash.update(`${cmdlet.name}(${Object.keys(cmdlet.parameters).join()})\n`)
  return hash.digest('hex').slice(0, 32)
}

/** Every refusal says how to sign in and nothing else; the body is not looked at (SECURITY 36, 49). */
function refuse(reply: FastifyReply, outcome: Exclude<BasicOutcome, { kind: 'signedIn' }>): FastifyReply {
  if (outcome.kind === 'busy') return reply.code(503).header('retry-after', '1').send()
  if (outcome.kind === 'locked')
    return reply
      .code(429)
      .header('retry-after', String(Math.ceil(outcome.retryAfterMs / 1000)))
      .send()
  return reply.code(401).header('www-authenticate', CHALLENGE).send()
}

function isWide(request: FastifyRequest): boolean {
  return /charset="?utf-16/i.test(request.headers['content-type'] ?? '')
}

/** @returns undefined for no body, or one that is not what its charset says */
function decodeBody(request: FastifyRequest): string | undefined {
  const { body } = request
  if (!(body instanceof Uint8Array) || body.length === 0) return undefined
  const bom = body[0] === 0xff && body[1] === 0xfe
  try {
    return new TextDecoder(isWide(request) || bom ? 'utf-16le' : 'utf-8', { fatal: true }).decode(body)
  } catch {
    return undefined
  }
}
