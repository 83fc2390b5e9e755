import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { formatDataUri, parseDataUri } from '../../src/codec/ucwa/data-uri.ts'

/** JSON of an answer, as loose as a test reads it: every member may be a text or an object. Lists are read by `listOf`. */
export interface Json {
  readonly [name: string]: (Json & string) | undefined
}

/** A list in an answer; a single object is a list of one, nothing is an empty one. */
export function listOf(value: Json | string | undefined): readonly Json[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? (value as readonly Json[]) : [value as unknown as Json]
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly rawHeaders: readonly string[]
  readonly text: string
  /** Parsed where it is JSON, else `{}`. */
  readonly json: Json
}

/** One event as it came, with the number of its package. */
export interface SeenEvent {
  readonly package: number
  readonly sender: string
  readonly rel: string
  readonly href: string
  readonly type: string
  readonly status: string | undefined
  readonly reason: Json | undefined
  readonly in: string | undefined
  /** The embedded resource, or `{}`. */
  readonly resource: Json
}

export interface RequestOptions {
  readonly json?: unknown
  readonly text?: string
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface SignInOptions {
  /** `http://127.0.0.1:8080` or `https://127.0.0.1:8443`; certificates are not checked. */
  readonly base: string
  readonly user: string
  readonly password: string
  readonly userAgent?: string
  readonly culture?: string
  /** The same id is the same endpoint again (ucwa.md 8.2). */
  readonly endpointId?: string
  readonly instanceId?: string
  /** `Type` of the application. */
  readonly clientType?: string
}

const WAIT_MS = 15_000
let endpoints = 0

/**
 * A UCWA client for tests: signs in with a password, keeps a long poll or an event stream going, and shows what came. It
 * confirms packages by asking for the next one, unless `pause` holds it.
 */
export class UcwaClient {
  readonly events: SeenEvent[] = []
  /** Whole packages, in the order they came. */
  readonly packages: Json[] = []
  application: Json = {}
  token = ''
  readonly #options: SignInOptions
  readonly #agent: HttpAgent
  readonly #waiting = new Set<() => void>()
  #loop: Promise<void> | undefined
  #current: ClientRequest | undefined
  #stopped = false
  #paused: Promise<void> | undefined
  #resume: (() => void) | undefined
  #next = ''

  constructor(options: SignInOptions) {
    this.#options = { endpointId: `test-${process.pid}-${++endpoints}`, ...options }
    this.#agent = options.base.startsWith('https')
      ? new HttpsAgent({ keepAlive: true, rejectUnauthorized: false })
      : new HttpAgent({ keepAlive: true })
  }

  /** Token and application, nothing else: it watches, and nobody sees it. @throws when either is refused */
  static async signIn(options: SignInOptions): Promise<UcwaClient> {
    const client = new UcwaClient(options)
    await client.authenticate()
    await client.createApplication()
    return client
  }

  /** Signed in, available, and listening. */
  static async online(options: SignInOptions): Promise<UcwaClient> {
    const client = await UcwaClient.signIn(options)
    await client.makeAvailable()
    client.listen()
    return client
  }

  async authenticate(): Promise<void> {
    const { user, password } = this.#options
    const form = new URLSearchParams({ grant_type: 'password', username: user, password })
    const answer = await this.request('POST', '/WebTicket/oauthtoken', {
      text: form.toString(),
      type: 'application/x-www-form-urlencoded',
    })
    if (answer.status !== 200) throw new Error(`no token: ${answer.status} ${answer.text}`)
    this.token = answer.json.access_token ?? ''
  }

  async createApplication(): Promise<Answer> {
    const { userAgent = 'NightpostTest/1.0', culture = 'en-US', endpointId, instanceId } = this.#options
    const answer = await this.request('POST', '/ucwa/oauth/v1/applications', {
      json: {
        UserAgent: userAgent,
        EndpointId: endpointId,
        Culture: culture,
        InstanceId: instanceId,
        Type: this.#options.clientType,
      },
    })
    if (answer.status !== 200 && answer.status !== 201) {
      throw new Error(`no application: ${answer.status} ${answer.text}`)
    }
    this.application = answer.json
    this.#next = this.link('events')
    return answer
  }

  /** Address of a link of the application or of what is embedded in it. */
  link(rel: string): string {
    const embedded = Object.values(this.application._embedded ?? {}) as unknown as readonly Json[]
    const parts: readonly (Json | undefined)[] = [this.application, ...embedded]
    for (const part of parts) {
      const href = part?._links?.[rel]?.href
      if (typeof href === 'string') return href
    }
    throw new Error(`no link ${rel}`)
  }

  get path(): string {
    return this.application._links?.self?.href ?? ''
  }

  async makeAvailable(input: object = {}): Promise<Answer> {
    return this.request('POST', `${this.path}/me/makeMeAvailable`, {
      json: { supportedModalities: ['Messaging'], ...input },
    })
  }

