import { UcwaClient } from '../client/ucwa-client.ts'
import { Pipe } from './pipe.ts'
import { type Person, textOf } from './words.ts'

/** One message: its number is its text, its key stays the same however often it is sent (DECISIONS 24). */
interface Outgoing {
  readonly number: number
  readonly key: string
}

/**
 * Writes to one recipient in one thread without waiting for answers. What was not answered when the server died is sent again,
 * in its order, before anything new: as an outbox that survives does it.
 */
export class Sender {
  readonly person: Person
  readonly #recipient: Person
  readonly #window: number
  readonly #onAnswer: () => void
  #token = ''
  #next = 0
  #outbox: Outgoing[] = []
  #acknowledged = 0
  #pipe: Pipe | undefined
  #client: UcwaClient | undefined
  #stopping = false

  constructor(person: Person, recipient: Person, window: number, onAnswer: () => void) {
    this.person = person
    this.#recipient = recipient
    this.#window = window
    this.#onAnswer = onAnswer
  }

  get recipient(): Person {
    return this.#recipient
  }

  /** Sends whose answer has not come. */
  get unanswered(): number {
    return this.#pipe?.unanswered ?? 0
  }

  /** Messages 0 to this one, exclusive, were answered with 201: the server's word. */
  get acknowledged(): number {
    return this.#acknowledged
  }

  /** Signs in, opens the conversation and writes until the server is gone or `finish` was called. */
  async work(base: string): Promise<void> {
    const { user, password } = this.person
    const client = new UcwaClient({ base, user, password, endpointId: `kill-${user}` })
    this.#client = client
    // A token outlives a kill: only the first sign-in hashes the password.
    if (this.#token === '') await client.authenticate()
    else client.token = this.#token
    this.#token = client.token
    await client.createApplication()
    await client.makeAvailable()
    client.listen()
    const thread = `kill-${user}`
    const { href } = await client.conversation(this.#recipient.sip, undefined, { threadId: thread })
    const pipe = new Pipe(base, this.#token)
    this.#pipe = pipe
    const lanes: Promise<void>[] = []
    let resend = 0
    const one = async (): Promise<void> => {
      for (;;) {
        const message = this.#outbox[resend] ?? this.#fresh()
        if (!message) return
        resend += 1
        const status = await pipe.post(
          `${href}/messaging/messages`,
          textOf(user, message.number),
          message.key,
        )
        if (status !== 201) throw new Error(`${user} got ${status}`)
        this.#answered(message)
        resend -= 1
      }
    }
    for (let lane = 0; lane < this.#window; lane += 1) lanes.push(one())
    try {
      await Promise.all(lanes)
    } finally {
      pipe.close()
    }
  }

  /** No new messages; `work` ends when everything was answered. */
  finish(): void {
    this.#stopping = true
  }

  async close(): Promise<void> {
    this.#pipe?.close()
    await this.#client?.close()
  }

  #fresh(): Outgoing | undefined {
    if (this.#stopping) return undefined
    const message = { number: this.#next, key: `${this.person.user}/${this.#next}` }
    this.#next += 1
    this.#outbox.push(message)
    return message
  }

  /** Answers of one connection come in the order of its requests, so the first of the outbox is always the one. */
  #answered(message: Outgoing): void {
    if (this.#outbox[0] !== message) throw new Error(`answer for ${message.number} out of turn`)
    this.#outbox.shift()
    this.#acknowledged = message.number + 1
    this.#onAnswer()
  }
}
