/** What a poll comes back with. `replaced`: a younger poll for the same target took its place; `closed`: the target is gone. */
export type Taken =
  | { readonly kind: 'data'; readonly fragments: readonly Uint8Array[]; readonly done: boolean }
  | { readonly kind: 'timedOut' | 'replaced' | 'closed' | 'left' }

/** Output of one target between its maker and the client's polls. */
export interface Outbox {
  /** @returns a promise that resolves when less than the limit waits; undefined while there is room */
  put(fragments: readonly Uint8Array[]): Promise<void> | undefined
  /** Nothing more comes. */
  finish(): void
  /** Everything has been taken, the end too. */
  readonly drained: boolean
  /** Waits for output: whole fragments whose base64 and frame fit into `room` characters, or the first one alone. */
  take(room: number, waitMs: number, gone: AbortSignal): Promise<Taken>
  /** What was taken did not reach the client: the next poll gets it. */
  putBack(taken: Extract<Taken, { kind: 'data' }>): void
  /** Ends the poll that is held as if its time were up. */
  interrupt(): void
  close(): void
}

/** The element around one fragment. */
const FRAME = 160

/** `limit`: octets that may wait before the maker is held up (SECURITY 20). */
export function createOutbox(limit: number): Outbox {
  const waiting: Uint8Array[] = []
  let bytes = 0
  let finished = false
  let endTaken = false
  let closed = false
  let soon = false
  /** The poll that is held, and how much it takes. */
  let poll: { readonly room: number; readonly settle: (taken: Taken) => void } | undefined
  let holds: (() => void)[] = []

  const release = (): void => {
    if (bytes >= limit && !closed) return
    const released = holds
    holds = []
    for (const go of released) go()
  }
  const takeNow = (room: number): Taken => {
    const fragments: Uint8Array[] = []
    let used = 0
    for (let next = waiting[0]; next; next = waiting[0]) {
      used += Math.ceil(next.length / 3) * 4 + FRAME
      if (fragments.length > 0 && used > room) break
      fragments.push(next)
      waiting.shift()
      bytes -= next.length
    }
    release()
    const done = finished && waiting.length === 0
    endTaken ||= done
    return { kind: 'data', fragments, done }
  }
  /** The output is taken in the same step, so that no other poll can come in between. */
  const answerPoll = (taken?: Taken): void => {
    const held = poll
    poll = undefined
    held?.settle(taken ?? takeNow(held.room))
  }

  /** When this step is over: the last message of a command and its end go into one answer (powershell-remoting.md section 2.5). */
  const answerSoon = (): void => {
    if (!poll || soon) return
    soon = true
    queueMicrotask(() => {
      soon = false
      if (poll && (waiting.length > 0 || finished)) answerPoll()
    })
  }

  return {
    get drained() {
      return endTaken
    },
    put(fragments) {
      if (closed) return undefined
      for (const fragment of fragments) bytes += fragment.length
      waiting.push(...fragments)
      answerSoon()
      if (bytes < limit) return undefined
      return new Promise((resolve) => holds.push(resolve))
    },
    finish() {
      finished = true
      answerSoon()
    },
    take(room, waitMs, gone) {
      // What came for the older poll in this moment is its own.
      answerPoll(soon && !closed ? undefined : { kind: 'replaced' })
      if (closed) return Promise.resolve({ kind: 'closed' })
      if (gone.aborted) return Promise.resolve({ kind: 'left' })
      if (waiting.length > 0 || finished) return Promise.resolve(takeNow(room))
      return new Promise((resolve) => {
        const settle = (taken: Taken): void => {
          clearTimeout(timer)
          gone.removeEventListener('abort', left)
          resolve(taken)
        }
        const timer = setTimeout(() => answerPoll({ kind: 'timedOut' }), waitMs)
        const left = (): void => answerPoll({ kind: 'left' })
        gone.addEventListener('abort', left, { once: true })
        poll = { room, settle }
      })
    },
    putBack(taken) {
      if (closed) return
      waiting.unshift(...taken.fragments)
      for (const fragment of taken.fragments) bytes += fragment.length
      if (taken.done) endTaken = false
      answerPoll()
    },
    interrupt: () => answerPoll({ kind: 'timedOut' }),
    close() {
      closed = true
      waiting.length = 0
      bytes = 0
      release()
      answerPoll({ kind: 'closed' })
    },
  }
}
