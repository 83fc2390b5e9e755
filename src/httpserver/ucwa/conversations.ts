import { z } from 'zod'
import { closeConversation } from '../../actions/close-conversation.ts'
import { readThread } from '../../actions/read-thread.ts'
import { type Resource, resource } from '../../codec/ucwa/hal.ts'
import { messageId, type Seq } from '../../domain/message.ts'
import type { Application } from './application.ts'
import { type Call, NO_CONTENT, ok, problem, type Reply, started, tooMany } from './call.ts'
import {
  type Conversation,
  conversationResource,
  hasBody,
  type Invitation,
  invitationResource,
  messageResource,
  messagingResource,
  type Own,
  participantResource,
  peerParticipant,
} from './conversation.ts'
import { raiseConversationUpdated, raiseDisconnected } from './conversation-events.ts'
import { acceptInvitation, declineInvitation, textOfRow } from './incoming.ts'
import { bodyText, hasControl, parameter, readInput } from './input.ts'
import { ownOf } from './me.ts'
import { acceptText, badIdempotencyKey, MESSAGE_ID_HEADER, reportOutcome, send } from './outgoing.ts'
import { invite, MESSAGE_INPUT, textOf } from './start-messaging.ts'
import { deliveryWord } from './transcripts.ts'

const NO_CONVERSATION = problem('NotFound', 'ConversationNotFound')

/** A handler about one open conversation; 404 ConversationNotFound for everything else. */
function inConversation(handler: (call: Call, conversation: Conversation) => Reply | Promise<Reply>) {
  return (call: Call) => {
    const conversation = call.app.conversations.get(call.params.conversation ?? '')
    return conversation ? handler(call, conversation) : NO_CONVERSATION
  }
}

/** A conversation that is over is still what an invitation's links are about (conformance I1). */
function inAnyConversation(handler: (call: Call, conversation: Conversation) => Reply | Promise<Reply>) {
  return (call: Call): Reply | Promise<Reply> => {
    const id = call.params.conversation ?? ''
    const open = call.app.conversations.get(id)
    const past = [...call.app.invitations.values()].find((one) => one.conversation.id === id)?.conversation
    const conversation = open ?? past
    return conversation ? handler(call, conversation) : NO_CONVERSATION
  }
}

/** `filter=active` or nothing: the links of open conversations (ucwa.md 6.10). */
export function getConversations({ app }: Call): Reply {
  const open = [...app.conversations.values()].map(({ id, peer }) => ({
    href: app.links.conversation(id),
    title: peer.name,
  }))
  return ok(resource('conversations', app.links.conversations, {}, { conversation: open }))
}

/** `GET conversation`, also of one that is over. */
export const getConversation = inAnyConversation(({ house, app }, conversation) =>
  ok(conversationResource(app, conversation, ownOf(house, app))),
)

/** `GET messaging`. */
export const getMessaging = inAnyConversation(({ app }, conversation) =>
  ok(messagingResource(app, conversation)),
)

/** `stopMessaging`, `cancel` and DELETE of the conversation: the person ends it (DECISIONS 15a). */
export const endConversation = inConversation(({ house, app }, conversation) => {
  const ringing = invitationIn(app, conversation)
  if (ringing) declineInvitation(house, app, ringing, 'everywhere')
  else raiseDisconnected(house, app, conversation)
  const { thread, peer } = conversation
  if (thread !== undefined) closeConversation(house.ports, app.account, thread, peer.account)
  return NO_CONTENT
})

function invitationIn(app: Application, conversation: Conversation): Invitation | undefined {
  return [...app.invitations.values()].find(
    (one) => one.conversation === conversation && one.direction === 'Incoming' && one.state === 'Connecting',
  )
}

/** Messaging again in a conversation, also in one that is over: as startMessaging with its thread, under the same address. */
export const addMessaging = inAnyConversation(async (call, conversation) => {
  const input = readInput(call.request, MESSAGE_INPUT)
  if (!input.ok) return input.error
  const message = textOf(input.value)
  if (!message.ok) return message.error
  const { peer, threadId, thread, subject, importance } = conversation
  return invite(call, {
    peer,
    threadId,
    thread,
    subject,
    importance,
    newConversation: false,
    operationId: input.value.operationId,
    message: message.value,
    again: conversation,
  })
})

/**
 * `POST sendMessage`: the body is the text. 201 is our word: the row is committed before it is sent, and the event says
 * what became of it (INTERFACES 7). Never anything but 201, which clients test for.
 */
export const postMessage = inConversation(async (call, conversation) => {
  const { house, app, request } = call
  if (conversation.messaging !== 'Connected') return problem('Conflict')
  const type = (request.header('content-type') ?? 'text/plain').split(';')[0]?.trim().toLowerCase()
  if (type !== 'text/plain' && type !== 'text/html') return problem('UnsupportedMediaType')
  if (badIdempotencyKey(request)) return problem('BadRequest', 'ParameterValidationFailure')
  const body = bodyText(request)
  if (body === undefined || hasControl(body)) return problem('BadRequest', 'DeserializationFailure')
  if (body === '')
    return problem('BadRequest', 'ParameterValidationFailure', { parameters: { message: 'Missing' } })
  const given = parameter(request, 'operationId') ?? parameter(request, 'operationContext')
  if (given !== undefined && (given.length > 50 || hasControl(given))) {
    return problem('BadRequest', 'ParameterValidationFailure', { parameters: { operationId: 'Invalid' } })
  }
  const sending = {
    conversation,
    text: acceptText(house, app, { type, text: body }),
    newConversation: false,
    operationId: given,
  }
  const sent = await send(house, app, sending, request)
  if (sent.kind === 'limited') return tooMany(sent.retryAfterMs)
  if (sent.kind === 'refused' && sent.because === 'tooLarge') return problem('EntityTooLarge')
  conversation.touched = house.ports.clock.monotonicMs()
  const number = reportOutcome(house, app, sending, sent)
  const location = app.links.message(conversation.id, number)
  return started(
    location,
    sent.kind === 'kept' ? { [MESSAGE_ID_HEADER]: messageId(sent.row.recipient, sent.row.seq) } : {},
  )
})

