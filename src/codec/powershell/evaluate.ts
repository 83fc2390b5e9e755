import { isList, psText, psTypeName } from '../../base/ps-text.ts'
import {
  type PsObject,
  type PsScriptBlock,
  type PsTable,
  type PsValue,
  property,
} from '../../base/ps-value.ts'
import { binary, EvaluationError, isTrue, numberOf } from './operators.ts'
import { closeOver, type Scope } from './scope.ts'
import type { Argument, Assignment, Expression, Pipeline, Script, Statement } from './syntax.ts'
import { collapsed, enumerated, NOTHING } from './values.ts'

/** Commands to be run, with everything around them worked out. Whoever drives the evaluation runs them and gives their output back. */
export interface CommandsToRun {
  readonly commands: readonly { readonly name: string; readonly arguments: readonly GivenArgument[] }[]
  /** What comes in through the first pipe; undefined when there is none. */
  readonly input: readonly PsValue[] | undefined
  readonly text: string
}

/** As in the text: whether a value belongs to the name before it, only the cmdlet knows. */
export type GivenArgument =
  | { readonly kind: 'name'; readonly name: string; readonly value: PsValue | undefined }
  | { readonly kind: 'value'; readonly value: PsValue }

/** Values are data (SECURITY 47): a step of evaluation either has its value or asks for the output of commands. */
export type Evaluation<T> = Generator<CommandsToRun, T, readonly PsValue[]>

/** All statements of a text; what they put out, one after another. @throws EvaluationError */
export function* evaluateScript(script: Script, scope: Scope): Evaluation<readonly PsValue[]> {
  const values: PsValue[] = []
  for (const statement of script.statements) values.push(...(yield* evaluateStatement(statement, scope)))
  return values
}

function* evaluateStatement(statement: Statement, scope: Scope): Evaluation<readonly PsValue[]> {
  if (statement.kind === 'pipeline') return yield* evaluatePipeline(statement, scope)
  yield* assign(statement, scope)
  return []
}

/** What one pipeline puts out: the elements of its expression, or the output of its commands. @throws EvaluationError */
export function* evaluatePipeline(pipeline: Pipeline, scope: Scope): Evaluation<readonly PsValue[]> {
  if (pipeline.commands.length > 0) return yield yield* commandsOf(pipeline, scope)
  return pipeline.input ? enumerated(yield* evaluate(pipeline.input, scope)) : []
}

/** The commands of a pipeline with the values of their arguments. */
export function* commandsOf(pipeline: Pipeline, scope: Scope): Evaluation<CommandsToRun> {
  const input = pipeline.input ? enumerated(yield* evaluate(pipeline.input, scope)) : undefined
  const commands: { name: string; arguments: readonly GivenArgument[] }[] = []
  for (const command of pipeline.commands) {
    const given: GivenArgument[] = []
    for (const argument of command.arguments) given.push(yield* giveArgument(argument, scope))
    commands.push({ name: command.name, arguments: given })
  }
  return { commands, input, text: pipeline.text }
}

function* giveArgument(argument: Argument, scope: Scope): Evaluation<GivenArgument> {
  const value = argument.value ? yield* evaluate(argument.value, scope) : undefined
  const given = value === NOTHING ? null : value
  if (argument.kind === 'name') return { kind: 'name', name: argument.name, value: given }
  return { kind: 'value', value: given ?? null }
}

/** Gives a variable, or a property of one, its value. @throws EvaluationError for a property that is not there */
export function* assign(assignment: Assignment, scope: Scope): Evaluation<void> {
  const values = yield* pipelineValue(assignment.value, scope)
  const { target } = assignment
  if (target.kind === 'variable') {
    const old = assignment.operator === '+=' ? (scope.get(target.name) ?? null) : null
    scope.set(target.name, assignment.operator === '+=' ? added(old, values, scope) : values)
  } else if (target.kind === 'member' && target.of.kind === 'variable') {
    const name = psText(yield* evaluate(target.name, scope))
    const of = scope.get(target.of.name) ?? null
    const old = property(of, name) ?? null
    scope.set(
      target.of.name,
      withProperty(of, name, assignment.operator === '+=' ? added(old, values, scope) : values),
    )
  }
}

function added(old: PsValue, value: PsValue, scope: Scope): PsValue {
  return bounded(binary('+', old, value, false), scope)
}

/** A line that doubles a value forty times must not end the process (SECURITY 25). */
function bounded(value: PsValue, { limits }: Scope): PsValue {
  const fits =
    typeof value === 'string'
      ? value.length <= limits.scriptString
      : !isList(value) || value.length <= limits.scriptElements
  if (fits) return value
  throw new EvaluationError('The value becomes too large.', 'ValueTooLarge', 'LimitsExceeded')
}

/** Values never change; a property that is set makes another value under the same variable. */
function withProperty(of: PsValue, name: string, value: PsValue): PsValue {
  const wanted = name.toLowerCase()
  const given = value === NOTHING ? null : value
  if (of !== null && typeof of === 'object' && !isList(of)) {
    if (of.kind === 'object' && property(of, name) !== undefined) {
      const properties = [...of.properties].map(
        ([key, old]) => [key, key.toLowerCase() === wanted ? given : old] as const,
      )
      return { ...of, properties: new Map(properties) } satisfies PsObject
    }
    if (of.kind === 'table') {
      const kept = of.entries.filter(([key]) => psText(key).toLowerCase() !== wanted)
      return { kind: 'table', entries: [...kept, [name, given]] } satisfies PsTable
    }
  }
  throw new EvaluationError(
    `The property '${name}' cannot be found on this object. Verify that the property exists and can be set.`,
    'PropertyNotFound',
  )
}

