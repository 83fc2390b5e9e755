import type { PsValue } from '../base/ps-value.ts'

/** A pipeline whose next record takes so long is waited for with clean hands: what was changed is committed first. */
const IDLE_MS = 50

/**
 * Takes records from a pipeline one at a time. A client may send the next one in an hour or never; changes of the ones before
 * must not wait that long, and a stop must be heard meanwhile.
 */
export class Records {
  readonly #iterator: AsyncIterator<PsValue>
  readonly #signal: AbortSignal
  readonly #stopped: () => void
  #wake: () => void = () => undefined
  #waiting = false

  constructor(input: AsyncIterable<PsValue>, signal: AbortSignal) {
    this.#iterator = input[Symbol.asyncIterator]()
    this.#signal = signal
    this.#stopped = () => this.#wake()
    signal.addEventListener('abort', this.#stopped)
  }

  /**
   * @param idle called once when the record keeps us waiting; undefined: nothing waits for a commit
   * @returns undefined at the end, and when the pipeline was stopped
   */
  async next(idle: (() => Promise<void>) | undefined): Promise<{ readonly record: PsValue } | undefined> {
    const next = this.#iterator.next()
    this.#waiting = true
    const first = await this.#wait(next, idle === undefined ? undefined : IDLE_MS)
    if (first === 'idle') await idle?.()
    const result = first === 'idle' ? await this.#wait(next, undefined) : first
    if (result === 'idle' || result === 'stopped') return undefined
    this.#waiting = false
    return result.done ? undefined : { record: result.value }
  }

  /** Ends the commands before; one that never answers is not waited for. */
  async close(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#stopped)
    const ended = this.#iterator.return?.()
    if (!this.#waiting) await ended
    else ended?.catch(() => undefined) // nobody wants its answer any more
  }

  #wait(
    next: Promise<IteratorResult<PsValue>>,
    idleMs: number | undefined,
  ): Promise<IteratorResult<PsValue> | 'idle' | 'stopped'> {
    return new Promise((resolve, reject) => {
      const timer = idleMs === undefined ? undefined : setTimeout(() => resolve('idle'), idleMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve('stopped')
      }
      if (this.#signal.aborted) this.#wake()
      next.then(
        (result) => {
          clearTimeout(timer)
          resolve(result)
        },
        (error: unknown) => {
          clearTimeout(timer)
          reject(error)
        },
      )
    })
  }
}
