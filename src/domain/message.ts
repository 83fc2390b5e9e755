import type { Brand } from '../base/brand.ts'
import type { AccountId } from './account.ts'
import type { EndpointId } from './endpoint.ts'
import type { SipUri } from './sip-uri.ts'
import type { Instant } from './time.ts'

/** Place of a row in its recipient's log. Numbers of different recipients are never compared. */
export type Seq = Brand<number, 'Seq'>

/** A conversation of two people inside the server; outside it has the identifier that a client gave (R28). */
export type ThreadId = Brand<number, 'ThreadId'>

/** `<recipient>.<seq>` in base 36: names a row for ever, on both sides and over restarts. */
export type MessageId = Brand<string, 'MessageId'>

export type MessageType = 'text/plain' | 'text/html'
export type Importance = 'Normal' | 'Urgent' | 'Emergency'

/** What a door hands to `sendMessage`: nothing is decided or stored yet. */
export interface Message {
  readonly sender: AccountId
  /** The sending endpoint; it is not shown its own message again, and its client is looked at by gate G5. */
  readonly senderEndpoint: EndpointId | undefined
  /** User-Agent of the sending client as it names itself (R25). */
  readonly userAgent: string | undefined
  readonly recipient: SipUri
  /** The conversation's identifier as the client gave it; undefined: the one of the pair (R28). */
  readonly thread: string | undefined
  /** Started without continuing a thread: never an open conversation (ucwa.md 8.1). */
  readonly newConversation: boolean
  readonly subject: string | undefined
  readonly importance: Importance
  readonly type: MessageType
  /** UTF-8. */
  readonly body: Uint8Array
  /** Names a repeat (DECISIONS 24): 32 hex digits, or undefined where the client cannot repeat. */
  readonly key: RepeatKey | undefined
  /** From a peer in `sip.trusted`: no sender rates (DECISIONS 25). */
  readonly trusted?: boolean
}

export type RepeatKey =
  | { readonly kind: 'request'; readonly hex: string }
  | { readonly kind: 'idempotency'; readonly key: string }

/** Why a row was kept as it was (INTERFACES 4); stored in the row as a number. */
export const ROW_REASONS = ['live', 'offline', 'appearsOffline', 'doNotDisturb', 'presenting'] as const
export type RowReason = (typeof ROW_REASONS)[number]

/** Where the recipient finds the row (ARCHITECTURE, Data). */
export const RECIPIENT_VIEWS = ['inbox', 'history', 'none'] as const
export type RecipientView = (typeof RECIPIENT_VIEWS)[number]
export const SENDER_VIEWS = ['sent', 'history', 'none'] as const
export type SenderView = (typeof SENDER_VIEWS)[number]

/** One committed message. Body, order and reason never change. */
export interface Row {
  readonly seq: Seq
  readonly recipient: AccountId
  readonly sender: AccountId
  readonly thread: ThreadId
  readonly at: Instant
  readonly reason: RowReason
  readonly recipientView: RecipientView
  readonly senderView: SenderView
  readonly until: Instant
  readonly batch: number
  readonly type: MessageType
  readonly body: Uint8Array
}

export function messageId(recipient: AccountId, seq: Seq): MessageId {
  return `${recipient.toString(36)}.${seq.toString(36)}` as MessageId
}

/** @returns undefined when `text` was not made by `messageId`. */
export function parseMessageId(text: string): { recipient: AccountId; seq: Seq } | undefined {
  const match = /^([0-9a-z]{1,11})\.([0-9a-z]{1,11})$/.exec(text)
  if (!match) return undefined
  const recipient = Number.parseInt(match[1] ?? '', 36)
  const seq = Number.parseInt(match[2] ?? '', 36)
  return Number.isSafeInteger(recipient) && Number.isSafeInteger(seq)
    ? { recipient: recipient as AccountId, seq: seq as Seq }
    : undefined
}
