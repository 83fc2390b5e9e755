import { type Engine, StoreDown } from './engine.ts'
import type { Write } from './writes.ts'

/** What may wait a little: folded into the next transaction within `behindMs`, or before anything that counts on it. */
export interface Behind {
  take(): readonly Write[]
}

interface Batch {
  readonly writes: Write[]
  messages: number
  fold: boolean
  readonly done: Promise<void>
  readonly resolve: () => void
  readonly reject: (error: StoreDown) => void
}

export interface CommitterOptions {
  /** How long cursors, timeline lines and counts may lie behind the log (ARCHITECTURE, The hot path 5). */
  readonly behindMs: number
  /** Told of every commit: seconds it took and how many messages were in it. */
  readonly observe?: (seconds: number, messages: number) => void
}

/**
 * Group commit: the writes of one turn of the event loop are one transaction, and one promise (ARCHITECTURE, The hot path 1).
 * A transaction that fails ends all writing until a restart: after a failed fsync nobody knows what the disk holds (SECURITY 61).
 */
export class Committer {
  readonly #engine: Engine
  readonly #options: CommitterOptions
  readonly #behind: Behind[] = []
  #batch: Batch | undefined
  #running = false
  #timer: NodeJS.Timeout | undefined
  #down: StoreDown | undefined
  #refused: StoreDown | undefined

  constructor(engine: Engine, options: CommitterOptions) {
    this.#engine = engine
    this.#options = options
  }

  /** Why nothing is written: for good, or while the disk has too little room; undefined when all is well. */
  get down(): StoreDown | undefined {
    return this.#down ?? this.#refused
  }

  /** Writes that wait for the next transaction (SECURITY 60). */
  get waiting(): number {
    return this.#batch?.writes.length ?? 0
  }

  folds(behind: Behind): void {
    this.#behind.push(behind)
  }

  /** @throws StoreDown; none of the writes of this turn happened then. */
  add(...writes: readonly Write[]): Promise<void> {
    if (this.down) return Promise.reject(this.down)
    const batch = this.#open()
    for (const write of writes) {
      batch.writes.push(write)
      if (write.kind === 'append') batch.messages += 1
    }
    return batch.done
  }

  /** As `add`, after everything behind, in the same transaction: for what changes counts. */
  addFolded(...writes: readonly Write[]): Promise<void> {
    const done = this.add(...writes)
    if (this.#batch) this.#batch.fold = true
    return done
  }

  /** Something is behind now. */
  later(): void {
    if (this.#timer || this.#down) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (this.#down) return
      this.#open().fold = true
    }, this.#options.behindMs)
    this.#timer.unref()
  }

  /** Resolves when nothing is behind: what was committed before the call is in every count and list. */
  settled(): Promise<void> {
    if (this.#down) return Promise.reject(this.#down)
    if (!this.#timer && !this.#running && !this.#batch) return Promise.resolve()
    const batch = this.#open()
    batch.fold = true
    return batch.done
  }

  /** Writes what is open and what is behind, then takes nothing more. */
  async close(): Promise<void> {
    if (!this.#down) await this.settled()
    clearTimeout(this.#timer)
    this.#down ??= new StoreDown(new Error('closed'))
  }

  /** Takes nothing while there is a reason: before a disk is full, rather than by its failure. What is behind still gets out. */
  refuse(cause: Error | undefined): void {
    if (cause === undefined) this.#refused = undefined
    else this.#refused ??= new StoreDown(cause)
  }

  #open(): Batch {
    if (!this.#batch) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      // Writers behind do not wait; without this a failure nobody awaits would end the process.
      promise.catch(() => {})
      this.#batch = { writes: [], messages: 0, fold: false, done: promise, resolve, reject }
      if (!this.#running) setImmediate(() => this.#flush())
    }
    return this.#batch
  }

  async #flush(): Promise<void> {
    const batch = this.#batch
    if (!batch) return
    this.#batch = undefined
    this.#running = true
    try {
      if (this.#down) throw this.#down
      const writes = batch.fold ? [...this.#takeBehind(), ...batch.writes] : batch.writes
      if (writes.length > 0) await this.#commit(writes, batch.messages)
      batch.resolve()
    } catch (error) {
      this.#down ??= new StoreDown(error)
      clearTimeout(this.#timer)
      batch.reject(this.#down)
    } finally {
      this.#running = false
      if (this.#batch) setImmediate(() => this.#flush())
    }
  }

  async #commit(writes: readonly Write[], messages: number): Promise<void> {
    const start = performance.now()
    await this.#engine.commit(writes)
    this.#options.observe?.((performance.now() - start) / 1000, messages)
  }

  #takeBehind(): Write[] {
    clearTimeout(this.#timer)
    this.#timer = undefined
    return this.#behind.flatMap((behind) => behind.take())
  }
}
