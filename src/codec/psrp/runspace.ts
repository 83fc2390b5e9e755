import { assertNever } from '../../base/never.ts'
import type { PsErrorRecord } from '../../base/ps-value.ts'
import {
  type CliValue,
  cliBag,
  cliBool,
  cliInt,
  cliLong,
  cliNumber,
  cliProperty,
  cliString,
  cliText,
} from './clixml.ts'
import { formatClixml } from './clixml-writer.ts'
import { type Guid, ZERO_GUID } from './guid.ts'
import type { MessageType, PsrpMessage } from './message.ts'
import { answerCapability, privateData } from './opening.ts'
import {
  type ClientHost,
  type PipelineRequest,
  readMetadataRequest,
  readPipeline,
  readPoolHost,
} from './pipeline.ts'
import { errorRecord, PIPELINE_STOPPED, type PipelineEnd, pipelineState } from './records.ts'

/**
 * The server's side of one runspace pool ([MS-PSRP] 3.2), whatever carries it. Pipelines beyond `maxRunspaces` wait their turn.
 * `gone`: closed or broken; nothing more is sent.
 */
export type Pool = {
  readonly at: 'new' | 'negotiated' | 'opened' | 'gone'
  readonly id: Guid
  readonly commandHash: string
  readonly host: ClientHost
  readonly maxRunspaces: number
  readonly key: 'none' | 'asked' | 'agreed'
  /** In the order in which they came. */
  readonly pipelines: ReadonlyMap<Guid, PipelineAt>
}
export type PipelineAt = 'waiting' | 'running' | 'stopping'

export type PoolInput =
  /** `value`: what its data says (`parseClixmlInSteps`), Nil for none; undefined: it cannot be read. */
  | { readonly kind: 'message'; readonly message: PsrpMessage; readonly value: CliValue | undefined }
  /** The client's stop signal. */
  | { readonly kind: 'stop'; readonly pipeline: Guid }
  /** The commands of a pipeline have come to their end; a stopped one is Stopped however it ended. */
  | { readonly kind: 'ended'; readonly pipeline: Guid; readonly end: PipelineEnd }
  /** The session key, encrypted for the client (`formatSessionKey`). */
  | { readonly kind: 'key'; readonly encrypted: string }
  /** A client connects to a pool that it, or another one, has left ([MS-PSRP] 3.2.5.3.7). */
  | { readonly kind: 'connect'; readonly capability: CliValue }
  | { readonly kind: 'close' }

export type PoolOutput =
  | { readonly kind: 'send'; readonly message: PsrpMessage }
  /** The answer to `connect`; it does not go the way of other messages. */
  | { readonly kind: 'reply'; readonly messages: readonly PsrpMessage[] }
  /** A pipeline exists: its input may begin before it starts. */
  | { readonly kind: 'create'; readonly pipeline: Guid; readonly request: PipelineRequest }
  | { readonly kind: 'start'; readonly pipeline: Guid }
  | { readonly kind: 'input'; readonly pipeline: Guid; readonly value: CliValue }
  | { readonly kind: 'endInput'; readonly pipeline: Guid }
  /** The client's answer to a host call of this pipeline. */
  | { readonly kind: 'answer'; readonly pipeline: Guid; readonly value: CliValue }
  | { readonly kind: 'abort'; readonly pipeline: Guid }
  /** Has no message to send after it: the transport says that the command is done. */
  | { readonly kind: 'done'; readonly pipeline: Guid }
  | { readonly kind: 'makeKey'; readonly publicKey: string }
  | { readonly kind: 'broken'; readonly because: string }

type Step = readonly [Pool, ...PoolOutput[]]

/** More runspaces than a person's operations can use are not kept. */
const MOST_RUNSPACES = 8

/** `commandHash` changes when the cmdlet table does. */
export function newPool(commandHash: string): Pool {
  return {
    at: 'new',
    id: ZERO_GUID,
    commandHash,
    host: { canShow: false, width: 80 },
    maxRunspaces: 1,
    key: 'none',
    pipelines: new Map(),
  }
}

/** One step. Everything that is to happen because of the input is in the outputs, in order. */
export function stepPool(pool: Pool, input: PoolInput): Step {
  if (pool.at === 'gone') return [pool]
  switch (input.kind) {
    case 'message':
      return takeMessage(pool, input.message, input.value)
    case 'stop':
      return stopPipeline(pool, input.pipeline)
    case 'ended':
      return endPipeline(pool, input.pipeline, input.end)
    case 'key':
      return pool.key === 'asked' ? [{ ...pool, key: 'agreed' }, sendKey(pool, input.encrypted)] : [pool]
    case 'connect':
      return connectPool(pool, input.capability)
    case 'close':
      return closePool(pool)
    default:
      return assertNever(input)
  }
}

/** A message of one pipeline, if it may still send any (nothing follows the final state). */
export function pipelineMessage(
  pool: Pool,
  pipeline: Guid,
  type: MessageType,
  value: CliValue,
): PsrpMessage | undefined {
  if (pool.at !== 'opened' || !pool.pipelines.has(pipeline)) return undefined
  return message(pool, type, value, pipeline)
}

