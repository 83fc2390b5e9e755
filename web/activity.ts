import { keep, kept } from './kept.ts'

const MINUTE = 60_000
const EVENTS = ['keydown', 'pointerdown', 'pointermove', 'touchstart', 'wheel'] as const

/**
 * Reports activity: a key, pointer, touch or wheel event in one of our tabs in the last minute, at most once a minute over all tabs.
 * Focus or visibility alone is no activity (ucwa.md section 15).
 */
export class Activity {
  #lastInput = Date.now()
  readonly #report: () => void
  readonly #quit = new AbortController()

  constructor(report: () => void) {
    this.#report = report
    for (const event of EVENTS) {
      addEventListener(event, () => this.#note(), { passive: true, capture: true, signal: this.#quit.signal })
    }
  }

  /** Somebody did something in this tab within `ms`. */
  isRecent(ms: number): boolean {
    return Date.now() - this.#lastInput < ms
  }

  stop(): void {
    this.#quit.abort()
  }

  #note(): void {
    const now = Date.now()
    this.#lastInput = now
    if (now - Number(kept('activity') ?? 0) < MINUTE) return
    keep('activity', String(now))
    this.#report()
  }
}
