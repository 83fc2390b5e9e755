import type { DataText } from '../../codec/ucwa/data-uri.ts'
import { formatDataUri } from '../../codec/ucwa/data-uri.ts'
import { formatDate } from '../../codec/ucwa/dates.ts'
import { type Resource, resource } from '../../codec/ucwa/hal.ts'
import type { AccountId } from '../../domain/account.ts'
import type { Importance, Seq, ThreadId } from '../../domain/message.ts'
import type { Instant } from '../../domain/time.ts'
import { htmlToText, toXhtml } from '../html-sanitize.ts'
import type { Application } from './application.ts'

/** Somebody as a conversation shows them. Without account for an address that nobody has. */
export interface Person {
  readonly account: AccountId | undefined
  /** `user@domain`: the last segment of addresses. */
  readonly user: string
  readonly name: string
  /** Of the directory. */
  readonly phone?: string | undefined
}

/** This user's view of one conversation; the other side has its own (ucwa.md 6.10). */
export interface Conversation {
  readonly id: string
  /** As the directory has them now (renamed.ts). */
  peer: Person
  /** The local participant as it was told last. */
  local: string | undefined
  readonly threadId: string
  /** Known from the first kept message on. */
  thread: ThreadId | undefined
  readonly subject: string
  readonly importance: Importance
  readonly created: Instant
  state: 'Connecting' | 'Incoming' | 'Connected' | 'Disconnected'
  messaging: 'Connecting' | 'Connected' | 'Disconnected'
  unread: number
  /** Messages of this conversation by their number, newest last, for GET. */
  readonly messages: Map<number, Resource>
  /** Monotonic milliseconds until when the other side counts as typing. */
  typingUntil: number | undefined
  /** Monotonic milliseconds of the last thing that happened here. */
  touched: number
}

/** An invitation to text, from its start on; GET finds it when it is done too (conformance I1). */
export interface Invitation {
  readonly id: string
  readonly conversation: Conversation
  readonly direction: 'Incoming' | 'Outgoing'
  state: 'Connecting' | 'Connected' | 'Failed' | 'Declined'
  readonly operationId: string | undefined
  readonly message: DataText | undefined
  readonly offline: boolean
  /** The row that rings, and when it stops: monotonic milliseconds. */
  readonly seq: Seq | undefined
  readonly until: number | undefined
  readonly replay: boolean
}

/** Messages of a conversation that stay in memory; older and longer ones are read from the log (ucwa.md 8.3). */
const KEPT_MESSAGES = 100
const KEPT_BODY = 4096

/** How an application sees its own user. */
export interface Own {
  readonly user: string
  readonly name: string
  readonly phone?: string | undefined
}

/** A conversation; what only a connected one has is left out before (ucwa.md 6.10). */
export function conversationResource(app: Application, conversation: Conversation, own: Own): Resource {
  const { links } = app
  const { id } = conversation
  const connected = conversation.state === 'Connected'
  return resource(
    'conversation',
    links.conversation(id),
    {
      state: conversation.state,
      threadId: conversation.threadId,
      subject: conversation.subject,
      activeModalities: connected ? ['Messaging'] : [],
      audienceMessaging: 'Disabled',
      audienceMute: 'Disabled',
      created: formatDate(conversation.created),
      importance: conversation.importance,
      participantCount: 2,
      readLocally: conversation.unread === 0,
      recording: false,
      unreadCount: conversation.unread,
    },
    {
      messaging: { href: links.messaging(id) },
      participants: { href: links.participants(id) },
      userAcknowledged: { href: links.userAcknowledged(id) },
      localParticipant: connected ? { href: links.participant(id, own.user), title: own.name } : undefined,
      addParticipant: connected ? { href: links.addParticipant(id) } : undefined,
    },
  )
}

/** Messaging of a conversation, with what may be done in its state. */
export function messagingResource(app: Application, conversation: Conversation): Resource {
  const { links } = app
  const { id, messaging } = conversation
  const live = messaging === 'Connected'
  return resource(
    'messaging',
    links.messaging(id),
    {
      state: messaging,
      negotiatedMessageFormats: live ? (app.html ? ['Plain', 'Html'] : ['Plain']) : undefined,
    },
    {
      conversation: { href: links.conversation(id) },
      sendMessage: live ? { href: links.messages(id) } : undefined,
      setIsTyping: live ? { href: links.typing(id) } : undefined,
      stopMessaging: messaging === 'Disconnected' ? undefined : { href: links.terminate(id) },
      typingParticipants: live ? { href: links.typingParticipants(id) } : undefined,
      addMessaging: messaging === 'Disconnected' ? { href: links.addMessaging(id) } : undefined,
    },
  )
}

/** A participant; `rel` is `localParticipant` nowhere, also where the event's link says so (7.1). */
export function participantResource(
  app: Application,
  conversation: Conversation,
  who: Own & { local: boolean },
): Resource {
  const { links } = app
  // No link leads to an address that nobody has (conformance H9).
  const isSomebody = !who.local && conversation.peer.account !== undefined
  return resource(
    'participant',
    links.participant(conversation.id, who.user),
    {
      name: who.name,
      uri: `sip:${who.user}`,
      anonymous: false,
      inLobby: false,
      local: who.local,
      organizer: false,
      role: 'Leader',
      sourceNetwork: 'SameEnterprise',
      workPhoneNumber: who.phone,
    },
    {
      conversation: { href: links.conversation(conversation.id) },
      contact: isSomebody ? { href: links.contact(who.user) } : undefined,
      contactPresence: isSomebody ? { href: links.contactPresence(who.user) } : undefined,
      me: who.local ? { href: links.me } : undefined,
      participantMessaging: { href: links.participantMessaging(conversation.id, who.user) },
    },
  )
}

