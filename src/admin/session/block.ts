import type { PsScriptBlock, PsValue } from '../../base/ps-value.ts'
import { type CommandsToRun, type Evaluation, evaluateScript } from '../../codec/powershell/evaluate.ts'
import { EvaluationError } from '../../codec/powershell/operators.ts'
import { closureOf, Scope } from '../../codec/powershell/scope.ts'
import { parseScript } from '../../codec/powershell/script.ts'
import type { Script } from '../../codec/powershell/syntax.ts'
import { TerminatingError } from '../cmdlet.ts'

/** Runs the commands that an evaluation asks for; a session hangs its own on its scope. */
export type RunCommands = (commands: CommandsToRun) => AsyncIterable<PsValue>

const runners = new WeakMap<Scope, RunCommands>()

/** Blocks that were written in this session may run commands, as the session does. */
export function allowCommands(scope: Scope, run: RunCommands): void {
  runners.set(scope.root, run)
}

/**
 * Carries an evaluation through, running the commands it asks for.
 * @throws TerminatingError of a command, or EvaluationError
 */
export async function drive<T>(evaluation: Evaluation<T>, run: RunCommands): Promise<T> {
  let step = evaluation.next()
  while (!step.done) {
    const values: PsValue[] = []
    for await (const value of run(step.value)) values.push(value)
    step = evaluation.next(values)
  }
  return step.value
}

/** A block ready to be run for each object. @throws TerminatingError when its text is not of our language. */
export function openBlock(block: PsScriptBlock): (item: PsValue) => Promise<readonly PsValue[]> {
  const closure = closureOf(block)
  const script = closure?.script ?? parsed(block)
  const outer = closure?.scope ?? new Scope()
  const run = runners.get(outer.root) ?? refuseCommands
  return (item) => drive(evaluateScript(script, new Scope(outer, [['_', item]])), run)
}

/** The member's name where somebody wrote a word in the place of a block (`where Enabled`, `% DisplayName`). */
export function memberName(block: PsScriptBlock): string | undefined {
  if (closureOf(block)) return undefined
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(block.text) ? block.text : undefined
}

function parsed(block: PsScriptBlock): Script {
  const script = parseScript(block.text)
  if (script.ok) return script.value
  throw scriptError(script.error.message, script.error.id, 'ParserError')
}

function refuseCommands({ text }: CommandsToRun): AsyncIterable<PsValue> {
  throw scriptError(
    `Commands inside a block are not available at this door: ${text}`,
    'ScriptsNotAllowed',
    'SyntaxError',
  )
}

/** What goes wrong in the language itself, as PowerShell's runtime reports it. */
export function scriptError(
  message: string,
  id: string,
  category:
    | 'ParserError'
    | 'SyntaxError'
    | 'InvalidOperation'
    | 'NotSpecified'
    | 'InvalidArgument'
    | 'LimitsExceeded',
): TerminatingError {
  return new TerminatingError({
    message,
    category,
    fullyQualifiedErrorId: id,
    exception: 'System.Management.Automation.RuntimeException',
    target: null,
    activity: '',
  })
}

/** @returns what a failed evaluation is as an error record; anything else is thrown on. */
export function evaluationFailure(error: unknown): TerminatingError {
  if (error instanceof TerminatingError) return error
  if (!(error instanceof EvaluationError)) throw error
  const record = { message: error.message, category: error.category, fullyQualifiedErrorId: error.id }
  return new TerminatingError({
    ...record,
    exception: 'System.Management.Automation.RuntimeException',
    target: null,
    activity: '',
  })
}
