import type { Lockouts } from '../actions/ports/credentials.ts'
import type { Clock } from '../actions/ports/ports.ts'
import type { Behind, Committer } from './committer.ts'
import type { Engine } from './engine.ts'
import type { Write } from './writes.ts'

/** SECURITY 37. */
const WINDOW_MS = 15 * 60_000
const DELAY_FROM = 5
const REFUSE_FROM = 10
const REFUSE_ADDRESS_FROM = 50
const LONGEST_DELAY_MS = 30_000
/** Counters kept; the oldest go first, so that a flood of names costs no memory. */
const MAX_COUNTERS = 100_000

/** Failures of one name from one address, or of any names from one address (name ''). Times ascend. */
interface Counter {
  readonly name: string
  readonly address: string
  failures: number[]
}

/**
 * Failure counters shared by all doors; they survive a restart (SECURITY 37). A name is counted together with the address,
 * so somebody elsewhere cannot lock a person out of the place where that person works.
 */
export class FailureCounters implements Lockouts, Behind {
  readonly #committer: Committer
  readonly #clock: Clock
  readonly #counters = new Map<string, Counter>()
  readonly #changed = new Set<string>()

  constructor(committer: Committer, clock: Clock) {
    this.#committer = committer
    this.#clock = clock
    committer.folds(this)
  }

  async load(engine: Engine): Promise<void> {
    const rows = await engine.query<{ name: string; address: string; failures: string }>(
      'select name, address, failures from lockout',
    )
    const now = this.#clock.now()
    for (const { name, address, failures: text } of rows) {
      const failures = JSON.parse(text) as number[]
      this.#counters.set(keyOf(name, address), { name, address, failures })
      if (this.#recent(name, address, now).length === 0) this.#drop(keyOf(name, address))
    }
  }

  gate(
    name: string,
    address: string,
  ):
    | { readonly kind: 'open'; readonly delayMs: number }
    | { readonly kind: 'refused'; readonly retryAfterMs: number } {
    const now = this.#clock.now()
    const own = this.#recent(name.toLowerCase(), address, now)
    const any = this.#recent('', address, now)
    const refusedFor = Math.max(refusal(own, REFUSE_FROM, now), refusal(any, REFUSE_ADDRESS_FROM, now))
    if (refusedFor > 0) return { kind: 'refused', retryAfterMs: refusedFor }
    const over = own.length - DELAY_FROM
    return { kind: 'open', delayMs: over < 0 ? 0 : Math.min(LONGEST_DELAY_MS, 1000 * 2 ** over) }
  }

  failed(name: string, address: string): void {
    const now = this.#clock.now()
    this.#count(name.toLowerCase(), address, now)
    this.#count('', address, now)
  }

  /** The counter of the address stays: a password that was guessed right does not excuse the wrong ones. */
  succeeded(name: string, address: string): void {
    this.#drop(keyOf(name.toLowerCase(), address))
  }

  async unlock(name: string): Promise<boolean> {
    const own = [...this.#counters].filter(([, counter]) => counter.name === name.toLowerCase())
    for (const [key] of own) this.#drop(key)
    await this.#committer.settled()
    return own.length > 0
  }

  take(): readonly Write[] {
    const writes = [...this.#changed].map((key): Write => {
      const counter = this.#counters.get(key)
      const [name = '', address = ''] = key.split('\n')
      return counter
        ? { kind: 'lockout', name, address, failures: JSON.stringify(counter.failures) }
        : { kind: 'removeLockout', name, address }
    })
    this.#changed.clear()
    return writes
  }

  #recent(name: string, address: string, now: number): readonly number[] {
    const failures = this.#counters.get(keyOf(name, address))?.failures ?? []
    // A clock that went back must not keep somebody out: what lies in the future does not count (SECURITY 64).
    return failures.filter((at) => at > now - WINDOW_MS && at <= now)
  }

  #count(name: string, address: string, now: number): void {
    const key = keyOf(name, address)
    const limit = name === '' ? REFUSE_ADDRESS_FROM : REFUSE_FROM
    const failures = [...this.#recent(name, address, now), now].slice(-limit)
    this.#counters.delete(key)
    this.#counters.set(key, { name, address, failures })
    this.#touch(key)
    if (this.#counters.size <= MAX_COUNTERS) return
    const [oldest] = this.#counters.keys()
    if (oldest !== undefined) this.#drop(oldest)
  }

  #drop(key: string): void {
    if (this.#counters.delete(key)) this.#touch(key)
  }

  #touch(key: string): void {
    this.#changed.add(key)
    this.#committer.later()
  }
}

/** How long the newest failure of a full window still refuses; 0 when it does not. */
function refusal(failures: readonly number[], from: number, now: number): number {
  const newest = failures.at(-1)
  return failures.length < from || newest === undefined ? 0 : newest + WINDOW_MS - now
}

/** Names hold no line break: the doors refuse control characters. */
function keyOf(name: string, address: string): string {
  return `${name.replaceAll('\n', ' ')}\n${address}`
}
