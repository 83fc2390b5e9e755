import {
  charAt,
  isDoubleQuote,
  isNewline,
  isSingleQuote,
  isWord,
  refuse,
  type Source,
  wantMore,
  wordAt,
} from './source.ts'
import type { Expression } from './syntax.ts'

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** Variables whose value is fixed by the language. */
const CONSTANTS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null }

/** `'…'`: only the doubled quote means something. */
export function parseSingleQuoted(source: Source): string {
  const start = source.at++
  let text = ''
  for (;;) {
    const char = charAt(source)
    if (char === '')
      wantMore(source, "The string is missing the terminator: '.", 'TerminatorExpectedAtEndOfString', start)
    source.at++
    if (isSingleQuote(char)) {
      if (!isSingleQuote(charAt(source))) return text
      source.at++
    }
    text += char
  }
}

/** `"…"` with variables and `$( )`; `subexpression` parses what is inside the latter. */
export function parseDoubleQuoted(source: Source, subexpression: (source: Source) => Expression): Expression {
  const start = source.at++
  const parts: (string | Expression)[] = []
  let text = ''
  for (;;) {
    const char = charAt(source)
    if (char === '')
      wantMore(source, 'The string is missing the terminator: ".', 'TerminatorExpectedAtEndOfString', start)
    if (isDoubleQuote(char)) {
      source.at++
      if (!isDoubleQuote(charAt(source))) break
      text += source.text[source.at++]
      continue
    }
    const expression = char === '$' ? parseInText(source, subexpression) : undefined
    if (expression) {
      if (text !== '') parts.push(text)
      text = ''
      parts.push(expression)
    } else text += char === '`' ? parseEscape(source) : source.text[source.at++]
  }
  if (text !== '' || parts.length === 0) parts.push(text)
  const only = parts[0]
  return parts.length === 1 && typeof only === 'string'
    ? { kind: 'literal', value: only }
    : { kind: 'expandable', parts }
}

/** A variable or `$( )` inside a text; undefined for a dollar sign that means itself. */
export function parseInText(
  source: Source,
  subexpression: (source: Source) => Expression,
): Expression | undefined {
  const next = charAt(source, 1)
  if (next === '(') return subexpression(source)
  if (next === '{' || isWord(next)) return parseVariable(source)
  return undefined
}

/** A backtick and the character it changes. */
export function parseEscape(source: Source): string {
  source.at++
  const char = charAt(source)
  if (char === '') wantMore(source, 'The text ends with a backtick.', 'MissingArgument')
  source.at++
  if (isNewline(char)) {
    if (char === '\r' && charAt(source) === '\n') source.at++
    return ''
  }
  return ESCAPES[char] ?? char
}

/** `$name`, `${any name}`, `$global:name`; the cursor stands on the dollar sign. */
export function parseVariable(source: Source): Expression {
  const start = source.at++
  let name: string
  if (charAt(source) === '{') {
    const end = source.text.indexOf('}', source.at)
    if (end < 0) {
      source.at = source.text.length
      wantMore(source, 'The variable is missing its closing brace.', 'MissingEndCurlyBrace', start)
    }
    name = source.text.slice(source.at + 1, end)
    source.at = end + 1
  } else {
    name = wordAt(source)
    source.at += name.length
    if (charAt(source) === ':' && charAt(source, 1) !== ':' && isWord(charAt(source, 1))) {
      const scope = name.toLowerCase()
      source.at++
      name = wordAt(source)
      source.at += name.length
      if (!['global', 'script', 'local', 'private', 'variable'].includes(scope))
        refuse(source, `Variables of the kind $${scope}: are not available here.`, 'DriveNotFound', start)
    }
  }
  if (name === '') refuse(source, 'A name is missing after the dollar sign.', 'MissingVariableName', start)
  const lower = name.toLowerCase()
  const constant = Object.hasOwn(CONSTANTS, lower) ? CONSTANTS[lower] : undefined
  return constant === undefined ? { kind: 'variable', name: lower } : { kind: 'literal', value: constant }
}
