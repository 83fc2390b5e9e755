import type { ServerResponse } from 'node:http'
import {
  EventLog,
  type Holds,
  type Package,
  type Proof,
  packageBody,
  type UcwaEvent,
  type Unit,
} from '../../codec/ucwa/events.ts'
import { type Call, problem, type Reply } from './call.ts'
import { clampedParameter, parameter } from './input.ts'

/** At most 2000 events or 4 MiB wait for one client (ucwa.md 7.3). */
const LIMITS = { events: 2000, bytes: 4 * 1024 * 1024 }
const DEFAULTS = { mediumMs: 5000, lowMs: 15_000 }
const AT_ONCE = { mediumMs: 0, lowMs: 0 }
const PING_MS = 20_000
/** Unsent octets to one peer, and how long without progress (SECURITY 20). */
const UNSENT = 1024 * 1024
const STALLED_MS = 60_000

/** What a channel asks of its application. */
export interface ChannelNeeds {
  readonly timeoutMs: number
  /** The next number of the application (EventLog). */
  takeAck(): number
  monotonicMs(): number
  link(kind: 'events' | 'eventStream', ack: number): string
  /** What an ack has proven to be with the client. */
  proven(proof: Proof): void
}

/** The token of whoever waits: waiting is use, and a revoked token waits no longer (SECURITY 38). */
export interface Credential {
  readonly kind: 'bearer' | 'cookie'
  readonly token: string
}

interface Pending {
  readonly priority: number
  readonly until: number
  readonly ack: number
  answer(reply: Reply): void
}

/** One event channel: the log of the codec, with the request or the stream that waits for it, and the timers. */
export class EventChannel {
  readonly #log: EventLog
  readonly #needs: ChannelNeeds
  #holds = DEFAULTS
  #timeoutMs: number
  #full = false
  #pending: Pending | undefined
  #stream: ServerResponse | undefined
  #timer: NodeJS.Timeout | undefined
  #looking = false
  /** Monotonic milliseconds since when nobody waits here; undefined while somebody does. */
  idleSince: number | undefined
  /** Of whoever waits now. */
  credential: Credential | undefined
  /** The last one who waited used the stream. */
  streamed = false
  /** Somebody has waited here at least once. */
  used = false

  constructor(needs: ChannelNeeds) {
    this.#needs = needs
    this.#log = new EventLog(LIMITS, needs.takeAck)
    this.#timeoutMs = needs.timeoutMs
    this.idleSince = needs.monotonicMs()
  }

  get full(): boolean {
    return this.#full
  }

  get streaming(): boolean {
    return this.#stream !== undefined
  }

  /** @returns false when the client fetches nothing and its log is over the limit (7.3). */
  raise(events: readonly UcwaEvent[], unit?: Unit): boolean {
    const kept = this.#log.raise(events, this.#needs.monotonicMs(), unit)
    this.#look()
    return kept
  }

  /** `GET …/events` (ucwa.md 7.1, 7.2). */
  poll(call: Call, ack: number): Promise<Reply> | Reply {
    this.#remember(call)
    const priority = clampedParameter(call.request, 'priority', { min: 0, max: 1_000_000 }) ?? 0
    const asked = this.#log.ask(ack)
    if (asked.kind === 'resync') return { status: 200, json: this.#resync('events', ack, asked.ack) }
    this.#needs.proven(asked)
    if (this.#pending && this.#pending.priority > priority) return problem('Conflict', 'PGetReplaced')
    this.#replace()
    return new Promise((resolve) => {
      const pending: Pending = {
        priority,
        ack,
        until: this.#needs.monotonicMs() + this.#timeoutMs,
        answer: (reply) => {
          this.#leave(pending)
          resolve(reply)
        },
      }
      this.#pending = pending
      this.#arrive(call, false)
      // A dropped connection is a lost answer, not an error: the same ack comes again.
      call.request.socket?.response.once('close', () => pending.answer({ status: 204 }))
      this.#look()
    })
  }

  /** `GET …/eventStream` (section 15): the same log and marks, as server-sent events. */
  stream(call: Call, ack: number): Reply {
    this.#remember(call)
    const asked = this.#log.ask(ack)
    if (asked.kind === 'known') this.#needs.proven(asked)
    this.#replace()
    return {
      status: 200,
      takeOver: (response) => {
        response.writeHead(200, {
          ...(response.getHeaders() as Record<string, string>),
          'Content-Type': 'text/event-stream',
          'Cache-Control': 'no-cache, no-store',
          'X-Accel-Buffering': 'no',
        })
        response.write(': \n\n')
        if (asked.kind === 'resync') {
          // Following it here saves the client a round trip: the stream goes on behind what was confirmed.
          response.write(
            `id: ${asked.ack}\ndata: ${JSON.stringify(this.#resync('eventStream', ack, asked.ack))}\n\n`,
          )
          this.#log.ask(asked.ack)
        }
        this.#open(call, response)
      },
    }
  }

  /** `POST …/eventStream?ack=` and `X-Ucwa-Ack` (section 15). An ack that is not known says nothing. */
  acknowledge(ack: number): void {
    const asked = this.#log.acknowledge(ack)
    if (asked.kind === 'known') this.#needs.proven(asked)
  }

  /** Releases whoever waits with what there is, if need be an empty package, so that clients reconnect elsewhere (7.3). */
  release(): void {
    if (this.#pending) this.#answer(this.#pending)
    if (this.#stream) {
      this.#flush(this.#stream, AT_ONCE)
      this.#endStream()
      this.idleSince = this.#needs.monotonicMs()
    }
    clearTimeout(this.#timer)
  }

  #remember(call: Call): void {
    const packages = parameter(call.request, 'packages')
    if (packages !== undefined) this.#full = packages.toLowerCase() === 'full'
    const min = this.#full ? 0 : 5
    const medium = clampedParameter(call.request, 'medium', { min, max: 1800 })
    const low = clampedParameter(call.request, 'low', { min, max: 1800 })
    this.#holds = {
      mediumMs: medium === undefined ? this.#holds.mediumMs : medium * 1000,
      lowMs: low === undefined ? this.#holds.lowMs : low * 1000,
    }
    const timeout = clampedParameter(call.request, 'timeout', { min: 180, max: 1800 })
    if (timeout !== undefined) this.#timeoutMs = timeout * 1000
  }

  /** Two clients on one channel replace each other: the documented sign of a shared endpointId. */
  #replace(): void {
    this.#pending?.answer(problem('Conflict', 'PGetReplaced'))
    this.#endStream()
  }

  /** Lets go of it first: nothing is written to a stream that has ended. */
  #endStream(): void {
    const stream = this.#stream
    this.#stream = undefined
    stream?.end()
  }

