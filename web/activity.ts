import { watchDevice } from './device-activity.ts'
import { keep, kept } from './kept.ts'

const MINUTE = 60_000
const EVENTS = ['keydown', 'pointerdown', 'pointermove', 'touchstart', 'wheel'] as const

/**
 * Reports activity: a key, pointer, touch or wheel event in one of our tabs in the last minute, at most once a minute over all tabs.
 * Focus or visibility alone is no activity; what happens elsewhere on the device only where the person switched it on (ucwa.md section 15).
 */
export class Activity {
  #lastInput = Date.now()
  readonly #report: () => void
  readonly #quit = new AbortController()
  readonly #endWatch: () => void

  constructor(report: () => void) {
    this.#report = report
    for (const event of EVENTS) {
      addEventListener(event, () => this.#note(), { passive: true, capture: true, signal: this.#quit.signal })
    }
    this.#endWatch = watchDevice(() => this.#note())
  }

  /** Somebody did something within `ms`, in this tab or in another one of this browser. */
  isRecent(ms: number): boolean {
    return Date.now() - Math.max(this.#lastInput, Number(kept('activity') ?? 0)) < ms
  }

  stop(): void {
    this.#quit.abort()
    this.#endWatch()
  }

  #note(): void {
    const now = Date.now()
    this.#lastInput = now
    if (now - Number(kept('activity') ?? 0) < MINUTE) return
    keep('activity', String(now))
    this.#report()
  }
}
