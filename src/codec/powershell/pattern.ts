import { fail, ok, type Result } from '../../base/result.ts'

/**
 * The regular expressions of `-match`, run as a set of states over the text: time is text × pattern, whatever the pattern (SECURITY 29).
 * Known are characters, `.`, classes, `\d \w \s \b`, `^ $`, groups, alternatives, `* + ? {m,n}`. Back references and look-around are refused by name.
 */
export interface Pattern {
  matches(text: string): boolean
}

const MAX_STEPS = 2000

type Fits = (char: string) => boolean
/** `split` goes on at both places; `at` only where its condition on the position holds. */
type Step =
  | { readonly op: 'char'; readonly fits: Fits }
  | { readonly op: 'split'; readonly a: number; readonly b: number }
  | { readonly op: 'at'; readonly where: '^' | '$' | 'b' | 'B' }
  | { readonly op: 'end' }

class Unreadable extends Error {}

export function compilePattern(text: string, caseSensitive = false): Result<Pattern, string> {
  try {
    const steps = new Compiler(text, caseSensitive).program()
    return ok({ matches: (subject) => run(steps, caseSensitive ? subject : subject.toLowerCase()) })
  } catch (error) {
    if (error instanceof Unreadable) return fail(error.message)
    throw error
  }
}

type Node =
  | { readonly kind: 'char'; readonly fits: Fits }
  | { readonly kind: 'at'; readonly where: '^' | '$' | 'b' | 'B' }
  | { readonly kind: 'sequence'; readonly items: readonly Node[] }
  | { readonly kind: 'either'; readonly items: readonly Node[] }
  | { readonly kind: 'repeat'; readonly of: Node; readonly min: number; readonly max: number }

const CLASSES: Readonly<Record<string, Fits>> = {
  d: (c) => /^\p{Nd}$/u.test(c),
  w: (c) => /^[\p{L}\p{N}\p{M}\p{Pc}]$/u.test(c),
  s: (c) => /^\s$/u.test(c),
}
const CONTROLS: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  f: '\f',
  v: '\v',
  e: '\u001b',
  a: '\u0007',
}

class Compiler {
  private at = 0
  private depth = 0
  private readonly text: string
  private readonly fold: boolean
  private readonly steps: Step[] = []

  constructor(text: string, caseSensitive: boolean) {
    this.text = text
    this.fold = !caseSensitive
  }

  program(): readonly Step[] {
    const node = this.either()
    if (this.at < this.text.length) throw new Unreadable("Too many )'s.")
    this.emit(node)
    this.push({ op: 'end' })
    return this.steps
  }

  private either(): Node {
    if (++this.depth > 50) throw new Unreadable('The pattern is nested too deeply.')
    const items = [this.sequence()]
    while (this.text[this.at] === '|') {
      this.at++
      items.push(this.sequence())
    }
    this.depth--
    return { kind: 'either', items }
  }

  private sequence(): Node {
    const items: Node[] = []
    while (this.at < this.text.length && this.text[this.at] !== '|' && this.text[this.at] !== ')') {
      items.push(this.repeated(this.atom()))
    }
    return { kind: 'sequence', items }
  }

  private repeated(atom: Node): Node {
    let of = atom
    for (;;) {
      const char = this.text[this.at]
      const braces =
        char === '{' ? /^\{(\d{1,3})(,?)(\d{0,3})\}/.exec(this.text.slice(this.at, this.at + 10)) : null
      if (char === '*') of = { kind: 'repeat', of, min: 0, max: Number.POSITIVE_INFINITY }
      else if (char === '+') of = { kind: 'repeat', of, min: 1, max: Number.POSITIVE_INFINITY }
      else if (char === '?') of = { kind: 'repeat', of, min: 0, max: 1 }
      else if (braces) {
        const min = Number(braces[1])
        of = {
          kind: 'repeat',
          of,
          min,
          max: braces[3] ? Number(braces[3]) : braces[2] ? Number.POSITIVE_INFINITY : min,
        }
      } else return of
      this.at += braces ? braces[0].length : 1
      if (this.text[this.at] === '?') this.at++ // lazy or greedy: the same answer to "does it match"
    }
  }

  private atom(): Node {
    const char = this.text[this.at++] ?? ''
    if (char === '(') return this.group()
    if (char === '[') return { kind: 'char', fits: this.set() }
    if (char === '.') return { kind: 'char', fits: (c) => c !== '\n' }
    if (char === '^' || char === '$') return { kind: 'at', where: char }
    if (char === '\\') return this.escaped()
    if ('*+?'.includes(char)) throw new Unreadable(`Quantifier ${char} following nothing.`)
    return { kind: 'char', fits: this.same(char) }
  }

