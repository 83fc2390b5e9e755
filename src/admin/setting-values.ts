import { isList, psText } from '../base/ps-text.ts'
import type { PsValue } from '../base/ps-value.ts'
import { property, psObject } from '../base/ps-value.ts'
import type { Result } from '../base/result.ts'
import { fail, ok } from '../base/result.ts'
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
    case 'entries':
      return { kind: 'listModifier', of: 'object' }
    case 'texts':
      return { kind: 'listModifier', of: 'string' }
  }
}

/** A stored value as the cmdlets show it. */
export function toPs(type: SettingType, value: PolicyValue): PsValue {
  if (value === null) return type.kind === 'entries' || type.kind === 'texts' ? [] : null
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
    case 'entries':
      return (Array.isArray(value) ? value : []).map((pair) => entryObject(type.typeName, pair))
    case 'texts':
      return (Array.isArray(value) ? value : []).map(String)
    default:
      return Array.isArray(value) || typeof value === 'object' ? null : (value as PsValue)
  }
}

/** `Name=…;Value=…` in ToString, as scripts match on it. */
export function entryObject(typeName: string, pair: unknown): PsValue {
  const { Name, Value } = Object(pair) as { Name?: unknown; Value?: unknown }
  const [name, value] = [String(Name ?? ''), String(Value ?? '')]
  return psObject(
    typeName,
    [
      ['Name', name],
      ['Value', value],
    ],
    `Name=${name};Value=${value}`,
  )
}

/**
 * A bound argument as the store keeps it; list parameters change the list that is there.
 * @param current what the setting holds now
 */
export function fromPs(setting: Setting, value: PsValue, current: PolicyValue): Result<PolicyValue, string> {
  const { type } = setting
  if (type.kind === 'entries') return changeEntries(value, Array.isArray(current) ? current : [])
  if (type.kind === 'texts') return ok(changeTexts(value, Array.isArray(current) ? current.map(String) : []))
  if (value === null) return ok(null)
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') return ok(value)
  return ok(psText(value))
}

type Pair = { readonly Name: string; readonly Value: string }

function changeEntries(modifier: PsValue, current: readonly unknown[]): Result<PolicyValue, string> {
  let pairs: Pair[] = current.map((one) => {
    const { Name, Value } = Object(one) as { Name?: unknown; Value?: unknown }
    return { Name: String(Name ?? ''), Value: String(Value ?? '') }
  })
  for (const [verb, items] of verbs(modifier)) {
    const given: Pair[] = []
    for (const item of items) {
      const pair = pairOf(item)
      if (pair === undefined)
        return fail(
          `Cannot convert the "${psText(item)}" value to a policy entry. Make one with New-CsClientPolicyEntry -Name … -Value ….`,
        )
      given.push(pair)
    }
    const named = (pair: Pair) => pair.Name.toLowerCase()
    if (verb === 'Replace') pairs = []
    // A name stands once: adding it again changes its value.
    const names = new Set(given.map(named))
    pairs = pairs.filter((pair) => !names.has(named(pair)))
    if (verb !== 'Remove') pairs.push(...given)
  }
  return ok(pairs)
}

function pairOf(item: PsValue): Pair | undefined {
  const name = property(item, 'Name')
  const value = property(item, 'Value')
  if (name === undefined || name === null || psText(name) === '') return undefined
  return { Name: psText(name), Value: psText(value ?? null) }
}

function changeTexts(modifier: PsValue, current: readonly string[]): readonly string[] {
  let texts = [...current]
  for (const [verb, items] of verbs(modifier)) {
    const given = items.map(psText)
    const has = (text: string) => given.some((one) => one.toLowerCase() === text.toLowerCase())
    if (verb === 'Replace') texts = given
    else if (verb === 'Remove') texts = texts.filter((one) => !has(one))
    else texts = [...texts.filter((one) => !has(one)), ...given]
  }
  return texts
}

/** The verbs of a list modifier in the order they were given (admin/convert.ts makes it). */
function verbs(modifier: PsValue): readonly (readonly [string, readonly PsValue[]])[] {
  if (modifier === null || typeof modifier !== 'object' || isList(modifier) || modifier.kind !== 'table')
    return []
  return modifier.entries.map(([verb, items]) => [psText(verb), isList(items) ? items : [items]])
}
