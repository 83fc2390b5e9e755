import { takeConversation } from '../../actions/close-conversation.ts'
import { confirmMessages, declineMessages, unansweredMessages } from '../../actions/confirm-message.ts'
import type { Offer, Sink } from '../../actions/ports/lanes.ts'
import type { DataText } from '../../codec/ucwa/data-uri.ts'
import { type Reason, reason } from '../../codec/ucwa/errors.ts'
import { messageId, type Row, type Seq } from '../../domain/message.ts'
import { type Application, conversationOf, targetOf } from './application.ts'
import { type Conversation, type Invitation, messageResource, remember } from './conversation.ts'
import { raiseConnected, raiseDisconnected, raiseFailed, raiseStarted } from './conversation-events.ts'
import type { House } from './house.ts'
import { ownOf } from './me.ts'
import { raiseWaiting } from './missed-items.ts'
import { incomingNumber } from './outgoing.ts'
import { personOf } from './people-of-conversations.ts'
import { keepInvitation, MAX_CONVERSATIONS, newConversation, openConversation } from './start-messaging.ts'
import { raiseIncoming } from './transcripts.ts'
import { stopTyping } from './typing.ts'

/** A replay that nobody takes (ucwa.md 8.2). */
const REPLAY_MS = 60_000

const NOBODY_TOOK = reason('LocalFailure', 'Missed')
const DECLINED = reason('LocalFailure', 'Declined')
const ELSEWHERE = reason('LocalFailure', 'ConnectedElsewhere')
const BY_SERVER = reason('Informational', 'AutoAccepted')

/** Offers of a conversation whose invitation rings: the first is the invitation's text, the others came defensively. */
const ringing = new WeakMap<Invitation, Offer[]>()

/** Where the lane puts this application's messages (ucwa.md 6.8, 8.2). */
export function sinkFor(house: House, app: Application): Sink {
  return {
    offer: (offer) => takeOffer(house, app, offer),
    waiting: (upTo) => raiseWaiting(house, app, upTo),
    gone: () => {
      // Out of the lane already; whoever asks for events again comes back into it.
      app.reachable = false
    },
    withdraw: (row, because) => {
      const invitation = invitationOf(app, row)
      const why = because === 'declinedElsewhere' ? DECLINED : ELSEWHERE
      if (invitation) endRinging(house, app, invitation, why)
    },
  }
}

function takeOffer(house: House, app: Application, offer: Offer): void {
  const { seq } = offer.row
  const known = app.rows.get(seq)?.state
  if (known === 'proven') {
    confirmMessages(house.ports, app.account, app.endpoint, [seq])
    return
  }
  // Offered again because the lane was opened again: it is in the channel, or rings and waits for a person still.
  if (known === 'ringing') house.ports.lanes.hold(app.account, app.endpoint, offer.row.thread)
  if (known !== undefined) return
  if (app.inboxView) takeIntoView(house, app, offer)
  else takeByInvitation(house, app, offer)
  if (app.rows.size > 4000) forgetProven(app)
}

/** An inbox view has every row in its feed; what is live and may alert is a conversation too, which the server accepts. */
function takeIntoView(house: House, app: Application, offer: Offer): void {
  tellEarlier(house, app, offer)
  app.track(offer.row, 'raised')
  if (offer.alert && !offer.replay) {
    const conversation = conversationFor(house, app, offer) ?? autoAccept(house, app, offer)
    raiseMessage(house, app, conversation, offer)
  }
  raiseIncoming(house, app, offer.row, offer.thread)
}

/**
 * The feed tells a row when its turn has come, the lane at once: a row that was committed just before the endpoint was in its lane is not
 * to come behind a later one of its thread (R37).
 */
function tellEarlier(house: House, app: Application, { row, thread }: Offer): void {
  for (const earlier of app.untold) {
    if (earlier.thread === row.thread && earlier.seq < row.seq) raiseIncoming(house, app, earlier, thread)
  }
}

