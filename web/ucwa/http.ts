import { isResource, type Resource, text } from './wire.ts'

/** An answer of the server that is not 2xx, with the error object of ucwa.md section 9. */
export class Refused extends Error {
  readonly status: number
  readonly code: string
  readonly subcode: string
  /** Text for people, in their language, where the server gave one. */
  readonly said: string | undefined
  /** Seconds, with 429 and 503. */
  readonly retryAfter: number | undefined

  constructor(status: number, body: Resource | undefined, retryAfter: number | undefined) {
    super(`HTTP ${status}`)
    this.status = status
    this.code = text(body, 'code') ?? ''
    this.subcode = text(body, 'subcode') ?? ''
    this.said = text(body, 'message')
    this.retryAfter = retryAfter
  }

  /** There is no such resource, or not any more: perhaps the whole application is gone (ucwa.md section 4). */
  get isGone(): boolean {
    return this.status === 404 || this.status === 410
  }
}

export interface Answer {
  readonly status: number
  readonly body: Resource | undefined
  readonly headers: Headers
}

export interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly json?: unknown
  readonly plain?: string
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Requests of one signed-in page: our own origin only, whatever host a link names (ucwa.md section 2).
 * Every request carries the newest acknowledgement that is due (section 15), so that most need no request of their own.
 */
export class Http {
  readonly #csrf: string
  readonly #takeAck: () => number | undefined

  /** @param takeAck the package number to confirm with the next request, undefined when nothing is due */
  constructor(csrf: string, takeAck: () => number | undefined = () => undefined) {
    this.#csrf = csrf
    this.#takeAck = takeAck
  }

  /** @throws Refused when the server refuses, TypeError when it cannot be reached */
  async send(address: string, request: Request = {}): Promise<Answer> {
    const response = await fetch(pathOf(address), this.#init(request))
    const body = await bodyOf(response)
    if (!response.ok) {
      const wait = Number(response.headers.get('Retry-After'))
      throw new Refused(response.status, body, Number.isFinite(wait) && wait > 0 ? wait : undefined)
    }
    return { status: response.status, body, headers: response.headers }
  }

  async get(address: string): Promise<Resource> {
    return (await this.send(address)).body ?? {}
  }

  async post(address: string, json?: unknown): Promise<Answer> {
    return this.send(address, { method: 'POST', ...(json === undefined ? {} : { json }) })
  }

  /** Opens the event channel; the answer is read as it comes. */
  async stream(address: string, signal: AbortSignal): Promise<Response> {
    const response = await fetch(pathOf(address), {
      headers: { Accept: 'text/event-stream' },
      cache: 'no-store',
      signal,
    })
    if (!response.ok) throw new Refused(response.status, await bodyOf(response), undefined)
    return response
  }

  #init(request: Request): RequestInit {
    const method = request.method ?? 'GET'
    const headers: Record<string, string> = { Accept: 'application/json', ...request.headers }
    if (method !== 'GET') headers['X-Nightpost-CSRF'] = this.#csrf
    const ack = this.#takeAck()
    if (ack !== undefined) headers['X-Ucwa-Ack'] = String(ack)
    if (request.json !== undefined) {
      headers['Content-Type'] = 'application/json'
      return { method, headers, body: JSON.stringify(request.json) }
    }
    if (request.plain !== undefined) {
      headers['Content-Type'] = 'text/plain;charset=utf-8'
      return { method, headers, body: request.plain }
    }
    return { method, headers }
  }
}

/** Path and query of a link; its host is never followed. */
function pathOf(address: string): string {
  const url = new URL(address, 'http://origin.invalid')
  return url.pathname + url.search
}

/** The address with more in its query, replacing what it had of the same names. */
export function withQuery(address: string, values: Readonly<Record<string, string>>): string {
  const url = new URL(address, 'http://origin.invalid')
  for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value)
  return url.pathname + url.search
}

async function bodyOf(response: Response): Promise<Resource | undefined> {
  if (response.status === 204) return undefined
  try {
    const value: unknown = await response.json()
    return isResource(value) ? value : undefined
  } catch {
    return undefined // an empty body, or a proxy's page
  }
}
