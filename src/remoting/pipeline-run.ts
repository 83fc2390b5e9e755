import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Caller, type Host, type StreamRecord, TerminatingError } from '../admin/cmdlet.ts'
import { type Engine, runPipeline } from '../admin/invoke.ts'
import type { CommandCall, PsErrorRecord, PsValue } from '../base/ps-value.ts'
import { type CliValue, cliInt, cliObject } from '../codec/psrp/clixml.ts'
import type { MessageType } from '../codec/psrp/message.ts'
import { type ClientHost, type PipelineRequest, type RemoteCommand, toCall } from '../codec/psrp/pipeline.ts'
import {
  type HostMethod,
  hostCall,
  PIPELINE_STOPPED,
  type PipelineEnd,
  scriptsNotAllowed,
} from '../codec/psrp/records.ts'
import { readSimpleScript } from '../codec/psrp/simple-script.ts'
import { type Decrypt, fromPsValue } from '../codec/psrp/values.ts'
import { createAsk } from './ask.ts'
import { type ErrorsTo, streamMessages } from './stream-records.ts'

/** One pipeline while it runs: who asked, where its input comes from and its messages go. */
export interface PipelineRun {
  readonly engine: Engine
  readonly caller: Caller
  readonly language: 'en' | 'ja'
  readonly screen: ClientHost
  readonly input: AsyncIterable<PsValue>
  readonly signal: AbortSignal
  readonly decrypt: Decrypt
  /** A promise resolves when the client has room again; undefined: go on. */
  send(type: MessageType, value: CliValue): Promise<void> | undefined
  /** Asks the client's host. @returns undefined when it cannot ask. */
  call(method: HostMethod, parameters: readonly CliValue[]): Promise<CliValue | undefined>
  /** Resolves when the client can send secrets. */
  demandKey(): Promise<void>
}

type Commands = Extract<PipelineRequest, { kind: 'commands' }>
type Metadata = Extract<PipelineRequest, { kind: 'metadata' }>

/** Objects after which other people's requests get their turn (SECURITY 25). */
const OBJECTS_A_TURN = 32

/** Runs what a pipeline asks for by the cmdlet table and sends what comes of it. Never rejects: how it ended is the result. */
export async function runRequest(request: PipelineRequest, run: PipelineRun): Promise<PipelineEnd> {
  try {
    if (request.kind === 'commands') await runStatements(request, run)
    else await answerMetadata(request, run)
    return { state: 'Completed' }
  } catch (error) {
    return { state: 'Failed', record: failure(error, run.engine) }
  }
}

function failure(error: unknown, engine: Engine): PsErrorRecord {
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

async function runStatements(request: Commands, run: PipelineRun): Promise<void> {
  // Every statement is read before the first one runs: a script text in the last changes nothing.
  const statements = request.statements.map((statement) => callsOf(statement, run.decrypt))
  for (const [at, calls] of statements.entries()) {
    // What is piped in goes to the first statement; the others are called without a pipeline.
    const input = at === 0 && !request.noInput ? run.input : undefined
    const host = hostOf(run, errorsOf(request.statements[at] ?? []))
    try {
      await runCalls(calls, input, host, run, (object) => run.send('PIPELINE_OUTPUT', fromPsValue(object)))
    } catch (error) {
      // As PowerShell does with statements: the error is written, the next statement runs.
      if (!(error instanceof TerminatingError) || run.signal.aborted || statements.length === 1) throw error
      await host.write({ stream: 'error', record: error.record })
    }
  }
}

async function runCalls(
  calls: readonly CommandCall[],
  input: AsyncIterable<PsValue> | undefined,
  host: Host,
  { engine, caller, signal }: PipelineRun,
  take: (object: PsValue) => Promise<void> | undefined,
): Promise<void> {
  let objects = 0
  for await (const object of runPipeline(engine, calls, input, host, caller, signal)) {
    await take(object)
    if (++objects % OBJECTS_A_TURN === 0) await nextTurn()
  }
}

function hostOf(run: PipelineRun, errorsTo: ErrorsTo): Host {
  const { language, screen, send } = run
  return {
    ...(screen.canShow ? { ask: createAsk(run) } : {}),
    language,
    width: screen.width,
    async write(record: StreamRecord) {
      // All of them at once: nothing of another stream comes between a record and its host call.
      const messages = streamMessages(record, errorsTo, screen.canShow)
      await Promise.all(messages.map(([type, value]) => send(type, value)))
    },
    leave: () => void send('PIPELINE_HOST_CALL', hostCall('PopRunspace', [])),
  }
}

function callsOf(statement: readonly RemoteCommand[], decrypt: Decrypt): readonly CommandCall[] {
  return statement.flatMap((command) => {
    if (!command.isScript) return [toCall(command, decrypt)]
    const calls = readSimpleScript(command.text)
    if (!calls) throw new TerminatingError(scriptsNotAllowed(command.text))
    return calls
  })
}

/** The errors of a statement go where its first command says: clients merge there and nowhere else; Out-Default shows them (section 7.5). */
function errorsOf(statement: readonly RemoteCommand[]): ErrorsTo {
  const errors = statement[0]?.errors ?? 'errors'
  const shows = statement.at(-1)?.text.toLowerCase() === 'out-default'
  return errors === 'output' && shows ? 'screen' : errors
}

/** GET_COMMAND_METADATA is the pipeline that PowerShell's own server runs for it; the count comes before the objects. */
async function answerMetadata(request: Metadata, run: PipelineRun): Promise<void> {
  const found: PsValue[] = []
  await runCalls(metadataCalls(request), undefined, hostOf(run, 'nowhere'), run, (object) => {
    found.push(object)
    return undefined
  })
  await run.send('PIPELINE_OUTPUT', countOf(found.length))
  for (const [at, object] of found.entries()) {
    await run.send('PIPELINE_OUTPUT', fromPsValue(object))
    if ((at + 1) % OBJECTS_A_TURN === 0) await nextTurn()
  }
}

function countOf(count: number): CliValue {
  return cliObject({
    types: [
      'Selected.Microsoft.PowerShell.Commands.GenericMeasureInfo',
      'System.Management.Automation.PSCustomObject',
      'System.Object',
    ],
    members: new Map([['Count', cliInt(count)]]),
  })
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

function metadataCalls(request: Metadata): readonly CommandCall[] {
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