/** Asks the client for its public key, so that it can send a SecureString as an answer ([MS-PSRP] 2.2.2.7). */
export function keyRequest(pool: Pool): PsrpMessage | undefined {
  return pool.at === 'opened' && pool.key === 'none'
    ? message(pool, 'PUBLIC_KEY_REQUEST', cliText(''))
    : undefined
}

/** How a pipeline ends that was never begun. */
export function refusedPipeline(pool: Pool, pipeline: Guid, record: PsErrorRecord): PsrpMessage | undefined {
  if (pool.at !== 'opened' || pool.pipelines.has(pipeline)) return undefined
  return message(pool, 'PIPELINE_STATE', pipelineState({ state: 'Failed', record }), pipeline)
}

function message(pool: Pool, type: MessageType, value: CliValue, pipeline?: Guid): PsrpMessage {
  return { to: 'client', type, pool: pool.id, pipeline, data: formatClixml(value) }
}

function send(pool: Pool, type: MessageType, value: CliValue, pipeline?: Guid): PoolOutput {
  return { kind: 'send', message: message(pool, type, value, pipeline) }
}

function sendKey(pool: Pool, encrypted: string): PoolOutput {
  return send(
    pool,
    'ENCRYPTED_SESSION_KEY',
    cliBag({ EncryptedSessionKey: { kind: 'text', tag: 'S', value: encrypted } }),
  )
}

function takeMessage(pool: Pool, received: PsrpMessage, value: CliValue | undefined): Step {
  if (received.to !== 'server') return breakPool(pool, 'a message for a client')
  if (!value) return breakPool(pool, `${received.type} with data that cannot be read`)
  if (received.type === 'SESSION_CAPABILITY') return negotiate(pool, received.pool, value)
  if (received.pool !== pool.id) return breakPool(pool, 'a message for another pool')
  if (received.type === 'INIT_RUNSPACEPOOL') return openPool(pool, value)
  if (pool.at !== 'opened') return breakPool(pool, `${received.type} before the pool is open`)
  return received.pipeline === undefined
    ? takePoolMessage(pool, received.type, value)
    : takePipelineMessage(pool, received.pipeline, received.type, value)
}

function negotiate(pool: Pool, id: Guid, value: CliValue): Step {
  if (pool.at !== 'new') return breakPool(pool, 'a second SESSION_CAPABILITY')
  const mine: Pool = { ...pool, at: 'negotiated', id }
  const answer = answerCapability(value)
  if (!answer) return breakPool(mine, 'no protocol version in common')
  return [mine, send(mine, 'SESSION_CAPABILITY', answer)]
}

const OPENED = 2
const BROKEN = 5

function openPool(pool: Pool, value: CliValue): Step {
  if (pool.at !== 'negotiated') return breakPool(pool, 'INIT_RUNSPACEPOOL out of order')
  const asked = cliNumber(cliProperty(value, 'MaxRunspaces')) ?? 1
  const opened: Pool = {
    ...pool,
    at: 'opened',
    maxRunspaces: Math.min(Math.max(asked, 1), MOST_RUNSPACES),
    host: readPoolHost(cliProperty(value, 'HostInfo')),
  }
  return [
    opened,
    send(opened, 'APPLICATION_PRIVATE_DATA', privateData(pool.commandHash)),
    send(opened, 'RUNSPACEPOOL_STATE', cliBag({ RunspaceState: cliInt(OPENED) })),
  ]
}

function connectPool(pool: Pool, capability: CliValue): Step {
  const answer = answerCapability(capability)
  if (pool.at !== 'opened' || !answer) return [pool]
  const bounds = cliBag({ MinRunspaces: cliInt(1), MaxRunspaces: cliInt(pool.maxRunspaces) })
  return [
    // The new client has a key of its own.
    { ...pool, key: 'none' },
    {
      kind: 'reply',
      messages: [
        message(pool, 'SESSION_CAPABILITY', answer),
        message(pool, 'RUNSPACEPOOL_INIT_DATA', bounds),
      ],
    },
    send(pool, 'APPLICATION_PRIVATE_DATA', privateData(pool.commandHash)),
    send(pool, 'RUNSPACEPOOL_STATE', cliBag({ RunspaceState: cliInt(OPENED) })),
  ]
}

