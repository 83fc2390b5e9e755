import { type Json, textOfMessage, UcwaClient } from '../client/ucwa-client.ts'
import { countOutOfOrder, type Person, readText } from './words.ts'

/** A client with an inbox view takes the feed and marks threads as read; the other kind takes invitations and replays (ucwa.md 8.2). */
export type Kind = 'view' | 'plain'

/** One person who receives, and reads the whole conversation at the end. */
export class Recipient {
  readonly person: Person
  readonly kind: Kind
  #token = ''
  #client: UcwaClient | undefined
  #seen = 0
  #outOfOrder = 0

  constructor(person: Person, kind: Kind) {
    this.person = person
    this.kind = kind
  }

  get online(): boolean {
    return this.#client !== undefined
  }

  /** Messages that came over the event channel, in all lives of the server. */
  get seen(): number {
    return this.#seen + (this.#client === undefined ? 0 : incoming(this.#client).length)
  }

  /** Of those, how many came after a later one of the same sender, within one sign-in. */
  get seenOutOfOrder(): number {
    return this.#outOfOrder
  }

  async signIn(base: string): Promise<void> {
    const { user, password } = this.person
    const client = new UcwaClient({ base, user, password, endpointId: `kill-${user}` })
    if (this.#token === '') await client.authenticate()
    else client.token = this.#token
    this.#token = client.token
    await client.createApplication()
    if (this.kind === 'view') await client.haveInboxView()
    await client.makeAvailable()
    this.#client = client
    if (this.kind === 'view') {
      client.listenToStream()
      return
    }
    client.listen()
    this.#acceptAll(client).catch(() => {})
  }

  /** Resolves at the next message that comes over the event channel. */
  async nextMessage(): Promise<void> {
    const client = this.#client
    if (!client) return
    const before = incoming(client).length
    await client.until('message', () => (incoming(client).length > before ? true : undefined))
  }

  /** Marks the newest conversation as read, without waiting for the answer. */
  async readNewest(): Promise<void> {
    const client = this.#client
    if (!client) return
    const { json } = await client.get(`${client.path}/communication/conversationLogs?limit=1`)
    const [log] = (json._embedded?.conversationLog ?? []) as readonly Json[]
    const href = log?._links?.self?.href
    if (href) client.post(`${href}/markAsRead`).catch(() => {})
  }

  /** Every text that came from this sender, oldest first, with its message id: the client's own look at the conversation. */
  async readAll(sender: Person): Promise<readonly { readonly id: string; readonly text: string }[]> {
    const client = this.#client
    if (!client) throw new Error('not signed in')
    const found: { id: string; text: string }[] = []
    let page = `${client.path}/people/${sender.user}/timeline?limit=200`
    for (;;) {
      const answer = await client.get(page)
      if (answer.status !== 200) throw new Error(`timeline: ${answer.status} ${answer.text}`)
      const items = (answer.json._embedded?.conversationLogTranscript ?? []) as readonly Json[]
      found.unshift(
        ...items
          .filter((item) => item.direction === 'Incoming')
          .map((item) => ({ id: String(item.messageId), text: textOfMessage(item) })),
      )
      const earlier = answer.json._links?.earlier?.href
      if (!earlier || items.length === 0) return found
      page = earlier
    }
  }

  /** The server is gone, or the cable. */
  async drop(): Promise<void> {
    const client = this.#client
    if (!client) return
    const seen = incoming(client).map(({ resource }) => readText(textOfMessage(resource)))
    this.#seen += seen.length
    for (const user of new Set(seen.map((one) => one.user))) {
      this.#outOfOrder += countOutOfOrder(seen.filter((one) => one.user === user).map(({ number }) => number))
    }
    this.#client = undefined
    await client.close()
  }

  async #acceptAll(client: UcwaClient): Promise<void> {
    while (this.#client === client) await client.accept()
  }
}

function incoming(client: UcwaClient) {
  return client.events.filter(
    ({ rel, type, resource }) =>
      resource.direction === 'Incoming' &&
      ((rel === 'message' && type === 'completed') ||
        (rel === 'conversationLogTranscript' && type === 'added')),
  )
}
