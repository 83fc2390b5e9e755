import { z } from 'zod'
import { reachDecision } from '../../actions/reach-decision.ts'
import { fail, ok as fine, type Result } from '../../base/result.ts'
import { type DataText, parseDataUri } from '../../codec/ucwa/data-uri.ts'
import type { Delivery } from '../../domain/delivery.ts'
import { type Importance, messageId, type ThreadId } from '../../domain/message.ts'
import { parseAddress, parseSipUri } from '../../domain/sip-uri.ts'
import type { Application } from './application.ts'
import { type Call, problem, type Reply, started, tooMany } from './call.ts'
import type { Conversation, Invitation, Person } from './conversation.ts'
import { raiseConnected, raiseFailed, raiseStarted } from './conversation-events.ts'
import type { House } from './house.ts'
import { hasControl, readInput, text } from './input.ts'
import { acceptText, badIdempotencyKey, MESSAGE_ID_HEADER, reportOutcome, send } from './outgoing.ts'
import { personAt } from './people-of-conversations.ts'
import { acceptedReason, closedReason, refusedReason } from './reasons.ts'

/** Open conversations of one application (ucwa.md section 9, TooManyConversations). */
export const MAX_CONVERSATIONS = 200
/** Invitations that GET still finds after they are done. */
const KEPT_INVITATIONS = 200

/** Where a text may stand in a request: a link, or a property. */
export const MESSAGE_INPUT = {
  _links: z
    .object({ message: z.object({ href: z.string() }).optional() })
    .partial()
    .optional()
    .catch(undefined),
  message: z.string().optional().catch(undefined),
  operationId: text(50).optional(),
}

/** The text that came with an invitation; undefined when there is none. */
export function textOf(input: {
  _links?: { message?: { href: string } | undefined } | undefined
  message?: string | undefined
}): Result<DataText | undefined, Reply> {
  const given = input._links?.message?.href ?? input.message
  if (given === undefined || given === '') return fine(undefined)
  const parsed = /^data:/i.test(given)
    ? parseDataUri(given)
    : ({ type: 'text/plain', text: given } satisfies DataText)
  if (!parsed || hasControl(parsed.text)) {
    return fail(problem('BadRequest', 'ParameterValidationFailure', { parameters: { message: 'Invalid' } }))
  }
  return fine(parsed.text === '' ? undefined : parsed)
}

/** `POST startMessaging`: never fails synchronously for the recipient's state (ucwa.md 6.7, 8.1). */
export async function startMessaging(call: Call): Promise<Reply> {
  const { house, request } = call
  const input = readInput(request, {
    ...MESSAGE_INPUT,
    to: z.string().max(512),
    subject: text(250).optional(),
    importance: z.enum(['Normal', 'Urgent', 'Emergency']).optional(),
    threadId: text(250).min(1).optional(),
  })
  if (!input.ok) return input.error
  const { to, threadId, subject = '', importance = 'Normal', operationId } = input.value
  const address = parseAddress(to.trim())
  if (!address) {
    return problem('BadRequest', 'ParameterValidationFailure', { parameters: { to: 'Invalid' } })
  }
  const message = textOf(input.value)
  if (!message.ok) return message.error
  const peer = personAt(house, address)
  return invite(call, {
    peer,
    threadId: threadId ?? house.ports.random.guid(),
    newConversation: threadId === undefined,
    subject,
    importance,
    operationId,
    message: message.value,
  })
}

/** What startMessaging, continueMessaging and addMessaging have in common. */
export interface Inviting {
  readonly peer: Person
  readonly threadId: string
  readonly newConversation: boolean
  readonly subject: string
  readonly importance: Importance
  readonly operationId: string | undefined
  readonly message: DataText | undefined
  readonly thread?: ThreadId | undefined
  /** The conversation that goes on, if it is not open any more (addMessaging). */
  readonly again?: Conversation
}

/**
 * Invites, with a text or without: the decision is made and the text is on the disk before anything is answered; then
 * the server accepts by itself, for people who are there as for those who are not.
 */
