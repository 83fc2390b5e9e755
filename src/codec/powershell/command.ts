import { parseBlock, parseNested, parsePostfix, parsePrimary } from './expression.ts'
import { correctedLine } from './misprint.ts'
import {
  charAt,
  isBlank,
  isDash,
  isDoubleQuote,
  isLetter,
  isNewline,
  isSingleQuote,
  isWord,
  refuse,
  type Source,
  skipBlanks,
  skipLines,
  tokenHere,
  wantMore,
} from './source.ts'
import { parseDoubleQuoted, parseEscape, parseInText, parseSingleQuoted } from './string.ts'
import type { Argument, Expression } from './syntax.ts'

/** What ends a bare word. */
function endsWord(char: string): boolean {
  return char === '' || isBlank(char) || isNewline(char) || ';|&(){},<>'.includes(char)
}

/** The word a command begins with; typographic dashes become plain ones. Refuses where no word stands. */
export function parseCommandName(source: Source): string {
  const start = source.at
  while (!endsWord(charAt(source)) && !isSingleQuote(charAt(source)) && !isDoubleQuote(charAt(source)))
    source.at++
  const name = source.text.slice(start, source.at).replace(/[\u2013-\u2015]/g, '-')
  if (name === '') refuse(source, `Unexpected token '${tokenHere(source)}' in expression or statement.`)
  return name
}

/** The arguments of one command, up to what ends it. `start` is where the command begins. */
export function parseArguments(source: Source, start: number, name: string): readonly Argument[] {
  const found: Argument[] = []
  const blanks: { from: number; to: number }[] = []
  for (;;) {
    const gap = source.at
    skipBlanks(source)
    const char = charAt(source)
    if (char === '' || isNewline(char) || ';|)}&'.includes(char)) break
    if (char === '<' || char === '>') refuse(source, 'Redirections are not available here.', 'NotAvailable')
    if (isDash(char)) {
      if (found.length === 0 && gap < source.at && isSplitVerb(source, name))
        blanks.push({ from: gap, to: source.at })
      const split = splitParameter(source)
      if (split) blanks.push(split)
    }
    found.push(parseArgument(source))
  }
  if (blanks.length > 0) {
    const line = correctedLine(source.text, start, source.at, blanks)
    refuse(source, `There is a blank too many in this line. Write: ${line}`, 'MisplacedBlank', start)
  }
  return found
}

/** COMPAT(article): `Grant -CsClientPolicy`: a verb alone, and what follows is the rest of a cmdlet's name. */
function isSplitVerb(source: Source, name: string): boolean {
  return (
    /^[A-Za-z]{3,10}$/.test(name) && /^(?:Cs|Np)[A-Z]/.test(source.text.slice(source.at + 1, source.at + 4))
  )
}

/** COMPAT(article): `- PolicyName`: the blank inside a parameter's name. */
function splitParameter(source: Source): { from: number; to: number } | undefined {
  const from = source.at + 1
  let to = from
  while (isBlank(source.text[to] ?? '')) to++
  return to > from && isLetter(source.text[to] ?? '') ? { from, to } : undefined
}

function parseArgument(source: Source): Argument {
  if (isDash(charAt(source)) && (isLetter(charAt(source, 1)) || charAt(source, 1) === '?')) {
    let end = source.at + 1
    while (isWord(source.text[end] ?? '') || source.text[end] === '-' || source.text[end] === '?') end++
    const name = source.text.slice(source.at + 1, end)
    source.at = end
    if (charAt(source) === ':') {
      source.at++
      skipBlanks(source)
      if (endsArgument(charAt(source)))
        wantMore(source, `The parameter -${name}: needs a value.`, 'ParameterRequiresArgument')
      return { kind: 'name', name, value: parseValues(source) }
    }
    if (endsArgument(charAt(source)) || isBlank(charAt(source)) || '({['.includes(charAt(source)))
      return { kind: 'name', name, value: undefined }
    if (charAt(source) !== ',' && charAt(source) !== '.' && charAt(source) !== '=')
      return { kind: 'name', name, value: undefined }
    return refuse(source, `Unexpected token '${tokenHere(source)}' after the parameter -${name}.`)
  }
  return { kind: 'value', value: parseValues(source) }
}

function endsArgument(char: string): boolean {
  return char === '' || isNewline(char) || ';|)}&'.includes(char)
}

/** One value, or several with commas between them: a list. */
function parseValues(source: Source): Expression {
  const items = [parseValue(source)]
  for (;;) {
    const before = source.at
    skipBlanks(source)
    if (charAt(source) !== ',') {
      source.at = before
      break
    }
    source.at++
    skipLines(source)
    if (endsArgument(charAt(source)))
      wantMore(source, "Missing argument in parameter list after ','.", 'MissingArgument')
    items.push(parseValue(source))
  }
  const [only] = items
  return items.length === 1 && only ? only : { kind: 'list', items }
}

function parseValue(source: Source): Expression {
  const char = charAt(source)
  if (char === '(') return parsePostfix(source, parsePrimary(source))
  if (char === '{') return parseBlock(source)
  if (char === '@' && charAt(source, 1) !== '') return parsePrimary(source)
  if (isSingleQuote(char) || isDoubleQuote(char)) return parsePostfix(source, parsePrimary(source))
  if (char === '$' && (charAt(source, 1) === '(' || charAt(source, 1) === '{' || isWord(charAt(source, 1)))) {
    const value = parsePostfix(source, parsePrimary(source))
    // `$a/b` is one text; `$a.b` and `$a` alone are values.
    if (endsWord(charAt(source))) return value
    return parseBareWord(source, [value])
  }
  if (char === ',') return refuse(source, "Missing argument in parameter list before ','.", 'MissingArgument')
  return parseBareWord(source, [])
}

const PLAIN_NUMBER = /^[-\u2013-\u2015]?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/

/** A word without quotes: `tag:*`, `sip:a@b`, `5`, `C:\x`, with variables in it. A number that is written plainly is one. */
function parseBareWord(source: Source, before: readonly Expression[]): Expression {
  const parts: (string | Expression)[] = [...before]
  let text = ''
  const start = source.at
  let plain = before.length === 0
  while (!endsWord(charAt(source))) {
    const char = charAt(source)
    const value = char === '$' ? parseInText(source, (inner) => parseNested(inner, '$(')) : undefined
    if (value) {
      if (text !== '') parts.push(text)
      text = ''
      parts.push(value)
    } else if (isSingleQuote(char)) text += parseSingleQuoted(source)
    else if (isDoubleQuote(char)) {
      const quoted = parseDoubleQuoted(source, (inner) => parseNested(inner, '$('))
      if (quoted.kind === 'literal') text += quoted.value
      else parts.push(text, quoted)
      if (quoted.kind !== 'literal') text = ''
    } else if (char === '`') text += parseEscape(source)
    else text += source.text[source.at++]
    if (char === '$' || char === '`' || isSingleQuote(char) || isDoubleQuote(char)) plain = false
  }
  if (source.at === start && before.length === 0) refuse(source, `Unexpected token '${tokenHere(source)}'.`)
  if (parts.length > 0) return { kind: 'expandable', parts: text === '' ? parts : [...parts, text] }
  if (plain && PLAIN_NUMBER.test(text)) {
    const value = Number(text.replace(/[\u2013-\u2015]/, '-'))
    if (String(value) === text) return { kind: 'literal', value }
  }
  return { kind: 'literal', value: text }
}
