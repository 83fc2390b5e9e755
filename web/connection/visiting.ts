import { type Signal, signal } from '@preact/signals'
import { readVisits, type Visit, visited, writeVisits } from '../visits.ts'

const EVERY_MS = 30_000

/** When this device was there, this visit included; kept on the device. */
export class Visiting {
  readonly visits: Signal<readonly Visit[]>
  readonly #sip: string
  readonly #timer: ReturnType<typeof setInterval>
  readonly #isHere: () => boolean

  constructor(sip: string, isHere: () => boolean) {
    this.#sip = sip
    this.#isHere = isHere
    this.visits = signal(readVisits(sip))
    this.#timer = setInterval(() => this.note(), EVERY_MS)
  }

  note(): void {
    if (!this.#isHere()) return
    // Another window of this device may have written meanwhile.
    this.visits.value = visited(readVisits(this.#sip), Date.now())
    writeVisits(this.#sip, this.visits.value)
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
