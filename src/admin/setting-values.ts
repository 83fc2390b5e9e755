import { isList, psText } from '../base/ps-text.ts'
import type { PsObject, PsValue } from '../base/ps-value.ts'
import { property, psObject } from '../base/ps-value.ts'
import type { Result } from '../base/result.ts'
import { fail, ok } from '../base/result.ts'
import { editList, type ListEdit, type ListItem } from '../domain/list-edit.ts'
import type { PolicyValue, Setting, SettingType } from '../domain/policy.ts'
import type { ParameterType } from './cmdlet.ts'
import { convert } from './convert.ts'

/** The parameter that sets a setting: conversion, range and members are the binder's business. */
export function parameterType(type: SettingType): ParameterType {
  switch (type.kind) {
    case 'flag':
      return { kind: 'boolean' }
    case 'text':
      return type.maxLength === undefined ? { kind: 'string' } : { kind: 'string', maxLength: type.maxLength }
    case 'count': {
      const range = {
        ...(type.min === undefined ? {} : { min: type.min }),
        ...(type.max === undefined ? {} : { max: type.max }),
      }
      const bits = type.type === 'UInt16' ? 16 : 32
      return { kind: 'integer', bits, unsigned: type.type !== 'Int32', ...range }
    }
    case 'span':
      return {
        kind: 'timespan',
        ...(type.minMs === undefined ? {} : { minMs: type.minMs }),
        ...(type.maxMs === undefined ? {} : { maxMs: type.maxMs }),
      }
    case 'choice':
      return { kind: 'enum', typeName: type.typeName, values: type.values }
    case 'records':
      return { kind: 'listModifier', of: 'object' }
    case 'texts':
      return { kind: 'listModifier', of: 'string' }
  }
}

/** A stored value as the cmdlets show it. */
export function toPs(type: SettingType, value: PolicyValue): PsValue {
  if (value === null) return type.kind === 'records' || type.kind === 'texts' ? [] : null
  switch (type.kind) {
    case 'span': {
      const converted = convert({ kind: 'timespan' }, String(value))
      return converted.ok ? converted.value : null
    }
    case 'choice':
      return {
        kind: 'enum',
        typeName: type.typeName,
        name: String(value),
        value: type.values.indexOf(String(value)),
      }
    case 'records':
      return (Array.isArray(value) ? value : []).map((record) => recordObject(type, record))
    case 'texts':
      return (Array.isArray(value) ? value : []).map(String)
    default:
      return Array.isArray(value) || typeof value === 'object' ? null : (value as PsValue)
  }
}

type Records = Extract<SettingType, { kind: 'records' }>
/** One stored object of a list. */
export type StoredRecord = Readonly<Record<string, string | number | boolean | null>>

/** One object of a list; ToString is `Name=…;Value=…`, as scripts match on it (F6). */
export function recordObject(type: Records, record: StoredRecord): PsObject {
  const columns = Object.entries(type.columns).map(
    ([name, column]) => [name, toPs(column.type, record[name] ?? null)] as const,
  )
  const text = columns.map(([name, value]) => `${name}=${psText(value)}`).join(';')
  return psObject(type.typeName, columns, text)
}

/** An object that a client gives as one of a list: what it lacks takes the column's default. */
export function recordOf(type: Records, item: PsValue): Result<StoredRecord, string> {
  const record: Record<string, string | number | boolean | null> = {}
  for (const [name, column] of Object.entries(type.columns)) {
    const given = property(item, name)
    const converted =
      given === undefined || given === null ? ok(null) : convert(parameterType(column.type), given)
    if (!converted.ok) return fail(`${name}: ${converted.error}`)
    const value = given === undefined ? column.default : plainValue(converted.value)
    record[name] = value === null || typeof value === 'object' ? null : value
  }
  const key = record[type.key]
  return key === null || key === '' || key === undefined
    ? fail(`Cannot convert the "${psText(item)}" value to type "${type.typeName}": it has no ${type.key}.`)
    : ok(record)
}