  #arrive(call: Call, streamed: boolean): void {
    this.credential = call.request.credential
    this.idleSince = undefined
    this.used = true
    this.streamed = streamed
  }

  #leave(pending: Pending): void {
    if (this.#pending !== pending) return
    this.#pending = undefined
    clearTimeout(this.#timer)
    this.idleSince = this.#needs.monotonicMs()
  }

  #open(call: Call, response: ServerResponse): void {
    this.#stream = response
    this.#arrive(call, true)
    let progress = this.#needs.monotonicMs()
    const ping = setInterval(() => {
      const now = this.#needs.monotonicMs()
      if (response.writableLength === 0) progress = now
      if (now - progress > STALLED_MS) response.destroy()
      else if (!response.writableNeedDrain && !response.writableEnded) response.write(': \n\n')
    }, PING_MS)
    ping.unref()
    response.on('drain', () => {
      progress = this.#needs.monotonicMs()
      this.#look()
    })
    response.once('close', () => {
      clearInterval(ping)
      if (this.#stream !== response) return
      this.#stream = undefined
      this.idleSince = this.#needs.monotonicMs()
    })
    this.#look()
  }

  /** Everything that one turn of the event loop raises travels together. */
  #look(): void {
    if (this.#looking) return
    this.#looking = true
    setImmediate(() => {
      this.#looking = false
      this.#deliver()
    })
  }

  #deliver(): void {
    clearTimeout(this.#timer)
    const now = this.#needs.monotonicMs()
    if (this.#stream) {
      this.#flush(this.#stream, this.#holds)
      this.#wakeIn(this.#log.dueIn(now, this.#holds, this.#full))
    } else if (this.#pending) {
      const due = this.#log.dueIn(now, this.#holds, this.#full)
      const left = this.#pending.until - now
      if (due === 0 || left <= 0) this.#answer(this.#pending)
      else this.#wakeIn(due === undefined ? left : Math.min(due, left))
    }
  }

  #flush(stream: ServerResponse, holds: Holds): void {
    const now = this.#needs.monotonicMs()
    while (stream.writableLength < UNSENT && this.#log.dueIn(now, holds, this.#full) === 0) {
      const before = this.#log.newestAck
      this.#write(stream, before, this.#log.next(this.#full))
    }
  }

  #wakeIn(ms: number | undefined): void {
    if (ms === undefined || ms === 0) return
    this.#timer = setTimeout(() => this.#deliver(), ms + 1)
    this.#timer.unref()
  }

  #answer(pending: Pending): void {
    pending.answer({ status: 200, json: this.#body('events', pending.ack, this.#log.next(this.#full)) })
  }

  #write(stream: ServerResponse, before: number, cut: Package): void {
    stream.write(`id: ${cut.next}\ndata: ${JSON.stringify(this.#body('eventStream', before, cut))}\n\n`)
  }

  #body(kind: 'events' | 'eventStream', ack: number, cut: Package): object {
    return packageBody(this.#needs.link(kind, ack), this.#needs.link(kind, cut.next), cut)
  }

  #resync(kind: 'events' | 'eventStream', ack: number, next: number): object {
    return {
      _links: {
        self: { href: this.#needs.link(kind, ack) },
        resync: { href: this.#needs.link(kind, next) },
      },
    }
  }
}
