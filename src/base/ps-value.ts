/**
 * The values of PowerShell as our cmdlets, the console's language and the remoting codec exchange them: plain data with tags,
 * never code. Strings, booleans, numbers and arrays are JavaScript's own; an integral number is an Int32 where it fits, else an
 * Int64 (bigint above 2^53), any other number a Double.
 */
export type PsValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly PsValue[]
  | PsDate
  | PsTimeSpan
  | PsGuid
  | PsText
  | PsEnum
  | PsBytes
  | PsSecureString
  | PsCredential
  | PsScriptBlock
  | PsTable
  | PsObject

/** A DateTime in UTC, milliseconds since 1970. */
export interface PsDate {
  readonly kind: 'date'
  readonly ms: number
}
export interface PsTimeSpan {
  readonly kind: 'timespan'
  readonly ms: number
}
export interface PsGuid {
  readonly kind: 'guid'
  readonly text: string
}
/** Version, Uri, Char and XML: text with a type of its own. */
export interface PsText {
  readonly kind: 'version' | 'uri' | 'char' | 'xml'
  readonly text: string
}
export interface PsEnum {
  readonly kind: 'enum'
  readonly typeName: string
  readonly name: string
  readonly value: number
}
export interface PsBytes {
  readonly kind: 'bytes'
  readonly bytes: Uint8Array
}
export interface PsSecureString {
  readonly kind: 'secure'
  readonly text: string
}
export interface PsCredential {
  readonly kind: 'credential'
  readonly user: string
  readonly password: string
}
/** `{…}`: text that is never evaluated as PowerShell; `-Filter`, Where-Object and ForEach-Object read their subset of it. */
export interface PsScriptBlock {
  readonly kind: 'scriptBlock'
  readonly text: string
}
/** A hash literal or a dictionary; keys keep their order and are compared without case. */
export interface PsTable {
  readonly kind: 'table'
  readonly entries: readonly (readonly [PsValue, PsValue])[]
}
/** An object with named properties in order; `typeNames[0]` is its type. `text` is what ToString shows. */
export interface PsObject {
  readonly kind: 'object'
  readonly typeNames: readonly string[]
  readonly properties: ReadonlyMap<string, PsValue>
  readonly text?: string
}

export function psObject(
  typeName: string,
  properties: Iterable<readonly [string, PsValue]>,
  text?: string,
): PsObject {
  const base = {
    kind: 'object' as const,
    typeNames: [typeName, 'System.Object'],
    properties: new Map(properties),
  }
  return text === undefined ? base : { ...base, text }
}

/** A property of an object or a key of a table, found without regard to case; undefined when there is none. */
export function property(value: PsValue, name: string): PsValue | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value) || !('kind' in value))
    return undefined
  const wanted = name.toLowerCase()
  if (value.kind === 'object') {
    const exact = value.properties.get(name)
    if (exact !== undefined) return exact
    for (const [key, found] of value.properties) if (key.toLowerCase() === wanted) return found
  }
  if (value.kind === 'table') {
    for (const [key, found] of value.entries)
      if (typeof key === 'string' && key.toLowerCase() === wanted) return found
  }
  return undefined
}

/** One argument as a client gives it: `-Name value`, `-Name` alone (a switch: value undefined), or a positional value (name undefined). */
export interface CommandArgument {
  readonly name: string | undefined
  readonly value: PsValue | undefined
}

/** One command of a pipeline as any PowerShell client calls it, before binding. */
export interface CommandCall {
  readonly name: string
  readonly arguments: readonly CommandArgument[]
}

/** ErrorCategory of PowerShell; the number is its position in the enum. */
export const ERROR_CATEGORIES = [
  'NotSpecified',
  'OpenError',
  'CloseError',
  'DeviceError',
  'DeadlockDetected',
  'InvalidArgument',
  'InvalidData',
  'InvalidOperation',
  'InvalidResult',
  'InvalidType',
  'MetadataError',
  'NotImplemented',
  'NotInstalled',
  'ObjectNotFound',
  'OperationStopped',
  'OperationTimeout',
  'SyntaxError',
  'ParserError',
  'PermissionDenied',
  'ResourceBusy',
  'ResourceExists',
  'ResourceUnavailable',
  'ReadError',
  'WriteError',
  'FromStdErr',
  'SecurityError',
  'ProtocolError',
  'ConnectionError',
  'AuthenticationError',
  'LimitsExceeded',
  'QuotaExceeded',
  'NotEnabled',
] as const
export type ErrorCategory = (typeof ERROR_CATEGORIES)[number]

/** An error as data: what remoting serialises and the console prints (cmdlets.md section 3). */
export interface PsErrorRecord {
  readonly message: string
  readonly category: ErrorCategory
  /** First part and cmdlet class, e.g. `CommandNotFoundException`. */
  readonly fullyQualifiedErrorId: string
  /** .NET class scripts catch by name, e.g. `Microsoft.Rtc.Management.AD.ManagementException`. */
  readonly exception: string
  readonly target: PsValue
  /** The cmdlet that wrote it; empty for parse errors. */
  readonly activity: string
}
