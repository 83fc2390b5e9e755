import { isList, parseTimeSpan, psText, psTypeName } from '../base/ps-text.ts'
import type { PsValue } from '../base/ps-value.ts'
import { property } from '../base/ps-value.ts'
import type { Result } from '../base/result.ts'
import { fail, ok } from '../base/result.ts'
import type { ParameterType } from './cmdlet.ts'
import { parseDate } from './dates.ts'
import { listModifier } from './list-modifier.ts'
import { typeNameOf } from './parameter-types.ts'

/** The converted value, or the end of PowerShell's message: `Cannot convert value "…" to type "…". …`. */
export type Converted = Result<PsValue, string>

/** Whether a value is of the type without conversion: what pipeline binding tries first. */
export function fitsExactly(type: ParameterType, value: PsValue): boolean {
  switch (type.kind) {
    case 'string':
    case 'identity':
      return typeof value === 'string'
    case 'user':
      return typeof value === 'string' || userKey(value) !== undefined
    case 'boolean':
    case 'switch':
      return typeof value === 'boolean'
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value)
    case 'object':
      return value !== null && typeof value === 'object' && !isList(value)
    case 'list':
      return isList(value) ? value.every((one) => fitsExactly(type.of, one)) : fitsExactly(type.of, value)
    default:
      return value !== null && psTypeName(value) === typeNameOf(type)
  }
}

/**
 * Turns what a client gave into what a cmdlet takes, as PowerShell's LanguagePrimitives would, and checks range and members.
 * A list modifier becomes a table with Add, Remove or Replace; a user becomes the text that names it.
 */
export function convert(type: ParameterType, value: PsValue): Converted {
  if (isList(value) && value.length === 1 && type.kind !== 'list' && type.kind !== 'listModifier') {
    return convert(type, value[0] ?? null)
  }
  switch (type.kind) {
    case 'string':
      return convertString(type, value)
    case 'boolean':
      return convertBoolean(value)
    case 'switch':
      return convertSwitch(value)
    case 'integer':
      return convertInteger(type, value)
    case 'double':
      return convertDouble(value)
    case 'date':
      return convertDate(value)
    case 'timespan':
      return convertTimeSpan(type, value)
    case 'guid':
      return convertGuid(value)
    case 'uri':
      return ok({ kind: 'uri', text: psText(value) })
    case 'enum':
      return convertEnum(type, value)
    case 'secureString':
      return isKind(value, 'secure') ? ok(value) : cannot(value, type)
    case 'credential':
      return isKind(value, 'credential') ? ok(value) : cannot(value, type)
    case 'unlimited':
      return convertUnlimited(value)
    case 'user':
      return convertUser(value)
    case 'identity':
      return convertIdentity(value)
    case 'listModifier':
      return ok(listModifier(value))
    case 'list':
      return convertList(type, value)
    case 'scriptBlock':
      return isKind(value, 'scriptBlock')
        ? ok(value)
        : typeof value === 'string'
          ? ok({ kind: 'scriptBlock', text: value })
          : cannot(value, type)
    case 'hashtable':
      return isKind(value, 'table') ? ok(value) : cannot(value, type)
    case 'object':
      return ok(value)
  }
}

function isKind<K extends string>(value: PsValue, kind: K): value is Extract<PsValue, { readonly kind: K }> {
  return (
    value !== null && typeof value === 'object' && !isList(value) && (value as { kind: string }).kind === kind
  )
}

function cannot(value: PsValue, type: ParameterType, why = ''): Converted {
  const name = typeNameOf(type)
  if (value !== null && typeof value === 'object') {
    return fail(
      `Cannot convert the "${psText(value)}" value of type "${psTypeName(value)}" to type "${name}".${why && ` ${why}`}`,
    )
  }
  return fail(`Cannot convert value "${psText(value)}" to type "${name}".${why && ` ${why}`}`)
}

