import { parsePipeline, parseStatements } from './script.ts'
import {
  charAt,
  isDash,
  isDigit,
  isDoubleQuote,
  isLetter,
  isSingleQuote,
  isWord,
  nested,
  refuse,
  type Source,
  skipBlanks,
  skipLines,
  tokenHere,
  wantMore,
  wordAt,
} from './source.ts'
import { parseDoubleQuoted, parseSingleQuoted, parseVariable } from './string.ts'
import { type BinaryOperator, COMPARISONS, type Expression } from './syntax.ts'

const LOGICAL = new Set<string>(['and', 'or', 'xor'])
const COMPARING = new Set<string>(COMPARISONS)
/** Operators of PowerShell that we do not have, named in the refusal. */
const FOREIGN = new Set([
  'f',
  'replace',
  'split',
  'is',
  'isnot',
  'as',
  'band',
  'bor',
  'bxor',
  'bnot',
  'shl',
  'shr',
])

/** The whole of about_Operator_Precedence as far as our subset goes: logical, comparison, sum, product, list, unary. */
export function parseExpression(source: Source): Expression {
  return nested(source, () => {
    let left = parseComparison(source)
    for (;;) {
      const operator = takeOperator(source, LOGICAL)
      if (!operator) return left
      skipLines(source)
      left = { kind: 'binary', ...operator, left, right: parseComparison(source) }
    }
  })
}

function parseComparison(source: Source): Expression {
  let left = parseSum(source)
  for (;;) {
    const operator = takeOperator(source, COMPARING)
    if (!operator) return left
    skipLines(source)
    left = { kind: 'binary', ...operator, left, right: parseSum(source) }
  }
}

function parseSum(source: Source): Expression {
  let left = parseProduct(source)
  for (;;) {
    skipBlanks(source)
    const char = charAt(source)
    const minus = isDash(char) && !isLetter(charAt(source, 1))
    if ((char !== '+' && !minus) || charAt(source, 1) === '=') return left
    refuseIncrement(source, char)
    source.at++
    skipLines(source)
    left = {
      kind: 'binary',
      operator: minus ? '-' : '+',
      caseSensitive: false,
      left,
      right: parseProduct(source),
    }
  }
}

function parseProduct(source: Source): Expression {
  let left = parseList(source)
  for (;;) {
    skipBlanks(source)
    const char = charAt(source)
    if ((char !== '*' && char !== '/' && char !== '%') || charAt(source, 1) === '=') return left
    source.at++
    skipLines(source)
    left = { kind: 'binary', operator: char, caseSensitive: false, left, right: parseList(source) }
  }
}

/** `1, 2, 3`; the comma binds closer than any operator with two sides. */
function parseList(source: Source): Expression {
  const first = parseUnary(source)
  skipBlanks(source)
  if (charAt(source) !== ',') return first
  const items = [first]
  while (charAt(source) === ',') {
    source.at++
    skipLines(source)
    items.push(parseUnary(source))
    skipBlanks(source)
  }
  return { kind: 'list', items }
}

function parseUnary(source: Source): Expression {
  skipBlanks(source)
  const char = charAt(source)
  if (char === '!') return unary(source, 'not', 1)
  if (char === ',') return unary(source, 'comma', 1)
  if (char === '+' && !isDigit(charAt(source, 1))) return unary(source, 'plus', 1)
  if (!isDash(char)) return parsePostfix(source, parsePrimary(source))
  refuseIncrement(source, char)
  if (!isLetter(charAt(source, 1)))
    return isDigit(charAt(source, 1)) ? parsePrimary(source) : unary(source, 'minus', 1)
  if (wordAt(source, source.at + 1).toLowerCase() === 'not') return unary(source, 'not', 4)
  return refuse(
    source,
    `You must provide a value expression before '${tokenHere(source)}'.`,
    'ExpectedValueExpression',
  )
}

function unary(source: Source, operator: 'not' | 'minus' | 'plus' | 'comma', length: number): Expression {
  source.at += length
  return nested(source, () => ({ kind: 'unary', operator, of: parseUnary(source) }))
}

