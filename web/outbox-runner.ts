import { effect, signal } from '@preact/signals'
import type { Connection } from './connection.ts'
import type { FeedEvent } from './feed/event.ts'
import { newestThread, openTalk, type Uri } from './model.ts'
import { inOneTab } from './one-tab.ts'
import { type Attempt, attemptFrom, holdOld, type Item, nextToSend } from './outbox.ts'
import { OutboxStore } from './outbox-store.ts'
import { type Answer, Refused, withQuery } from './ucwa/http.ts'
import { messageUri, text } from './ucwa/wire.ts'

/** How long the event that answers a request may take before the request is repeated with the same key. */
const VERDICT_MS = 6000
const PAUSE_MS = 3000
/** A message that leaves at once never shows as unsent. */
const QUIET_MS = 1200

type Verdict = {
  readonly failed: boolean
  readonly said: string | undefined
  readonly messageId: string | undefined
}

/** Sends what people write, one after the other in order; one window of a browser does it for all (Web Locks). */
export class Outbox {
  readonly items = signal<readonly Item[]>([])
  /** What was written a moment ago and is on its way: keys of items, and ids of the lines they became. */
  readonly fresh = signal<ReadonlySet<string>>(new Set())
  /** The server answers, but takes no message now (429, 503): what is here is tried again in order. */
  readonly busy = signal(false)
  readonly #account: Uri
  readonly #connection: Connection
  readonly #store = new OutboxStore()
  readonly #others: BroadcastChannel
  readonly #verdicts = new Map<string, Verdict>()
  readonly #waiting = new Map<string, (verdict: Verdict) => void>()
  readonly #quit = new AbortController()
  readonly #leave: () => void
  #holder = false
  #busy = false
  #retry: ReturnType<typeof setTimeout> | undefined

