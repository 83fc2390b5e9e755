import type { Role } from '../actions/ports/facts.ts'
import type { AuditEntry, Change } from '../actions/ports/ledger.ts'
import { psText } from '../base/ps-text.ts'
import type { PsErrorRecord, PsValue } from '../base/ps-value.ts'
import type { Bound, Caller, Cmdlet, CmdletTable, Host, Invocation, ProgressRecord } from './cmdlet.ts'
import { TerminatingError } from './cmdlet.ts'
import { errorObject } from './error-object.ts'
import type { Engine, InvocationResult } from './invoke.ts'
import { masked } from './masked.ts'

/** Objects of one invocation that commit together (DECISIONS 27). */
const BATCH_OBJECTS = 500

interface Opening {
  readonly engine: Engine
  readonly cmdlet: Cmdlet
  readonly bound: Bound
  readonly common: Bound
  readonly role: Role | 'everyone' | undefined
  readonly caller: Caller
  readonly host: Host
  readonly signal: AbortSignal
  readonly piped: boolean
}

/** One invocation while it runs: streams, prompts, changes in batches, and the audit record at its end. */
export interface OpenInvocation {
  readonly invocation: Invocation
  /** Error records so far, whatever became of them. */
  readonly errors: number
  warnWithoutEffect(): void
  checkStopped(): void
  /** Gives an object out, or holds it until the changes before it are committed. */
  emit(object: PsValue): Iterable<PsValue>
  /** What was held and may go now. */
  released(): Iterable<PsValue>
  /** Changes wait for their commit. */
  readonly pending: boolean
  flush(): Promise<void>
  /** Commits what held objects wait for. */
  settle(): Promise<void>
  close(result: InvocationResult, because: string): Promise<void>
}

