import { signal } from '@preact/signals'

export type Status =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'online' }
  /** `since`: when the connection was lost, in ms. */
  | { readonly kind: 'offline'; readonly since: number }
  /** The session is over; signing in again is the only way on. */
  | { readonly kind: 'ended' }
  /** Another window took this application's place (409 PGetReplaced). */
  | { readonly kind: 'replaced' }

/** How long a lost connection is nobody's business: a reconnect is usually faster. */
const GRACE_MS = 2500

/**
 * How the connection stands, as the page shows it. Each time it comes to stand `status` is another object, so that what failed while it
 * broke is tried again, however short the break was.
 */
export class Standing {
  readonly status = signal<Status>({ kind: 'connecting' })
  #grace: ReturnType<typeof setTimeout> | undefined

  get isOnline(): boolean {
    return this.status.value.kind === 'online'
  }

  /** Only a person can go on from here. */
  get isAtEnd(): boolean {
    return this.status.value.kind === 'ended' || this.status.value.kind === 'replaced'
  }

  online(): void {
    this.stop()
    this.status.value = { kind: 'online' }
  }

  /** Shown after a grace, unless the browser itself says that there is no network. */
  lost(): void {
    if (this.#grace !== undefined || this.status.value.kind === 'offline') return
    const since = Date.now()
    this.#grace = setTimeout(
      () => {
        this.#grace = undefined
        this.status.value = { kind: 'offline', since }
      },
      navigator.onLine ? GRACE_MS : 0,
    )
  }

  /** Nothing but a person goes on from here; what was about to be said of the network does not matter any more. */
  end(kind: 'ended' | 'replaced'): void {
    this.stop()
    this.status.value = { kind }
  }

  /** The person wants this window to go on. @returns false when there was nothing to take back */
  takeBack(): boolean {
    if (this.status.value.kind !== 'replaced') return false
    this.status.value = { kind: 'connecting' }
    return true
  }

  stop(): void {
    clearTimeout(this.#grace)
    this.#grace = undefined
  }
}
