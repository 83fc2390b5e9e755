/**
 * Regular expressions for `-match`, in time linear in the text: patterns come from administrators' lines and over remoting, and
 * JavaScript's own engine can be made to run for hours (SECURITY 29). Thompson's construction, states as a set.
 * Letter case does not count, as in PowerShell. Known: literals, `.`, classes, `\d \w \s` and their opposites, `^ $`, groups, `|`, `* + ? {n} {n,} {n,m}`. No back references, no look-around.
 */
export function pattern(source: string): ((text: string) => boolean) | undefined {
  if (source.length > MAX_PATTERN) return undefined
  const parser = new Parser(source)
  const tree = parser.alternatives()
  if (tree === undefined || !parser.atEnd()) return undefined
  const machine: State[] = []
  const start = compile(tree, machine, machine.push({ kind: 'match' }) - 1)
  if (start === undefined) return undefined
  return (text) => run(machine, start, text.toLowerCase())
}

const MAX_PATTERN = 256
const MAX_STATES = 4000
const MAX_REPEAT = 100

type Node =
  | { readonly kind: 'one'; readonly test: (character: string) => boolean }
  | { readonly kind: 'begin' | 'end' | 'word' | 'empty' }
  | { readonly kind: 'sequence' | 'either'; readonly parts: readonly Node[] }
  | { readonly kind: 'repeat'; readonly part: Node; readonly min: number; readonly max: number }

type State =
  | { readonly kind: 'one'; readonly test: (character: string) => boolean; readonly next: number }
  | { readonly kind: 'begin' | 'end' | 'word'; readonly next: number }
  | { readonly kind: 'split'; next: readonly number[] }
  | { readonly kind: 'match' }

const CLASSES: Readonly<Record<string, (character: string) => boolean>> = {
  d: (one) => one >= '0' && one <= '9',
  w: (one) => /[\p{L}\p{N}_]/u.test(one),
  s: (one) => /\s/.test(one),
  D: (one) => !(one >= '0' && one <= '9'),
  W: (one) => !/[\p{L}\p{N}_]/u.test(one),
  S: (one) => !/\s/.test(one),
  t: (one) => one === '\t',
  n: (one) => one === '\n',
  r: (one) => one === '\r',
}

class Parser {
  readonly #source: readonly string[]
  #at = 0
  #depth = 0

  constructor(source: string) {
    this.#source = [...source]
  }

  atEnd(): boolean {
    return this.#at >= this.#source.length
  }

  alternatives(): Node | undefined {
    const parts: Node[] = []
    for (;;) {
      const part = this.#sequence()
      if (part === undefined) return undefined
      parts.push(part)
      if (!this.#take('|')) return { kind: 'either', parts }
    }
  }

  #sequence(): Node | undefined {
    const parts: Node[] = []
    while (!this.atEnd() && this.#peek() !== '|' && this.#peek() !== ')') {
      const atom = this.#atom()
      const repeated = atom && this.#repeats(atom)
      if (repeated === undefined) return undefined
      parts.push(repeated)
    }
    return { kind: 'sequence', parts }
  }

  #repeats(atom: Node): Node | undefined {
    let part = atom
    for (;;) {
      if (this.#take('*')) part = { kind: 'repeat', part, min: 0, max: Number.POSITIVE_INFINITY }
      else if (this.#take('+')) part = { kind: 'repeat', part, min: 1, max: Number.POSITIVE_INFINITY }
      else if (this.#take('?')) part = { kind: 'repeat', part, min: 0, max: 1 }
      else {
        const counted = /^\{(\d{1,9})(?:(,)(\d{1,9})?)?\}/.exec(
          this.#source.slice(this.#at, this.#at + 24).join(''),
        )
        if (!counted) return part
        this.#at += counted[0].length
        const min = Number(counted[1])
        const max =
          counted[2] === undefined
            ? min
            : counted[3] === undefined
              ? Number.POSITIVE_INFINITY
              : Number(counted[3])
        if (min > MAX_REPEAT || max < min || (Number.isFinite(max) && max > MAX_REPEAT)) return undefined
        part = { kind: 'repeat', part, min, max }
      }
      this.#take('?') // lazy or greedy is the same where only the answer yes or no counts
    }
  }

  #atom(): Node | undefined {
    const character = this.#source[this.#at]
    this.#at += 1
    switch (character) {
      case '^':
        return { kind: 'begin' }
      case '$':
        return { kind: 'end' }
      case '.':
        return { kind: 'one', test: (one) => one !== '\n' }
      case '(':
        return this.#group()
      case '[':
        return this.#set()
      case '\\':
        return this.#escape()
      case '*':
      case '+':
      case '?':
      case undefined:
        return undefined
      default:
        return { kind: 'one', test: literal(character) }
    }
  }

  #group(): Node | undefined {
    if (this.#take('?') && !this.#take(':')) return undefined
    this.#depth += 1
    if (this.#depth > 20) return undefined
    const inner = this.alternatives()
    this.#depth -= 1
    return inner !== undefined && this.#take(')') ? inner : undefined
  }

  #escape(): Node | undefined {
    const character = this.#source[this.#at]
    this.#at += 1
    if (character === undefined || /[1-9kpux]/.test(character)) return undefined
    if (character === 'b') return { kind: 'word' }
    if (character === 'B' || character === 'A' || character === 'Z') return undefined
    return { kind: 'one', test: CLASSES[character] ?? literal(character) }
  }

  #set(): Node | undefined {
    const not = this.#take('^')
    const tests: ((one: string) => boolean)[] = []
    for (let first = true; ; first = false) {
      let from = this.#source[this.#at]
      this.#at += 1
      if (from === undefined) return undefined
      if (from === ']' && !first) break
      if (from === '\\') {
        from = this.#source[this.#at] ?? ''
        this.#at += 1
        const known = CLASSES[from]
        if (known !== undefined) {
          tests.push(known)
          continue
        }
      }
      const low = from.toLowerCase()
      if (this.#peek() === '-' && this.#source[this.#at + 1] !== ']') {
        const high = this.#source[this.#at + 1]?.toLowerCase()
        if (high === undefined || high === '\\') return undefined
        this.#at += 2
        tests.push((one) => one >= low && one <= high)
      } else tests.push((one) => one === low)
    }
    return { kind: 'one', test: (one) => tests.some((test) => test(one)) !== not }
  }