function takePoolMessage(pool: Pool, type: MessageType, value: CliValue): Step {
  const call = cliProperty(value, 'ci')
  const available = (answer: CliValue): PoolOutput =>
    send(
      pool,
      'RUNSPACE_AVAILABILITY',
      cliBag({ SetMinMaxRunspacesResponse: answer, ci: call ?? cliLong(0n) }),
    )
  switch (type) {
    case 'PUBLIC_KEY': {
      const publicKey = cliString(cliProperty(value, 'PublicKey'))
      if (pool.key !== 'none' || publicKey === undefined) return [pool]
      return [
        { ...pool, key: 'asked' },
        { kind: 'makeKey', publicKey },
      ]
    }
    case 'SET_MAX_RUNSPACES': {
      const asked = cliNumber(cliProperty(value, 'MaxRunspaces'))
      if (asked === undefined || asked < 1) return [pool, available(cliBool(false))]
      return startWaiting(
        { ...pool, maxRunspaces: Math.min(asked, MOST_RUNSPACES) },
        available(cliBool(true)),
      )
    }
    case 'SET_MIN_RUNSPACES':
    case 'RESET_RUNSPACE_STATE':
      return [pool, available(cliBool(true))]
    case 'GET_AVAILABLE_RUNSPACES':
      return [pool, available(cliLong(BigInt(Math.max(0, pool.maxRunspaces - busy(pool)))))]
    default:
      // Host answers that nobody waits for any more, and what only servers send.
      return [pool]
  }
}

function takePipelineMessage(pool: Pool, id: Guid, type: MessageType, value: CliValue): Step {
  switch (type) {
    case 'CREATE_PIPELINE': {
      const request = readPipeline(value)
      return request ? createPipeline(pool, id, request) : breakPool(pool, 'a pipeline without commands')
    }
    case 'GET_COMMAND_METADATA':
      return createPipeline(pool, id, readMetadataRequest(value))
    case 'PIPELINE_INPUT':
      return pool.pipelines.has(id) ? [pool, { kind: 'input', pipeline: id, value }] : [pool]
    case 'END_OF_PIPELINE_INPUT':
      return pool.pipelines.has(id) ? [pool, { kind: 'endInput', pipeline: id }] : [pool]
    case 'PIPELINE_HOST_RESPONSE':
      return pool.pipelines.has(id) ? [pool, { kind: 'answer', pipeline: id, value }] : [pool]
    default:
      return [pool]
  }
}

function createPipeline(pool: Pool, id: Guid, request: PipelineRequest): Step {
  if (pool.pipelines.has(id)) return breakPool(pool, 'a pipeline id twice')
  const created = withPipeline(pool, id, 'waiting')
  return startWaiting(created, { kind: 'create', pipeline: id, request })
}

function stopPipeline(pool: Pool, id: Guid): Step {
  const at = pool.pipelines.get(id)
  if (at === 'waiting') return endPipeline(pool, id, { state: 'Stopped', record: PIPELINE_STOPPED })
  if (at !== 'running') return [pool]
  return [withPipeline(pool, id, 'stopping'), { kind: 'abort', pipeline: id }]
}

function endPipeline(pool: Pool, id: Guid, end: PipelineEnd): Step {
  const at = pool.pipelines.get(id)
  if (!at || pool.at !== 'opened') return [pool]
  const said: PipelineEnd = at === 'stopping' ? { state: 'Stopped', record: PIPELINE_STOPPED } : end
  return startWaiting(
    withPipeline(pool, id, undefined),
    send(pool, 'PIPELINE_STATE', pipelineState(said), id),
    { kind: 'done', pipeline: id },
  )
}

function closePool(pool: Pool): Step {
  return [{ ...pool, at: 'gone', pipelines: new Map() }, ...abortAll(pool)]
}

function breakPool(pool: Pool, because: string): Step {
  const record: PsErrorRecord = {
    message: 'The data received from the remote client is not valid. The session is closed.',
    category: 'InvalidData',
    fullyQualifiedErrorId: 'RemotingDataStructureException',
    exception: 'System.Management.Automation.Remoting.PSRemotingDataStructureException',
    target: null,
    activity: '',
  }
  const state = cliBag({ RunspaceState: cliInt(BROKEN), ExceptionAsErrorRecord: errorRecord(record) })
  return [
    { ...pool, at: 'gone', pipelines: new Map() },
    send(pool, 'RUNSPACEPOOL_STATE', state),
    ...abortAll(pool),
    { kind: 'broken', because },
  ]
}

function abortAll(pool: Pool): PoolOutput[] {
  return [...pool.pipelines].flatMap(([pipeline, at]) =>
    at === 'running' ? [{ kind: 'abort', pipeline } as const] : [],
  )
}

/** Starts what waits while there is a free runspace; `first` goes out before. */
function startWaiting(pool: Pool, ...first: PoolOutput[]): Step {
  let started = pool
  const outputs = [...first]
  for (const [id, at] of pool.pipelines) {
    if (busy(started) >= started.maxRunspaces) break
    if (at !== 'waiting') continue
    started = withPipeline(started, id, 'running')
    outputs.push({ kind: 'start', pipeline: id })
  }
  return [started, ...outputs]
}

function busy(pool: Pool): number {
  let count = 0
  for (const at of pool.pipelines.values()) if (at !== 'waiting') count++
  return count
}

function withPipeline(pool: Pool, id: Guid, at: PipelineAt | undefined): Pool {
  const pipelines = new Map(pool.pipelines)
  if (at) pipelines.set(id, at)
  else pipelines.delete(id)
  return { ...pool, pipelines }
}
