import { ERROR_CATEGORIES, type PsErrorRecord, type PsValue } from '../../base/ps-value.ts'
import {
  type CliObject,
  type CliValue,
  cliBag,
  cliBool,
  cliEnum,
  cliInt,
  cliList,
  cliLong,
  cliObject,
  cliText,
  NIL,
  named,
} from './clixml.ts'
import { fromPsValue } from './values.ts'

const RUNTIME = [
  'System.Management.Automation.RuntimeException',
  'System.SystemException',
  'System.Exception',
  'System.Object',
]
/** Ancestors of exceptions that scripts and clients look for; anything else is an Exception. */
const ANCESTORS: Readonly<Record<string, readonly string[]>> = {
  'System.Management.Automation.ParseException': RUNTIME,
  'System.Management.Automation.CommandNotFoundException': RUNTIME,
  'System.Management.Automation.PipelineStoppedException': RUNTIME,
  'System.Management.Automation.ParameterBindingException': RUNTIME,
  'System.Management.Automation.ParameterBindingArgumentTransformationException': [
    'System.Management.Automation.ParameterBindingException',
    ...RUNTIME,
  ],
  'System.Management.Automation.ItemNotFoundException': [
    'System.Management.Automation.SessionStateException',
    ...RUNTIME,
  ],
}

/** An error names what it is about several times; what a peer sent in a megabyte does not come back five times as large. */
function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}
const LONGEST = 4096

/** An exception as the client rehydrates it: the ancestry in the type names, Message and its empty neighbours. */
function exceptionObject(record: PsErrorRecord, message: string): CliObject {
  const ancestors = ANCESTORS[record.exception] ?? ['System.Exception', 'System.Object']
  return cliObject({
    types: [record.exception, ...ancestors.filter((type) => type !== record.exception)],
    text: `${record.exception}: ${message}`,
    props: named({
      Message: cliText(message),
      Data: NIL,
      InnerException: NIL,
      TargetSite: NIL,
      StackTrace: NIL,
      HelpLink: NIL,
      Source: NIL,
      HResult: cliInt(-2146233087),
    }),
  })
}

/** The members every client needs, or its decoding fails (powershell-remoting.md section 7.2). */
function errorMembers(record: PsErrorRecord): ReadonlyMap<string, CliValue> {
  const reason = record.exception.split('.').at(-1) ?? record.exception
  const message = shortened(record.message)
  const target = shortened(targetName(record.target))
  const type = record.target === null ? '' : targetType(record.target)
  return named({
    Exception: exceptionObject(record, message),
    TargetObject: fromPsValue(typeof record.target === 'string' ? shortened(record.target) : record.target),
    FullyQualifiedErrorId: cliText(record.fullyQualifiedErrorId),
    InvocationInfo: NIL,
    ErrorCategory_Category: cliInt(ERROR_CATEGORIES.indexOf(record.category)),
    ErrorCategory_Activity: cliText(record.activity),
    ErrorCategory_Reason: cliText(reason),
    ErrorCategory_TargetName: cliText(target),
    ErrorCategory_TargetType: cliText(type),
    ErrorCategory_Message: cliText(`${record.category}: (${target}:${type}) [${record.activity}], ${reason}`),
    SerializeExtendedInfo: cliBool(false),
  })
}

/** An ERROR_RECORD, and what stands under ExceptionAsErrorRecord. */
export function errorRecord(record: PsErrorRecord): CliObject {
  return cliObject({
    types: ['System.Management.Automation.ErrorRecord', 'System.Object'],
    text: shortened(record.message),
    members: errorMembers(record),
  })
}

function targetName(target: PsValue): string {
  if (target === null) return ''
  if (typeof target !== 'object') return String(target)
  if ('kind' in target) {
    if (target.kind === 'object') return target.text ?? target.typeNames[0] ?? ''
    if ('text' in target && target.kind !== 'secure') return target.text
  }
  return targetType(target)
}

function targetType(target: PsValue): string {
  if (typeof target === 'string') return 'String'
  if (typeof target === 'boolean') return 'Boolean'
  if (typeof target === 'number') return Number.isInteger(target) ? 'Int32' : 'Double'
  if (typeof target === 'bigint') return 'Int64'
  if (target === null) return ''
  if (Array.isArray(target)) return 'Object[]'
  if ('kind' in target && target.kind === 'object')
    return (target.typeNames[0] ?? 'Object').split('.').at(-1) ?? 'Object'
  return 'Object'
}

