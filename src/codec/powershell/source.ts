/** The text being parsed. `at` only ever moves forward, so that parsing is linear in the text (SECURITY 29). */
export interface Source {
  readonly text: string
  at: number
  depth: number
  /** Levels of brackets. */
  readonly maxDepth: number
}

/** Thrown inside this folder and turned into a value by `parseScript`; nothing else leaves the parser. */
export class Unparsable extends Error {
  readonly at: number
  readonly id: string
  readonly incomplete: boolean
  constructor(message: string, at: number, id: string, incomplete: boolean) {
    super(message)
    this.at = at
    this.id = id
    this.incomplete = incomplete
  }
}

/** The text is not of our subset. @throws Unparsable, always */
export function refuse(source: Source, message: string, id = 'UnexpectedToken', at = source.at): never {
  throw new Unparsable(message, at, id, false)
}

/** The text ended too early. */
export function wantMore(source: Source, message: string, id: string, at = source.at): never {
  throw new Unparsable(message, at, id, source.at >= source.text.length)
}

/** Runs `inner` one level deeper; a peer may not choose the depth of our stack. */
export function nested<T>(source: Source, inner: () => T): T {
  if (++source.depth > source.maxDepth)
    refuse(source, 'The text is nested too deeply.', 'ScriptTooComplicated')
  const value = inner()
  source.depth--
  return value
}

/** The character under the cursor, or further on; '' behind the end. */
export function charAt(source: Source, ahead = 0): string {
  return source.text[source.at + ahead] ?? ''
}

/** Pages and word processors turn dashes and quotes into typographic ones; PowerShell reads those too. */
export function isDash(char: string): boolean {
  return char === '-' || char === '\u2013' || char === '\u2014' || char === '\u2015'
}
/** `'` and its typographic forms. */
export function isSingleQuote(char: string): boolean {
  return char === "'" || (char >= '\u2018' && char <= '\u201b')
}
/** `"` and its typographic forms. */
export function isDoubleQuote(char: string): boolean {
  return char === '"' || (char >= '\u201c' && char <= '\u201e')
}
/** What separates words in a line; the ideographic space of Japanese keyboards too. */
export function isBlank(char: string): boolean {
  return (
    char === ' ' ||
    char === '\t' ||
    char === '\v' ||
    char === '\f' ||
    char === '\u00a0' ||
    char === '\u3000' ||
    char === '\ufeff'
  )
}
/** A line feed or a carriage return. */
export function isNewline(char: string): boolean {
  return char === '\n' || char === '\r'
}
/** What a name may begin with. */
export function isLetter(char: string): boolean {
  return /^[\p{L}_]$/u.test(char)
}
/** What a name may go on with. */
export function isWord(char: string): boolean {
  return /^[\p{L}\p{N}\p{M}_]$/u.test(char)
}
/** An ASCII digit. */
export function isDigit(char: string): boolean {
  return char >= '0' && char <= '9' && char.length === 1
}

/** Blanks, comments, and a line continued by a backtick. */
export function skipBlanks(source: Source): void {
  for (;;) {
    const char = charAt(source)
    if (isBlank(char)) source.at++
    else if (char === '`' && isNewline(charAt(source, 1)))
      source.at += charAt(source, 1) === '\r' && charAt(source, 2) === '\n' ? 3 : 2
    else if (char === '#') while (source.at < source.text.length && !isNewline(charAt(source))) source.at++
    else if (char === '<' && charAt(source, 1) === '#') skipComment(source)
    else return
  }
}

function skipComment(source: Source): void {
  const start = source.at
  const end = source.text.indexOf('#>', start + 2)
  if (end < 0) {
    source.at = source.text.length
    wantMore(source, 'The comment is missing its end: #>.', 'MissingTerminatorMultiLineComment', start)
  }
  source.at = end + 2
}

/** Blanks and ends of lines. */
export function skipLines(source: Source): void {
  for (;;) {
    skipBlanks(source)
    if (!isNewline(charAt(source))) return
    source.at++
  }
}

/** A run of word characters from `at`; empty when there is none. */
export function wordAt(source: Source, from = source.at): string {
  let end = from
  while (end < source.text.length && isWord(source.text[end] ?? '')) end++
  return source.text.slice(from, end)
}

/** What stands here, for a message: up to 40 characters of one token. */
export function tokenHere(source: Source): string {
  let end = source.at + 1
  const limit = Math.min(source.text.length, source.at + 40)
  while (end < limit) {
    const char = source.text[end] ?? ''
    if (isBlank(char) || isNewline(char) || ';|(){},'.includes(char)) break
    end++
  }
  return source.text.slice(source.at, end)
}