function convertString(type: Extract<ParameterType, { kind: 'string' }>, value: PsValue): Converted {
  // Clients send {…} where a text is meant; it is text to us (powershell-7-observed, -Filter).
  const text = psText(value)
  if (type.maxLength !== undefined && text.length > type.maxLength) {
    return cannot(
      text,
      type,
      `The character length of the ${text.length} argument is too long. Shorten the character length of the argument so it is fewer than or equal to "${type.maxLength}" characters, and then try the command again.`,
    )
  }
  if (type.pattern !== undefined && !new RegExp(type.pattern).test(text)) {
    return cannot(
      text,
      type,
      `The argument "${text}" does not match the "${type.pattern}" pattern. Supply an argument that matches "${type.pattern}" and try the command again.`,
    )
  }
  return ok(text)
}

const BOOLEANS_ONLY =
  'Boolean parameters accept only Boolean values and numbers, such as $True, $False, 1 or 0 instead.'

function convertBoolean(value: PsValue): Converted {
  if (typeof value === 'boolean') return ok(value)
  if (typeof value === 'number' || typeof value === 'bigint') return ok(Boolean(value))
  const present = property(value, 'IsPresent')
  if (typeof present === 'boolean') return ok(present)
  return fail(`Cannot convert value "${psText(value)}" to type "System.Boolean". ${BOOLEANS_ONLY}`)
}

/** No value, or the null of a client that calls AddParameter, is presence (powershell-remoting section 5.1). */
function convertSwitch(value: PsValue): Converted {
  if (value === null) return ok(true)
  const truth = convertBoolean(value)
  return truth.ok ? truth : cannot(value, { kind: 'switch' }, BOOLEANS_ONLY)
}

function convertInteger(type: Extract<ParameterType, { kind: 'integer' }>, value: PsValue): Converted {
  const number = integerOf(value)
  if (number === undefined) return cannot(value, type, 'Error: "Input string was not in a correct format."')
  const lowest = type.unsigned ? 0n : -(2n ** BigInt(type.bits - 1))
  const highest = type.unsigned ? 2n ** BigInt(type.bits) - 1n : 2n ** BigInt(type.bits - 1) - 1n
  if (number < lowest || number > highest) {
    const name = typeNameOf(type).slice('System.'.length)
    return cannot(value, type, `Error: "Value was either too large or too small for a ${name}."`)
  }
  const outside = outsideRange(Number(number), type.min, type.max, String)
  if (outside !== undefined) return cannot(value, type, outside)
  const small = number >= BigInt(Number.MIN_SAFE_INTEGER) && number <= BigInt(Number.MAX_SAFE_INTEGER)
  return ok(small ? Number(number) : number)
}

function integerOf(value: PsValue): bigint | undefined {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return Number.isFinite(value) ? BigInt(Math.round(value)) : undefined
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (isKind(value, 'enum')) return Number.isInteger(value.value) ? BigInt(value.value) : undefined
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  if (/^[+-]?\d{1,20}$/.test(text)) return BigInt(text.replace(/^\+/, ''))
  return /^0x[0-9a-f]{1,16}$/i.test(text) ? BigInt(text) : undefined
}

/** PowerShell's words for ValidateRange. */
function outsideRange(
  value: number,
  min: number | undefined,
  max: number | undefined,
  show: (value: number) => string,
): string | undefined {
  if (max !== undefined && value > max) {
    return `The ${show(value)} argument is greater than the maximum allowed range of ${show(max)}. Supply an argument that is less than or equal to ${show(max)} and then try the command again.`
  }
  if (min !== undefined && value < min) {
    return `The ${show(value)} argument is less than the minimum allowed range of ${show(min)}. Supply an argument that is greater than or equal to ${show(min)} and then try the command again.`
  }
  return undefined
}

function convertDouble(value: PsValue): Converted {
  if (typeof value === 'number') return ok(value)
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN
  return Number.isFinite(number)
    ? ok(number)
    : cannot(value, { kind: 'double' }, 'Error: "Input string was not in a correct format."')
}

