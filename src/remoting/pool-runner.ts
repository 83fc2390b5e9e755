import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Caller, TerminatingError } from '../admin/cmdlet.ts'
import type { Engine } from '../admin/invoke.ts'
import { assertNever } from '../base/never.ts'
import type { PsErrorRecord, PsValue } from '../base/ps-value.ts'
import type { Limits } from '../codec/limits.ts'
import { type CliValue, cliProperty, NIL } from '../codec/psrp/clixml.ts'
import { parseClixmlInSteps } from '../codec/psrp/clixml-reader.ts'
import {
  createReassembly,
  type FragmentBudget,
  type FragmentRefusal,
  formatFragments,
  type Reassembly,
} from '../codec/psrp/fragment.ts'
import type { Guid } from '../codec/psrp/guid.ts'
import { formatMessage, type MessageType, type PsrpMessage, parseMessage } from '../codec/psrp/message.ts'
import type { PipelineRequest } from '../codec/psrp/pipeline.ts'
import { type HostMethod, hostCall, PIPELINE_STOPPED } from '../codec/psrp/records.ts'
import {
  keyRequest,
  newPool,
  type PoolInput,
  type PoolOutput,
  pipelineMessage,
  refusedPipeline,
  stepPool,
} from '../codec/psrp/runspace.ts'
import { toPsValue } from '../codec/psrp/values.ts'
import { createInputQueue, type InputQueue } from './input-queue.ts'
import { runRequest } from './pipeline-run.ts'
import { createSessionSecret, type SessionSecret } from './session-secret.ts'

/** What carries a pool: WSMan's polls, or the lines of SSH and WebSocket. */
export interface Carrier {
  /** One message for a command, or for the pool. A promise resolves when the peer has room again (SECURITY 20). */
  send(target: Guid | undefined, fragments: readonly Uint8Array[]): Promise<void> | undefined
  /** The command's last message has been handed over. */
  done(pipeline: Guid): void
  /** The peer does not speak the protocol; the pool is gone. */
  broken(because: string): void
}

export interface PoolNeeds {
  readonly engine: Engine
  readonly caller: Caller
  readonly language: 'en' | 'ja'
  readonly limits: Limits
  readonly commandHash: string
  /** Longest fragment that the peer takes in one answer. */
  readonly fragmentBytes: number
}

/** Why bytes were not taken. `unreadable`: whole messages, whose CLIXML is none or beyond its limits (SECURITY 14, 24). */
export type Refusal = FragmentRefusal | 'unreadable'

/** One runspace pool and its running pipelines, whatever carries it. */
export interface PoolRunner {
  /**
   * Bytes of one stream in any portions; `stream` names target and stream. Resolves when they have been taken; what comes meanwhile waits.
   * After a refusal the pool is gone; after `unreadable` it is broken, which the client can still read of.
   */
  receive(stream: string, bytes: Uint8Array): Promise<Refusal | undefined>
  /** Resolves when the pipeline has read so much of its input that more may come; undefined: more may come. */
  room(pipeline: Guid): Promise<void> | undefined
  /** @returns false when there is no such pipeline, or it is being stopped already */
  stop(pipeline: Guid): boolean
  /** A client comes back to the pool with the messages of Connect. @returns the answer's fragments; undefined: it may not */
  connect(bytes: Uint8Array): Promise<Uint8Array | undefined>
  /** Ends a pipeline that is not begun. */
  fail(pipeline: Guid, record: PsErrorRecord): void
  close(): void
}

interface Running {
  readonly request: PipelineRequest
  readonly input: InputQueue<PsValue>
  readonly abort: AbortController
}

/** Octets above which a message is read and worked on in turns of their own (SECURITY 25). */
const LARGE_MESSAGE = 64 * 1024

/** Streams on which a fragment has begun; each may hold a part of a header. */
const MOST_STREAMS = 64

