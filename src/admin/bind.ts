import type { CommandArgument, PsValue } from '../base/ps-value.ts'
import { property } from '../base/ps-value.ts'
import type { Result } from '../base/result.ts'
import { fail, ok } from '../base/result.ts'
import {
  alreadyBound,
  ambiguousSet,
  type BindingError,
  bindingError,
  missingArgument,
  missingMandatory,
  noPosition,
  notBound,
} from './binding-error.ts'
import type { Bound, Cmdlet, Parameter } from './cmdlet.ts'
import { allParameters, COMMON_PARAMETERS, SHOULD_PROCESS_PARAMETERS } from './common-parameters.ts'
import { convert, fitsExactly } from './convert.ts'
import { chooseSet, missingIn, possibleSets, setNames } from './parameter-sets.ts'

/** A call whose own arguments are bound; the pipeline may still bring some. */
export interface Binding {
  readonly cmdlet: Cmdlet
  /** The cmdlet's own parameters. */
  readonly bound: Bound
  /** Common parameters, WhatIf and Confirm. */
  readonly common: Bound
  /** Parameter sets that are still possible; `''` where the cmdlet has none. */
  readonly sets: readonly string[]
}

/**
 * Binds what a client gave: by name, alias or unambiguous prefix, then by position.
 * A name without a value takes the next unnamed argument unless the parameter is a switch (powershell-remoting section 5.1).
 * @param piped the command stands in a pipeline: a parameter that `yieldsPosition` leaves its place to the next one
 */
export function bindArguments(
  cmdlet: Cmdlet,
  args: readonly CommandArgument[],
  piped: boolean,
): Result<Binding, BindingError> {
  const all = allParameters(cmdlet)
  const values = new Map<string, PsValue>()
  const positional: PsValue[] = []
  for (let at = 0; at < args.length; at += 1) {
    const argument = args[at]
    if (argument === undefined) continue
    if (argument.name === undefined) {
      positional.push(argument.value ?? null)
      continue
    }
    const found = findParameter(cmdlet, all, argument.name)
    if (!found.ok) return found
    const { name, parameter } = found.value
    if (values.has(name)) return fail(alreadyBound(cmdlet, name))
    const isSwitch = parameter.type.kind === 'switch'
    let value = argument.value
    if (isSwitch && (value === undefined || !looksLikeSwitch(value))) {
      // A text behind a switch is not its value but the next positional argument.
      if (value !== undefined) positional.push(value)
      value = true
    } else if (value === undefined) {
      const next = args[at + 1]
      if (next === undefined || next.name !== undefined) return fail(missingArgument(cmdlet, name, parameter))
      value = next.value ?? null
      at += 1
    }
    const converted = convertFor(cmdlet, name, parameter, value)
    if (!converted.ok) return converted
    values.set(name, converted.value)
  }
  const placed = bindPositions(cmdlet, values, positional, piped)
  if (!placed.ok) return placed
  const sets = possibleSets(cmdlet, setNames(cmdlet), values.keys())
  if (sets.length === 0) return fail(ambiguousSet(cmdlet))
  const isCommon = (name: string) => name in COMMON_PARAMETERS || name in SHOULD_PROCESS_PARAMETERS
  const split = (common: boolean) =>
    Object.fromEntries([...values].filter(([name]) => isCommon(name) === common))
  return ok({ cmdlet, bound: split(false), common: split(true), sets })
}

/**
 * Binds one record of the pipeline: by value and by property name as it is, then both with conversion (about_Parameters).
 * @returns the arguments of this record's run, or why the record fits no parameter
 */
