import type { CommandCall, PsErrorRecord, PsValue } from '../base/ps-value.ts'
import { assign, type CommandsToRun, commandsOf, evaluatePipeline } from '../codec/powershell/evaluate.ts'
import { Scope } from '../codec/powershell/scope.ts'
import type { Pipeline, Script, Statement } from '../codec/powershell/syntax.ts'
import type { Caller, Host } from './cmdlet.ts'
import { type Engine, runPipeline } from './invoke.ts'
import { allowCommands, drive, evaluationFailure } from './session/block.ts'

/** What one person at one prompt has: the variables of the lines before, and where streams and questions go. */
export interface Session {
  readonly run: RunCalls
  readonly host: Host
  readonly scope: Scope
}

/** Runs the commands of one pipeline: through the engine of this process, or wherever else a session has them. */
export type RunCalls = (
  calls: readonly CommandCall[],
  input: AsyncIterable<PsValue> | undefined,
  host: Host,
  signal: AbortSignal,
) => AsyncIterable<PsValue>

/** What comes out of a text. `line` begins each line of input, `end` ends each statement. */
export type Piece =
  | { readonly kind: 'line' }
  | { readonly kind: 'value'; readonly value: PsValue }
  | { readonly kind: 'end' }

/** A session on the engine of this process. */
export function openSession(engine: Engine, host: Host, caller: Caller, scope: Scope = new Scope()): Session {
  return sessionOf(
    (calls, input, to, signal) => runPipeline(engine, calls, input, to, caller, signal),
    host,
    scope,
  )
}

/** A session on commands that run somewhere; `-OutVariable` and its like land among its variables. */
export function sessionOf(run: RunCalls, host: Host, scope: Scope): Session {
  const setVariable = (name: string, values: readonly PsValue[], append: boolean) => {
    const before = append ? (scope.get(name) ?? []) : []
    scope.set(name, [...(Array.isArray(before) ? (before as readonly PsValue[]) : [before]), ...values])
  }
  return { run, host: { ...host, setVariable }, scope }
}

/**
 * Runs a parsed text, statement by statement. An error that ends a statement goes to the host's error stream and the next statement
 * runs, as in PowerShell; after `-ErrorAction Stop` the rest does not.
 */
export async function* interpret(
  session: Session,
  script: Script,
  signal: AbortSignal,
): AsyncGenerator<Piece, void, undefined> {
  const run = (commands: CommandsToRun) => runCommands(session, commands, signal)
  allowCommands(session.scope, run)
  let endLine = -1
  for (const statement of script.statements) {
    if (statement.place.line > endLine) yield { kind: 'line' }
    endLine = Math.max(endLine, statement.place.endLine)
    let goOn = true
    try {
      yield* runStatement(session, statement, run)
    } catch (error) {
      const { record } = evaluationFailure(error)
      await session.host.write({ stream: 'error', record: withActivity(record, statement) })
      goOn = !signal.aborted && !stopsTheRest(statement, record)
    }
    yield { kind: 'end' }
    if (!goOn) return
  }
}

async function* runStatement(
  session: Session,
  statement: Statement,
  run: (commands: CommandsToRun) => AsyncIterable<PsValue>,
): AsyncGenerator<Piece, void, undefined> {
  if (statement.kind === 'assignment') {
    await drive(assign(statement, session.scope), run)
    return
  }
  const values =
    statement.commands.length > 0
      ? run(await drive(commandsOf(statement, session.scope), run)) // streamed: objects go out as they come
      : await drive(evaluatePipeline(statement, session.scope), run)
  for await (const value of values) yield { kind: 'value', value }
}

/** The commands of one pipeline, with their arguments, through the engine. */
function runCommands(
  session: Session,
  { commands, input }: CommandsToRun,
  signal: AbortSignal,
): AsyncIterable<PsValue> {
  const calls = commands.map(
    ({ name, arguments: given }): CommandCall => ({
      name,
      arguments: given.map((argument) =>
        argument.kind === 'name'
          ? { name: argument.name, value: argument.value }
          : { name: undefined, value: argument.value },
      ),
    }),
  )
  return session.run(calls, input && stream(input), session.host, signal)
}

async function* stream(values: readonly PsValue[]): AsyncGenerator<PsValue> {
  yield* values
}

function withActivity(record: PsErrorRecord, statement: Statement): PsErrorRecord {
  if (record.activity !== '' || statement.kind === 'assignment') return record
  return { ...record, activity: statement.commands[0]?.name ?? '' }
}

/** `-ErrorAction Stop` ends everything; any other error only its statement. */
function stopsTheRest(statement: Statement, record: PsErrorRecord): boolean {
  if (record.category === 'OperationStopped') return true
  const pipeline: Pipeline = statement.kind === 'assignment' ? statement.value : statement
  return /-(?:ea|erroraction)[\s:]+['"]?stop\b/i.test(pipeline.text)
}