/** Links of the messages that memory has. */
export const getMessages = inConversation(({ app }, { id, messages }) =>
  ok(
    resource(
      'messages',
      app.links.messages(id),
      {},
      {
        message: [...messages.keys()].map((number) => ({ href: app.links.message(id, number) })),
      },
    ),
  ),
)

/** A message that memory has no more is read from the log by its number (outgoing.ts). */
export const getMessage = inConversation(async ({ house, app, params }, conversation) => {
  const number = /^\d{1,15}$/.test(params.message ?? '') ? Number(params.message) : Number.NaN
  const known = conversation.messages.get(number)
  if (known && hasBody(known)) return ok(known)
  const incoming = number % 2 === 0
  const owner = incoming ? app.account : conversation.peer.account
  if (owner === undefined || !(number > 0)) return problem('NotFound')
  const id = messageId(owner, Math.floor(number / 2) as Seq)
  const found = await house.ports.threads.transcript(app.account, id)
  if (!found || found.thread !== conversation.thread) return problem('NotFound')
  return ok(
    messageResource(
      app,
      conversation,
      {
        number,
        direction: found.direction,
        at: found.row.at,
        text: textOfRow(found.row),
        messageId: id,
        ...(incoming ? {} : { status: 'Succeeded' as const }),
        delivery: found.state && deliveryWord(found.state),
      },
      ownOf(house, app),
    ),
  )
})

/** Both sides. */
export const getParticipants = inAnyConversation(({ house, app }, conversation) => {
  const own = ownOf(house, app)
  const { id, peer } = conversation
  return ok(
    resource(
      'participants',
      app.links.participants(id),
      {},
      {
        participant: [
          { href: app.links.participant(id, own.user), title: own.name },
          { href: app.links.participant(id, peer.user), title: peer.name },
        ],
      },
    ),
  )
})

/** Answers from the moment the invitation exists: a client reads the sender before it accepts (conformance I8). */
export const getParticipant = inAnyConversation(({ house, app, params }, conversation) => {
  const found = participantOf(app, conversation, ownOf(house, app), params.user ?? '')
  return found ? ok(found) : problem('NotFound')
})

function participantOf(
  app: Application,
  conversation: Conversation,
  own: Own,
  user: string,
): Resource | undefined {
  const wanted = user.toLowerCase()
  if (wanted === conversation.peer.user.toLowerCase()) return peerParticipant(app, conversation)
  return wanted === own.user ? participantResource(app, conversation, { ...own, local: true }) : undefined
}

/** Who takes part in messaging: both, always. */
export const getParticipantMessaging = inAnyConversation(({ house, app, params }, conversation) => {
  const user = (params.user ?? '').toLowerCase()
  if (!participantOf(app, conversation, ownOf(house, app), user)) return problem('NotFound')
  return ok(
    resource(
      'participantMessaging',
      app.links.participantMessaging(conversation.id, user),
      {},
      { participant: { href: app.links.participant(conversation.id, user) } },
    ),
  )
})

/** Group IM is an issue of its own; clients read the link without a test, so it is there and refuses (ucwa.md 6.8). */
export function addParticipant(): Reply {
  return problem('Forbidden', 'OperationNotSupported')
}

/** The person has seen the conversation: reads up to what this application has confirmed (ucwa.md 6.8, 8.2). */
export const acknowledge = inConversation(async ({ house, app }, conversation) => {
  const { thread } = conversation
  const upTo = thread === undefined ? undefined : app.given.get(thread)
  conversation.unread = 0
  raiseConversationUpdated(house, app, conversation)
  if (thread !== undefined && upTo !== undefined) await readThread(house.ports, app.account, thread, upTo)
  return NO_CONTENT
})

function withInvitation(handler: (call: Call, invitation: Invitation) => Reply) {
  return (call: Call) => {
    const invitation = call.app.invitations.get(call.params.invitation ?? '')
    return invitation ? handler(call, invitation) : problem('NotFound')
  }
}

/** `GET` of the Location, at once and later (conformance I1). */
export const getInvitation = withInvitation(({ house, app }, invitation) =>
  ok(invitationResource(app, invitation, ownOf(house, app))),
)

/** Body empty or `{}`, any query (conformance I3). An invitation that is over answers 409. */
export const accept = withInvitation(({ house, app }, invitation) => {
  if (invitation.direction !== 'Incoming') return problem('NotFound')
  if (invitation.state === 'Connected') return NO_CONTENT
  if (invitation.state !== 'Connecting') return problem('Conflict')
  acceptInvitation(house, app, invitation)
  return NO_CONTENT
})

/** `Local` here, `Global` and nothing on every endpoint (ucwa.md 6.8). */
export const decline = withInvitation(({ house, app, request }, invitation) => {
  if (invitation.direction !== 'Incoming') return problem('NotFound')
  const input = readInput(request, { reason: z.enum(['Local', 'Global']).optional().catch(undefined) })
  if (!input.ok) return input.error
  if (invitation.state !== 'Connecting') return problem('Conflict')
  declineInvitation(house, app, invitation, input.value.reason === 'Local' ? 'here' : 'everywhere')
  return NO_CONTENT
})