/** The value of a pipeline where one value is wanted: an expression keeps its lists, commands give none, one or a list. */
function* pipelineValue(pipeline: Pipeline, scope: Scope): Evaluation<PsValue> {
  if (pipeline.commands.length === 0 && pipeline.input) return yield* evaluate(pipeline.input, scope)
  return collapsed(yield* evaluatePipeline(pipeline, scope))
}

/** @throws EvaluationError */
function* evaluate(expression: Expression, scope: Scope): Evaluation<PsValue> {
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'variable':
      return scope.get(expression.name) ?? null
    case 'expandable': {
      let text = ''
      for (const part of expression.parts)
        text += typeof part === 'string' ? part : psText(yield* evaluate(part, scope))
      return bounded(text, scope)
    }
    case 'member': {
      const of = yield* evaluate(expression.of, scope)
      return memberOf(of, psText(yield* evaluate(expression.name, scope)))
    }
    case 'index': {
      const of = yield* evaluate(expression.of, scope)
      return elementOf(of, yield* evaluate(expression.at, scope))
    }
    case 'unary':
      return unary(expression.operator, yield* evaluate(expression.of, scope))
    case 'binary': {
      const left = yield* evaluate(expression.left, scope)
      if (expression.operator === 'and' && !isTrue(left)) return false
      if (expression.operator === 'or' && isTrue(left)) return true
      const value = binary(
        expression.operator,
        left,
        yield* evaluate(expression.right, scope),
        expression.caseSensitive,
      )
      return bounded(value, scope)
    }
    case 'list': {
      const items: PsValue[] = []
      for (const item of expression.items) items.push(yield* evaluate(item, scope))
      return items
    }
    case 'nested':
      return yield* evaluateNested(expression, scope)
    case 'table':
      return yield* evaluateTable(expression.entries, scope)
    case 'block': {
      const block: PsScriptBlock = { kind: 'scriptBlock', text: expression.text }
      closeOver(block, { script: expression.script, scope })
      return block
    }
  }
}

function* evaluateNested(
  expression: Extract<Expression, { kind: 'nested' }>,
  scope: Scope,
): Evaluation<PsValue> {
  const [only] = expression.script.statements
  if (expression.form === '(') return only?.kind === 'pipeline' ? yield* pipelineValue(only, scope) : NOTHING
  const values = yield* evaluateScript(expression.script, scope)
  return expression.form === '@(' ? values : collapsed(values)
}

function* evaluateTable(
  entries: readonly (readonly [Expression, Pipeline])[],
  scope: Scope,
): Evaluation<PsValue> {
  const made: [PsValue, PsValue][] = []
  for (const [keyExpression, valuePipeline] of entries) {
    const key = yield* evaluate(keyExpression, scope)
    const value = yield* pipelineValue(valuePipeline, scope)
    const same = made.some(([other]) => psText(other).toLowerCase() === psText(key).toLowerCase())
    if (same)
      throw new EvaluationError(
        `Duplicate keys '${psText(key)}' are not allowed in hash literals.`,
        'DuplicateKeyInHashLiteral',
      )
    made.push([key, value === NOTHING ? null : value])
  }
  return { kind: 'table', entries: made }
}

function unary(operator: 'not' | 'minus' | 'plus' | 'comma', value: PsValue): PsValue {
  if (operator === 'not') return !isTrue(value)
  if (operator === 'comma') return [value]
  const number = numberOf(value)
  if (number === undefined)
    throw new EvaluationError(`Cannot convert value "${psText(value)}" to a number.`, 'InvalidCast')
  return operator === 'minus' ? -number : number
}

/** A property; of a list that has no such property, those of its elements (member enumeration). Null where there is none. */
export function memberOf(of: PsValue, name: string): PsValue {
  const found = property(of, name)
  if (found !== undefined) return found
  const lower = name.toLowerCase()
  if (lower === 'count' || lower === 'length') {
    if (isList(of)) return of.length
    if (typeof of === 'string' && lower === 'length') return of.length
    if (of !== null && typeof of === 'object' && of.kind === 'table') return of.entries.length
    return of === null ? 0 : 1
  }
  if (isList(of))
    return collapsed(
      of.flatMap((each) => (property(each, name) === undefined ? [] : enumerated(memberOf(each, name)))),
    )
  if (of !== null && typeof of === 'object' && of.kind === 'table') {
    if (lower === 'keys') return of.entries.map(([key]) => key)
    if (lower === 'values') return of.entries.map(([, value]) => value)
  }
  return null
}

function elementOf(of: PsValue, at: PsValue): PsValue {
  if (of === null || of === NOTHING) throw new EvaluationError('Cannot index into a null array.', 'NullArray')
  if (isList(at)) return at.map((each) => elementOf(of, each))
  if (typeof of === 'object' && !isList(of) && of.kind === 'table') return property(of, psText(at)) ?? null
  const index = numberOf(at)
  if (index === undefined)
    throw new EvaluationError(`Cannot convert value "${psText(at)}" to type "System.Int32".`, 'InvalidCast')
  const place = Math.trunc(Number(index))
  if (isList(of)) return of.at(place) ?? null
  if (typeof of === 'string')
    return place >= -of.length && place < of.length ? { kind: 'char', text: of.at(place) ?? '' } : null
  if (place === 0 || place === -1) return of
  throw new EvaluationError(`Unable to index into an object of type ${psTypeName(of)}.`, 'CannotIndex')
}