/** Runs pipelines of one pool by the cmdlet table; there is no behaviour here (DECISIONS 4, 5). */
export function createPoolRunner(needs: PoolNeeds, carrier: Carrier): PoolRunner {
  const { engine, caller, limits } = needs
  const pipelines = new Map<Guid, Running>()
  const streams = new Map<string, Reassembly>()
  const budget: FragmentBudget = { open: 0, bytes: 0 }
  const inbox: PoolInput[] = []
  let pool = newPool(needs.commandHash)
  let objectId = 0n
  let callId = 0n
  let reply: readonly PsrpMessage[] | undefined
  const calls = new Map<bigint, { readonly pipeline: Guid; readonly answer: (value: CliValue) => void }>()
  /** Who waits for the client's key. */
  let keyWaiters: (() => void)[] = []
  let secret: SessionSecret | undefined
  let stepping = false
  /** Bytes are taken one after another, in the order in which they came. */
  let taking: Promise<unknown> = Promise.resolve()
  /** Of the message that is being taken. */
  let messageBytes = 0

  const decrypt = (base64: string): string | undefined => secret?.decrypt(base64)

  const send = (message: PsrpMessage): Promise<void> | undefined =>
    carrier.send(message.pipeline, formatFragments(++objectId, formatMessage(message), needs.fragmentBytes))

  const sendFor = (pipeline: Guid, type: MessageType, value: CliValue): Promise<void> | undefined => {
    const message = pipelineMessage(pool, pipeline, type, value)
    return message && send(message)
  }

  /** Outputs may lead to further inputs; they wait until the outputs before them are carried out. */
  const step = (input: PoolInput): void => {
    inbox.push(input)
    if (stepping) return
    stepping = true
    try {
      for (let next = inbox.shift(); next; next = inbox.shift()) {
        const [stepped, ...outputs] = stepPool(pool, next)
        pool = stepped
        for (const output of outputs) carryOut(output)
      }
    } finally {
      stepping = false
    }
    if (pool.at === 'gone') secret?.destroy()
  }

  const carryOut = (output: PoolOutput): void => {
    switch (output.kind) {
      case 'send':
        send(output.message)
        return
      case 'reply':
        reply = output.messages
        return
      case 'create':
        pipelines.set(output.pipeline, {
          request: output.request,
          input: createInputQueue(),
          abort: new AbortController(),
        })
        return
      case 'start':
        run(output.pipeline).catch((error: unknown) => engine.broken?.(error, ''))
        return
      case 'input':
        pipelines.get(output.pipeline)?.input.push(toPsValue(output.value, decrypt), messageBytes)
        return
      case 'endInput':
        pipelines.get(output.pipeline)?.input.end()
        return
      case 'answer':
        answerCall(output.pipeline, output.value)
        return
      case 'abort':
        pipelines.get(output.pipeline)?.abort.abort()
        pipelines.get(output.pipeline)?.input.end()
        return
      case 'done':
        pipelines.delete(output.pipeline)
        carrier.done(output.pipeline)
        return
      case 'makeKey':
        secret = createSessionSecret(output.publicKey)
        if (secret) step({ kind: 'key', encrypted: secret.encrypted })
        for (const go of keyWaiters) go()
        keyWaiters = []
        return
      case 'broken':
        carrier.broken(output.because)
        return
      default:
        assertNever(output)
    }
  }

  const answerCall = (pipeline: Guid, value: CliValue): void => {
    const id = cliProperty(value, 'ci')
    const call = id?.kind === 'long' ? id.value : undefined
    const waiting = call === undefined ? undefined : calls.get(call)
    if (call === undefined || waiting?.pipeline !== pipeline) return
    calls.delete(call)
    waiting.answer(value)
  }

  /** A host call with a result. Rejects when the pipeline is stopped. @returns undefined when the client could not ask (`me`) */
  const callHost = async (
    pipeline: Guid,
    signal: AbortSignal,
    method: HostMethod,
    parameters: readonly CliValue[],
  ): Promise<CliValue | undefined> => {
    const call = ++callId
    const answered = new Promise<CliValue>((resolve) => calls.set(call, { pipeline, answer: resolve }))
    try {
      await sendFor(pipeline, 'PIPELINE_HOST_CALL', hostCall(method, parameters, call))
      const answer = await untilAborted(answered, signal)
      return cliProperty(answer, 'me') ? undefined : (cliProperty(answer, 'mr') ?? NIL)
    } finally {
      calls.delete(call)
    }
  }

  /** Resolves when secrets can come. */
  const demandKey = async (signal: AbortSignal): Promise<void> => {
    if (secret) return
    const arrived = new Promise<void>((resolve) => keyWaiters.push(resolve))
    const request = keyRequest(pool)
    if (request) send(request)
    await untilAborted(arrived, signal)
  }

  const run = async (id: Guid): Promise<void> => {
    const running = pipelines.get(id)
    if (!running) return
    if (messageBytes > LARGE_MESSAGE) await nextTurn()
    const { request, input, abort } = running
    const end = await runRequest(request, {
      engine,
      caller,
      language: needs.language,
      screen: (request.kind === 'commands' ? request.host : undefined) ?? pool.host,
      input: input.values(),
      signal: abort.signal,
      decrypt,
      send: (type, value) => sendFor(id, type, value),
      call: (method, parameters) => callHost(id, abort.signal, method, parameters),
      demandKey: () => demandKey(abort.signal),
    })
    step({ kind: 'ended', pipeline: id, end })
  }

  /** A large object is read in steps, between which other people's requests have their turn (SECURITY 25). */
  const readData = async (data: string): Promise<CliValue | undefined> => {
    if (data === '') return NIL
    const steps = parseClixmlInSteps(data)
    for (;;) {
      const read = steps.next()
      if (read.done) return read.value.ok ? read.value.value : undefined
      await nextTurn()
    }
  }

  const takeMessages = async (blobs: readonly Uint8Array[]): Promise<Refusal | undefined> => {
    for (const blob of blobs) {
      if (blob.length > LARGE_MESSAGE) await nextTurn()
      const message = parseMessage(blob)
      if (!message) return 'malformed'
      const value = await readData(message.data)
      // What comes of a large one is long work too.
      if (blob.length > LARGE_MESSAGE) await nextTurn()
      messageBytes = blob.length
      step({ kind: 'message', message, value })
      if (!value) return 'unreadable'
      const waiting = message.pipeline && pipelines.get(message.pipeline)?.input.waitingBytes
      if (waiting && waiting > limits.objectBytes) return 'tooLarge'
    }
    return undefined
  }

  const take = async (stream: string, bytes: Uint8Array): Promise<Refusal | undefined> => {
    let reassembly = streams.get(stream)
    if (!reassembly) {
      if (streams.size >= MOST_STREAMS) return 'tooManyOpen'
      reassembly = createReassembly(limits, budget)
      streams.set(stream, reassembly)
    }
    const blobs = reassembly.push(bytes)
    const refusal = blobs.ok ? await takeMessages(blobs.value) : blobs.error
    if (reassembly.idle) streams.delete(stream)
    if (refusal && refusal !== 'unreadable') step({ kind: 'close' })
    return refusal
  }

  const connect = async (bytes: Uint8Array): Promise<Uint8Array | undefined> => {
    const blobs = createReassembly(limits).push(bytes)
    const [capability, connecting, ...more] = blobs.ok ? blobs.value.map(parseMessage) : []
    if (
      capability?.type !== 'SESSION_CAPABILITY' ||
      connecting?.type !== 'CONNECT_RUNSPACEPOOL' ||
      more.length > 0
    )
      return undefined
    const value = capability.pool === pool.id ? await readData(capability.data) : undefined
    if (!value) return undefined
    // What the client before had begun to send has no end.
    streams.clear()
    Object.assign(budget, { open: 0, bytes: 0 })
    reply = undefined
    step({ kind: 'connect', capability: value })
    const messages: readonly PsrpMessage[] = reply ?? []
    if (messages.length === 0) return undefined
    secret?.destroy()
    secret = undefined
    return Buffer.concat(
      messages.flatMap((message) => formatFragments(++objectId, formatMessage(message), needs.fragmentBytes)),
    )
  }

  return {
    connect: (bytes) => {
      const connected = taking.then(() => connect(bytes))
      taking = connected.catch(() => undefined)
      return connected
    },
    receive(stream, bytes) {
      const taken = taking.then(() => take(stream, bytes))
      taking = taken.catch(() => undefined)
      return taken
    },
    room: (pipeline) => pipelines.get(pipeline)?.input.room(limits.unsent),
    stop(pipeline) {
      const at = pool.pipelines.get(pipeline)
      step({ kind: 'stop', pipeline })
      return at === 'waiting' || at === 'running'
    },
    fail(pipeline, record) {
      const refusal = refusedPipeline(pool, pipeline, record)
      if (refusal) send(refusal)
    },
    close: () => step({ kind: 'close' }),
  }
}

/** Rejects as soon as the signal says so. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new TerminatingError(PIPELINE_STOPPED))
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
