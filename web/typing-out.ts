/** Typing for so long before the other side is told. */
const AFTER_MS = 1000
/** Told again at most so often: the server ends what is not repeated after ten seconds (ucwa.md 6.8). */
const REPEAT_MS = 4000
/** So long after the last key it is over (ux.md 1.2). */
const OVER_MS = 5000
/** Two keys this far apart are not one spell of typing. */
const PAUSE_MS = 2500

/** When the other side is told that I am typing, and when that it is over. Never while nothing is in the box. */
export class TypingOut {
  readonly #tell: (typing: boolean) => void
  readonly #now: () => number
  #since = 0
  #lastKey = 0
  #toldAt = 0
  #over: ReturnType<typeof setTimeout> | undefined

  constructor(tell: (typing: boolean) => void, now: () => number = Date.now) {
    this.#tell = tell
    this.#now = now
  }

  /** A key has changed the text. */
  typed(text: string): void {
    if (text.trim() === '') {
      this.stop()
      return
    }
    const now = this.#now()
    if (now - this.#lastKey > PAUSE_MS) this.#since = now
    this.#lastKey = now
    if (now - this.#since >= AFTER_MS && now - this.#toldAt >= REPEAT_MS) {
      this.#toldAt = now
      this.#tell(true)
    }
    clearTimeout(this.#over)
    this.#over = setTimeout(() => this.stop(), OVER_MS)
  }

  /** The message is on its way: its arrival ends it by itself. */
  sent(): void {
    clearTimeout(this.#over)
    this.#lastKey = 0
    this.#toldAt = 0
  }

  /** Nothing more is typed. */
  stop(): void {
    const told = this.#toldAt !== 0
    this.sent()
    if (told) this.#tell(false)
  }
}