function refuseIncrement(source: Source, char: string): void {
  if (charAt(source, 1) === char)
    refuse(source, `The operator '${char}${char}' is not available here.`, 'NotAvailable')
}

/** A value that begins here, without what may follow it. */
export function parsePrimary(source: Source): Expression {
  const char = charAt(source)
  if (char === '$') return charAt(source, 1) === '(' ? parseNested(source, '$(') : parseVariable(source)
  if (char === '(') return parseNested(source, '(')
  if (char === '@') return parseAt(source)
  if (char === '{') return parseBlock(source)
  if (isSingleQuote(char)) return { kind: 'literal', value: parseSingleQuoted(source) }
  if (isDoubleQuote(char)) return parseDoubleQuoted(source, (inner) => parseNested(inner, '$('))
  if (isDigit(char) || ((char === '.' || isDash(char) || char === '+') && isDigit(charAt(source, 1))))
    return parseNumber(source)
  if (char === '[')
    return refuse(
      source,
      'Types, casts and calls of .NET in square brackets are not available here.',
      'NotAvailable',
    )
  if (char === '') return wantMore(source, 'An expression was expected.', 'ExpectedExpression')
  return refuse(source, `Unexpected token '${tokenHere(source)}' in expression or statement.`)
}

/** `.Name`, `."Name"`, `[0]`, as often as they follow without a blank. */
export function parsePostfix(source: Source, value: Expression): Expression {
  let of = value
  for (;;) {
    const char = charAt(source)
    const next = charAt(source, 1)
    if (char === '[') {
      source.at++
      skipLines(source)
      const at = parseExpression(source)
      skipLines(source)
      expect(source, ']', 'EndSquareBracketExpectedAtEndOfAttribute')
      of = { kind: 'index', of, at }
    } else if (
      char === '.' &&
      (isLetter(next) || next === '$' || isSingleQuote(next) || isDoubleQuote(next))
    ) {
      source.at++
      const name: Expression = isLetter(next)
        ? { kind: 'literal', value: takeWord(source) }
        : parsePrimary(source)
      if (charAt(source) === '(')
        refuse(source, 'Calls of methods are not available here; only properties are.', 'NotAvailable')
      of = { kind: 'member', of, name }
    } else if (char === ':' && next === ':')
      return refuse(source, 'Calls of .NET are not available here.', 'NotAvailable')
    else return of
  }
}

function takeWord(source: Source): string {
  const word = wordAt(source)
  source.at += word.length
  return word
}

function takeOperator(
  source: Source,
  known: ReadonlySet<string>,
): { operator: BinaryOperator; caseSensitive: boolean } | undefined {
  skipBlanks(source)
  if (!isDash(charAt(source))) return undefined
  const word = wordAt(source, source.at + 1).toLowerCase()
  const plain = word.length > 2 && (word[0] === 'c' || word[0] === 'i') && COMPARING.has(word.slice(1))
  const operator = plain ? word.slice(1) : word
  if (plain && word[0] === 'c' && /^(?:not)?(?:like|match)$/.test(operator))
    refuse(source, `The operator '-${word}' is not available here; '-${operator}' is.`, 'NotAvailable')
  if (FOREIGN.has(operator))
    refuse(source, `The operator '-${operator}' is not available here.`, 'NotAvailable')
  if (!known.has(operator)) return undefined
  source.at += 1 + word.length
  return { operator: operator as BinaryOperator, caseSensitive: plain && word[0] === 'c' }
}

const NUMBER =
  /(?:0x([0-9a-f]{1,16})|([-+\u2013-\u2015]?\d*(?:\.\d+)?(?:e[+-]?\d{1,3})?))(?:[ld]?)(kb|mb|gb|tb|pb)?/iy
const FACTORS: Readonly<Record<string, number>> = {
  kb: 2 ** 10,
  mb: 2 ** 20,
  gb: 2 ** 30,
  tb: 2 ** 40,
  pb: 2 ** 50,
}