export function bindRecord(binding: Binding, record: PsValue): Result<Bound, BindingError> {
  const { cmdlet } = binding
  const bound: Record<string, PsValue> = { ...binding.bound }
  let sets = binding.sets
  let refusedValue: BindingError | undefined
  let refusedProperty: BindingError | undefined
  let taken = false
  const open = (name: string, parameter: Parameter, way: 'ByValue' | 'ByPropertyName') =>
    !(name in bound) &&
    parameter.pipeline?.includes(way) === true &&
    (parameter.sets === undefined || parameter.sets.some((set) => sets.includes(set)))
  const take = (name: string, parameter: Parameter, value: PsValue): BindingError | undefined => {
    const converted = convertFor(cmdlet, name, parameter, value)
    if (!converted.ok) return converted.error
    bound[name] = converted.value
    sets = possibleSets(cmdlet, sets, [name])
    taken = true
    return undefined
  }
  for (const exact of [true, false]) {
    for (const [name, parameter] of Object.entries(cmdlet.parameters)) {
      if (!taken && open(name, parameter, 'ByValue') && (!exact || fitsExactly(parameter.type, record)))
        refusedValue ??= take(name, parameter, record)
    }
    for (const [name, parameter] of Object.entries(cmdlet.parameters)) {
      if (!open(name, parameter, 'ByPropertyName')) continue
      const value = propertyFor(record, name, parameter)
      if (value !== undefined && (!exact || fitsExactly(parameter.type, value)))
        refusedProperty ??= take(name, parameter, value)
    }
  }
  if (refusedProperty !== undefined) return fail(refusedProperty)
  if (!taken) return fail(refusedValue ?? notBound(cmdlet, record))
  return complete(cmdlet, bound, sets)
}

/** Checks a call that nothing comes to through a pipeline. @returns its arguments, or which mandatory ones are missing. */
export function bindAlone(binding: Binding): Result<Bound, BindingError> {
  return complete(binding.cmdlet, binding.bound, binding.sets)
}

/**
 * Mandatory parameters that nobody gave: what a client that can be asked is asked for. What the pipeline may bring is not missing yet.
 */
export function missingParameters(binding: Binding, piped: boolean): readonly string[] {
  const { cmdlet, bound, sets } = binding
  const missing = (set: string) =>
    missingIn(cmdlet, bound, set).filter((name) => !piped || cmdlet.parameters[name]?.pipeline === undefined)
  const set = sets.find((one) => missing(one).length === 0) ?? chooseSet(cmdlet, bound, sets)
  return missing(set)
}

/** Adds what somebody was asked for. */
export function withAnswers(
  binding: Binding,
  answers: ReadonlyMap<string, PsValue>,
): Result<Binding, BindingError> {
  const bound: Record<string, PsValue> = { ...binding.bound }
  for (const [name, value] of answers) {
    const parameter = binding.cmdlet.parameters[name]
    if (parameter === undefined) continue
    const converted = convertFor(binding.cmdlet, name, parameter, value)
    if (!converted.ok) return converted
    bound[name] = converted.value
  }
  return ok({ ...binding, bound, sets: possibleSets(binding.cmdlet, binding.sets, Object.keys(bound)) })
}

function complete(
  cmdlet: Cmdlet,
  bound: Readonly<Record<string, PsValue>>,
  sets: readonly string[],
): Result<Bound, BindingError> {
  const missing = missingIn(cmdlet, bound, chooseSet(cmdlet, bound, sets))
  if (missing.length > 0) return fail(missingMandatory(cmdlet, missing))
  return ok(bound)
}

function bindPositions(
  cmdlet: Cmdlet,
  values: Map<string, PsValue>,
  positional: readonly PsValue[],
  piped: boolean,
): Result<undefined, BindingError> {
  if (positional.length === 0) return ok(undefined)
  let places = Object.entries(cmdlet.parameters)
    .filter(([name, parameter]) => parameter.position !== undefined && !values.has(name))
    .sort(([, a], [, b]) => (a.position ?? 0) - (b.position ?? 0))
  // `Get-CsOnlineUser | Grant-CsX "Policy"`: the users come through the pipeline, so the text is the policy (cmdlets.md section 2).
  if (piped && positional.length < places.length)
    places = places.filter(([, parameter]) => parameter.yieldsPosition !== true)
  for (const value of positional) {
    const sets = possibleSets(cmdlet, setNames(cmdlet), values.keys())
    const fits = ([name, parameter]: (typeof places)[number], set: string | undefined) =>
      !values.has(name) &&
      (parameter.sets === undefined ||
        parameter.sets.some((one) => sets.includes(one) && (set ?? one) === one))
    const place =
      places.find((one) => fits(one, cmdlet.defaultSet)) ?? places.find((one) => fits(one, undefined))
    if (place === undefined) return fail(noPosition(cmdlet, value))
    const converted = convertFor(cmdlet, place[0], place[1], value)
    if (!converted.ok) return converted
    values.set(place[0], converted.value)
  }
  return ok(undefined)
}

