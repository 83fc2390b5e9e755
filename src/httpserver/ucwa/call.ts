import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  type ErrorSubcode,
  type HttpErrorCode,
  type Reason,
  reason,
  STATUS,
} from '../../codec/ucwa/errors.ts'
import type { Resource } from '../../codec/ucwa/hal.ts'
import type { Account } from '../../domain/account.ts'
import type { Application } from './application.ts'
import type { Credential } from './event-channel.ts'
import type { House } from './house.ts'

/** A request as it came: from a socket, or out of a batch (then without `socket`). */
export interface Incoming {
  readonly method: string
  /** Still percent-encoded. */
  readonly path: string
  readonly query: URLSearchParams
  /** @param name in lower case */
  header(name: string): string | undefined
  readonly body: Uint8Array
  /** Scheme and host of the outer request, for absolute links without `--public-url`. */
  readonly origin: string
  readonly id: string
  readonly credential: Credential | undefined
  readonly socket?: { readonly request: IncomingMessage; readonly response: ServerResponse }
}

/** What a handler of the table gets: the request, who asks, and the application it is about. */
export interface Call {
  readonly house: House
  readonly account: Account
  readonly app: Application
  readonly request: Incoming
  /** Path parameters, percent-decoded. */
  readonly params: Readonly<Record<string, string>>
}

/** What goes back. A body is JSON (`json`), something else (`content`), or whatever `takeOver` writes. */
export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly content?: { readonly type: string; readonly text: string }
  readonly takeOver?: (response: ServerResponse) => void
}

export type Handler = (call: Call) => Reply | Promise<Reply>

/** What most acts answer. */
export const NO_CONTENT: Reply = { status: 204 }

/** 200 with a resource; its etag goes into the header too (ucwa.md section 5). */
export function ok(resource: Resource): Reply {
  return { status: 200, json: resource, headers: etagHeader(resource) }
}

/** 201 with the resource that was made. */
export function created(resource: Resource): Reply {
  return { status: 201, json: resource, headers: etagHeader(resource) }
}

/** 201 without a body: what startMessaging, sendMessage and their kin answer. */
export function started(location: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status: 201, headers: { Location: location, ...headers } }
}

/** An error of the fixed table (ucwa.md section 9); the text never tells what is inside the server (SECURITY 27). */
export function problem(
  code: HttpErrorCode,
  subcode?: ErrorSubcode,
  more: { parameters?: Reason['parameters']; headers?: Readonly<Record<string, string>> } = {},
): Reply {
  const { parameters, headers } = more
  return {
    status: STATUS[code],
    json: { ...reason(code, subcode), ...(parameters ? { parameters } : {}) },
    ...(headers ? { headers } : {}),
  }
}

/** 429 with the time after which it may work again, in whole seconds (ucwa.md section 10). */
export function tooMany(retryAfterMs: number, subcode?: ErrorSubcode): Reply {
  return problem('TooManyRequests', subcode, {
    headers: { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) },
  })
}

function etagHeader(resource: Resource): Record<string, string> {
  return resource.etag === undefined ? {} : { ETag: `"${resource.etag}"` }
}