  #peek(): string | undefined {
    return this.#source[this.#at]
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false
    this.#at += 1
    return true
  }
}

/** Texts are folded before they are matched. */
function literal(character: string): (one: string) => boolean {
  const folded = character.toLowerCase()
  return (one) => one === folded
}

/** @returns the first state of `node` followed by `next`; undefined when the machine would grow too large. */
function compile(node: Node, machine: State[], next: number): number | undefined {
  if (machine.length > MAX_STATES) return undefined
  switch (node.kind) {
    case 'empty':
      return next
    case 'one':
      return machine.push({ kind: 'one', test: node.test, next }) - 1
    case 'begin':
    case 'end':
    case 'word':
      return machine.push({ kind: node.kind, next }) - 1
    case 'sequence': {
      let after: number | undefined = next
      for (const part of node.parts.toReversed())
        after = after === undefined ? undefined : compile(part, machine, after)
      return after
    }
    case 'either': {
      const starts = node.parts.map((part) => compile(part, machine, next))
      return starts.includes(undefined)
        ? undefined
        : machine.push({ kind: 'split', next: starts.flatMap((one) => one ?? []) }) - 1
    }
    case 'repeat':
      return repeat(node, machine, next)
  }
}

function repeat(node: Extract<Node, { kind: 'repeat' }>, machine: State[], next: number): number | undefined {
  let after: number | undefined = next
  if (!Number.isFinite(node.max)) {
    const loop: State & { kind: 'split' } = { kind: 'split', next: [] }
    const place = machine.push(loop) - 1
    const body = compile(node.part, machine, place)
    if (body === undefined) return undefined
    loop.next = [body, next]
    after = place
  } else {
    for (let more = node.min; more < node.max && after !== undefined; more += 1) {
      const body = compile(node.part, machine, after)
      after = body === undefined ? undefined : machine.push({ kind: 'split', next: [body, next] }) - 1
    }
  }
  for (let times = 0; times < node.min && after !== undefined; times += 1)
    after = compile(node.part, machine, after)
  return after
}

function run(machine: readonly State[], start: number, text: string): boolean {
  const characters = [...text]
  const isWord = (at: number) => {
    const character = characters[at]
    return character !== undefined && (CLASSES.w?.(character) ?? false)
  }
  let current = new Set<number>()
  /** Follows what takes no character. @returns true when the match is there. */
  const reach = (set: Set<number>, first: number, at: number): boolean => {
    const waiting = [first]
    for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
      if (set.has(state)) continue
      set.add(state)
      const here = machine[state]
      if (here === undefined || here.kind === 'one') continue
      if (here.kind === 'match') return true
      if (here.kind === 'split') waiting.push(...here.next)
      else if (here.kind === 'begin' ? at === 0 : here.kind === 'end' ? at === characters.length : true) {
        if (here.kind !== 'word' || isWord(at - 1) !== isWord(at)) waiting.push(here.next)
      }
    }
    return false
  }
  for (let at = 0; at <= characters.length; at += 1) {
    // A match may begin anywhere.
    if (reach(current, start, at)) return true
    const character = characters[at]
    if (character === undefined) return false
    const following = new Set<number>()
    for (const state of current) {
      const here = machine[state]
      if (here?.kind === 'one' && here.test(character) && reach(following, here.next, at + 1)) return true
    }
    current = following
  }
  return false
}
