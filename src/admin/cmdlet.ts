import type { Role } from '../actions/ports/facts.ts'
import type { AuditEntry, Change } from '../actions/ports/ledger.ts'
import type { Ports } from '../actions/ports/ports.ts'
import type { ErrorCategory, PsErrorRecord, PsValue } from '../base/ps-value.ts'
import type { Account } from '../domain/account.ts'
import type { Bilingual } from '../domain/policy.ts'

/** How text and objects become an argument; the messages of a failed conversion are PowerShell's (admin/convert.ts). */
export type ParameterType =
  | { readonly kind: 'string'; readonly maxLength?: number; readonly pattern?: string }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'switch' }
  | {
      readonly kind: 'integer'
      readonly bits: 16 | 32 | 64
      readonly unsigned?: boolean
      readonly min?: number
      readonly max?: number
    }
  | { readonly kind: 'double' }
  | { readonly kind: 'date' }
  | { readonly kind: 'timespan'; readonly minMs?: number; readonly maxMs?: number }
  | { readonly kind: 'guid' }
  | { readonly kind: 'uri' }
  | { readonly kind: 'enum'; readonly typeName: string; readonly values: readonly string[] }
  | { readonly kind: 'secureString' }
  | { readonly kind: 'credential' }
  /** A number or the word Unlimited (`-ResultSize`). */
  | { readonly kind: 'unlimited' }
  /** A user in any form of cmdlets.md 1.2, or an object that names one. */
  | { readonly kind: 'user' }
  /** A policy identity (cmdlets.md 1.1). */
  | { readonly kind: 'identity' }
  /** `@{Add=…}`, `@{Remove=…}`, `@{Replace=…}`, a list or one value. */
  | { readonly kind: 'listModifier'; readonly of: 'string' | 'object' }
  | { readonly kind: 'list'; readonly of: ParameterType }
  | { readonly kind: 'scriptBlock' }
  | { readonly kind: 'hashtable' }
  | { readonly kind: 'object' }

export interface Parameter {
  readonly type: ParameterType
  /** .NET name for Get-Command metadata, e.g. `System.Nullable[System.Boolean]`; derived from `type` where absent. */
  readonly typeName?: string
  readonly position?: number
  readonly mandatory?: boolean
  readonly nullable?: boolean
  readonly pipeline?: readonly ('ByValue' | 'ByPropertyName')[]
  /** In a pipeline this parameter leaves its position to the next one, because its value comes through the pipeline (D4). */
  readonly yieldsPosition?: boolean
  readonly aliases?: readonly string[]
  /** Names of the sets that have it; absent: all. */
  readonly sets?: readonly string[]
  readonly help: Bilingual
  /** Accepted without effect: the binder writes this warning when the parameter is given (issue: never silently). */
  readonly withoutEffect?: Bilingual
}

/** Bound arguments: only those that were given, by declared name, already converted. A switch is a boolean. */
export type Bound = Readonly<Record<string, PsValue>>

/** What a cmdlet may do beside returning objects. */
export interface Invocation {
  readonly ports: Ports
  readonly caller: Caller
  /** The whole table, for Get-Command and Get-Help. */
  readonly table: CmdletTable
  /** The definition that runs. */
  readonly cmdlet: Cmdlet
  readonly language: 'en' | 'ja'
  /** Set when the client stopped the pipeline. */
  readonly signal: AbortSignal
  /** Called with an open pipeline, even when nothing came through it (cmdlets.md section 2, empty pipeline input). */
  readonly piped: boolean
  /** Width of the client's screen in columns. */
  readonly width: number
  /** Non-terminating: goes to the error stream, the pipeline goes on (unless -ErrorAction Stop). */
  error(record: Omit<PsErrorRecord, 'activity' | 'exception' | 'target'> & Partial<PsErrorRecord>): void
  warning(text: string): void
  verbose(text: string): void
  progress(record: ProgressRecord): void
  /** Text for the client's screen (Write-Host, Out-Default). */
  host(text: string, kind?: 'line' | 'error'): void
  /** Takes the client's console out of the session (Exit-PSSession); nothing where there is none. */
  leave(): void
  /** Files of the person's own computer; only commands that `needsFiles` may count on them. */
  readonly files?: Files
  /** `-WhatIf` prints and answers false; `-Confirm`, or a high impact, asks. @throws PromptNotPossible where nobody can be asked. */
  shouldProcess(target: string, action?: string): Promise<boolean>
  /** Asks although `-Confirm` was not given, unless `-Force` is bound. */
  shouldContinue(question: string, caption: string): Promise<boolean>
  /** Queues changes with the audit record of one changed object; they commit in batches of at most 500 objects, before the pipeline ends. */
  change(changes: readonly Change[], object: ChangedObject): Promise<void>
  /** Commits what is queued now, for a cmdlet that must not give anything out before (the text of messages, SECURITY 53). */
  flush(): Promise<void>
}

/**
 * Files of the computer at which the person sits. The console's own process reads and writes them, never the server: no command of the
 * server takes a path (SECURITY 29, 46).
 */
export interface Files {
  read(path: string): Promise<FileAnswer>
  /** `new`: refused where the file exists. */
  write(path: string, text: string, mode: 'replace' | 'append' | 'new'): Promise<FileAnswer>
}