export function openInvocation(opening: Opening): OpenInvocation {
  const { engine, cmdlet, common, caller, host, signal } = opening
  const { ports, table } = engine
  const started = ports.clock.monotonicMs()
  const id = ports.random.guid()
  const parameters = masked({ ...opening.bound, ...common })
  const output: PsValue[] = []
  const keepsOutput = common.OutVariable !== undefined
  const errorRecords: PsValue[] = []
  const warnings: PsValue[] = []
  const held: PsValue[] = []
  let changes: Change[] = []
  let entries: AuditEntry[] = []
  let written: Promise<void> = Promise.resolve()
  let given = 0
  let changed = 0
  let errors = 0
  let answerForAll: boolean | undefined
  let closed = false

  const entry = (
    target: string | null,
    before: AuditEntry['before'],
    after: AuditEntry['after'],
    result: string,
  ): AuditEntry => ({
    time: ports.clock.now(),
    who: caller.name,
    role: opening.role === undefined || opening.role === 'everyone' ? null : opening.role,
    from: caller.from,
    door: caller.door,
    invocation: id,
    cmdlet: cmdlet.name,
    parameters,
    targetObject: target,
    before,
    after,
    result,
  })
  const say = (record: Parameters<Host['write']>[0]) => {
    const writing = host.write(record)
    if (writing === undefined) return
    written = Promise.all([written, writing]).then(() => undefined)
    written.catch(() => undefined) // awaited by flush; a door that is gone must not end the process in between
  }
  /** What waits becomes one transaction; it is not tried a second time. */
  const commit = async (last: readonly AuditEntry[]) => {
    const [now, records] = [changes, entries]
    changes = []
    entries = []
    await ports.ledger.commit(now, [...records, ...last])
    for (const record of [...records, ...last]) engine.recorded?.(record)
  }
  const flush = async () => {
    await written
    if (entries.length > 0) await commit([])
  }
  const stopWith = (record: PsErrorRecord): never => {
    throw new TerminatingError(record)
  }

  const invocation: Invocation = {
    ports,
    caller,
    table: host.files === undefined ? withoutFiles(table) : table,
    ...(host.files === undefined ? {} : { files: host.files }),
    cmdlet,
    language: host.language,
    signal,
    piped: opening.piped,
    width: host.width,
    error(partial) {
      const record: PsErrorRecord = {
        exception: 'Microsoft.Rtc.Management.AD.ManagementException',
        target: null,
        ...partial,
        activity: cmdlet.name,
        fullyQualifiedErrorId: partial.fullyQualifiedErrorId.includes(',')
          ? partial.fullyQualifiedErrorId
          : `${partial.fullyQualifiedErrorId},${cmdlet.name}`,
      }
      errors += 1
      const action = preference(common.ErrorAction)
      if (action === 'Ignore') return
      if (common.ErrorVariable !== undefined) errorRecords.push(errorObject(record))
      if (action === 'Stop') stopWith(record)
      if (action !== 'SilentlyContinue') say({ stream: 'error', record })
    },
    warning(text) {
      const action = preference(common.WarningAction)
      if (action === 'Ignore') return
      if (common.WarningVariable !== undefined) warnings.push(text)
      if (action !== 'SilentlyContinue') say({ stream: 'warning', text })
      if (action === 'Stop') {
        stopWith(
          simpleError(
            cmdlet,
            `The running command stopped because the preference variable "WarningPreference" or common parameter is set to Stop: ${text}`,
            'ActionPreferenceStop',
            'OperationStopped',
          ),
        )
      }
    },
    verbose(text) {
      if (common.Verbose === true) say({ stream: 'verbose', text })
    },
    progress(record: ProgressRecord) {
      const action = preference(common.ProgressAction)
      if (action !== 'SilentlyContinue' && action !== 'Ignore') say({ stream: 'progress', record })
    },
    host(text, kind = 'line') {
      say({ stream: 'host', text, kind })
    },
    leave() {
      host.leave?.()
    },
    async shouldProcess(target, action = cmdlet.name) {
      const what = `Performing the operation "${action}" on target "${target}".`
      if (common.WhatIf === true) {
        say({ stream: 'whatIf', text: `What if: ${what}` })
        return false
      }
      const grave = cmdlet.confirmImpact === 'High' && opening.bound.Force !== true
      const asks = common.Confirm === true || (common.Confirm === undefined && grave)
      if (!asks) {
        invocation.verbose(what)
        return true
      }
      return ask('Confirm', `Are you sure you want to perform this action?\n${what}`, '-Confirm:$false')
    },
    async shouldContinue(question, caption) {
      if (opening.bound.Force === true) return true
      return ask(caption, question, '-Force')
    },
    async change(more, object) {
      changes.push(...more)
      entries.push(entry(object.target, object.before, object.after, 'Success'))
      changed += 1
      if (entries.length >= BATCH_OBJECTS) await flush()
    },
    flush,
  }

  async function ask(caption: string, message: string, instead: string): Promise<boolean> {
    if (answerForAll !== undefined) return answerForAll
    const cannot = (): never =>
      stopWith(
        simpleError(
          cmdlet,
          `${cmdlet.name} asks before it goes on, and nobody can be asked here: ${message.replace(/\n/g, ' ')} Add ${instead} to go on without the question.`,
          'PromptNotPossible',
          'InvalidOperation',
        ),
      )
    if (host.ask === undefined) return cannot()
    await written
    const answer = await host.ask.choice(caption, message, CHOICES, 0)
    if (answer === undefined) return cannot()
    if (answer === 1 || answer === 3) answerForAll = answer === 1
    return answer === 0 || answer === 1
  }

  return {
    invocation,
    get errors() {
      return errors
    },
    warnWithoutEffect() {
      for (const [name, parameter] of Object.entries(cmdlet.parameters)) {
        if (parameter.withoutEffect !== undefined && name in opening.bound)
          invocation.warning(parameter.withoutEffect[host.language])
      }
    },
    checkStopped() {
      if (signal.aborted) {
        stopWith({
          ...simpleError(cmdlet, 'The pipeline has been stopped.', 'PipelineStopped', 'OperationStopped'),
          fullyQualifiedErrorId: 'PipelineStopped',
          exception: 'System.Management.Automation.PipelineStoppedException',
        })
      }
    },
    *emit(object) {
      given += 1
      if (keepsOutput) output.push(object)
      held.push(object)
      yield* this.released()
    },
    *released() {
      if (entries.length === 0) while (held.length > 0) yield held.shift() ?? null
    },
    get pending() {
      return entries.length > 0
    },
    flush,
    async settle() {
      if (held.length > 0) await flush()
    },
    async close(result, because) {
      if (closed) return
      closed = true
      setVariable(host, common.OutVariable, output)
      setVariable(host, common.ErrorVariable, errorRecords)
      setVariable(host, common.WarningVariable, warnings)
      engine.ended?.(cmdlet.name, result)
      await written
      if (cmdlet.roles === 'everyone' && entries.length === 0) return
      const ms = Math.round(ports.clock.monotonicMs() - started)
      const counts = `${given} objects, ${changed} changed, ${errors} errors, ${ms} ms`
      const line = because === '' ? `${result}: ${counts}` : `${result}: ${counts}; ${because.slice(0, 400)}`
      await commit([entry(null, null, null, line)])
    },
  }
}

/** Commands that work on files are not even named where there are none. */
function withoutFiles(table: CmdletTable): CmdletTable {
  return {
    find(name) {
      const found = table.find(name)
      return found?.needsFiles ? undefined : found
    },
    all: () => table.all().filter((cmdlet) => !cmdlet.needsFiles),
  }
}

const CHOICES = [
  { label: '&Yes', help: 'Continue with only the next step of the operation.' },
  { label: 'Yes to &All', help: 'Continue with all the steps of the operation.' },
  { label: '&No', help: 'Skip this operation and proceed with the next operation.' },
  { label: 'No to A&ll', help: 'Skip this operation and all subsequent operations.' },
]

function preference(value: PsValue | undefined): string {
  return value === undefined || value === null ? 'Continue' : psText(value)
}

function setVariable(host: Host, name: PsValue | undefined, values: readonly PsValue[]): void {
  if (typeof name !== 'string' || host.setVariable === undefined) return
  host.setVariable(name.replace(/^[+$]+/, ''), values, name.startsWith('+'))
}

function simpleError(
  cmdlet: Cmdlet,
  message: string,
  id: string,
  category: PsErrorRecord['category'],
): PsErrorRecord {
  return {
    message,
    category,
    fullyQualifiedErrorId: `${id},${cmdlet.name}`,
    exception: 'System.Management.Automation.PSInvalidOperationException',
    target: null,
    activity: cmdlet.name,
  }
}