function convertDate(value: PsValue): Converted {
  const ms = isKind(value, 'date') ? value.ms : typeof value === 'string' ? parseDate(value) : undefined
  return ms === undefined || Number.isNaN(new Date(ms).getTime())
    ? cannot(value, { kind: 'date' }, 'Error: "String was not recognized as a valid DateTime."')
    : ok({ kind: 'date', ms })
}

function convertTimeSpan(type: Extract<ParameterType, { kind: 'timespan' }>, value: PsValue): Converted {
  const ms = isKind(value, 'timespan')
    ? value.ms
    : typeof value === 'string'
      ? parseTimeSpan(value)
      : typeof value === 'number'
        ? value / 10_000 // ticks, as [timespan]5 in PowerShell
        : undefined
  if (ms === undefined || !Number.isFinite(ms))
    return cannot(value, type, 'Error: "String was not recognized as a valid TimeSpan."')
  const outside = outsideRange(ms, type.minMs, type.maxMs, (n) => psText({ kind: 'timespan', ms: n }))
  return outside === undefined ? ok({ kind: 'timespan', ms }) : cannot(psText(value), type, outside)
}

function convertGuid(value: PsValue): Converted {
  if (isKind(value, 'guid')) return ok(value)
  const text = typeof value === 'string' ? value.trim().replace(/^\{(.*)\}$/, '$1') : ''
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
    ? ok({ kind: 'guid', text: text.toLowerCase() })
    : cannot(
        value,
        { kind: 'guid' },
        'Error: "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)."',
      )
}

function convertEnum(type: Extract<ParameterType, { kind: 'enum' }>, value: PsValue): Converted {
  const text = psText(value).trim()
  const wanted = text.toLowerCase()
  const byName = type.values.findIndex((name) => name.toLowerCase() === wanted)
  const byPrefix = type.values.flatMap((name, at) => (name.toLowerCase().startsWith(wanted) ? [at] : []))
  const byNumber =
    typeof value === 'number' || /^\d{1,4}$/.test(text)
      ? Number(text)
      : isKind(value, 'enum')
        ? value.value
        : -1
  const place = byName >= 0 ? byName : wanted !== '' && byPrefix.length === 1 ? (byPrefix[0] ?? -1) : byNumber
  const name = type.values[place]
  if (name !== undefined) return ok({ kind: 'enum', typeName: type.typeName, name, value: place })
  const members = type.values.join(', ')
  return fail(
    `Cannot convert value "${text}" to type "${type.typeName}". Error: "Unable to match the identifier name ${text} to a valid enumerator name. Specify one of the following enumerator names and try again: ${members}"`,
  )
}

function convertUnlimited(value: PsValue): Converted {
  if (typeof value === 'string' && /^unlimited$/i.test(value.trim())) return ok('Unlimited')
  return convertInteger({ kind: 'integer', bits: 32, min: 0, max: 0x7fffffff }, value)
}

/** What names the person in an object that a client sends: the identifier first, it never changes. */
function userKey(value: PsValue): string | undefined {
  for (const name of ['ObjectId', 'Guid', 'SipAddress', 'Identity', 'UserPrincipalName']) {
    const found = property(value, name)
    if (found === undefined || found === null || isList(found)) continue
    const text = psText(found)
    if (text !== '') return text
  }
  return undefined
}

function convertUser(value: PsValue): Converted {
  if (typeof value === 'string') return ok(value)
  const key = userKey(value)
  if (key !== undefined) return ok(key)
  return isKind(value, 'guid') || isKind(value, 'char') || typeof value === 'number'
    ? ok(psText(value))
    : cannot(value, { kind: 'user' })
}

function convertIdentity(value: PsValue): Converted {
  const named = property(value, 'Identity')
  const text = psText(named ?? value)
  return value === null || isList(value) ? cannot(value, { kind: 'identity' }) : ok(text)
}

function convertList(type: Extract<ParameterType, { kind: 'list' }>, value: PsValue): Converted {
  const items: PsValue[] = []
  for (const item of isList(value) ? value : [value]) {
    const converted = convert(type.of, item)
    if (!converted.ok) return converted
    items.push(converted.value)
  }
  return ok(items)
}
