import { type Outcome, type Sent, sendMessage } from '../../actions/send-message.ts'
import type { DataText } from '../../codec/ucwa/data-uri.ts'
import type { Reason } from '../../codec/ucwa/errors.ts'
import type { Language } from '../../domain/account.ts'
import { messageId, type Row, type Seq } from '../../domain/message.ts'
import { parseSipUri } from '../../domain/sip-uri.ts'
import { htmlToText, sanitizeHtml } from '../html-sanitize.ts'
import { type Application, conversationOf, targetOf } from './application.ts'
import type { Incoming } from './call.ts'
import { type Conversation, messageResource, type Person, remember } from './conversation.ts'
import type { House } from './house.ts'
import { ownOf } from './me.ts'
import { closedReason, refusedReason, storedReason } from './reasons.ts'

/** Header with the name of the row, on the first answer and on every repeat (ucwa.md section 15, Outbox). */
export const MESSAGE_ID_HEADER = 'X-Nightpost-Message-Id'

/**
 * Numbers of message addresses: even for rows of one's own log, odd for rows of the other side's, so that a message keeps
 * its address however often it is shown (ucwa.md 8.2); refused ones, which are no rows, count far above both.
 */
const FIRST_REFUSED = 8_000_000_000_000_000

/** Number of a message of somebody else. */
export function incomingNumber(seq: Seq): number {
  return seq * 2
}
/** Number of one's own message. */
export function outgoingNumber(seq: Seq): number {
  return seq * 2 + 1
}

/** HTML is cleaned on the way in, and is plain text where the sender's policy says so (SECURITY 44). */
export function acceptText(house: House, app: Application, given: DataText): DataText {
  if (given.type === 'text/plain') return given
  return house.ports.facts.rules(app.account).html
    ? { type: 'text/html', text: sanitizeHtml(given.text) }
    : { type: 'text/plain', text: htmlToText(given.text) }
}

/** A message on its way through the one path. */
export interface Sending {
  readonly conversation: Conversation
  readonly text: DataText
  readonly newConversation: boolean
  readonly operationId: string | undefined
}

/** One message through the one path; @throws when the store is down. */
export function send(house: House, app: Application, sending: Sending, request: Incoming): Promise<Sent> {
  const { conversation, text } = sending
  const key = request.header('idempotency-key')
  const recipient = parseSipUri(`sip:${conversation.peer.user}`)
  if (!recipient) throw new Error('a conversation with nobody')
  return sendMessage(house.ports, {
    sender: app.account,
    senderEndpoint: app.endpoint,
    userAgent: app.identity.userAgent,
    recipient,
    thread: conversation.threadId,
    newConversation: sending.newConversation,
    subject: conversation.subject === '' ? undefined : conversation.subject,
    importance: conversation.importance,
    type: text.type,
    body: new TextEncoder().encode(text.text),
    key: key === undefined ? undefined : { kind: 'idempotency', key },
  })
}

/** A key is a short printable text; anything else is not a key (ucwa.md section 15). */
export function badIdempotencyKey(request: Incoming): boolean {
  const key = request.header('idempotency-key')
  return key !== undefined && !/^[\x21-\x7e]{1,200}$/.test(key)
}

/**
 * Tells the sending application what became of a message: `message` completed once, after the outcome is known. The
 * promise in between is awaited by nobody.
 */
export function reportOutcome(
  house: House,
  app: Application,
  sending: Sending,
  sent: Exclude<Sent, { kind: 'limited' }>,
): number {
  const { conversation } = sending
  if (sent.kind === 'refused') {
    const number = FIRST_REFUSED + Number.parseInt(app.nextId(), 36)
    if (sent.because === 'tooLarge') return number
    const why = refusedReason(sent.because, app.language(), conversation.peer)
    raiseCompleted(house, app, sending, { number, row: undefined, why, failed: true })
    return number
  }
  const number = outgoingNumber(sent.row.seq)
  conversation.thread ??= sent.thread.id
  sent.outcome
    .then((outcome) => {
      if (app.ended) return
      const told = toldOf(outcome, app.language(), conversation.peer)
      raiseCompleted(house, app, sending, { number, row: sent.row, ...told })
    })
    .catch((error: unknown) => house.log.error({ err: error }, 'outcome not told'))
  return number
}

/** What the sender's client hears of an outcome; with the own gate closed it is a failure, although the item was made (R7). */
function toldOf(outcome: Outcome, language: Language, peer: Person): Omit<Told, 'number' | 'row'> {
  if (outcome.kind === 'delivered') return { failed: false, delivery: 'Delivered' }
  switch (outcome.because) {
    case 'notConfirmed':
      return { failed: false, delivery: 'Stored' }
    case 'offline':
      return { failed: false, delivery: 'Stored', why: storedReason(outcome.because, language, peer) }
    default:
      return outcome.closed === undefined
        ? {
            failed: false,
            delivery: 'Stored',
            deliveryReason: 'doNotDisturb',
            why: storedReason(outcome.because, language, peer),
          }
        : { failed: true, why: closedReason(language, peer) }
  }
}

interface Told {
  readonly number: number
  readonly row: Row | undefined
  readonly failed: boolean
  readonly delivery?: string
  readonly deliveryReason?: string | undefined
  readonly why?: Reason | undefined
}

function raiseCompleted(house: House, app: Application, sending: Sending, told: Told): void {
  const { conversation, text, operationId } = sending
  const self = messageResource(
    app,
    conversation,
    {
      number: told.number,
      direction: 'Outgoing',
      at: told.row?.at ?? house.ports.clock.now(),
      text,
      operationId,
      messageId: told.row && messageId(told.row.recipient, told.row.seq),
      status: told.failed ? 'Failed' : 'Succeeded',
      delivery: told.delivery,
      deliveryReason: told.deliveryReason,
    },
    ownOf(house, app),
  )
  remember(conversation, told.number, self)
  app.raise(
    [
      conversationOf(app, conversation.id)('completed', targetOf(self), {
        embedded: self,
        status: told.failed ? 'Failure' : 'Success',
        ...(told.why ? { reason: told.why } : {}),
      }),
    ],
    'sent',
  )
}