function parseNumber(source: Source): Expression {
  NUMBER.lastIndex = source.at
  const [text = '', hexadecimal, decimal = '', factor = ''] = NUMBER.exec(source.text) ?? []
  const start = source.at
  source.at += text.length
  const value = hexadecimal === undefined ? decimal.replace(/[\u2013-\u2015]/, '-') : `0x${hexadecimal}`
  const number = Number(value) * (FACTORS[factor.toLowerCase()] ?? 1)
  if (isWord(charAt(source)) || text === '' || !Number.isFinite(number)) {
    source.at = start
    refuse(source, `The text '${tokenHere(source)}' is not a number.`, 'BadNumericConstant')
  }
  const whole = /^[-+]?\d+$/.test(value) && factor === '' && !Number.isSafeInteger(number)
  return { kind: 'literal', value: whole ? BigInt(value) : number }
}

/** `( )`, `$( )`, `@( )`; the cursor stands on the first character. */
export function parseNested(source: Source, form: '(' | '$(' | '@('): Expression {
  const start = source.at
  source.at += form.length
  const script = nested(source, () => {
    if (form !== '(') return { statements: parseStatements(source, ')') }
    skipLines(source)
    if (charAt(source) === ')') refuse(source, "An expression was expected after '('.", 'ExpectedExpression')
    const statements = [parsePipeline(source)]
    skipLines(source)
    return { statements }
  })
  expect(source, ')', 'MissingEndParenthesisInExpression', start)
  return { kind: 'nested', form, script }
}

function parseAt(source: Source): Expression {
  const next = charAt(source, 1)
  if (next === '(') return parseNested(source, '@(')
  if (next === '{') return parseTable(source)
  if (isSingleQuote(next) || isDoubleQuote(next))
    return refuse(
      source,
      'Strings that begin with @ and a quotation mark are not available here.',
      'NotAvailable',
    )
  return refuse(source, 'Arguments from a table (@name) are not available here.', 'NotAvailable')
}

/** `@{Name=value; Other=value}`. */
function parseTable(source: Source): Expression {
  const start = source.at
  source.at += 2
  return nested(source, () => {
    const entries: (readonly [Expression, ReturnType<typeof parsePipeline>])[] = []
    for (;;) {
      skipLines(source)
      if (charAt(source) === ';') source.at++
      else if (charAt(source) === '}') break
      else if (charAt(source) === '')
        wantMore(source, "The hash literal is missing its closing '}'.", 'MissingEndCurlyBrace', start)
      else entries.push(parseEntry(source))
    }
    source.at++
    return { kind: 'table', entries }
  })
}

function parseEntry(source: Source): readonly [Expression, ReturnType<typeof parsePipeline>] {
  const key: Expression = isLetter(charAt(source))
    ? { kind: 'literal', value: takeWord(source) }
    : parsePostfix(source, parsePrimary(source))
  skipBlanks(source)
  expect(source, '=', 'MissingEqualsInHashLiteral')
  skipLines(source)
  const value = parsePipeline(source)
  skipBlanks(source)
  const after = charAt(source)
  if (after !== '' && !';}\r\n'.includes(after))
    refuse(source, `Unexpected token '${tokenHere(source)}' in the hash literal.`)
  return [key, value]
}

/** `{ … }`: a value. It is read now, so that a mistake in it is found before anything runs. */
export function parseBlock(source: Source): Expression {
  const start = source.at++
  const script = nested(source, () => ({ statements: parseStatements(source, '}') }))
  expect(source, '}', 'MissingEndCurlyBrace', start)
  return { kind: 'block', script, text: source.text.slice(start + 1, source.at - 1) }
}

function expect(source: Source, char: string, id: string, at = source.at): void {
  if (charAt(source) === char) source.at++
  else if (charAt(source) === '') wantMore(source, `Missing '${char}'.`, id, at)
  else refuse(source, `Unexpected token '${tokenHere(source)}'; '${char}' was expected.`, id)
}
