import { createHash } from 'node:crypto'
import type { Kept } from '../actions/ports/log.ts'
import type { AccountId } from '../domain/account.ts'
import type { RepeatKey } from '../domain/message.ts'

/** How long a repeat is known (DECISIONS 24). */
export const REPEAT_MS = 10 * 60_000
export const IDEMPOTENCY_MS = 24 * 3_600_000
const MAX_KNOWN = 1_000_000
const KEY_BYTES = 8

/** Where the first row of a key lies; `kept` while it is on its way to the disk. */
export interface Remembered {
  readonly recipient: number
  seq: number
  /** When it was accepted, on the monotonic clock: a wall clock that is set must not make a repeat a second message (SECURITY 64). */
  readonly sinceMs: number
  kept: Promise<Kept> | undefined
}

/** The first 8 octets of a SIP request's key: what the row carries in a column of its own. */
export function requestKey(hex: string): Uint8Array {
  return Buffer.from(hex.slice(0, 2 * KEY_BYTES), 'hex')
}

/** What the table `idempotency` is searched by: the key itself may be long. */
export function idempotencyHash(sender: AccountId, key: string): Uint8Array {
  return createHash('sha256').update(`${sender} ${key}`).digest().subarray(0, 16)
}

/** Names a key in memory: a copy, because a slice would keep the whole chunk of the wire alive. */
export function nameOf(sender: AccountId, key: RepeatKey): string {
  return key.kind === 'request'
    ? Buffer.from(key.hex.slice(0, 2 * KEY_BYTES), 'hex').toString('latin1')
    : Buffer.from(idempotencyHash(sender, key.key)).toString('latin1')
}

/** The repeat window: a map in the order of acceptance, so what is too old or too much is at its front. */
export class RepeatWindow {
  readonly #known = new Map<string, Remembered>()

  get size(): number {
    return this.#known.size
  }

  find(name: string): Remembered | undefined {
    return this.#known.get(name)
  }

  remember(name: string, entry: Remembered): void {
    this.#known.set(name, entry)
    this.#forgetOld(entry.sinceMs)
  }

  /** Its row never reached the disk. */
  forget(name: string): void {
    this.#known.delete(name)
  }

  #forgetOld(nowMs: number): void {
    for (const [name, { sinceMs }] of this.#known) {
      if (this.#known.size <= MAX_KNOWN && sinceMs > nowMs - REPEAT_MS) return
      this.#known.delete(name)
    }
  }
}
