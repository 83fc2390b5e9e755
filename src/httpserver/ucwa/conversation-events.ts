import type { Reason } from '../../codec/ucwa/errors.ts'
import type { UcwaEvent } from '../../codec/ucwa/events.ts'
import { resource } from '../../codec/ucwa/hal.ts'
import { type Application, communicationOf, conversationOf, targetOf } from './application.ts'
import {
  type Conversation,
  conversationResource,
  type Invitation,
  invitationResource,
  messagingResource,
  type Own,
  participantResource,
} from './conversation.ts'
import type { House } from './house.ts'
import { ownOf } from './me.ts'

/**
 * The steps of an invitation as events (ucwa.md 6.7, 6.8). Each step is raised at once and travels in one package,
 * because public clients read one block of a package (7.2, conformance E7).
 */

/** Invitation started, conversation added, localParticipant added. */
export function raiseStarted(house: House, app: Application, invitation: Invitation, known: boolean): void {
  const own = ownOf(house, app)
  const { conversation } = invitation
  const communication = communicationOf(app)
  const inConversation = conversationOf(app, conversation.id)
  const self = invitationResource(app, invitation, own)
  const talk = conversationResource(app, conversation, own)
  const local = participantResource(app, conversation, { ...own, local: true })
  conversation.local = JSON.stringify(local)
  const messaging = messagingResource(app, conversation)
  app.raise(
    [
      communication('started', targetOf(self), { embedded: self }),
      communication(known ? 'updated' : 'added', targetOf(talk), { embedded: talk }),
      inConversation('added', { ...targetOf(local, own.name), rel: 'localParticipant' }, { embedded: local }),
      ...(invitation.direction === 'Outgoing'
        ? [inConversation('updated', targetOf(messaging), { embedded: messaging })]
        : []),
    ],
    'start',
  )
}

/** Conversation and messaging Connected, invitation completed: Success. */
export function raiseConnected(house: House, app: Application, invitation: Invitation, why?: Reason): void {
  const own = ownOf(house, app)
  const { conversation } = invitation
  conversation.state = 'Connected'
  conversation.messaging = 'Connected'
  invitation.state = 'Connected'
  const communication = communicationOf(app)
  const talk = conversationResource(app, conversation, own)
  const self = invitationResource(app, invitation, own)
  app.raise(
    [
      communication('updated', targetOf(talk), { embedded: talk }),
      ...participantEvents(app, conversation, own),
      messagingEvent(app, conversation),
      communication('completed', targetOf(self), {
        embedded: self,
        status: 'Success',
        ...(why ? { reason: why } : {}),
      }),
    ],
    'connect',
  )
}

function participantEvents(app: Application, conversation: Conversation, own: Own) {
  const { links } = app
  const event = conversationOf(app, conversation.id)
  const peer = participantResource(app, conversation, { ...conversation.peer, local: false })
  const messagingOf = (user: string) => {
    const self = resource(
      'participantMessaging',
      links.participantMessaging(conversation.id, user),
      {},
      { participant: { href: links.participant(conversation.id, user) } },
    )
    return { target: targetOf(self), embedded: self, embedFor: 'full' as const }
  }
  const theirs = messagingOf(conversation.peer.user)
  const ours = messagingOf(own.user)
  return [
    event('added', targetOf(peer, conversation.peer.name), { embedded: peer, embedFor: 'full' }),
    event('added', theirs.target, {
      in: targetOf(peer, conversation.peer.name),
      embedded: theirs.embedded,
      embedFor: 'full',
    }),
    event('added', ours.target, {
      in: { rel: 'localParticipant', href: links.participant(conversation.id, own.user), title: own.name },
      embedded: ours.embedded,
      embedFor: 'full',
    }),
  ]
}

function messagingEvent(app: Application, conversation: Conversation): UcwaEvent {
  const self = messagingResource(app, conversation)
  return conversationOf(app, conversation.id)('updated', targetOf(self), { embedded: self })
}

/** Messaging Disconnected, invitation completed: Failure; the conversation goes unless it was there before. */
export function raiseFailed(
  house: House,
  app: Application,
  invitation: Invitation,
  why: Reason,
  keepConversation = false,
): void {
  const { conversation } = invitation
  const communication = communicationOf(app)
  invitation.state = why.subcode === 'Declined' && why.code === 'LocalFailure' ? 'Declined' : 'Failed'
  const completed = (): UcwaEvent => {
    const self = invitationResource(app, invitation, ownOf(house, app))
    return communication('completed', targetOf(self), { embedded: self, status: 'Failure', reason: why })
  }
  if (keepConversation) {
    app.raise([completed()], 'connect')
    return
  }
  const [messaging, ...gone] = disconnected(house, app, conversation)
  app.raise([...(messaging ? [messaging] : []), completed(), ...gone], 'connect')
}

/** `stopMessaging` and DELETE: the conversation is over for this application. */
export function raiseDisconnected(house: House, app: Application, conversation: Conversation): void {
  app.raise(disconnected(house, app, conversation))
}

function disconnected(house: House, app: Application, conversation: Conversation): UcwaEvent[] {
  const communication = communicationOf(app)
  const own = ownOf(house, app)
  const wasConnected = conversation.state === 'Connected'
  conversation.state = 'Disconnected'
  conversation.messaging = 'Disconnected'
  app.conversations.delete(conversation.id)
  const talk = conversationResource(app, conversation, own)
  return [
    messagingEvent(app, conversation),
    ...(wasConnected ? leavingEvents(app, conversation) : []),
    conversationOf(app, conversation.id)('deleted', {
      rel: 'localParticipant',
      href: app.links.participant(conversation.id, own.user),
      title: own.name,
    }),
    communication('updated', targetOf(talk), { embedded: talk }),
    communication('deleted', targetOf(talk)),
  ]
}

/** The other side is in this conversation no more: what `participantEvents` added. */
function leavingEvents(app: Application, conversation: Conversation): UcwaEvent[] {
  const { links } = app
  const { id, peer } = conversation
  const event = conversationOf(app, id)
  const participant = { rel: 'participant', href: links.participant(id, peer.user), title: peer.name }
  return [
    event(
      'deleted',
      { rel: 'participantMessaging', href: links.participantMessaging(id, peer.user) },
      { in: participant },
    ),
    event('deleted', participant),
  ]
}

/** What counts in the conversation changed (unread messages). */
export function raiseConversationUpdated(house: House, app: Application, conversation: Conversation): void {
  const talk = conversationResource(app, conversation, ownOf(house, app))
  app.raise([communicationOf(app)('updated', targetOf(talk), { embedded: talk, merge: true })])
}
