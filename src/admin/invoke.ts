import type { AuditEntry } from '../actions/ports/ledger.ts'
import type { Ports } from '../actions/ports/ports.ts'
import type { CommandCall, PsValue } from '../base/ps-value.ts'
import type { Binding } from './bind.ts'
import { bindAlone, bindArguments, bindRecord, missingParameters, withAnswers } from './bind.ts'
import { allowingRole } from './caller-roles.ts'
import type { Bound, Caller, Cmdlet, CmdletTable, Host } from './cmdlet.ts'
import { TerminatingError } from './cmdlet.ts'
import { commandNotFound, permissionDenied } from './command-errors.ts'
import type { OpenInvocation } from './invocation.ts'
import { openInvocation } from './invocation.ts'
import { parameterTypeName } from './parameter-types.ts'
import { createPause } from './pause.ts'
import { Records } from './records.ts'

/** What runs commands; one for the whole server. */
export interface Engine {
  readonly ports: Ports
  readonly table: CmdletTable
  /** A command ended (metric `nightpost_cmdlets_total`). */
  readonly ended?: (cmdlet: string, result: InvocationResult) => void
  /** An audit record is on the disk: of a changed object, or of a whole invocation (security log, SECURITY 58). */
  readonly recorded?: (entry: AuditEntry) => void
  /** The world broke in a command: the one place that logs it (STYLE 7). */
  readonly broken?: (error: unknown, cmdlet: string) => void
}

export type InvocationResult = 'Success' | 'Failure' | 'Denied' | 'Stopped'

/**
 * Runs one pipeline of any door: all commands are found, bound and allowed before the first one begins, so that a line with a
 * mistake changes nothing. Objects leave a command only after its changes are on the disk.
 * @param input what comes from outside; undefined: called without a pipeline. An input that ends at once changes nothing (cmdlets.md section 2)
 * @throws TerminatingError for a command that cannot begin, `-ErrorAction Stop`, a prompt that cannot be asked, a stopped pipeline
 */
export async function* runPipeline(
  engine: Engine,
  calls: readonly CommandCall[],
  input: AsyncIterable<PsValue> | undefined,
  host: Host,
  caller: Caller,
  signal: AbortSignal = new AbortController().signal,
): AsyncGenerator<PsValue, void, undefined> {
  const bindings: Binding[] = []
  for (const [at, call] of calls.entries()) {
    const cmdlet = engine.table.find(call.name)
    if (cmdlet === undefined || (cmdlet.needsFiles && host.files === undefined))
      throw new TerminatingError(commandNotFound(call.name))
    const piped = at > 0 || input !== undefined
    const binding = bindArguments(cmdlet, call.arguments, piped)
    if (!binding.ok) throw new TerminatingError(binding.error)
    await demandRole(engine, cmdlet, binding.value.bound, caller)
    bindings.push(await askForMissing(binding.value, piped, host, at + 1))
  }
  let stream = input
  for (const binding of bindings) stream = stage(engine, binding, stream, host, caller, signal)
  if (stream !== undefined) yield* stream
}

async function demandRole(engine: Engine, cmdlet: Cmdlet, bound: Bound, caller: Caller): Promise<void> {
  if (allowingRole(engine.ports, cmdlet, caller) !== undefined) return
  const denied = permissionDenied(cmdlet)
  const open = openInvocation({
    engine,
    cmdlet,
    bound,
    common: {},
    role: undefined,
    caller,
    host: SILENT,
    signal: NEVER,
    piped: false,
  })
  await open.close('Denied', denied.message)
  throw new TerminatingError(denied)
}

const SILENT: Host = { language: 'en', width: 80, write: () => undefined }
const NEVER = new AbortController().signal

/** Asks for mandatory parameters where somebody can be asked; those that the pipeline may bring are not missing yet. */
async function askForMissing(binding: Binding, piped: boolean, host: Host, position: number) {
  const { cmdlet } = binding
  const missing = missingParameters(binding, piped)
  if (missing.length === 0 || host.ask === undefined) {
    if (missing.length > 0) {
      const refused = bindAlone(binding)
      if (!refused.ok) throw new TerminatingError(refused.error)
    }
    return binding
  }
  const answers = await host.ask.fields(
    `cmdlet ${cmdlet.name} at command pipeline position ${position}`,
    'Supply values for the following parameters:',
    missing.map((name) => {
      const parameter = cmdlet.parameters[name]
      return { name, typeName: parameter === undefined ? 'System.String' : parameterTypeName(parameter) }
    }),
  )
  if (answers === undefined) {
    // Nobody could be asked after all: what is missing is an error.
    const refused = bindAlone(binding)
    if (!refused.ok) throw new TerminatingError(refused.error)
    return binding
  }
  const complete = withAnswers(binding, answers)
  if (!complete.ok) throw new TerminatingError(complete.error)
  return complete.value
}

