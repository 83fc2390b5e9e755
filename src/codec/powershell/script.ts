import { fail, ok, type Result } from '../../base/result.ts'
import { LIMITS, type Limits } from '../limits.ts'
import { parseArguments, parseCommandName } from './command.ts'
import { parseExpression } from './expression.ts'
import {
  charAt,
  isDash,
  isDigit,
  isDoubleQuote,
  isLetter,
  isNewline,
  isSingleQuote,
  nested,
  refuse,
  type Source,
  skipBlanks,
  skipLines,
  tokenHere,
  Unparsable,
  wantMore,
  wordAt,
} from './source.ts'
import type { Command, Pipeline, Script, Statement, SyntaxProblem } from './syntax.ts'

/** Words that begin a statement of PowerShell's language proper. */
const KEYWORDS = new Set(
  `begin break catch class clean configuration continue data do dynamicparam else elseif end
  enum exit filter finally for foreach from function hidden if in inlinescript interface
  module namespace parallel param process public return sequence static switch throw trap try
  type until using var while workflow`.split(/\s+/),
)

/**
 * Reads a text of our subset of PowerShell: pipelines of commands, variables, strings, lists, hash literals, operators, blocks as values.
 * What PowerShell has beyond that is a problem with a plain message; nothing is ever evaluated by another interpreter (SECURITY 47).
 */
export function parseScript(
  text: string,
  limits: Pick<Limits, 'scriptText' | 'scriptDepth'> = LIMITS,
): Result<Script, SyntaxProblem> {
  const source: Source = { text, at: 0, depth: 0, maxDepth: limits.scriptDepth }
  try {
    if (text.length > limits.scriptText) refuse(source, 'The text is too long.', 'ScriptTooComplicated')
    if (text.includes('\0'))
      refuse(source, 'The text holds a NUL character.', 'UnexpectedToken', text.indexOf('\0'))
    return ok({ statements: parseStatements(source, '') })
  } catch (error) {
    if (!(error instanceof Unparsable)) throw error
    return fail(problemAt(text, error))
  }
}

function problemAt(text: string, { message, at, id, incomplete }: Unparsable): SyntaxProblem {
  const before = text.slice(0, at)
  const lineStart = before.lastIndexOf('\n') + 1
  let line = 1
  for (let i = before.indexOf('\n'); i >= 0; i = before.indexOf('\n', i + 1)) line++
  return { message, at, line, column: at - lineStart + 1, incomplete, id }
}

/** Statements up to `closing`, which stays; '' is the end of the text. */
export function parseStatements(source: Source, closing: '' | ')' | '}'): readonly Statement[] {
  const statements: Statement[] = []
  const lines = lineCounter(source.text)
  for (;;) {
    skipLines(source)
    const char = charAt(source)
    if (char === ';') {
      source.at++
      continue
    }
    if (char === closing || char === '') return statements
    statements.push(parseStatement(source, closing === '' ? lines : () => 0))
    skipBlanks(source)
    const after = charAt(source)
    if (after !== '' && after !== ';' && after !== closing && !isNewline(after)) refuseAfter(source)
  }
}

/** Counts lines on the way, so that all of them together are one pass. */
function lineCounter(text: string): (at: number) => number {
  let counted = 0
  let line = 0
  return (at) => {
    for (; counted < at; counted++) if (text[counted] === '\n') line++
    return line
  }
}

function refuseAfter(source: Source): never {
  const char = charAt(source)
  if (char === '&')
    refuse(
      source,
      `The token '${charAt(source, 1) === '&' ? '&&' : '&'}' is not available here.`,
      'NotAvailable',
    )
  if (char === '>' || char === '<') refuse(source, 'Redirections are not available here.', 'NotAvailable')
  if (char === '}' || char === ')') refuse(source, `Unexpected token '${char}' in expression or statement.`)
  refuse(source, `Unexpected token '${tokenHere(source)}' in expression or statement.`)
}