  private group(): Node {
    if (this.text[this.at] === '?') {
      const head = /^\?(?::|<[A-Za-z]\w{0,30}>|i\))/.exec(this.text.slice(this.at, this.at + 40))?.[0]
      if (head === undefined || head.endsWith(')'))
        throw new Unreadable('Groups that look around, and options in groups, are not available here.')
      this.at += head.length
    }
    const node = this.either()
    if (this.text[this.at++] !== ')') throw new Unreadable("Not enough )'s.")
    return node
  }

  private escaped(): Node {
    const char = this.text[this.at++]
    if (char === undefined) throw new Unreadable('Illegal \\ at end of pattern.')
    if (char === 'b' || char === 'B') return { kind: 'at', where: char }
    if (/[1-9k]/.test(char)) throw new Unreadable('References to earlier groups are not available here.')
    return { kind: 'char', fits: this.escapeClass(char) ?? this.same(CONTROLS[char] ?? char) }
  }

  private escapeClass(char: string): Fits | undefined {
    const found = Object.hasOwn(CLASSES, char.toLowerCase()) ? CLASSES[char.toLowerCase()] : undefined
    if (!found) return undefined
    return char === char.toLowerCase() ? found : (c) => !found(c)
  }

  private set(): Fits {
    const not = this.text[this.at] === '^'
    if (not) this.at++
    const parts: Fits[] = []
    const first = this.at
    for (;;) {
      const char = this.text[this.at++]
      if (char === undefined) throw new Unreadable('Unterminated [] set.')
      if (char === ']' && this.at > first + 1) break
      const escaped = char === '\\' ? (this.text[this.at++] ?? '') : undefined
      const known = escaped === undefined ? undefined : this.escapeClass(escaped)
      const from = escaped === undefined ? char : (CONTROLS[escaped] ?? escaped)
      if (known) parts.push(known)
      else if (
        this.text[this.at] === '-' &&
        this.text[this.at + 1] !== ']' &&
        this.text[this.at + 1] !== undefined
      ) {
        const to = this.text[this.at + 1] ?? ''
        this.at += 2
        const low = this.folded(from)
        const high = this.folded(to)
        parts.push((c) => c >= low && c <= high)
      } else parts.push(this.same(from))
    }
    return (c) => parts.some((fits) => fits(c)) !== not
  }

  private folded(char: string): string {
    return this.fold ? char.toLowerCase() : char
  }
  private same(char: string): Fits {
    const wanted = this.folded(char)
    return (c) => c === wanted
  }

  private push(step: Step): number {
    if (this.steps.length >= MAX_STEPS) throw new Unreadable('The pattern is too large.')
    return this.steps.push(step) - 1
  }

  private emit(node: Node): void {
    if (node.kind === 'char') this.push({ op: 'char', fits: node.fits })
    else if (node.kind === 'at') this.push({ op: 'at', where: node.where })
    else if (node.kind === 'sequence') for (const item of node.items) this.emit(item)
    else if (node.kind === 'either') this.emitEither(node.items)
    else this.emitRepeat(node)
  }

  private emitEither(items: readonly Node[]): void {
    const [first, ...rest] = items
    if (!first) return
    if (rest.length === 0) {
      this.emit(first)
      return
    }
    const split = this.push({ op: 'split', a: 0, b: 0 })
    this.emit(first)
    const jump = this.push({ op: 'split', a: 0, b: 0 })
    this.steps[split] = { op: 'split', a: split + 1, b: this.steps.length }
    this.emitEither(rest)
    this.steps[jump] = { op: 'split', a: this.steps.length, b: this.steps.length }
  }

  private emitRepeat({ of, min, max }: { of: Node; min: number; max: number }): void {
    for (let i = 0; i < min; i++) this.emit(of)
    if (max === Number.POSITIVE_INFINITY) {
      const split = this.push({ op: 'split', a: 0, b: 0 })
      this.emit(of)
      this.push({ op: 'split', a: split, b: split })
      this.steps[split] = { op: 'split', a: split + 1, b: this.steps.length }
      return
    }
    for (let i = min; i < max; i++) {
      const split = this.push({ op: 'split', a: 0, b: 0 })
      this.emit(of)
      this.steps[split] = { op: 'split', a: split + 1, b: this.steps.length }
    }
  }
}

/** All states at once; a state is entered at most once for each position. */
function run(steps: readonly Step[], text: string): boolean {
  let states: number[] = []
  const seen = new Int32Array(steps.length).fill(-1)
  for (let at = 0; at <= text.length; at++) {
    const open = [...states, 0]
    const now: number[] = []
    while (open.length > 0) {
      const state = open.pop() ?? 0
      const step = steps[state]
      if (!step || seen[state] === at) continue
      seen[state] = at
      if (step.op === 'end') return true
      if (step.op === 'split') open.push(step.b, step.a)
      else if (step.op === 'char') now.push(state)
      else if (holds(step.where, text, at)) open.push(state + 1)
    }
    const char = text[at] ?? ''
    states = []
    for (const state of now) {
      const step = steps[state]
      if (at < text.length && step?.op === 'char' && step.fits(char)) states.push(state + 1)
    }
  }
  return false
}

function holds(where: '^' | '$' | 'b' | 'B', text: string, at: number): boolean {
  if (where === '^') return at === 0
  if (where === '$') return at === text.length || (at === text.length - 1 && text[at] === '\n')
  const word = (char: string | undefined) => char !== undefined && /^[\p{L}\p{N}\p{M}\p{Pc}]$/u.test(char)
  return (word(text[at - 1]) !== word(text[at])) === (where === 'b')
}
