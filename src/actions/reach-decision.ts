import { quietFor } from '../domain/access.ts'
import { type Account, type AccountId, isInService } from '../domain/account.ts'
import { closedGate } from '../domain/client-version.ts'
import { type Delivery, decideDelivery, type RecipientFacts, type SenderFacts } from '../domain/delivery.ts'
import type { Message } from '../domain/message.ts'
import type { MessagingRules } from '../domain/policy.ts'
import type { SipUri } from '../domain/sip-uri.ts'
import type { InboxCount } from './ports/log.ts'
import type { Ports } from './ports/ports.ts'

/** What a decision looks at. */
export type DecideNeeds = Pick<
  Ports,
  'clock' | 'conversations' | 'facts' | 'limits' | 'log' | 'presence' | 'threads'
>

/**
 * The decision with nothing kept: for an invitation without a text (UCWA startMessaging, SIP INVITE). A client that is refused here never
 * sends its message: the refusal is in the trace.
 * @param asking.thread the conversation's identifier as the client gave it; `newConversation` is never open (DECISIONS 15a)
 */
export async function reachDecision(
  needs: DecideNeeds & Pick<Ports, 'trace'>,
  asking: {
    readonly sender: AccountId
    readonly recipient: SipUri
    readonly userAgent: string | undefined
    readonly thread: string | undefined
    readonly newConversation?: boolean
  },
): Promise<Delivery> {
  const recipient = needs.facts.bySip(asking.recipient)
  const asked = { newConversation: false, ...asking }
  const delivery = await decide(needs, asked, needs.facts.rules(asking.sender), recipient, 0)
  if (delivery.kind === 'refuse') {
    const { sender, recipient: address, userAgent } = asking
    const { because } = delivery
    needs.trace.refused({ sender, recipient: recipient?.id, address, because, userAgent })
  }
  return delivery
}

type Asked = Pick<Message, 'sender' | 'userAgent' | 'thread' | 'newConversation'>

/** Gathers what the decision looks at. Memory alone for a live message; a look at the inbox or at the thread only where it counts. */
export function decide(
  needs: DecideNeeds,
  asked: Asked,
  rules: MessagingRules,
  recipient: Account | undefined,
  bytes: number,
): Delivery | Promise<Delivery> {
  const now = needs.clock.now()
  const sender = { closed: closedGate(rules, asked.userAgent) }
  if (recipient === undefined) return decideDelivery(sender, undefined, now)
  const level = needs.facts.accessLevel(recipient.id, asked.sender)
  const state = needs.presence.of(recipient.id)
  const theirs = needs.facts.rules(recipient.id)
  const known: RecipientFacts = {
    enabled: isInService(recipient),
    blocksSender: level === 'Blocked',
    reachable: state.reachable,
    visible: state.reachable && !state.hidden,
    quiet: quietFor(state, level, false),
    siteAccepts: theirs.siteAccepts,
    inboxFull: false,
    retentionDays: theirs.retentionDays,
  }
  const first = decideDelivery(sender, known, now)
  // The inbox counts only for what will be kept as an item, the open conversation only where somebody is quiet.
  if (first.kind === 'refuse' && known.quiet === undefined) return first
  if (first.kind === 'keep' && first.because === 'live') return first
  if (!known.enabled || known.blocksSender) return first
  return withInbox(needs, { asked, sender, recipient: recipient.id, theirs, known, bytes })
}

/** A decision that needs more than what is known of everybody at any time. */
interface Question {
  readonly asked: Asked
  readonly sender: SenderFacts
  readonly recipient: AccountId
  /** The recipient's rules. */
  readonly theirs: MessagingRules
  readonly known: RecipientFacts
  readonly bytes: number
}

/** With the count of the inbox where it is in memory; somebody quiet, and an inbox nobody has counted yet or that needs room, ask the store. */
function withInbox(needs: DecideNeeds, question: Question): Delivery | Promise<Delivery> {
  const { sender, recipient, theirs, known, bytes } = question
  const inbox = known.quiet === undefined ? needs.log.inboxNow(recipient) : undefined
  if (inbox === undefined || inbox.bytes + bytes > needs.limits.inboxBytes) return withStore(needs, question)
  const inboxFull = hasNoRoom(inbox, needs.limits, theirs, bytes)
  return decideDelivery(sender, { ...known, inboxFull }, needs.clock.now())
}

async function withStore(needs: DecideNeeds, question: Question): Promise<Delivery> {
  const { sender, known } = question
  const quiet = known.quiet !== undefined && (await isOpen(needs, question)) ? undefined : known.quiet
  const live = known.visible && quiet === undefined
  const inboxFull = !live && (await isFull(needs, question))
  return decideDelivery(sender, { ...known, quiet, inboxFull }, needs.clock.now())
}

/** Whether this conversation is open at the recipient's, for whom Do Not Disturb is no wall then (DECISIONS 15a). */
async function isOpen(needs: DecideNeeds, { asked, recipient }: Question): Promise<boolean> {
  if (asked.newConversation) return false
  const thread = await needs.threads.byExternalId(recipient, asked.sender, asked.thread)
  return thread !== undefined && needs.conversations.isOpen(recipient, thread)
}

/** DECISIONS 25: unread messages and items are counted, of octets read rows are removed first. */
async function isFull(needs: DecideNeeds, { recipient, theirs, bytes }: Question): Promise<boolean> {
  const inbox = await needs.log.inbox(recipient)
  if (hasNoRoom(inbox, needs.limits, theirs, bytes)) return true
  if (inbox.bytes + bytes > needs.limits.inboxBytes) await needs.log.makeRoom(recipient, bytes)
  return false
}

function hasNoRoom(
  inbox: InboxCount,
  limits: Ports['limits'],
  theirs: Pick<MessagingRules, 'maxItems'>,
  bytes: number,
): boolean {
  return (
    inbox.unreadMessages >= limits.inboxMessages ||
    inbox.unreadItems >= (theirs.maxItems ?? limits.inboxUnreadItems) ||
    inbox.unreadBytes + bytes > limits.inboxBytes
  )
}