export async function invite(call: Call, inviting: Inviting): Promise<Reply> {
  const { house, app, request } = call
  const { peer, operationId } = inviting
  if (badIdempotencyKey(request)) return problem('BadRequest', 'ParameterValidationFailure')
  const known = openConversation(app, peer, inviting.threadId)
  if (!known && app.conversations.size >= MAX_CONVERSATIONS) return tooMany(60_000, 'TooManyConversations')
  const conversation = known ?? inviting.again ?? newConversation(house, app, inviting)
  const message = inviting.message && acceptText(house, app, inviting.message)
  if (!message) {
    const told = await reach(house, app, inviting)
    return started(tell(house, app, outgoing(app, conversation, operationId, undefined), told))
  }
  const sending = { conversation, text: message, newConversation: inviting.newConversation, operationId }
  const sent = await send(house, app, sending, request)
  if (sent.kind === 'limited') return tooMany(sent.retryAfterMs)
  if (sent.kind === 'refused') {
    if (sent.because === 'tooLarge') return problem('EntityTooLarge')
    const told = { kind: 'refuse', because: sent.because } as const
    return started(tell(house, app, outgoing(app, conversation, operationId, message), told))
  }
  const { row, thread } = sent
  // A repeat belongs to the thread of the first answer, whatever this request made up.
  const talk =
    thread.externalId === conversation.threadId
      ? conversation
      : (openConversation(app, peer, thread.externalId) ??
        newConversation(house, app, { ...inviting, threadId: thread.externalId }))
  talk.thread ??= thread.id
  // A quiet recipient keeps the item also where the sender's own gate is closed, and the sender hears Failure (R7).
  const closed = row.reason === 'live' ? false : await closedGateOf(sent.outcome)
  const told = { kind: 'kept', because: row.reason, closed } as const
  const location = tell(house, app, outgoing(app, talk, operationId, message), told)
  if (app.feed && !closed) reportOutcome(house, app, { ...sending, conversation: talk }, sent)
  return started(location, { [MESSAGE_ID_HEADER]: messageId(row.recipient, row.seq) })
}

function outgoing(
  app: Application,
  conversation: Conversation,
  operationId: string | undefined,
  message: DataText | undefined,
): Invitation {
  return {
    id: app.nextId(),
    conversation,
    direction: 'Outgoing',
    state: 'Connecting',
    operationId,
    message,
    offline: false,
    seq: undefined,
    until: undefined,
    replay: false,
  }
}

async function closedGateOf(outcome: Promise<object>): Promise<boolean> {
  const known = await outcome
  return 'closed' in known && known.closed !== undefined
}

type Told =
  | { readonly kind: 'refuse'; readonly because: Parameters<typeof refusedReason>[0] }
  | {
      readonly kind: 'kept'
      readonly because: Parameters<typeof acceptedReason>[0]
      readonly closed: boolean
    }

/** The whole course of an outgoing invitation, which is decided before it begins. @returns its address */
function tell(house: House, app: Application, invitation: Invitation, told: Told): string {
  const language = app.language()
  const { conversation } = invitation
  const { peer } = conversation
  const known = app.conversations.has(conversation.id)
  keepInvitation(app, invitation)
  if (!known) Object.assign(conversation, { state: 'Connecting', messaging: 'Connecting' })
  app.conversations.set(conversation.id, conversation)
  raiseStarted(house, app, invitation, known)
  if (told.kind === 'refuse') {
    raiseFailed(house, app, invitation, refusedReason(told.because, language, peer), known)
  } else if (told.closed) {
    raiseFailed(house, app, invitation, closedReason(language, peer), known)
  } else {
    raiseConnected(house, app, invitation, acceptedReason(told.because, language, peer))
  }
  return app.links.invitation(invitation.id)
}

/** The decision for an invitation without a text: nothing is kept. */
async function reach(house: House, app: Application, inviting: Inviting): Promise<Told> {
  const recipient = parseSipUri(`sip:${inviting.peer.user}`)
  if (!recipient) return { kind: 'refuse', because: 'unknownRecipient' }
  const delivery: Delivery = await reachDecision(house.ports, {
    sender: app.account,
    recipient,
    userAgent: app.identity.userAgent,
    thread: inviting.threadId,
    newConversation: inviting.newConversation,
  })
  if (delivery.kind === 'refuse') return delivery
  return {
    kind: 'kept',
    because: delivery.because,
    closed: 'closed' in delivery && delivery.closed !== undefined,
  }
}

/** The open conversation with somebody in a thread, if there is one (ucwa.md 6.7). */
export function openConversation(app: Application, peer: Person, threadId: string): Conversation | undefined {
  for (const conversation of app.conversations.values()) {
    if (conversation.threadId === threadId && conversation.peer.user === peer.user) return conversation
  }
  return undefined
}

/** A conversation that nobody has been told of yet. */
export function newConversation(
  house: House,
  app: Application,
  of: Pick<Inviting, 'peer' | 'threadId' | 'subject' | 'importance' | 'thread'>,
): Conversation {
  return {
    id: app.nextId(),
    peer: of.peer,
    local: undefined,
    threadId: of.threadId,
    thread: of.thread,
    subject: of.subject,
    importance: of.importance,
    created: house.ports.clock.now(),
    state: 'Connecting',
    messaging: 'Connecting',
    unread: 0,
    messages: new Map(),
    typingUntil: undefined,
    touched: house.ports.clock.monotonicMs(),
  }
}

/** Done invitations stay readable: a client reads the conversation from the Location at any time (conformance I1). */
export function keepInvitation(app: Application, invitation: Invitation): void {
  app.invitations.set(invitation.id, invitation)
  if (app.invitations.size <= KEPT_INVITATIONS) return
  for (const [id, old] of app.invitations) {
    if (old.state === 'Connecting') continue
    app.invitations.delete(id)
    return
  }
}
