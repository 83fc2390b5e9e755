import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AccountId } from '../domain/account.ts'
import type { ThreadId } from '../domain/message.ts'
import type { Committer } from './committer.ts'
import { type Engine, StoreDown } from './engine.ts'
import type { ExpiryWalk } from './expiry-walk.ts'
import type { InboxCounts } from './inbox.ts'

/** Lines of one transaction: some milliseconds. */
export const SWEEP_LINES = 500

/** Where an error goes of work that nobody waits for. */
export type StoreFault = (error: unknown, doing: string) => void

interface Side {
  readonly pair: number
  readonly cleared: number
  readonly swept: number
}

/**
 * Clears a side of a thread: what its owner sees changes at once, in one write, whatever the size; the rows follow in stretches of
 * `SWEEP_LINES`, each in a transaction of its own (SECURITY 25). What a kill leaves is gone on with at the next start, what a
 * full disk leaves by `again`.
 */
export class Sweeper {
  readonly #engine: Engine
  readonly #committer: Committer
  readonly #inbox: InboxCounts
  readonly #expiring: ExpiryWalk
  readonly #fault: StoreFault
  readonly #running = new Map<string, Promise<void>>()
  /** What could not be done: owner and thread. */
  #left: (readonly [owner: number, thread: number])[] = []

  constructor(
    engine: Engine,
    committer: Committer,
    inbox: InboxCounts,
    expiring: ExpiryWalk,
    fault: StoreFault = () => undefined,
  ) {
    this.#engine = engine
    this.#committer = committer
    this.#inbox = inbox
    this.#expiring = expiring
    this.#fault = fault
  }

  /** Resolves when nothing of it is shown any more; of a short thread the rows are done too. */
  async clear(owner: AccountId, thread: ThreadId): Promise<void> {
    await this.#committer.addFolded({ kind: 'clearSide', owner, thread })
    this.#inbox.drop(owner)
    if (!(await this.#sweep(owner, thread))) this.#goOn(owner, thread)
  }

  /** At start: what the last process had cleared and not swept. */
  async resume(): Promise<void> {
    const sides = await this.#engine.query<{ owner: number; thread: number }>(
      'select owner, thread from thread_side where swept < cleared order by owner, thread',
    )
    for (const { owner, thread } of sides) this.#goOn(owner, thread)
  }

  /** Goes on with what could not be done, for want of room on the disk perhaps. */
  again(): void {
    const left = this.#left
    this.#left = []
    for (const [owner, thread] of left) this.#goOn(owner, thread)
  }

  /** Resolves when all rows of all cleared threads are done, as far as they can be. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values())
  }

  #goOn(owner: number, thread: number): void {
    const key = `${owner} ${thread}`
    if (this.#running.has(key)) return
    const work = this.#sweepAll(owner, thread)
      .catch((error: unknown) => {
        this.#left.push([owner, thread])
        // Down or closed is told elsewhere.
        if (!(error instanceof StoreDown)) this.#fault(error, 'sweep a cleared thread')
      })
      .finally(() => this.#running.delete(key))
    this.#running.set(key, work)
  }

  async #sweepAll(owner: number, thread: number): Promise<void> {
    do await nextTurn()
    while (!(await this.#sweep(owner, thread)))
  }

  /** One stretch. @returns whether it was the last */
  async #sweep(owner: number, thread: number): Promise<boolean> {
    const [side] = await this.#engine.query<Side>(
      'select pair, cleared, swept from thread_side where owner = ?1 and thread = ?2 and swept < cleared',
      owner,
      thread,
    )
    if (!side) return true
    const { pair, cleared, swept } = side
    const lines = await this.#engine.query<{ place: number }>(
      `select place from timeline where pair = ?1 and place > ?2 and place <= ?3 order by place limit ${SWEEP_LINES}`,
      pair,
      swept,
      cleared,
    )
    const last = lines.length < SWEEP_LINES
    const upTo = last ? cleared : (lines.at(-1)?.place ?? cleared)
    this.#expiring.touch(thread)
    await this.#committer.add({ kind: 'sweepSide', owner, thread, from: swept, upTo })
    return last
  }
}
