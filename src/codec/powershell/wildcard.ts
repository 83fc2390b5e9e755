/**
 * PowerShell's wildcards: `*`, `?`, `[abc]`, `[a-z]`, a backtick before one that means itself. Case does not count unless `caseSensitive`.
 * Walks the text once per star at most, without backtracking into earlier stars (SECURITY 29).
 */
export function matchesWildcard(text: string, pattern: string, caseSensitive = false): boolean {
  const tokens = tokensOf(caseSensitive ? pattern : pattern.toLowerCase())
  const subject = caseSensitive ? text : text.toLowerCase()
  let at = 0
  let token = 0
  let star = -1
  let mark = 0
  while (at < subject.length) {
    const now = tokens[token]
    if (now !== undefined && now !== '*' && fits(now, subject[at] ?? '')) {
      at++
      token++
    } else if (now === '*') {
      star = token++
      mark = at
    } else if (star >= 0) {
      token = star + 1
      at = ++mark
    } else return false
  }
  while (tokens[token] === '*') token++
  return token === tokens.length
}

export function hasWildcard(pattern: string): boolean {
  return /[*?[]/.test(pattern)
}

/** A star, any character, a set of characters (negation does not exist), or one character. */
type Token = '*' | '?' | { readonly char: string } | { readonly set: string }

function tokensOf(pattern: string): readonly Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? ''
    const end = char === '[' ? pattern.indexOf(']', at + 2) : -1
    if (char === '`' && at + 1 < pattern.length) tokens.push({ char: pattern[++at] ?? '' })
    else if (char === '*') {
      if (tokens.at(-1) !== '*') tokens.push('*')
    } else if (char === '?') tokens.push('?')
    else if (end > 0) {
      tokens.push({ set: pattern.slice(at + 1, end) })
      at = end
    } else tokens.push({ char })
  }
  return tokens
}

function fits(token: Exclude<Token, '*'>, char: string): boolean {
  if (token === '?') return true
  if ('char' in token) return token.char === char
  const { set } = token
  for (let at = 0; at < set.length; at++) {
    const from = set[at] ?? ''
    const to = set[at + 2]
    if (set[at + 1] === '-' && to !== undefined) {
      if (char >= from && char <= to) return true
      at += 2
    } else if (from === char) return true
  }
  return false
}