/** The other side of a conversation. */
export function peerParticipant(app: Application, conversation: Conversation): Resource {
  return participantResource(app, conversation, { ...conversation.peer, local: false })
}

/**
 * An invitation. Incoming ones always have a `message` link, if need be an empty one (lyncbot stops without it), and the
 * sender both as link and embedded (conformance I8).
 */
export function invitationResource(app: Application, invitation: Invitation, own: Own): Resource {
  const { links } = app
  const { conversation, direction, state } = invitation
  const { id, peer } = conversation
  const incoming = direction === 'Incoming'
  const author = incoming
    ? peerParticipant(app, conversation)
    : participantResource(app, conversation, { ...own, local: true })
  const waits = state === 'Connecting'
  return resource(
    'messagingInvitation',
    links.invitation(invitation.id),
    {
      direction,
      importance: conversation.importance,
      threadId: conversation.threadId,
      state,
      operationId: invitation.operationId,
      subject: conversation.subject,
      offline: invitation.offline ? true : undefined,
    },
    {
      from: {
        href: links.participant(id, incoming ? peer.user : own.user),
        title: incoming ? peer.name : own.name,
      },
      to: toLink(app, incoming ? own : peer),
      conversation: { href: links.conversation(id) },
      messaging: { href: links.messaging(id) },
      accept: incoming && waits ? { href: links.accept(invitation.id) } : undefined,
      decline: incoming && waits ? { href: links.decline(invitation.id) } : undefined,
      cancel: !incoming && waits ? { href: links.terminate(id) } : undefined,
      message: messageLink(app, invitation),
    },
    {
      from: author,
      acceptedByParticipant:
        state === 'Connected' && !incoming ? [peerParticipant(app, conversation)] : undefined,
    },
  )
}

function toLink(app: Application, to: Own | Person) {
  const isNobody = 'account' in to && to.account === undefined
  return isNobody ? undefined : { href: app.links.contact(to.user), title: to.name }
}

function messageLink(app: Application, { direction, message }: Invitation) {
  if (message) return { href: formatDataUri(presentable(message, app.html)) }
  return direction === 'Incoming' ? { href: formatDataUri({ type: 'text/plain', text: '' }) } : undefined
}

/** What a message event or resource is made of. */
export interface MessageFacts {
  readonly number: number
  readonly direction: 'Incoming' | 'Outgoing'
  readonly at: Instant
  readonly text: DataText
  readonly messageId: string | undefined
  readonly operationId?: string | undefined
  readonly status?: 'Succeeded' | 'Failed'
  readonly delivery?: string | undefined
  readonly deliveryReason?: string | undefined
}

/** A message; its author is `participant` with a title, because clients take the name from there (lyncbot). */
export function messageResource(
  app: Application,
  conversation: Conversation,
  message: MessageFacts,
  own: Own,
): Resource {
  const { links } = app
  const { id, peer } = conversation
  const incoming = message.direction === 'Incoming'
  const author = incoming ? peer : own
  const text = presentable(message.text, app.html)
  const body = { href: formatDataUri(text) }
  return resource(
    'message',
    links.message(id, message.number),
    {
      direction: message.direction,
      timeStamp: formatDate(message.at),
      operationId: message.operationId,
      status: message.status,
      messageId: message.messageId,
      delivery: message.delivery,
      deliveryReason: message.deliveryReason,
    },
    {
      contact: { href: links.contact(author.user) },
      participant: { href: links.participant(id, author.user), title: author.name },
      messaging: { href: links.messaging(id) },
      plainMessage: text.type === 'text/plain' ? body : undefined,
      htmlMessage: text.type === 'text/html' ? body : undefined,
    },
  )
}

/** Keeps a message for GET; the oldest go. */
export function remember(conversation: Conversation, number: number, message: Resource): void {
  conversation.messages.delete(number)
  conversation.messages.set(number, isLong(message) ? withoutBody(message) : message)
  if (conversation.messages.size <= KEPT_MESSAGES) return
  for (const oldest of conversation.messages.keys()) {
    conversation.messages.delete(oldest)
    return
  }
}

function bodyOf({ _links }: Resource): string | undefined {
  const body = _links.plainMessage ?? _links.htmlMessage
  return body && 'href' in body ? body.href : undefined
}

/** Whether memory has the text too, or only what became of the message. */
export function hasBody(message: Resource): boolean {
  return bodyOf(message) !== undefined
}

function isLong(message: Resource): boolean {
  return (bodyOf(message)?.length ?? 0) > KEPT_BODY
}

function withoutBody(message: Resource): Resource {
  const { plainMessage: _plain, htmlMessage: _html, ...links } = message._links
  return { ...message, _links: links }
}

/** HTML goes only to applications that declared it, as one well-formed `<span>` (conformance I6); others get its text. */
export function presentable(text: DataText, html: boolean): DataText {
  if (text.type === 'text/plain') return text
  if (!html) return { type: 'text/plain', text: htmlToText(text.text) }
  return { type: 'text/html', text: `<span>${toXhtml(text.text)}</span>` }
}