function parseStatement(source: Source, lineAt: (at: number) => number): Statement {
  const at = source.at
  const line = lineAt(at)
  const pipeline = parsePipeline(source)
  const place = { at, line, endLine: lineAt(source.at) }
  const target = pipeline.input
  if (!target || pipeline.commands.length > 0) return { ...pipeline, place }
  const char = charAt(source)
  const operator = char === '=' ? '=' : char === '+' && charAt(source, 1) === '=' ? '+=' : undefined
  if (!operator) {
    if ('-*/%'.includes(char || ' ') && charAt(source, 1) === '=')
      refuse(source, `The operator '${char}=' is not available here.`, 'NotAvailable')
    return { ...pipeline, place }
  }
  if (target.kind !== 'variable' && !(target.kind === 'member' && target.of.kind === 'variable'))
    refuse(source, 'Only a variable, or a property of one, can be given a value.', 'InvalidLeftHandSide', at)
  source.at += operator.length
  skipLines(source)
  if (charAt(source) === '')
    wantMore(source, `A value is missing after '${operator}'.`, 'ExpectedValueExpression')
  const value = parsePipeline(source)
  return { kind: 'assignment', target, operator, value, place: { ...place, endLine: lineAt(source.at) } }
}

/** One expression, or commands joined by `|`. */
export function parsePipeline(source: Source): Pipeline {
  return nested(source, () => {
    const at = source.at
    const input = beginsExpression(source) ? parseExpression(source) : undefined
    const commands: Command[] = input ? [] : [parseCommand(source, true)]
    for (;;) {
      skipBlanks(source)
      if (charAt(source) !== '|') break
      if (charAt(source, 1) === '|') refuse(source, "The token '||' is not available here.", 'NotAvailable')
      const bar = source.at++
      skipLines(source)
      if (charAt(source) === '')
        wantMore(source, 'An empty pipe element is not allowed.', 'EmptyPipeElement', bar)
      if (beginsExpression(source))
        refuse(
          source,
          'Expressions are only allowed as the first element of a pipeline.',
          'ExpressionsMustBeFirstInPipeline',
        )
      commands.push(parseCommand(source, false))
    }
    const place = { at, line: 0, endLine: 0 }
    return { kind: 'pipeline', input, commands, place, text: source.text.slice(at, source.at) }
  })
}

/** What PowerShell reads as an expression where a statement begins; everything else is a command. */
function beginsExpression(source: Source): boolean {
  const char = charAt(source)
  const next = charAt(source, 1)
  if (char === '' || '$(@{[!,'.includes(char)) return char !== ''
  if (isSingleQuote(char) || isDoubleQuote(char) || isDigit(char)) return true
  if (char === '+' || (char === '.' && isDigit(next))) return isDigit(next) || next === '(' || next === '$'
  if (!isDash(char)) return false
  return (
    isDigit(next) || next === '(' || next === '$' || wordAt(source, source.at + 1).toLowerCase() === 'not'
  )
}

function parseCommand(source: Source, first: boolean): Command {
  const start = source.at
  const word = wordAt(source)
  const after = charAt(source, word.length)
  if (first && KEYWORDS.has(word.toLowerCase()) && !isDash(after) && after !== '.')
    refuse(
      source,
      `'${word.toLowerCase()}' belongs to PowerShell's programming language, which is not available here. ` +
        'Available are commands and pipelines, variables, Where-Object and ForEach-Object.',
      'NotAvailable',
    )
  if (charAt(source) === '&' || (charAt(source) === '.' && !isLetter(charAt(source, 1))))
    refuse(
      source,
      `The operator '${charAt(source)}' that runs files and blocks is not available here.`,
      'NotAvailable',
    )
  if (charAt(source) === '|') refuse(source, 'An empty pipe element is not allowed.', 'EmptyPipeElement')
  const name = parseCommandName(source)
  return { name, arguments: parseArguments(source, start, name) }
}
