import type { PsScriptBlock, PsValue } from '../../base/ps-value.ts'
import { LIMITS, type Limits } from '../limits.ts'
import type { Script } from './syntax.ts'

/** How long and deep a text may be, and how large what it builds. */
export type ScriptLimits = Pick<Limits, 'scriptText' | 'scriptDepth' | 'scriptElements' | 'scriptString'>

/** Variables by name, without regard to case. A block has its own `$_`; everything else it sets belongs to the session, as in ForEach-Object. */
export class Scope {
  private readonly variables = new Map<string, PsValue>()
  private readonly parent: Scope | undefined
  readonly limits: ScriptLimits

  constructor(
    parent?: Scope,
    first: Iterable<readonly [string, PsValue]> = [],
    limits: ScriptLimits = parent?.limits ?? LIMITS,
  ) {
    this.parent = parent
    this.limits = limits
    for (const [name, value] of first) this.variables.set(name.toLowerCase(), value)
  }

  /** Undefined for a name that was never given a value; the language reads it as `$null`. */
  get(name: string): PsValue | undefined {
    const lower = name.toLowerCase()
    const own = this.variables.get(lower === 'psitem' ? '_' : lower)
    return own === undefined ? this.parent?.get(name) : own
  }

  set(name: string, value: PsValue): void {
    if (this.parent) this.parent.set(name, value)
    else this.variables.set(name.toLowerCase(), value)
  }

  /** The scope of the session: where what it needs for running commands hangs. */
  get root(): Scope {
    return this.parent?.root ?? this
  }
}

/** What a block was made from. A block that came over a wire has only its text. */
export interface Closure {
  readonly script: Script
  readonly scope: Scope
}

const closures = new WeakMap<PsScriptBlock, Closure>()

/** Remembers what a block was written as and where; it is forgotten with the block. */
export function closeOver(block: PsScriptBlock, closure: Closure): void {
  closures.set(block, closure)
}

/** @returns undefined for a block that came over a wire as text */
export function closureOf(block: PsScriptBlock): Closure | undefined {
  return closures.get(block)
}
