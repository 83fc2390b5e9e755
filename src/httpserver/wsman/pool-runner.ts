import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Caller, type Host, type StreamRecord, TerminatingError } from '../../admin/cmdlet.ts'
import { type Engine, runPipeline } from '../../admin/invoke.ts'
import { assertNever } from '../../base/never.ts'
import type { CommandCall, PsErrorRecord, PsValue } from '../../base/ps-value.ts'
import type { Limits } from '../../codec/limits.ts'
import { type CliValue, cliInt, cliObject, NIL } from '../../codec/psrp/clixml.ts'
import { parseClixmlInSteps } from '../../codec/psrp/clixml-reader.ts'
import {
  createReassembly,
  type FragmentBudget,
  type FragmentRefusal,
  formatFragments,
  type Reassembly,
} from '../../codec/psrp/fragment.ts'
import type { Guid } from '../../codec/psrp/guid.ts'
import { formatMessage, type MessageType, type PsrpMessage, parseMessage } from '../../codec/psrp/message.ts'
import { type PipelineRequest, type RemoteCommand, toCall } from '../../codec/psrp/pipeline.ts'
import { hostCall, PIPELINE_STOPPED, type PipelineEnd, scriptsNotAllowed } from '../../codec/psrp/records.ts'
import {
  newPool,
  type PoolInput,
  type PoolOutput,
  pipelineMessage,
  stepPool,
} from '../../codec/psrp/runspace.ts'
import { readSimpleScript } from '../../codec/psrp/simple-script.ts'
import { fromPsValue, toPsValue } from '../../codec/psrp/values.ts'
import { createInputQueue, type InputQueue } from './input-queue.ts'
import { createSessionSecret, type SessionSecret } from './session-secret.ts'
import { type ErrorsTo, streamMessages } from './stream-records.ts'

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

/** One runspace pool and its running pipelines, whatever carries it. */
export interface PoolRunner {
  /**
   * Bytes of one stream in any portions; `stream` names target and stream. Resolves when they have been taken; what comes meanwhile waits.
   * After a refusal the pool is gone.
   */
  receive(stream: string, bytes: Uint8Array): Promise<FragmentRefusal | undefined>
  stop(pipeline: Guid): void
  close(): void
}

interface Running {
  readonly request: PipelineRequest
  readonly input: InputQueue<PsValue>
  readonly abort: AbortController
}

/** Objects after which other people's requests get their turn (SECURITY 25). */
const OBJECTS_A_TURN = 32

