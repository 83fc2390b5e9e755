import type { AccountId } from '../../domain/account.ts'
import { type Application, communicationOf, conversationOf, targetOf } from './application.ts'
import {
  type Conversation,
  invitationResource,
  participantResource,
  peerParticipant,
} from './conversation.ts'
import type { House } from './house.ts'
import { ownOf } from './me.ts'
import { personOf } from './people-of-conversations.ts'

/**
 * Somebody's name or address is another one: open conversations show it, and what is sent goes to the new address
 * (offline-im 6a, "moves along"). `participant` updated for a name; deleted and added for an address, which is the last segment of
 * the participant's own.
 */
export function heardRenamed(house: House, account: AccountId): void {
  for (const app of house.applications.all()) {
    for (const conversation of app.conversations.values()) {
      if (conversation.peer.account === account) renamePeer(house, app, conversation, account)
    }
    if (app.account === account) renameSelf(house, app)
  }
}

function renamePeer(house: House, app: Application, conversation: Conversation, account: AccountId): void {
  const before = conversation.peer
  const now = personOf(house, account, before.name)
  if (now.name === before.name && now.user === before.user) return
  const old = targetOf(peerParticipant(app, conversation), before.name)
  conversation.peer = now
  const self = peerParticipant(app, conversation)
  const event = conversationOf(app, conversation.id)
  const shown = { embedded: self, embedFor: 'full' } as const
  app.raise(
    now.user === before.user
      ? [event('updated', targetOf(self, now.name), { ...shown, merge: true })]
      : [event('deleted', old), event('added', targetOf(self, now.name), shown)],
  )
  for (const invitation of app.invitations.values()) {
    if (invitation.conversation !== conversation || invitation.state !== 'Connecting') continue
    const of = invitationResource(app, invitation, ownOf(house, app))
    app.raise([communicationOf(app)('updated', targetOf(of), { embedded: of, merge: true })])
  }
}

function renameSelf(house: House, app: Application): void {
  const own = ownOf(house, app)
  for (const conversation of app.conversations.values()) {
    const self = participantResource(app, conversation, { ...own, local: true })
    const now = JSON.stringify(self)
    if (conversation.local === now) continue
    conversation.local = now
    app.raise([
      conversationOf(app, conversation.id)(
        'updated',
        { ...targetOf(self, own.name), rel: 'localParticipant' },
        { embedded: self, merge: true },
      ),
    ])
  }
}
