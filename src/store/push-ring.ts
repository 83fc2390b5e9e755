import type { MessagePath, TracedEndpoint, TracedRange } from '../actions/ports/trace.ts'
import type { AccountId } from '../domain/account.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import type { Seq } from '../domain/message.ts'
import { instant } from '../domain/time.ts'

type Step = MessagePath['endpoints'][number]

const PROTOCOLS = ['ucwa', 'sip', 'memory'] as const satisfies readonly Endpoint['protocol'][]
const WHAT = ['pushed', 'announced', 'confirmed'] as const satisfies readonly Step['what'][]

/**
 * The newest pushes and confirmations, as plain numbers in arrays of a fixed size: it is in the way of every message, so it makes no
 * object and no garbage.
 */
export class PushRing {
  readonly #size: number
  readonly #recipients: Float64Array
  /** Rows of an entry: those above `#after` up to `#upTo`. */
  readonly #after: Float64Array
  readonly #upTo: Float64Array
  readonly #times: Float64Array
  /** Protocol, inbox view and what happened, in one octet. */
  readonly #kinds: Uint8Array
  #next = 0
  #filled = 0

  constructor(size = 65_536) {
    this.#size = size
    this.#recipients = new Float64Array(size)
    this.#after = new Float64Array(size)
    this.#upTo = new Float64Array(size)
    this.#times = new Float64Array(size)
    this.#kinds = new Uint8Array(size)
  }

  add(
    row: { readonly recipient: number; readonly seq: number },
    what: Step['what'],
    endpoint: TracedEndpoint,
    at: number,
  ) {
    this.#put(row.recipient, row.seq - 1, row.seq, what, endpoint, at)
  }

  addRange(
    { recipient, after, upTo }: TracedRange,
    what: Step['what'],
    endpoint: TracedEndpoint,
    at: number,
  ): void {
    this.#put(recipient, after, upTo, what, endpoint, at)
  }

  #put(
    recipient: number,
    after: number,
    upTo: number,
    what: Step['what'],
    endpoint: TracedEndpoint,
    at: number,
  ): void {
    const place = this.#next
    this.#recipients[place] = recipient
    this.#after[place] = after
    this.#upTo[place] = upTo
    this.#times[place] = at
    const view = Number(endpoint.inboxView)
    this.#kinds[place] = PROTOCOLS.indexOf(endpoint.protocol) * 8 + view * 4 + WHAT.indexOf(what)
    this.#next = (place + 1) % this.#size
    this.#filled = Math.min(this.#filled + 1, this.#size)
  }

  /** What is remembered of one row, oldest first. */
  of(recipient: AccountId, seq: Seq): readonly Step[] {
    const steps: Step[] = []
    const first = this.#filled < this.#size ? 0 : this.#next
    for (let i = 0; i < this.#filled; i += 1) {
      const place = (first + i) % this.#size
      if (this.#recipients[place] !== recipient) continue
      if (seq <= (this.#after[place] ?? 0) || seq > (this.#upTo[place] ?? 0)) continue
      const kind = this.#kinds[place] ?? 0
      steps.push({
        at: instant(this.#times[place] ?? 0),
        what: WHAT[kind & 3] ?? 'pushed',
        protocol: PROTOCOLS[kind >> 3] ?? 'memory',
        inboxView: (kind & 4) !== 0,
      })
    }
    return steps
  }
}
