import { randomUUID } from 'node:crypto'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Caller } from '../../admin/cmdlet.ts'
import type { Engine } from '../../admin/invoke.ts'
import { assertNever } from '../../base/never.ts'
import { ok, type Result } from '../../base/result.ts'
import type { XmlElement } from '../../base/xml.ts'
import type { Limits } from '../../codec/limits.ts'
import { type Guid, parseGuid, readGuid } from '../../codec/psrp/guid.ts'
import type { Envelope } from '../../codec/wsman/envelope.ts'
import type { Fault } from '../../codec/wsman/fault.ts'
import { POWERSHELL } from '../../codec/wsman/names.ts'
import {
  commandBody,
  connectedBody,
  createdBody,
  emptyBody,
  enumerateBody,
  identifyBody,
  type Operation,
  readOperation,
  receiveBody,
  shellElement,
} from '../../codec/wsman/shell.ts'
import { formatChunks, parseChunksInSteps, type XpressRefusal } from '../../codec/wsman/xpress.ts'
import { commandHash } from '../../remoting/command-hash.ts'
import { isSame, type Pools } from '../../remoting/pools.ts'
import { createShells, ENVELOPE_OVERHEAD, type Shell } from './shells.ts'

/** What an operation comes to. `nobody`: the client went away while its poll was held. */
export type Answer =
  | { readonly kind: 'body'; readonly body: readonly XmlElement[] }
  | { readonly kind: 'fault'; readonly fault: Fault }
  | { readonly kind: 'nobody' }

const answered = (...body: XmlElement[]): Answer => ({ kind: 'body', body })
const faulted = (fault: Fault): Answer => ({ kind: 'fault', fault })

/** What an operation needs to know of the request that brought it. */
export interface Exchange {
  readonly caller: Caller
  /** Where the client found us; goes into the answer to Create. */
  readonly address: string
  /** The client has closed the connection. */
  readonly gone: AbortSignal
  /** `again` is called when the answer did not reach the client. */
  whenLost(again: () => void): void
}

export interface Operations {
  operate(envelope: Envelope, exchange: Exchange): Promise<Answer>
  /** Ends all shells and what waits for them. */
  close(): void
}

/** How long a client that sends faster than its command reads waits for the answer; then it may send on, up to `limits.objectBytes`. */
const LONGEST_SEND_MS = 15_000

type OnShell = Exclude<Operation, { kind: 'create' | 'identify' | 'enumerate' }>