function autoAccept(house: House, app: Application, offer: Offer): Conversation {
  const invitation = incomingInvitation(house, app, offer, undefined)
  raiseStarted(house, app, invitation, false)
  raiseConnected(house, app, invitation, BY_SERVER)
  return invitation.conversation
}

function takeByInvitation(house: House, app: Application, offer: Offer): void {
  const open = conversationFor(house, app, offer)
  if (open?.state === 'Connected') {
    raiseMessage(house, app, open, offer)
    return
  }
  const waiting = open && ringingIn(app, open)
  if (waiting) {
    app.track(offer.row, 'ringing')
    ringing.get(waiting)?.push(offer)
    return
  }
  ring(house, app, offer)
}

/** A person must take it: later rows of the thread stay back in the lane until then. */
function ring(house: House, app: Application, offer: Offer): void {
  const { ports } = house
  const inviteMs = offer.replay ? REPLAY_MS : ports.facts.rules(app.account).inviteSeconds * 1000
  const invitation = incomingInvitation(house, app, offer, ports.clock.monotonicMs() + inviteMs)
  app.track(offer.row, 'ringing')
  ringing.set(invitation, [offer])
  ports.lanes.hold(app.account, app.endpoint, offer.thread.id)
  raiseStarted(house, app, invitation, false)
}

function incomingInvitation(
  house: House,
  app: Application,
  offer: Offer,
  until: number | undefined,
): Invitation {
  const { row, thread } = offer
  const conversation = newConversation(house, app, {
    peer: personOf(house, row.sender, thread.senderName),
    threadId: thread.externalId,
    thread: thread.id,
    subject: thread.subject ?? '',
    importance: thread.importance,
  })
  conversation.state = 'Incoming'
  makeRoom(house, app)
  app.conversations.set(conversation.id, conversation)
  const invitation: Invitation = {
    id: app.nextId(),
    conversation,
    direction: 'Incoming',
    state: 'Connecting',
    operationId: undefined,
    message: textOfRow(row),
    offline: offer.replay,
    seq: row.seq,
    until,
    replay: offer.replay,
  }
  keepInvitation(app, invitation)
  return invitation
}

/** What others begin is bounded too: the conversation that rested longest ends here, and goes on as a new one. */
function makeRoom(house: House, app: Application): void {
  if (app.conversations.size < MAX_CONVERSATIONS) return
  let oldest: Conversation | undefined
  for (const conversation of app.conversations.values()) {
    if (conversation.state !== 'Connected') continue
    if (!oldest || conversation.touched < oldest.touched) oldest = conversation
  }
  if (oldest) raiseDisconnected(house, app, oldest)
}

/** The text that a row carries. */
export function textOfRow(row: Pick<Row, 'type' | 'body'>): DataText {
  return { type: row.type, text: new TextDecoder().decode(row.body) }
}

/** The application's conversation for a thread, whoever began it. */
function conversationFor(house: House, app: Application, { row, thread }: Offer): Conversation | undefined {
  for (const conversation of app.conversations.values()) {
    if (conversation.thread === thread.id) return conversation
  }
  const peer = personOf(house, row.sender, thread.senderName)
  const begun = openConversation(app, peer, thread.externalId)
  if (begun) begun.thread = thread.id
  return begun
}

function ringingIn(app: Application, conversation: Conversation): Invitation | undefined {
  for (const invitation of app.invitations.values()) {
    if (invitation.conversation === conversation && ringing.has(invitation)) return invitation
  }
  return undefined
}

function invitationOf(app: Application, row: Row): Invitation | undefined {
  for (const invitation of app.invitations.values()) {
    if (ringing.get(invitation)?.some((offer) => offer.row.seq === row.seq)) return invitation
  }
  return undefined
}