function findParameter(
  cmdlet: Cmdlet,
  all: Readonly<Record<string, Parameter>>,
  given: string,
): Result<{ name: string; parameter: Parameter }, BindingError> {
  const wanted = given.replace(/^-/, '').replace(/:\s*$/, '').toLowerCase()
  const namesOf = (name: string, parameter: Parameter) =>
    [name, ...(parameter.aliases ?? [])].map((one) => one.toLowerCase())
  const entries = Object.entries(all).map(([name, parameter]) => ({ name, parameter }))
  const exact = entries.find(({ name, parameter }) => namesOf(name, parameter).includes(wanted))
  if (exact !== undefined) return ok(exact)
  const prefixed =
    wanted === ''
      ? []
      : entries.filter(({ name, parameter }) =>
          namesOf(name, parameter).some((one) => one.startsWith(wanted)),
        )
  const [first] = prefixed
  if (first === undefined) {
    return fail(
      bindingError(
        cmdlet,
        'NamedParameterNotFound',
        `A parameter cannot be found that matches parameter name '${given.replace(/^-/, '')}'.`,
      ),
    )
  }
  if (prefixed.length > 1) {
    const matches = prefixed.map(({ name }) => `-${name}`).join(' ')
    return fail(
      bindingError(
        cmdlet,
        'AmbiguousParameter',
        `Parameter cannot be processed because the parameter name '${given.replace(/^-/, '')}' is ambiguous. Possible matches include: ${matches}.`,
      ),
    )
  }
  return ok(first)
}

function looksLikeSwitch(value: PsValue): boolean {
  return (
    value === null ||
    typeof value === 'boolean' ||
    typeof value === 'number' ||
    property(value, 'IsPresent') !== undefined
  )
}

function propertyFor(record: PsValue, name: string, parameter: Parameter): PsValue | undefined {
  for (const one of [name, ...(parameter.aliases ?? [])]) {
    const value = property(record, one)
    if (value !== undefined) return value
  }
  return undefined
}

/** Conversion with PowerShell's messages; null and empty text where the parameter must have something. */
function convertFor(
  cmdlet: Cmdlet,
  name: string,
  parameter: Parameter,
  value: PsValue,
): Result<PsValue, BindingError> {
  const refuse = (id: string, message: string, exception: string): Result<PsValue, BindingError> =>
    fail(bindingError(cmdlet, id, message, 'InvalidData', exception))
  if (value === null && parameter.type.kind !== 'switch' && parameter.type.kind !== 'listModifier') {
    if (parameter.nullable === true) return ok(null)
    if (parameter.mandatory === true) {
      return refuse(
        'ParameterArgumentValidationErrorNullNotAllowed',
        `Cannot bind argument to parameter '${name}' because it is null.`,
        'System.Management.Automation.ParameterBindingValidationException',
      )
    }
  }
  const mayBeEmpty = parameter.nullable === true || parameter.mandatory !== true
  if (value === '' && !mayBeEmpty) {
    return refuse(
      'ParameterArgumentValidationErrorEmptyStringNotAllowed',
      `Cannot bind argument to parameter '${name}' because it is an empty string.`,
      'System.Management.Automation.ParameterBindingValidationException',
    )
  }
  const converted = convert(parameter.type, value)
  if (converted.ok) return converted
  return refuse(
    'ParameterArgumentTransformationError',
    `Cannot process argument transformation on parameter '${name}'. ${converted.error}`,
    'System.Management.Automation.ParameterBindingArgumentTransformationException',
  )
}