  /** What our web client does: an inbox view (ucwa.md 6.8). */
  async haveInboxView(): Promise<Answer> {
    const { json } = await this.request('GET', `${this.path}/communication`)
    return this.request('PUT', `${this.path}/communication`, {
      json: { ...json, conversationHistory: 'Enabled' },
      headers: { 'If-Match': `"${json.etag}"` },
    })
  }

  /** Begins the long poll; every package is confirmed by the next request. */
  listen(): void {
    this.#loop ??= this.#poll()
  }

  /** Begins the event stream with full packages; each package is confirmed as it comes. */
  listenToStream(): void {
    this.#loop ??= this.#stream()
  }

  /** Confirms nothing from now on: packages that come stay unconfirmed until `resume`. */
  pause(): void {
    this.#paused = new Promise((resolve) => {
      this.#resume = resolve
    })
  }

  resume(): void {
    this.#paused = undefined
    this.#resume?.()
  }

  /** Waits for an event, also one that came before. @throws after 15 seconds, with what did come */
  async event(what: string, matches: (event: SeenEvent) => boolean = () => true): Promise<SeenEvent> {
    const [rel, type] = what.split(' ')
    return this.until(`event ${what}`, () =>
      this.events.find((event) => event.rel === rel && (!type || event.type === type) && matches(event)),
    )
  }

  /** Waits until `find` finds something; looks after each package. */
  async until<T>(what: string, find: () => T | undefined): Promise<T> {
    const deadline = AbortSignal.timeout(WAIT_MS)
    for (;;) {
      const found = find()
      if (found !== undefined) return found
      await new Promise<void>((resolve, reject) => {
        const done = () => {
          this.#waiting.delete(done)
          deadline.removeEventListener('abort', late)
          resolve()
        }
        const late = () => {
          this.#waiting.delete(done)
          const seen = this.events.map((e) => `${e.rel} ${e.type}`).join(', ')
          reject(new Error(`no ${what}; came: ${seen}`))
        }
        this.#waiting.add(done)
        deadline.addEventListener('abort', late)
      })
    }
  }

  /** Texts of incoming messages, in the order they came. */
  get received(): readonly string[] {
    return this.events
      .filter((e) => e.rel === 'message' && e.type === 'completed' && e.resource.direction === 'Incoming')
      .map((e) => textOfMessage(e.resource))
  }

  /** `startMessaging`; the operationId finds its events. */
  async startMessaging(
    to: string,
    text?: string,
    input: object = {},
    headers: RequestOptions['headers'] = {},
  ) {
    const message = text === undefined ? {} : { _links: { message: { href: dataUri(text) } } }
    return this.request('POST', this.link('startMessaging'), { json: { to, ...message, ...input }, headers })
  }

  /** A conversation with somebody: invitation, Success, and the address for texts. @throws when it fails */
  async conversation(to: string, text?: string, input: object = {}): Promise<Conversation> {
    const operationId = `op-${this.events.length}-${Math.random().toString(36).slice(2, 8)}`
    const answer = await this.startMessaging(to, text, { ...input, operationId })
    if (answer.status !== 201) throw new Error(`startMessaging: ${answer.status} ${answer.text}`)
    const completed = await this.event(
      'messagingInvitation completed',
      (event) => event.resource.operationId === operationId,
    )
    if (completed.status !== 'Success')
      throw new Error(`invitation failed: ${JSON.stringify(completed.reason)}`)
    const href = completed.resource._links?.conversation?.href ?? ''
    return {
      href,
      threadId: completed.resource.threadId ?? '',
      completed,
      answer,
      send: (body, options = {}) =>
        this.request('POST', `${href}/messaging/messages`, { text: body, type: 'text/plain', ...options }),
    }
  }

  /** Accepts the next incoming invitation that was not accepted yet. */
  async accept(): Promise<SeenEvent> {
    const invitation = await this.event(
      'messagingInvitation started',
      (event) => event.resource.direction === 'Incoming' && !this.#accepted.has(event.href),
    )
    this.#accepted.add(invitation.href)
    await this.request('POST', invitation.resource._links?.accept?.href ?? '', { json: {} })
    return invitation
  }
  readonly #accepted = new Set<string>()

  async get(path: string, headers: RequestOptions['headers'] = {}): Promise<Answer> {
    return this.request('GET', path, { headers })
  }

  async post(path: string, json?: unknown): Promise<Answer> {
    return this.request('POST', path, json === undefined ? {} : { json })
  }

  async request(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
    const response = await this.#open(method, path, options)
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString('utf8')
    const isJson = /json/.test(response.headers['content-type'] ?? '')
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      rawHeaders: response.rawHeaders,
      text,
      json: isJson && text !== '' ? (JSON.parse(text) as Json) : {},
    }
  }

  /** Signs out: the application ends. */
  async signOut(): Promise<void> {
    this.#stopped = true
    await this.request('DELETE', this.path)
    await this.close()
  }

  /** As a closed tab or a pulled cable: nothing is said, the connections are gone. */
  async close(): Promise<void> {
    this.#stopped = true
    this.resume()
    this.#current?.destroy()
    await this.#loop
    await this.#confirming
    this.#agent.destroy()
  }

  /** Listens no more, but stays signed in. */
  async deafen(): Promise<void> {
    this.#stopped = true
    this.#current?.destroy()
    await this.#loop
    this.#loop = undefined
    this.#stopped = false
  }

  async #poll(): Promise<void> {
    while (!this.#stopped) {
      try {
        const answer = await this.request('GET', this.#next)
        if (answer.status !== 200) return
        await this.#paused
        this.#take(answer.json)
        this.#next = answer.json._links?.next?.href ?? answer.json._links?.resync?.href ?? this.#next
      } catch {
        if (this.#stopped) return
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
  }

  async #stream(): Promise<void> {
    let ack: string | undefined
    while (!this.#stopped) {
      try {
        const at = this.link('eventStream').replace(/ack=\d+/, ack === undefined ? 'ack=1' : `ack=${ack}`)
        const response = await this.#open('GET', `${at}&packages=full&medium=0&low=0`, {
          headers: { Accept: 'text/event-stream' },
        })
        let rest = ''
        for await (const chunk of response.setEncoding('utf8')) {
          rest += chunk as string
          for (;;) {
            const end = rest.indexOf('\n\n')
            if (end < 0) break
            const block = rest.slice(0, end)
            rest = rest.slice(end + 2)
            const id = /^id: (\d+)$/m.exec(block)?.[1]
            const data = /^data: (.*)$/m.exec(block)?.[1]
            if (id === undefined || data === undefined) continue
            ack = id
            await this.#paused
            this.#take(JSON.parse(data) as Json)
            this.#confirm(id)
          }
        }
      } catch {
        if (this.#stopped) return
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
  }

  /** One confirmation at a time; what came meanwhile is confirmed by the newest number. */
  #confirm(id: string): void {
    const busy = this.#unconfirmed !== undefined
    this.#unconfirmed = id
    if (!busy) this.#confirming = this.#sendConfirmations()
  }
  #unconfirmed: string | undefined
  #confirming: Promise<void> | undefined

  async #sendConfirmations(): Promise<void> {
    while (this.#unconfirmed !== undefined && !this.#stopped) {
      const id = this.#unconfirmed
      await this.request('POST', this.link('eventStream').replace(/ack=\d+/, `ack=${id}`)).catch(() => {})
      if (this.#unconfirmed === id) this.#unconfirmed = undefined
    }
    this.#unconfirmed = undefined
  }

  #take(body: Json): void {
    this.packages.push(body)
    for (const sender of listOf(body.sender)) {
      for (const event of listOf(sender.events)) {
        const { link } = event
        this.events.push({
          package: this.packages.length,
          sender: sender.rel ?? '',
          rel: link?.rel ?? '',
          href: link?.href ?? '',
          type: event.type ?? '',
          status: event.status,
          reason: event.reason,
          in: event.in?.rel,
          resource: event._embedded?.[link?.rel ?? ''] ?? {},
        })
      }
    }
    for (const look of [...this.#waiting]) look()
  }

  async #open(method: string, path: string, options: RequestOptions): Promise<IncomingMessage> {
    const url = new URL(path, this.#options.base)
    const body = options.json === undefined ? options.text : JSON.stringify(options.json)
    const type = options.type ?? (options.json === undefined ? undefined : 'application/json')
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest
    return new Promise((resolve, reject) => {
      const request = send(
        url,
        {
          method,
          agent: this.#agent,
          headers: {
            ...(this.token === '' ? {} : { Authorization: `Bearer ${this.token}` }),
            ...(type === undefined ? {} : { 'Content-Type': type }),
            ...(body === undefined && method !== 'POST'
              ? {}
              : { 'Content-Length': Buffer.byteLength(body ?? '') }),
            ...options.headers,
          },
        },
        resolve,
      )
      request.on('error', reject)
      if (/\/event(?:s|Stream)\b/.test(path) && method === 'GET') this.#current = request
      request.end(body)
    })
  }
}

export interface Conversation {
  readonly href: string
  readonly threadId: string
  readonly completed: SeenEvent
  readonly answer: Answer
  send(text: string, options?: RequestOptions): Promise<Answer>
}

export function dataUri(text: string): string {
  return formatDataUri({ type: 'text/plain', text })
}

/** The text of a message, of a transcript, or of an invitation. */
export function textOfMessage(resource: Json): string {
  const within = resource._embedded?.messageTranscript ?? resource
  const links: Json = within._links ?? {}
  const href = links.plainMessage?.href ?? links.htmlMessage?.href ?? links.message?.href ?? ''
  return parseDataUri(href)?.text ?? ''
}