/** The text of a file (empty after writing), or why not, in words for the person. */
export type FileAnswer =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: 'missing' | 'exists' | 'failed'; readonly message: string }

export interface ChangedObject {
  readonly target: string
  readonly before: AuditEntry['before']
  readonly after: AuditEntry['after']
}

export interface ProgressRecord {
  readonly activity: string
  readonly status: string
  /** 0 to 100, or -1 when unknown. */
  readonly percent: number
  readonly secondsRemaining?: number
  readonly completed?: boolean
}

/** Who runs a pipeline, at which door. Roles are read at each invocation, not here (SECURITY 50). */
export interface Caller {
  /** Undefined: the local administrator on `admin.sock`, CsAdministrator without NpMessageReader (DECISIONS 27). */
  readonly account: Account | undefined
  /** `console:root`, or the user principal name. */
  readonly name: string
  readonly from: string
  readonly door: 'console' | 'wsman' | 'ssh' | 'websocket' | 'web'
  /** True where `-Path` parameters may be streamed by the command line itself (INTERFACES 2). */
  readonly local: boolean
}

/** What a door does with streams and prompts. */
export interface Host {
  readonly language: 'en' | 'ja'
  readonly width: number
  write(record: StreamRecord): void | Promise<void>
  /** Only the console has these; elsewhere commands that need them do not exist. */
  readonly files?: Files
  /** Exit-PSSession. */
  leave?(): void
  /** `-OutVariable`, `-ErrorVariable`, `-WarningVariable`: where a door keeps variables; `append` for `+name`. */
  setVariable?(name: string, values: readonly PsValue[], append: boolean): void
  /** Undefined where nobody can be asked: PromptNotPossible (INTERFACES 3). A question that comes back unanswered is undefined too. */
  readonly ask?: {
    choice(
      caption: string,
      message: string,
      choices: readonly { label: string; help: string }[],
      preset: number,
    ): Promise<number | undefined>
    fields(
      caption: string,
      message: string,
      fields: readonly { name: string; typeName: string }[],
    ): Promise<ReadonlyMap<string, PsValue> | undefined>
  }
}

export type StreamRecord =
  | { readonly stream: 'error'; readonly record: PsErrorRecord }
  | { readonly stream: 'warning' | 'verbose' | 'debug'; readonly text: string }
  | { readonly stream: 'progress'; readonly record: ProgressRecord }
  | { readonly stream: 'whatIf'; readonly text: string }
  | { readonly stream: 'host'; readonly text: string; readonly kind: 'line' | 'error' }

interface CmdletBase {
  readonly name: string
  readonly synopsis: Bilingual
  readonly description?: Bilingual
  /** No row means nobody (SECURITY 50). `everyone`: commands that every session needs and that show nothing (Select-Object, Get-Command). */
  readonly roles: readonly Role[] | 'everyone'
  readonly parameters: Readonly<Record<string, Parameter>>
  readonly defaultSet?: string
  readonly supportsShouldProcess?: boolean
  readonly confirmImpact?: 'Low' | 'Medium' | 'High'
  readonly outputTypes?: readonly string[]
  readonly examples?: readonly { readonly line: string; readonly help: Bilingual }[]
  /** Exists only where the host has files: at the console. */
  readonly needsFiles?: boolean
  /** Never listed by Get-Command metadata (prompt, TabExpansion2). */
  readonly hidden?: boolean
}

/** `run`: once per record that comes through the pipeline, or once without one. `stream`: once, with everything that comes (Sort-Object). */
export type Cmdlet = CmdletBase &
  (
    | {
        readonly run: (invocation: Invocation, bound: Bound) => AsyncIterable<PsValue> | Promise<void>
        readonly stream?: undefined
      }
    | {
        readonly stream: (
          invocation: Invocation,
          bound: Bound,
          input: AsyncIterable<PsValue>,
        ) => AsyncIterable<PsValue>
        readonly run?: undefined
      }
  )

export interface CmdletTable {
  /** By name or PowerShell alias, without regard to case. */
  find(name: string): Cmdlet | undefined
  all(): readonly Cmdlet[]
}

/** Checks a definition when the module loads: a mandatory word of each language, positions that do not collide. */
export function defineCmdlet(cmdlet: Cmdlet): Cmdlet {
  const taken = new Set<string>()
  for (const [name, parameter] of Object.entries(cmdlet.parameters)) {
    if (parameter.position === undefined) continue
    for (const set of parameter.sets ?? ['']) {
      const place = `${set}#${parameter.position}`
      if (taken.has(place))
        throw new Error(`${cmdlet.name} -${name}: position ${parameter.position} is taken`)
      taken.add(place)
    }
  }
  return cmdlet
}

/** Ends the pipeline with an error record (a missing role, a refused prompt, a broken world). */
export class TerminatingError extends Error {
  readonly record: PsErrorRecord
  constructor(record: PsErrorRecord, options?: ErrorOptions) {
    super(record.message, options)
    this.record = record
  }
}

/** The error most cmdlets need: an object that is not there, a value that cannot be. */
export function managementError(
  message: string,
  id: string,
  category: ErrorCategory,
  target: PsValue = null,
): Omit<PsErrorRecord, 'activity'> {
  return {
    message,
    category,
    fullyQualifiedErrorId: id,
    exception: 'Microsoft.Rtc.Management.AD.ManagementException',
    target,
  }
}
