/** Objects that a client pipes in: they may come before, while, and after somebody asks for them. */
export interface InputQueue<T> {
  /** Octets that wait for the reader. */
  readonly waitingBytes: number
  /** Resolves when less than `limit` octets wait; undefined: it is so already. */
  room(limit: number): Promise<void> | undefined
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
  let waiters: (() => void)[] = []
  const release = (): void => {
    const released = waiters
    waiters = []
    for (const go of released) go()
  }
  const changed = (): void => {
    wake?.()
    wake = undefined
  }
  return {
    get waitingBytes() {
      return waitingBytes
    },
    room(limit) {
      if (ended || waitingBytes < limit) return undefined
      return new Promise((resolve) => waiters.push(resolve))
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
      release()
    },
    async *values() {
      for (;;) {
        const batch = waiting
        waiting = []
        waitingBytes = 0
        release()
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