/** Runs pipelines of one pool by the cmdlet table; there is no behaviour here (DECISIONS 4, 5). */
export function createPoolRunner(needs: PoolNeeds, carrier: Carrier): PoolRunner {
  const { engine, caller, limits } = needs
  const pipelines = new Map<Guid, Running>()
  const streams = new Map<string, Reassembly>()
  const budget: FragmentBudget = { open: 0, bytes: 0 }
  const inbox: PoolInput[] = []
  let pool = newPool(needs.commandHash)
  let objectId = 0n
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
    for (let next = inbox.shift(); next; next = inbox.shift()) {
      const [stepped, ...outputs] = stepPool(pool, next)
      pool = stepped
      for (const output of outputs) carryOut(output)
    }
    stepping = false
    if (pool.at === 'gone') secret?.destroy()
  }

  const carryOut = (output: PoolOutput): void => {
    switch (output.kind) {
      case 'send':
        send(output.message)
        return
      case 'create':
        pipelines.set(output.pipeline, {
          request: output.request,
          input: createInputQueue(),
          abort: new AbortController(),
        })
        return
      case 'start':
        void run(output.pipeline)
        return
      case 'input':
        pipelines.get(output.pipeline)?.input.push(toPsValue(output.value, decrypt), messageBytes)
        return
      case 'endInput':
        pipelines.get(output.pipeline)?.input.end()
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
        return
      case 'broken':
        carrier.broken(output.because)
        return
      default:
        assertNever(output)
    }
  }

  const run = async (id: Guid): Promise<void> => {
    const running = pipelines.get(id)
    if (!running) return
    let end: PipelineEnd = { state: 'Completed' }
    try {
      if (running.request.kind === 'commands') await runCommands(id, running, running.request)
      else await answerMetadata(id, running, running.request)
    } catch (error) {
      end = { state: 'Failed', record: failure(error) }
    }
    step({ kind: 'ended', pipeline: id, end })
  }

  const failure = (error: unknown): PsErrorRecord => {
    if (error instanceof TerminatingError) return error.record
    engine.broken?.(error, '')
    return {
      ...PIPELINE_STOPPED,
      message: 'The command could not be carried out; the server log says why.',
      category: 'ResourceUnavailable',
      fullyQualifiedErrorId: 'ServerFailure',
      exception: 'System.InvalidOperationException',
    }
  }

  const hostOf = (id: Guid, request: PipelineRequest, errorsTo: ErrorsTo): Host => {
    const host = (request.kind === 'commands' ? request.host : undefined) ?? pool.host
    return {
      language: needs.language,
      width: host.width,
      async write(record: StreamRecord) {
        // All of them at once: nothing of another stream comes between a record and its host call.
        const messages = streamMessages(record, errorsTo, host.canShow)
        await Promise.all(messages.map(([type, value]) => sendFor(id, type, value)))
      },
      leave: () => {
        sendFor(id, 'PIPELINE_HOST_CALL', hostCall('PopRunspace', []))
      },
    }
  }

  const runCommands = async (
    id: Guid,
    { input, abort }: Running,
    request: Extract<PipelineRequest, { kind: 'commands' }>,
  ): Promise<void> => {
    const statements = request.statements.map(callsOf)
    for (const [at, calls] of statements.entries()) {
      // What is piped in goes to the first statement; the others are called without a pipeline.
      const source = at === 0 && !request.noInput ? input.values() : undefined
      const host = hostOf(id, request, errorsOf(request.statements[at] ?? []))
      await runCalls(id, calls, source, host, abort.signal, (object) =>
        sendFor(id, 'PIPELINE_OUTPUT', fromPsValue(object)),
      )
    }
  }

  const runCalls = async (
    id: Guid,
    calls: readonly CommandCall[],
    input: AsyncIterable<PsValue> | undefined,
    host: Host,
    signal: AbortSignal,
    take: (object: PsValue) => Promise<void> | undefined,
  ): Promise<void> => {
    let objects = 0
    for await (const object of runPipeline(engine, calls, input, host, caller, signal)) {
      await take(object)
      if (++objects % OBJECTS_A_TURN === 0) await nextTurn()
      if (!pool.pipelines.has(id)) return
    }
  }

  const callsOf = (statement: readonly RemoteCommand[]): readonly CommandCall[] =>
    statement.flatMap((command) => {
      if (!command.isScript) return [toCall(command, decrypt)]
      const calls = readSimpleScript(command.text)
      if (!calls) throw new TerminatingError(scriptsNotAllowed(command.text))
      return calls
    })

  /** GET_COMMAND_METADATA is the pipeline that PowerShell's own server runs for it; the count comes before the objects. */
  const answerMetadata = async (
    id: Guid,
    { abort }: Running,
    request: Extract<PipelineRequest, { kind: 'metadata' }>,
  ): Promise<void> => {
    const found: PsValue[] = []
    const host = hostOf(id, request, 'nowhere')
    await runCalls(id, metadataCalls(request), undefined, host, abort.signal, (object) => {
      found.push(object)
      return undefined
    })
    const count = cliObject({
      types: [
        'Selected.Microsoft.PowerShell.Commands.GenericMeasureInfo',
        'System.Management.Automation.PSCustomObject',
        'System.Object',
      ],
      members: new Map([['Count', cliInt(found.length)]]),
    })
    await sendFor(id, 'PIPELINE_OUTPUT', count)
    for (const [at, object] of found.entries()) {
      await sendFor(id, 'PIPELINE_OUTPUT', fromPsValue(object))
      if ((at + 1) % OBJECTS_A_TURN === 0) await nextTurn()
    }
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

  const takeMessages = async (blobs: readonly Uint8Array[]): Promise<FragmentRefusal | undefined> => {
    for (const blob of blobs) {
      const message = parseMessage(blob)
      if (!message) return 'malformed'
      const value = await readData(message.data)
      messageBytes = blob.length
      step({ kind: 'message', message, value })
      const waiting = message.pipeline && pipelines.get(message.pipeline)?.input.waitingBytes
      if (waiting && waiting > limits.objectBytes) return 'tooLarge'
    }
    return undefined
  }

  const take = async (stream: string, bytes: Uint8Array): Promise<FragmentRefusal | undefined> => {
    let reassembly = streams.get(stream)
    if (!reassembly) {
      reassembly = createReassembly(limits, budget)
      streams.set(stream, reassembly)
    }
    const blobs = reassembly.push(bytes)
    const refusal = blobs.ok ? await takeMessages(blobs.value) : blobs.error
    if (reassembly.idle) streams.delete(stream)
    if (refusal) step({ kind: 'close' })
    return refusal
  }

  return {
    receive(stream, bytes) {
      const taken = taking.then(() => take(stream, bytes))
      taking = taken.catch(() => undefined)
      return taken
    },
    stop: (pipeline) => step({ kind: 'stop', pipeline }),
    close: () => step({ kind: 'close' }),
  }
}

/** The errors of a statement go where its first command says: clients merge there and nowhere else; Out-Default shows them (section 7.5). */
function errorsOf(statement: readonly RemoteCommand[]): ErrorsTo {
  const errors = statement[0]?.errors ?? 'errors'
  const shows = statement.at(-1)?.text.toLowerCase() === 'out-default'
  return errors === 'output' && shows ? 'screen' : errors
}

/** What Import-PSSession reads of a command (powershell-remoting.md section 6.2). */
const METADATA = [
  'Name',
  'Namespace',
  'HelpUri',
  'CommandType',
  'ResolvedCommandName',
  'OutputType',
  'Parameters',
]

function metadataCalls(request: Extract<PipelineRequest, { kind: 'metadata' }>): readonly CommandCall[] {
  const modules = request.modules.length > 0 ? [{ name: 'Module', value: request.modules }] : []
  return [
    {
      name: 'Get-Command',
      arguments: [
        { name: 'Name', value: request.names },
        { name: 'CommandType', value: request.types },
        ...modules,
        { name: 'ErrorAction', value: 'SilentlyContinue' },
      ],
    },
    { name: 'Select-Object', arguments: [{ name: 'Property', value: METADATA }] },
  ]
}