/** One message of somebody else, in a package of its own; the ack behind it confirms the row (ucwa.md 6.8). */
function raiseMessage(house: House, app: Application, conversation: Conversation, offer: Offer): void {
  const { row } = offer
  app.track(row, 'raised')
  conversation.unread += 1
  conversation.touched = house.ports.clock.monotonicMs()
  stopTyping(app, conversation)
  const number = incomingNumber(row.seq)
  const self = messageResource(
    app,
    conversation,
    {
      number,
      direction: 'Incoming',
      at: row.at,
      text: textOfRow(row),
      messageId: messageId(row.recipient, row.seq),
    },
    ownOf(house, app),
  )
  remember(conversation, number, self)
  app.raise(
    [
      conversationOf(app, conversation.id)('completed', targetOf(self), {
        embedded: self,
        status: 'Success',
        row: row.seq,
      }),
    ],
    'message',
  )
}

/** A person took it: the conversation is theirs, and everything that waited comes as messages (ucwa.md 6.8, 8.2). */
export function acceptInvitation(house: House, app: Application, invitation: Invitation): void {
  const offers = ringing.get(invitation)
  if (!offers) return
  ringing.delete(invitation)
  const { conversation } = invitation
  const { thread } = conversation
  if (thread !== undefined) {
    takeConversation(house.ports, app.account, thread)
    for (const other of house.applications.of(app.account)) {
      if (other !== app) endElsewhere(house, other, conversation)
    }
  }
  raiseConnected(house, app, invitation)
  for (const offer of offers) raiseMessage(house, app, conversation, offer)
  if (thread !== undefined) house.ports.lanes.release(app.account, app.endpoint, thread)
}

function endElsewhere(house: House, app: Application, { thread }: Conversation): void {
  for (const invitation of app.invitations.values()) {
    if (invitation.conversation.thread === thread) endRinging(house, app, invitation, ELSEWHERE)
  }
}

/** `Local` ends it here, `Global` on all of the person's endpoints; the sender learns of neither (ucwa.md 6.8). */
export function declineInvitation(
  house: House,
  app: Application,
  invitation: Invitation,
  scope: 'here' | 'everywhere',
): void {
  endRinging(house, app, invitation, DECLINED, (seqs) =>
    declineMessages(house.ports, app.account, app.endpoint, seqs, scope),
  )
}

function endRinging(
  house: House,
  app: Application,
  invitation: Invitation,
  why: Reason,
  settle: (seqs: readonly Seq[]) => void = (seqs) =>
    unansweredMessages(house.ports, app.account, app.endpoint, seqs),
): void {
  const offers = ringing.get(invitation)
  if (!offers) return
  ringing.delete(invitation)
  // Not in the channel: the lane may offer the rows again when it is opened again.
  for (const { row } of offers) app.rows.delete(row.seq)
  raiseFailed(house, app, invitation, why)
  // Before the thread goes on, or the lane would offer the same rows again.
  settle(offers.map(({ row }) => row.seq))
  const { thread } = invitation.conversation
  if (thread !== undefined) house.ports.lanes.release(app.account, app.endpoint, thread)
}

/** Ends invitations that nobody took: a replay is settled for this endpoint, a live one stays unconfirmed (ucwa.md 8.2). */
export function tickInvitations(house: House, app: Application, now: number): void {
  for (const invitation of [...app.invitations.values()]) {
    if (invitation.until === undefined || now < invitation.until || !ringing.has(invitation)) continue
    endRinging(house, app, invitation, NOBODY_TOOK)
  }
}

/** An inbox view is told of what waits in another way: nothing rings there any more. */
export function endAllRinging(house: House, app: Application): void {
  for (const invitation of [...app.invitations.values()]) endRinging(house, app, invitation, NOBODY_TOOK)
}

/** The lane settled these long ago; only a row that is still on its way must be remembered. */
function forgetProven(app: Application): void {
  for (const [seq, { state }] of app.rows) {
    if (state === 'proven') app.rows.delete(seq)
  }
}
