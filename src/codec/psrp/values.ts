import { assertNever } from '../../base/never.ts'
import type { PsObject, PsValue } from '../../base/ps-value.ts'
import {
  type CliObject,
  type CliPlain,
  type CliValue,
  cliBool,
  cliDictionary,
  cliEnum,
  cliInt,
  cliList,
  cliLong,
  cliObject,
  cliText,
  NIL,
} from './clixml.ts'

/** Opens the text of a SecureString with the session key; undefined without a key, or when it does not fit. */
export type Decrypt = (base64: string) => string | undefined

/**
 * A serialised value as the cmdlets take it. Shapes decide, never type names (SECURITY 48): a switch is what has only `IsPresent`,
 * a credential what has `UserName` and a SecureString; a string or number in an object is that string or number
 * (a client wraps what it pipes on; powershell-7-observed.md section 2).
 */
export function toPsValue(value: CliValue, decrypt: Decrypt): PsValue {
  switch (value.kind) {
    case 'nil':
      return null
    case 'bool':
      return value.value
    case 'text':
      return fromText(value, decrypt)
    case 'number':
      return value.tag === 'C' ? { kind: 'char', text: String.fromCharCode(value.value) } : value.value
    case 'long':
      return Number.isSafeInteger(Number(value.value)) ? Number(value.value) : value.value
    case 'bytes':
      return { kind: 'bytes', bytes: value.value }
    case 'object':
      return fromObject(value, decrypt)
    default:
      return assertNever(value)
  }
}

function fromText(value: Extract<CliPlain, { kind: 'text' }>, decrypt: Decrypt): PsValue {
  switch (value.tag) {
    case 'S':
      return value.value
    case 'SBK':
      return { kind: 'scriptBlock', text: value.value }
    case 'XD':
      return { kind: 'xml', text: value.value }
    case 'URI':
      return { kind: 'uri', text: value.value }
    case 'Version':
      return { kind: 'version', text: value.value }
    case 'G':
      return { kind: 'guid', text: value.value.toLowerCase() }
    case 'D': {
      const number = Number(value.value)
      return Number.isFinite(number) ? number : value.value
    }
    case 'DT': {
      const ms = readDateTime(value.value)
      return ms === undefined ? value.value : { kind: 'date', ms }
    }
    case 'TS': {
      const ms = readDuration(value.value)
      return ms === undefined ? value.value : { kind: 'timespan', ms }
    }
    case 'SS': {
      const text = decrypt(value.value)
      return text === undefined ? null : { kind: 'secure', text }
    }
    default:
      return assertNever(value.tag)
  }
}

function fromObject(value: CliObject, decrypt: Decrypt): PsValue {
  const { content, props, members } = value
  if (content?.kind === 'list') return content.items.map((item) => toPsValue(item, decrypt))
  if (content?.kind === 'dictionary')
    return {
      kind: 'table',
      entries: content.entries.map(([key, item]) => [toPsValue(key, decrypt), toPsValue(item, decrypt)]),
    }
  if (content) return fromWrapped(value, content.value, decrypt)
  const present = props.get('IsPresent')
  if (props.size === 1 && present?.kind === 'bool') return present.value
  const user = props.get('UserName')
  const password = props.get('Password')
  if (user?.kind === 'text' && password?.kind === 'text' && password.tag === 'SS') {
    const text = decrypt(password.value)
    return text === undefined ? null : { kind: 'credential', user: user.value, password: text }
  }
  const properties = new Map<string, PsValue>()
  for (const [name, member] of [...props, ...members]) properties.set(name, toPsValue(member, decrypt))
  const object: PsObject = { kind: 'object', typeNames: value.types.map(withoutPrefix), properties }
  return value.text === undefined ? object : { ...object, text: value.text }
}

function fromWrapped(value: CliObject, inner: CliPlain, decrypt: Decrypt): PsValue {
  if (inner.kind === 'number' && value.text !== undefined && value.types.includes('System.Enum'))
    return {
      kind: 'enum',
      typeName: withoutPrefix(value.types[0] ?? ''),
      name: value.text,
      value: inner.value,
    }
  return toPsValue(inner, decrypt)
}

/** `Deserialized.X` is an `X` that went to a client and came back. */
function withoutPrefix(type: string): string {
  return type.replace(/^Deserialized\./, '')
}

/** Levels of objects in objects that are sent as such; below them stands their text (powershell-remoting.md section 7.1). */
const NESTED = 3

