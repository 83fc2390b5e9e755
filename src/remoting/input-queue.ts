/** Objects that a client pipes in: they may come before, while, and after somebody asks for them. */
export interface InputQueue<T> {
  /** Octets that wait for the reader. */
  readonly waitingBytes: number
  /** `bytes`: what the object took on the wire. */
  push(value: T, bytes: number): void
  end(): void
  /** Everything from the first on; for one reader. */
  values(): AsyncGenerator<T, void, undefined>
}

export function createInputQueue<T>(): InputQueue<T> {
  let waiting: T[] = []
  let waitingBytes = 0
  let ended = false
  let wake: (() => void) | undefined
  const changed = (): void => {
    wake?.()
    wake = undefined
  }
  return {
    get waitingBytes() {
      return waitingBytes
    },
    push(value, bytes) {
      if (ended) return
      waiting.push(value)
      waitingBytes += bytes
      changed()
    },
    end() {
      ended = true
      changed()
    },
    async *values() {
      for (;;) {
        const batch = waiting
        waiting = []
        waitingBytes = 0
        yield* batch
        if (waiting.length > 0) continue
        if (ended) return
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}