/** One command of the pipeline: a run for each record that comes, or one run alone. */
async function* stage(
  engine: Engine,
  binding: Binding,
  input: AsyncIterable<PsValue> | undefined,
  host: Host,
  caller: Caller,
  signal: AbortSignal,
): AsyncGenerator<PsValue, void, undefined> {
  const { cmdlet, common } = binding
  const role = allowingRole(engine.ports, cmdlet, caller)
  if (role === undefined) throw new TerminatingError(permissionDenied(cmdlet))
  const open = openInvocation({
    engine,
    cmdlet,
    bound: binding.bound,
    common,
    role,
    caller,
    host,
    signal,
    piped: input !== undefined,
  })
  const pause = createPause()
  let result: InvocationResult = 'Stopped'
  let because = ''
  try {
    open.warnWithoutEffect()
    for await (const object of outputs(engine, binding, input, open, caller)) {
      if (pause.due()) await pause.rest()
      yield object
    }
    await open.settle()
    yield* open.released()
    result = open.errors > 0 ? 'Failure' : 'Success'
  } catch (error) {
    const ending = terminating(engine, error, cmdlet)
    result = ending.record.category === 'OperationStopped' ? 'Stopped' : 'Failure'
    because = ending.record.message
    throw ending
  } finally {
    await closing(engine, open, result, because, cmdlet)
  }
}

/** The record of the invocation is written even when nobody wants the rest; a store that does not take it ends the pipeline. */
async function closing(
  engine: Engine,
  open: OpenInvocation,
  result: InvocationResult,
  because: string,
  cmdlet: Cmdlet,
): Promise<void> {
  try {
    await open.close(result, because)
  } catch (error) {
    throw terminating(engine, error, cmdlet)
  }
}

async function* outputs(
  engine: Engine,
  binding: Binding,
  input: AsyncIterable<PsValue> | undefined,
  open: OpenInvocation,
  caller: Caller,
): AsyncGenerator<PsValue, void, undefined> {
  const { cmdlet } = binding
  if (cmdlet.stream !== undefined) {
    const alone = bindAlone(binding)
    if (!alone.ok) throw new TerminatingError(alone.error)
    const { signal } = open.invocation
    const records = input === undefined ? ownInput(alone.value) : untilStopped(input, signal)
    for await (const object of cmdlet.stream(open.invocation, alone.value, records)) {
      yield* open.emit(object)
      open.checkStopped()
    }
    open.checkStopped()
    return
  }
  const one = async function* (bound: Bound): AsyncGenerator<PsValue, void, undefined> {
    open.checkStopped()
    const running = cmdlet.run(open.invocation, bound)
    if (Symbol.asyncIterator in running) {
      for await (const object of running) {
        yield* open.emit(object)
        open.checkStopped()
      }
    } else await running
    open.checkStopped()
  }
  if (input === undefined) {
    const alone = bindAlone(binding)
    if (!alone.ok) throw new TerminatingError(alone.error)
    yield* one(alone.value)
    return
  }
  const records = new Records(input, open.invocation.signal)
  const pause = createPause()
  try {
    for (;;) {
      const next = await records.next(open.pending ? () => open.flush() : undefined)
      yield* open.released()
      open.checkStopped()
      if (next === undefined) return
      if (pause.due()) await pause.rest()
      if (allowingRole(engine.ports, cmdlet, caller) === undefined)
        throw new TerminatingError(permissionDenied(cmdlet))
      const bound = bindRecord(binding, next.record)
      if (bound.ok) yield* one(bound.value)
      else open.invocation.error(bound.error)
      yield* open.released()
    }
  } finally {
    await records.close()
  }
}

async function* untilStopped(
  input: AsyncIterable<PsValue>,
  signal: AbortSignal,
): AsyncGenerator<PsValue, void, undefined> {
  const records = new Records(input, signal)
  try {
    for (;;) {
      const next = await records.next(undefined)
      if (next === undefined) return
      yield next.record
    }
  } finally {
    await records.close()
  }
}

async function* ownInput(bound: Bound): AsyncGenerator<PsValue, void, undefined> {
  const given = bound.InputObject
  if (Array.isArray(given)) yield* given as readonly PsValue[]
  else if (given !== undefined) yield given
}

function terminating(engine: Engine, error: unknown, cmdlet: Cmdlet): TerminatingError {
  if (error instanceof TerminatingError) {
    return error.record.activity === ''
      ? new TerminatingError({ ...error.record, activity: cmdlet.name })
      : error
  }
  engine.broken?.(error, cmdlet.name)
  // The cause is in the log; an answer never holds what a library or the disk says (SECURITY 27).
  return new TerminatingError(
    {
      message: 'The command could not be carried out; the server log says why.',
      category: 'ResourceUnavailable',
      fullyQualifiedErrorId: `ServerFailure,${cmdlet.name}`,
      exception: 'System.InvalidOperationException',
      target: null,
      activity: cmdlet.name,
    },
    { cause: error },
  )
}
