/**
 * When packages are confirmed (ucwa.md section 15): one with a message within 50 ms, since its sender waits for it; others at most once
 * a second. Whatever request goes out in between takes the number along, so a request of its own is rare.
 */
export class Acks {
  readonly #post: (ack: number) => void
  #due: number | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #at = Number.POSITIVE_INFINITY

  constructor(post: (ack: number) => void) {
    this.#post = post
  }

  /** A package was taken over into the state; from now on it may be confirmed. */
  taken(ack: number, urgent: boolean): void {
    this.#due = ack
    // Timers of a hidden page may be a minute late; by then the sender was told Stored, and this page counts as gone.
    if (globalThis.document?.hidden) {
      this.#send()
      return
    }
    const wait = urgent ? 10 : 1000
    const at = performance.now() + wait
    if (at >= this.#at) return
    clearTimeout(this.#timer)
    this.#at = at
    this.#timer = setTimeout(() => this.#send(), wait)
  }

  #send(): void {
    const due = this.take()
    if (due !== undefined) this.#post(due)
  }

  /** The number to send with a request that goes out now. */
  take(): number | undefined {
    const due = this.#due
    this.#due = undefined
    clearTimeout(this.#timer)
    this.#at = Number.POSITIVE_INFINITY
    return due
  }
}
