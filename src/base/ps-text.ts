import type { PsValue } from './ps-value.ts'

/** What ToString shows: the form in which PowerShell puts a value into a string. Times of day are UTC. */
export function psText(value: PsValue): string {
  if (value === null) return ''
  switch (typeof value) {
    case 'string':
      return value
    case 'boolean':
      return value ? 'True' : 'False'
    case 'number':
    case 'bigint':
      return String(value)
    default:
  }
  if (isList(value)) return value.map(psText).join(' ')
  switch (value.kind) {
    case 'date':
      return dateText(value.ms)
    case 'timespan':
      return timeSpanText(value.ms)
    case 'guid':
    case 'version':
    case 'uri':
    case 'char':
    case 'xml':
    case 'scriptBlock':
      return value.text
    case 'enum':
      return value.name
    case 'bytes':
      return Array.from(value.bytes).join(' ')
    case 'secure':
      return 'System.Security.SecureString'
    case 'credential':
      return 'System.Management.Automation.PSCredential'
    case 'table':
      return 'System.Collections.Hashtable'
    case 'object':
      return value.text ?? objectText(value.properties, value.typeNames[0] ?? '')
  }
}

/** `[d.]hh:mm:ss[.fffffff]`, the constant form of a TimeSpan. */
function timeSpanText(ms: number): string {
  const sign = ms < 0 ? '-' : ''
  const total = Math.abs(Math.trunc(ms))
  const days = Math.floor(total / 86_400_000)
  const two = (n: number) => String(n).padStart(2, '0')
  const clock = `${two(Math.floor(total / 3_600_000) % 24)}:${two(Math.floor(total / 60_000) % 60)}:${two(Math.floor(total / 1000) % 60)}`
  const fraction = total % 1000 === 0 ? '' : `.${String(total % 1000).padStart(3, '0')}0000`
  return `${sign}${days > 0 ? `${days}.` : ''}${clock}${fraction}`
}

/** Reads the constant form of a TimeSpan; a lone number is days, as in .NET. @returns milliseconds, or undefined. */
export function parseTimeSpan(text: string): number | undefined {
  const match =
    /^\s*(-?)(?:(\d{1,8})(?:\.|:(?=\d{1,2}:\d{1,2}:\d)))?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?\s*$/.exec(
      text,
    )
  if (!match) return /^\s*-?\d{1,8}\s*$/.test(text) ? Number(text) * 86_400_000 : undefined
  const [, sign, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = ''] = match
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined
  const ms =
    ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000 +
    Number(seconds) * 1000 +
    Math.trunc(Number(`0.${fraction || '0'}`) * 1000)
  return sign === '-' ? -ms : ms
}

/** Name of the .NET type of a value, as error messages and Get-Member name it. */
export function psTypeName(value: PsValue): string {
  if (value === null) return 'null'
  switch (typeof value) {
    case 'string':
      return 'System.String'
    case 'boolean':
      return 'System.Boolean'
    case 'bigint':
      return 'System.Int64'
    case 'number':
      return !Number.isInteger(value)
        ? 'System.Double'
        : Math.abs(value) <= 0x7fffffff
          ? 'System.Int32'
          : 'System.Int64'
    default:
  }
  if (isList(value)) return 'System.Object[]'
  switch (value.kind) {
    case 'date':
      return 'System.DateTime'
    case 'timespan':
      return 'System.TimeSpan'
    case 'guid':
      return 'System.Guid'
    case 'version':
      return 'System.Version'
    case 'uri':
      return 'System.Uri'
    case 'char':
      return 'System.Char'
    case 'xml':
      return 'System.Xml.XmlDocument'
    case 'scriptBlock':
      return 'System.Management.Automation.ScriptBlock'
    case 'enum':
      return value.typeName
    case 'bytes':
      return 'System.Byte[]'
    case 'secure':
      return 'System.Security.SecureString'
    case 'credential':
      return 'System.Management.Automation.PSCredential'
    case 'table':
      return 'System.Collections.Hashtable'
    case 'object':
      return value.typeNames[0] ?? 'System.Object'
  }
}

export function isList(value: PsValue): value is readonly PsValue[] {
  return Array.isArray(value)
}

/** `MM/dd/yyyy HH:mm:ss`: the invariant culture, which PowerShell uses inside strings. */
function dateText(ms: number): string {
  const date = new Date(ms)
  if (Number.isNaN(date.getTime())) return '' // a time from the wire that no calendar has
  const iso = date.toISOString()
  return `${iso.slice(5, 7)}/${iso.slice(8, 10)}/${iso.slice(0, 4)} ${iso.slice(11, 19)}`
}

function objectText(properties: ReadonlyMap<string, PsValue>, typeName: string): string {
  if (!typeName.endsWith('PSCustomObject')) return typeName
  return `@{${[...properties].map(([name, value]) => `${name}=${psText(value)}`).join('; ')}}`
}