/** WSMan's operations on shells (powershell-remoting.md section 2.5), without HTTP. */
export function createOperations(needs: {
  readonly engine: Engine
  readonly limits: Limits
  readonly version: string
  readonly pools: Pools
}): Operations {
  const { engine, limits, pools } = needs
  const shells = createShells({
    engine,
    limits,
    commandHash: commandHash(engine),
    now: () => engine.ports.clock.monotonicMs(),
    pools,
  })

  async function operate(envelope: Envelope, exchange: Exchange): Promise<Answer> {
    const operation = readOperation(envelope)
    if (!operation.ok) return faulted(operation.error)
    switch (operation.value.kind) {
      case 'identify':
        return answered(identifyBody(needs.version))
      case 'enumerate':
        return answered(enumerateBody(shells.of(exchange.caller).map((shell) => shell.describe())))
      case 'create':
        return create(envelope, operation.value, exchange)
      default: {
        const id = parseGuid(envelope.shellId ?? '')
        const shell = id && shells.find(id)
        // Somebody else's shell is as unknown as none.
        if (!shell || !isSame(shell.owner, exchange.caller)) return faulted('unknownShell')
        const release = shell.use()
        try {
          return await onShell(envelope, operation.value, exchange, shell)
        } finally {
          release()
        }
      }
    }
  }

  async function create(
    envelope: Envelope,
    operation: Extract<Operation, { kind: 'create' }>,
    { caller, address }: Exchange,
  ): Promise<Answer> {
    if (!isOurs(envelope.resourceUri)) return faulted('unknownResource')
    if (envelope.compression === 'unknown') return faulted('compression')
    const shell = shells.open({
      id: operation.shell ?? (randomUUID() as Guid),
      owner: caller,
      language: caller.account?.language ?? (/^ja\b/i.test(envelope.locale) ? 'ja' : 'en'),
      locale: envelope.locale,
      dataLocale: envelope.dataLocale,
      address,
      resourceUri: envelope.resourceUri,
      idleTimeoutMs: operation.idleTimeoutMs,
      maxEnvelope: envelope.maxEnvelope,
      compressed: envelope.compression === 'xpress',
    })
    switch (shell) {
      case 'exists':
        return faulted('shellExists')
      case 'shells':
        return faulted('tooManyShellsInAll')
      case 'shellsPerUser':
        return faulted('tooManyShells')
      default:
        return (await take(shell, '', operation.data)) ?? answered(...createdBody(shell.describe()))
    }
  }

  async function onShell(
    envelope: Envelope,
    operation: OnShell,
    exchange: Exchange,
    shell: Shell,
  ): Promise<Answer> {
    switch (operation.kind) {
      case 'command': {
        const command = operation.command ?? pipelineOf(operation.data)
        if (!command) return faulted('schema')
        if (pools.isBusy(shell.owner)) return faulted('tooManyOperations')
        shell.openCommand(command)
        return (await take(shell, command, operation.data)) ?? answered(commandBody(command))
      }
      case 'send': {
        for (const { name, command, data } of operation.streams) {
          const plain = shell.compressed ? await decompressed(data, limits.objectBytes) : ok(data)
          if (!plain.ok) return faulted(plain.error === 'tooLarge' ? 'tooLarge' : 'schema')
          const refused = await take(shell, `${command ?? ''}${name === 'pr' ? ' pr' : ''}`, plain.value)
          if (refused) return refused
          const room = command && shell.room(command)
          if (room) await Promise.race([room, sleep(LONGEST_SEND_MS, undefined, { ref: false })])
        }
        return answered(emptyBody('SendResponse'))
      }
      case 'receive':
        return receive(envelope, operation.command, exchange, shell)
      case 'signal':
        if (operation.command && operation.signal === 'stop') shell.stop(operation.command)
        else if (operation.command) shell.terminate(operation.command)
        return answered(emptyBody('SignalResponse'))
      case 'delete':
        shell.close()
        return answered()
      case 'disconnect':
        shell.disconnect(operation.idleTimeoutMs)
        return answered(emptyBody('DisconnectResponse'))
      case 'reconnect':
        shell.reconnect()
        return answered(emptyBody('ReconnectResponse'))
      case 'connect':
        return connect(operation, shell)
      case 'get':
        return answered(shellElement(shell.describe()))
      default:
        return assertNever(operation)
    }
  }

  async function connect(
    { command, data }: Extract<Operation, { kind: 'connect' }>,
    shell: Shell,
  ): Promise<Answer> {
    if (command)
      return shell.outbox(command) ? answered(emptyBody('ConnectResponse')) : faulted('unknownShell')
    const answer = await shell.connect(data)
    return answer ? answered(connectedBody(base64(answer))) : faulted('schema')
  }

  async function receive(
    envelope: Envelope,
    command: Guid | undefined,
    exchange: Exchange,
    shell: Shell,
  ): Promise<Answer> {
    const outbox = shell.outbox(command)
    if (!outbox) return faulted('unknownShell')
    if (pools.isBusy(shell.owner)) return faulted('tooManyOperations')
    const room = envelope.maxEnvelope - ENVELOPE_OVERHEAD
    const taken = await outbox.take(room, envelope.operationTimeoutMs, exchange.gone)
    switch (taken.kind) {
      case 'data': {
        const textOf = (bytes: Uint8Array): string => base64(shell.compressed ? formatChunks(bytes) : bytes)
        exchange.whenLost(() => outbox.putBack(taken))
        return answered(receiveBody(command, taken.fragments.map(textOf), taken.done))
      }
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

  /** Bytes for the pool; a peer that breaks the rules of fragments loses the shell. @returns the fault, or undefined */
  async function take(shell: Shell, stream: string, data: Uint8Array): Promise<Answer | undefined> {
    const refusal = await shell.receive(stream, data)
    if (!refusal) return undefined
    if (refusal === 'unreadable') return faulted('schema')
    pools.events.abuse?.(refusal, shell.owner)
    shell.close()
    return faulted(refusal === 'tooLarge' || refusal === 'tooManyOpen' ? 'tooLarge' : 'schema')
  }

  return { operate, close: () => shells.closeAll() }
}

/** Names of session configurations that we answer to. */
const CONFIGURATIONS: ReadonlySet<string> = new Set(['microsoft.powershell', 'nightpost'])

function isOurs(resourceUri: string): boolean {
  const uri = resourceUri.toLowerCase()
  return uri.startsWith(`${POWERSHELL}/`) && CONFIGURATIONS.has(uri.slice(POWERSHELL.length + 1))
}

/** The pipeline that the first fragment is for: behind its header, destination, type and pool ([MS-PSRP] 2.2.1). */
function pipelineOf(data: Uint8Array): Guid | undefined {
  return data.length >= 61 ? readGuid(data, 45) : undefined
}

/** A long text is read in steps, between which other people's requests have their turn (SECURITY 25). */
async function decompressed(bytes: Uint8Array, limit: number): Promise<Result<Uint8Array, XpressRefusal>> {
  const steps = parseChunksInSteps(bytes, limit)
  for (let chunks = 1; ; chunks++) {
    const step = steps.next()
    if (step.done) return step.value
    if (chunks % CHUNKS_A_TURN === 0) await nextTurn()
  }
}
const CHUNKS_A_TURN = 4

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}