/** A value of ours as it is serialised. Secrets never leave: a SecureString is Nil, a credential has no password (SECURITY 32, 48). */
export function fromPsValue(value: PsValue, depth = 0): CliValue {
  if (value === null) return NIL
  if (typeof value === 'boolean') return cliBool(value)
  if (typeof value === 'string') return cliText(value)
  if (typeof value === 'bigint') return cliLong(value)
  if (typeof value === 'number') return fromNumber(value)
  if (isList(value))
    return cliList(
      value.map((item) => fromPsValue(item, depth)),
      ['System.Object[]', 'System.Array', 'System.Object'],
    )
  switch (value.kind) {
    case 'date':
      return cliText(new Date(value.ms).toISOString(), 'DT')
    case 'timespan':
      return cliText(formatDuration(value.ms), 'TS')
    case 'guid':
      return cliText(value.text, 'G')
    case 'version':
      return cliText(value.text, 'Version')
    case 'uri':
      return cliText(value.text, 'URI')
    case 'xml':
      return cliText(value.text, 'XD')
    case 'char':
      return cliInt(value.text.charCodeAt(0), 'C')
    case 'scriptBlock':
      return cliText(value.text, 'SBK')
    case 'bytes':
      return { kind: 'bytes', value: value.bytes }
    case 'enum':
      return cliEnum(value.typeName, value.name, value.value)
    case 'secure':
      return NIL
    case 'credential':
      return cliObject({
        types: ['System.Management.Automation.PSCredential', 'System.Object'],
        text: 'System.Management.Automation.PSCredential',
        props: new Map<string, CliValue>([
          ['UserName', cliText(value.user)],
          ['Password', NIL],
        ]),
      })
    case 'table':
      return cliDictionary(value.entries.map(([key, item]) => [keyText(key), fromPsValue(item, depth)]))
    case 'object':
      return fromPsObject(value, depth)
    default:
      return assertNever(value)
  }
}

function fromPsObject(value: PsObject, depth: number): CliValue {
  if (depth > NESTED) return cliText(value.text ?? value.typeNames[0] ?? '')
  const values = new Map<string, CliValue>()
  for (const [name, item] of value.properties) values.set(name, fromPsValue(item, depth + 1))
  // What Select-Object and [pscustomobject] make has note properties; what a cmdlet made has properties of its own.
  const custom = value.typeNames.includes('System.Management.Automation.PSCustomObject')
  return cliObject({
    types: value.typeNames,
    text: value.text,
    ...(custom ? { members: values } : { props: values }),
  })
}

function fromNumber(value: number): CliValue {
  if (Number.isInteger(value) && !Object.is(value, -0)) {
    if (Math.abs(value) <= 0x7fffffff) return cliInt(value)
    if (Number.isSafeInteger(value)) return cliLong(BigInt(value))
  }
  return cliInt(value, 'Db')
}

function keyText(key: PsValue): string {
  return typeof key === 'string' ? key : String(key)
}

function isList(value: PsValue): value is readonly PsValue[] {
  return Array.isArray(value)
}

/** XSD dateTime; without offset it is taken as UTC. Milliseconds since 1970, finer digits are cut. */
export function readDateTime(text: string): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})?$/.exec(text)
  if (!match) return undefined
  const ms = Date.parse(`${match[1]}${(match[2] ?? '').slice(0, 4)}${match[3] ?? 'Z'}`)
  return Number.isNaN(ms) ? undefined : ms
}

/** XSD duration of days and smaller, as .NET writes a TimeSpan. */
export function readDuration(text: string): number | undefined {
  const match =
    /^(-)?P(?:(\d{1,8})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,10})M)?(?:(\d{1,12}(?:\.\d{1,9})?)S)?)?$/.exec(text)
  if (!match || /[PT]$/.test(text)) return undefined
  const [, sign, days = 0, hours = 0, minutes = 0, seconds = 0] = match
  const total =
    ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000 + Math.round(Number(seconds) * 1000)
  return sign ? -total : total
}

/** A TimeSpan as .NET writes it: `P1DT2H3M4.5S`, zero is `PT0S`. */
export function formatDuration(ms: number): string {
  const rest = Math.abs(ms)
  const days = Math.trunc(rest / 86_400_000)
  const hours = Math.trunc(rest / 3_600_000) % 24
  const minutes = Math.trunc(rest / 60_000) % 60
  const seconds = (rest % 60_000) / 1000
  const time = `${hours ? `${hours}H` : ''}${minutes ? `${minutes}M` : ''}${seconds ? `${seconds}S` : ''}`
  if (!days && !time) return 'PT0S'
  return `${ms < 0 ? '-' : ''}P${days ? `${days}D` : ''}${time ? `T${time}` : ''}`
}
