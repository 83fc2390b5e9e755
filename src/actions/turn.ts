import type { AccountId } from '../domain/account.ts'
import type { Lanes } from './ports/lanes.ts'

/** Whose messages of one sender to one recipient are still being looked at: the last one's end. */
type Turns = Map<number, Promise<void>>

/** One map for each server, by its lanes. */
const turns = new WeakMap<Lanes, Turns>()

/** Account numbers are small: two of them are one safe integer. */
const SHIFT = 2 ** 26

/**
 * Decisions of one sender about one recipient run in the order in which the messages came (ARCHITECTURE, Append, then push), also where one
 * of them has to ask the store and the next has not. Nobody waits where nothing is slow: then `before` is undefined and no turn is taken.
 */
export interface Turn {
  /** Resolves when every message that came before has its place in the log. */
  readonly before: Promise<void> | undefined
  /** From here on later messages of the pair wait until `leave`. */
  enter(): void
  leave(): void
}

export function takeTurn(lanes: Lanes, sender: AccountId, recipient: AccountId): Turn {
  let running = turns.get(lanes)
  if (running === undefined) {
    running = new Map()
    turns.set(lanes, running)
  }
  return new PairTurn(running, sender * SHIFT + recipient)
}

class PairTurn implements Turn {
  readonly before: Promise<void> | undefined
  readonly #turns: Turns
  readonly #pair: number
  #own: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined

  constructor(running: Turns, pair: number) {
    this.#turns = running
    this.#pair = pair
    this.before = running.size === 0 ? undefined : running.get(pair)
  }

  enter(): void {
    if (this.#own !== undefined) return
    this.#own = Promise.withResolvers<void>()
    this.#turns.set(this.#pair, this.#own.promise)
  }

  leave(): void {
    if (this.#own === undefined) return
    this.#own.resolve()
    if (this.#turns.get(this.#pair) === this.#own.promise) this.#turns.delete(this.#pair)
  }
}