/** WARNING, VERBOSE and DEBUG records. */
export function informationalRecord(kind: 'Warning' | 'Verbose' | 'Debug', text: string): CliObject {
  return cliObject({
    types: [
      `System.Management.Automation.${kind}Record`,
      'System.Management.Automation.InformationalRecord',
      'System.Object',
    ],
    text,
    members: named({
      InformationalRecord_Message: cliText(text),
      InformationalRecord_SerializeInvocationInfo: cliBool(false),
    }),
  })
}

/** A PROGRESS record; `percent` -1 is unknown. Empty texts are not allowed on the wire. */
export function progressRecord(progress: {
  readonly activity: string
  readonly status: string
  readonly percent: number
  readonly secondsRemaining?: number
  readonly completed?: boolean
}): CliObject {
  return cliBag({
    Activity: cliText(progress.activity || ' '),
    ActivityId: cliInt(1),
    StatusDescription: cliText(progress.status || ' '),
    CurrentOperation: NIL,
    ParentActivityId: cliInt(-1),
    PercentComplete: cliInt(Math.max(-1, Math.min(100, Math.trunc(progress.percent)))),
    Type: cliEnum(
      'System.Management.Automation.ProgressRecordType',
      progress.completed ? 'Completed' : 'Processing',
      progress.completed ? 1 : 0,
    ),
    SecondsRemaining: cliInt(Math.trunc(progress.secondsRemaining ?? -1)),
  })
}

/** Methods of the client's host that we call ([MS-PSRP] 2.2.3.17). */
export const HOST_METHOD = {
  ReadLine: 11,
  ReadLineAsSecureString: 12,
  WriteLine2: 16,
  WriteErrorLine: 18,
  WriteDebugLine: 19,
  WriteProgress: 20,
  WriteVerboseLine: 21,
  WriteWarningLine: 22,
  Prompt: 23,
  PromptForCredential2: 25,
  PromptForChoice: 26,
  PopRunspace: 53,
} as const
export type HostMethod = keyof typeof HOST_METHOD

/** Call id of methods without a result; they are never answered (powershell-remoting.md section 7.4). */
const NO_ANSWER = -100n

/** A PIPELINE_HOST_CALL; without `call` of a method that has no result, else with the id that the answer will name. */
export function hostCall(method: HostMethod, parameters: readonly CliValue[], call = NO_ANSWER): CliObject {
  return cliBag({
    ci: cliLong(call),
    mi: cliEnum('System.Management.Automation.Remoting.RemoteHostMethodId', method, HOST_METHOD[method]),
    mp: cliList(parameters),
  })
}

export const PIPELINE_STATE = { Stopped: 3, Completed: 4, Failed: 5 } as const
export type PipelineEnd =
  | { readonly state: 'Completed' }
  | { readonly state: 'Failed' | 'Stopped'; readonly record: PsErrorRecord }

/** PIPELINE_STATE: the last message of a pipeline; nothing may follow it. */
export function pipelineState(end: PipelineEnd): CliObject {
  return cliBag({
    PipelineState: cliInt(PIPELINE_STATE[end.state]),
    ExceptionAsErrorRecord: end.state === 'Completed' ? undefined : errorRecord(end.record),
  })
}

/** What a stopped pipeline ends with ([MS-PSRP] 3.2.5.5.5, powershell-remoting.md section 7.2). */
export const PIPELINE_STOPPED: PsErrorRecord = {
  message: 'The pipeline has been stopped.',
  category: 'OperationStopped',
  fullyQualifiedErrorId: 'PipelineStopped',
  exception: 'System.Management.Automation.PipelineStoppedException',
  target: null,
  activity: '',
}

/** What a script text is answered with: we have no language ([MS-PSRP] peers know it from NoLanguage endpoints; SECURITY 47). */
export function scriptsNotAllowed(text: string): PsErrorRecord {
  return {
    message:
      'The syntax is not supported by this runspace. This can occur if the runspace is in no-language mode.',
    category: 'ParserError',
    fullyQualifiedErrorId: 'ScriptsNotAllowed',
    exception: 'System.Management.Automation.ParseException',
    target: text,
    activity: '',
  }
}