/** A list setting holds at most so many objects, and so many characters in all: it is read, shown and audited in one turn (SECURITY 25). */
export const LIST_ITEMS = 500
export const LIST_CHARACTERS = 256 * 1024

/** What an argument makes of a setting; `edits` where it changes the list that is there. */
export interface Changed {
  readonly value: PolicyValue
  readonly edits: readonly ListEdit[] | undefined
}

/**
 * A bound argument as the store keeps it; list parameters change the list that is there.
 * @param current what the setting holds now
 */
export function fromPs(setting: Setting, value: PsValue, current: PolicyValue): Result<Changed, string> {
  const { type } = setting
  if (type.kind !== 'records' && type.kind !== 'texts')
    return ok({ value: plainValue(value), edits: undefined })
  const edits = editsOf(type, value)
  if (!edits.ok) return edits
  const list = editList(current, edits.value)
  const grown = tooLong(list, charactersOf)
  // A list that was longer once can still be made shorter.
  const before = Array.isArray(current) ? current.length : 0
  if (grown !== undefined && list.length >= before) return fail(grown)
  return ok({ value: list as PolicyValue, edits: edits.value })
}

/** Why a list of these items is too long, or undefined; looked at before any of them is converted, and when they are in the list. */
function tooLong<T>(items: readonly T[], length: (item: T) => number): string | undefined {
  if (items.length > LIST_ITEMS)
    return `${items.length} items are too many for one list; it can have ${LIST_ITEMS}.`
  let characters = 0
  for (const item of items) {
    characters += length(item)
    if (characters > LIST_CHARACTERS)
      return `The items are too long for one list; it can have ${LIST_CHARACTERS} characters in all.`
  }
  return undefined
}

function charactersOf(item: ListItem): number {
  return charactersIn(typeof item === 'string' ? [item] : Object.values(item))
}

function charactersGiven(item: PsValue): number {
  if (typeof item === 'string') return item.length
  if (item === null || typeof item !== 'object' || isList(item) || item.kind !== 'object') return 0
  return charactersIn(item.properties.values())
}

function charactersIn(values: Iterable<unknown>): number {
  let characters = 0
  for (const value of values) if (typeof value === 'string') characters += value.length
  return characters
}

function plainValue(value: PsValue): string | number | boolean | null {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value
  return psText(value)
}

/** The objects that a list setting holds. */
export function storedRecords(value: PolicyValue): readonly StoredRecord[] {
  return Array.isArray(value) ? value.filter((one): one is StoredRecord => typeof one === 'object') : []
}

function editsOf(
  type: Records | { readonly kind: 'texts' },
  modifier: PsValue,
): Result<readonly ListEdit[], string> {
  const edits: ListEdit[] = []
  for (const [verb, given] of verbs(modifier)) {
    const long = tooLong(given, charactersGiven)
    if (long !== undefined) return fail(long)
    const items: ListItem[] = []
    for (const item of given) {
      const one = type.kind === 'texts' ? ok(psText(item)) : recordOf(type, item)
      if (!one.ok) return one
      items.push(one.value)
    }
    const key = type.kind === 'texts' ? undefined : type.key
    edits.push({ verb: verb === 'Remove' || verb === 'Replace' ? verb : 'Add', key, items })
  }
  // `$null` clears the list.
  return ok(modifier === null ? [{ verb: 'Replace', key: undefined, items: [] }] : edits)
}

/** The verbs of a list modifier in the order they were given (admin/convert.ts makes it). */
function verbs(modifier: PsValue): readonly (readonly [string, readonly PsValue[]])[] {
  if (modifier === null || typeof modifier !== 'object' || isList(modifier) || modifier.kind !== 'table')
    return []
  return modifier.entries.map(([verb, items]) => [psText(verb), isList(items) ? items : [items]])
}