  constructor(connection: Connection) {
    this.#connection = connection
    this.#account = connection.session.sip.toLowerCase()
    this.#others = new BroadcastChannel(`nightpost-outbox-${this.#account}`)
    this.#others.onmessage = () => void this.#load()
    connection.onEvents((events) => {
      for (const event of events) this.#hear(event)
    })
    const stopWatching = effect(() => {
      if (connection.status.value.kind === 'online') queueMicrotask(() => this.#kick())
    })
    this.#quit.signal.addEventListener('abort', stopWatching)
    void this.#load()
    this.#leave = inOneTab(`nightpost-outbox-${this.#account}`, () => {
      this.#holder = true
      this.#kick()
      return () => {
        this.#holder = false
      }
    })
  }

  stop(): void {
    this.#quit.abort()
    this.#leave()
    clearTimeout(this.#retry)
    this.#others.close()
  }

  /** Keeps the message on this device and sends it as soon as it is its turn. */
  async add(person: Uri, body: string): Promise<void> {
    const item: Item = {
      key: crypto.randomUUID(),
      account: this.#account,
      person,
      text: body,
      at: Date.now(),
      state: 'waiting',
      said: undefined,
      messageId: undefined,
    }
    this.#beFresh(item.key)
    this.items.value = [...this.items.value, item]
    await this.#keep(item)
    this.#kick()
  }

  /** Ends the pause between two tries. */
  readonly tryNow = (): void => {
    clearTimeout(this.#retry)
    this.#kick()
  }

  /** A refused message again, or one that was held back: as if written now. */
  async resend(key: string): Promise<void> {
    const item = this.items.value.find((i) => i.key === key)
    if (!item) return
    await this.remove(key)
    await this.add(item.person, item.text)
  }

  async remove(key: string): Promise<void> {
    this.items.value = this.items.value.filter((item) => item.key !== key)
    await this.#store.remove(key)
    this.#others.postMessage('changed')
  }

  /** Forgets accepted items whose line is on screen. */
  settle(messageId: string): void {
    if (!this.items.value.some((item) => item.messageId === messageId)) return
    this.items.value = this.items.value.filter((item) => item.messageId !== messageId)
  }

  async #load(): Promise<void> {
    const stored = await this.#store.all(this.#account)
    const accepted = this.items.value.filter((item) => item.state === 'accepted')
    const known = new Set(accepted.map((item) => item.key))
    this.items.value = [...accepted, ...stored.filter((item) => !known.has(item.key))]
    this.#kick()
  }

  /** Runs the queue until it is empty or has to wait. */
  #kick(): void {
    if (this.#busy || !this.#holder || this.#quit.signal.aborted) return
    if (this.#connection.status.value.kind !== 'online') return
    this.#busy = true
    void this.#work().finally(() => {
      this.#busy = false
    })
  }

  async #work(): Promise<void> {
    clearTimeout(this.#retry)
    await this.#holdOld()
    for (let item = nextToSend(this.items.value); item; item = nextToSend(this.items.value)) {
      const attempt = await this.#attempt(item)
      this.busy.value = attempt.kind === 'later' && attempt.busy === true
      if (attempt.kind === 'later') {
        this.#retry = setTimeout(() => this.#kick(), attempt.ms ?? PAUSE_MS)
        return
      }
      await this.#conclude(item, attempt)
      if (this.#quit.signal.aborted) return
    }
  }

  async #holdOld(): Promise<void> {
    const before = this.items.value
    this.items.value = holdOld(before, Date.now())
    for (const item of this.items.value) if (!before.includes(item)) await this.#store.put(item)
  }

  async #conclude(item: Item, attempt: Exclude<Attempt, { kind: 'later' }>): Promise<void> {
    if (attempt.kind === 'accepted') {
      if (attempt.messageId && this.fresh.value.has(item.key)) this.#beFresh(attempt.messageId)
      this.#replace({ ...item, state: 'accepted', messageId: attempt.messageId })
      await this.#store.remove(item.key)
      // Without an id nothing tells when its line is there; the feed is at most a moment behind.
      setTimeout(() => this.#drop(item.key), attempt.messageId === undefined ? 500 : 10_000)
    } else {
      await this.#refuse(item, attempt.said, attempt.because)
    }
    this.#others.postMessage('changed')
  }

  async #refuse(item: Item, said: string | undefined, because?: Item['because']): Promise<void> {
    const refused: Item = { ...item, state: 'refused', said, because, messageId: undefined }
    this.#replace(refused)
    await this.#store.put(refused)
  }

  async #attempt(item: Item): Promise<Attempt> {
    try {
      // The first message makes the thread. The next one goes into the same, so it waits until the thread is known.
      const isFirst = !this.#hasThread(item)
      const answer = await this.#post(item)
      const messageId = answer.headers.get('X-Nightpost-Message-Id') ?? undefined
      const early = this.#verdicts.get(item.key)
      const verdict = early ?? (messageId && !isFirst ? undefined : await this.#verdict(item.key))
      if (verdict?.failed) return { kind: 'refused', said: verdict.said }
      if (!verdict && !messageId) return { kind: 'later', ms: undefined }
      return { kind: 'accepted', messageId: messageId ?? verdict?.messageId }
    } catch (error) {
      if (error instanceof Refused) return attemptFrom(error.status, error.said, error.retryAfter)
      return { kind: 'later', ms: undefined }
    }
  }

  #hasThread(item: Item): boolean {
    const state = this.#connection.state.value
    return openTalk(state, item.person) !== undefined || newestThread(state, item.person) !== undefined
  }

  /** In the conversation that is open, else the newest thread, else a new one (ucwa.md section 15). */
  async #post(item: Item): Promise<Answer> {
    const state = this.#connection.state.value
    const headers = { 'Idempotency-Key': item.key }
    const talk = openTalk(state, item.person)
    if (talk?.sendMessage) {
      try {
        return await this.#connection.http.send(withQuery(talk.sendMessage, { operationId: item.key }), {
          method: 'POST',
          plain: item.text,
          headers,
        })
      } catch (error) {
        // The conversation ended in between; the thread goes on.
        if (!(error instanceof Refused) || ![404, 409].includes(error.status)) throw error
      }
    }
    const message = { operationId: item.key, _links: { message: { href: messageUri(item.text) } } }
    const thread = newestThread(state, item.person)
    if (thread) {
      const address = thread.continueMessaging ?? `${thread.href}/continueMessaging`
      try {
        return await this.#connection.http.send(address, { method: 'POST', json: message, headers })
      } catch (error) {
        // Somebody removed the log on another device.
        if (!(error instanceof Refused) || error.status !== 404 || error.subcode === 'ApplicationNotFound')
          throw error
      }
    }
    const start =
      this.#connection.link('startMessaging') ??
      `${this.#connection.link('communication')}/messagingInvitations`
    return this.#connection.http.send(start, {
      method: 'POST',
      json: { to: item.person, ...message },
      headers,
    })
  }

  #verdict(key: string): Promise<Verdict | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(key)
        resolve(undefined)
      }, VERDICT_MS)
      this.#waiting.set(key, (verdict) => {
        clearTimeout(timer)
        this.#waiting.delete(key)
        resolve(verdict)
      })
    })
  }

  /** `message` and `messagingInvitation` completed answer a request by its operationId, before or after the 201. */
  #hear(event: FeedEvent): void {
    if (event.type !== 'completed' || !['message', 'messagingInvitation'].includes(event.rel)) return
    const key = text(event.resource, 'operationId')
    if (!key) return
    const verdict: Verdict = {
      failed: event.failed,
      said: text(event.reason, 'message'),
      messageId: text(event.resource, 'messageId'),
    }
    this.#verdicts.set(key, verdict)
    if (this.#verdicts.size > 200) this.#verdicts.delete(this.#verdicts.keys().next().value ?? '')
    this.#waiting.get(key)?.(verdict)
    const accepted = this.items.value.find((item) => item.key === key && item.state === 'accepted')
    if (verdict.failed && accepted) void this.#refuse(accepted, verdict.said)
  }

  #beFresh(key: string): void {
    this.fresh.value = new Set(this.fresh.value).add(key)
    setTimeout(() => {
      const fresh = new Set(this.fresh.value)
      fresh.delete(key)
      this.fresh.value = fresh
    }, QUIET_MS)
  }

  #replace(item: Item): void {
    this.items.value = this.items.value.map((i) => (i.key === item.key ? item : i))
  }

  #drop(key: string): void {
    this.items.value = this.items.value.filter((item) => item.key !== key || item.state === 'refused')
  }

  async #keep(item: Item): Promise<void> {
    await this.#store.put(item)
    this.#others.postMessage('changed')
  }
}
