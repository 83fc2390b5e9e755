import type { Uri } from '../model.ts'

/** The server ends what is not repeated after ten seconds (ucwa.md 6.8); this is for an end that was lost with a connection. */
const LOST_MS = 12_000

/** Takes away who is shown as typing where nobody says that they have stopped. */
export class TypingEnds {
  readonly #timers = new Map<Uri, ReturnType<typeof setTimeout>>()
  readonly #ended: (person: Uri) => void

  constructor(ended: (person: Uri) => void) {
    this.#ended = ended
  }

  /** @param typing who is shown as typing now */
  look(typing: ReadonlySet<Uri>): void {
    for (const [person, timer] of this.#timers) {
      if (typing.has(person)) continue
      clearTimeout(timer)
      this.#timers.delete(person)
    }
    for (const person of typing) {
      if (this.#timers.has(person)) continue
      const timer = setTimeout(() => {
        this.#timers.delete(person)
        this.#ended(person)
      }, LOST_MS)
      this.#timers.set(person, timer)
    }
  }

  stop(): void {
    this.look(new Set())
  }
}
