import type { ThreadSide } from '../../actions/ports/threads.ts'
import { clearThread, readThread, unreadThread } from '../../actions/read-thread.ts'
import { formatDate, parseDate } from '../../codec/ucwa/dates.ts'
import { type Resource, resource } from '../../codec/ucwa/hal.ts'
import { parseMessageId } from '../../domain/message.ts'
import { instant } from '../../domain/time.ts'
import { htmlToText } from '../html-sanitize.ts'
import type { Application } from './application.ts'
import { type Call, NO_CONTENT, ok, problem, type Reply } from './call.ts'
import type { House } from './house.ts'
import { count, parameter, readInput, text } from './input.ts'
import { personOf } from './people-of-conversations.ts'
import { invite, MESSAGE_INPUT, textOf } from './start-messaging.ts'
import { threadParam } from './transcripts.ts'

const PAGE = 50
const LARGEST_PAGE = 200
const PREVIEW = 200

/** One log per thread with all views of it (ucwa.md 8.3). */
export function conversationLogResource(house: House, app: Application, side: ThreadSide): Resource {
  const { links } = app
  const log = String(side.thread)
  const peer = personOf(house, side.peer, side.peerName)
  const { inboxCount, historyCount } = side
  return resource(
    'conversationLog',
    links.log(log),
    {
      creationTime: formatDate(side.lastAt),
      direction: side.last?.direction ?? 'Incoming',
      importance: side.importance,
      modalities: ['Messaging'],
      type: 'MessageLog',
      status: side.unread > 0 ? 'Missed' : 'Archived',
      subject: side.subject ?? '',
      threadId: side.externalId,
      previewMessage: previewOf(side),
      totalRecipientsCount: 1,
      origin:
        inboxCount > 0 ? (historyCount > 0 ? 'Both' : 'Inbox') : historyCount > 0 ? 'History' : undefined,
      inboxCount,
      historyCount,
      sentWaitingCount: side.sentWaitingCount,
      unreadCount: side.unread,
      readUpTo: side.readUpTo,
      oldestUnread: side.oldestUnread && formatDate(side.oldestUnread),
    },
    {
      continueMessaging: { href: links.continueMessaging(log) },
      conversationLogTranscripts: { href: links.transcripts(log) },
      markAsRead: { href: links.markAsRead(log) },
      markAsUnread: { href: links.markAsUnread(log) },
    },
    { conversationLogRecipient: [recipientResource(app, log, peer)] },
  )
}

function recipientResource(app: Application, log: string, peer: { user: string; name: string }): Resource {
  const { links } = app
  return resource(
    'conversationLogRecipient',
    links.recipient(log, peer.user),
    { displayName: peer.name, sipUri: `sip:${peer.user}` },
    {
      contact: { href: links.contact(peer.user), title: peer.name },
      contactPresence: { href: links.contactPresence(peer.user) },
    },
  )
}

function previewOf({ last }: ThreadSide): string {
  if (!last) return ''
  const body = new TextDecoder().decode(last.row.body)
  const plain = last.row.type === 'text/html' ? htmlToText(body) : body
  return [...plain.slice(0, PREVIEW * 2)].slice(0, PREVIEW).join('')
}

/** Newest first; `before=` pages. Links for old clients, and the logs themselves to save n requests (ucwa.md 8.3). */
export async function getConversationLogs({ house, app, request }: Call): Promise<Reply> {
  const input = readInput(request, { limit: count(1, 100_000).optional() })
  if (!input.ok) return input.error
  const limit = Math.min(LARGEST_PAGE, input.value.limit ?? PAGE)
  const given = parameter(request, 'before')
  const before = given === undefined || given === '' ? undefined : parseTime(given)
  if (before === undefined && given !== undefined && given !== '') {
    return problem('BadRequest', 'ParameterValidationFailure')
  }
  const sides = await house.ports.threads.sides(app.account, {
    limit,
    ...(before === undefined ? {} : { before: instant(before) }),
  })
  return ok(
    resource(
      'conversationLogs',
      app.links.conversationLogs,
      {},
      {
        conversationLog: sides.map((side) => ({
          href: app.links.log(String(side.thread)),
          title: personOf(house, side.peer, side.peerName).name,
        })),
      },
      { conversationLog: sides.map((side) => conversationLogResource(house, app, side)) },
    ),
  )
}

function parseTime(given: string): number | undefined {
  return /^\d{12,15}$/.test(given) ? Number(given) : parseDate(given)
}

/** A handler about one log of this user. */
function withLog(handler: (call: Call, side: ThreadSide) => Reply | Promise<Reply>) {
  return async (call: Call) => {
    const thread = threadParam(call.params.log)
    const side =
      thread === undefined ? undefined : await call.house.ports.threads.side(call.app.account, thread)
    return side ? handler(call, side) : problem('NotFound')
  }
}

/** `GET conversationLog`. */
export const getConversationLog = withLog(({ house, app }, side) =>
  ok(conversationLogResource(house, app, side)),
)

/** Out of this user's inbox and history; the sender keeps the line of *Sent while away* (ucwa.md 8.3). */
export const deleteConversationLog = withLog(async ({ house, app }, side) => {
  await clearThread(house.ports, app.account, side.thread)
  return NO_CONTENT
})

/** The other side of a log. */
export const getRecipient = withLog(({ house, app, params }, side) => {
  const peer = personOf(house, side.peer, side.peerName)
  return peer.user === (params.user ?? '').toLowerCase()
    ? ok(recipientResource(app, String(side.thread), peer))
    : problem('NotFound')
})

/** Reads up to `upTo`, else as far as this application has been given; what came later stays unread (conformance O6). */
export const markAsRead = withLog(async ({ house, app, request }, side) => {
  const input = readInput(request, { upTo: text(30).optional() })
  if (!input.ok) return input.error
  const { upTo } = input.value
  const seq = upTo === undefined ? app.given.get(side.thread) : ownSeq(app, upTo)
  if (seq === undefined) {
    return upTo === undefined ? NO_CONTENT : problem('BadRequest', 'ParameterValidationFailure')
  }
  await readThread(house.ports, app.account, side.thread, seq)
  return NO_CONTENT
})

/** That message and the later ones of the thread are unread again. */
export const markAsUnread = withLog(async ({ house, app, request }, side) => {
  const input = readInput(request, { from: text(30) })
  if (!input.ok) return input.error
  const seq = ownSeq(app, input.value.from)
  if (seq === undefined) return problem('BadRequest', 'ParameterValidationFailure')
  await unreadThread(house.ports, app.account, side.thread, seq)
  return NO_CONTENT
})

/** @returns undefined for what is no message to this user: own messages are never unread */
function ownSeq(app: Application, id: string) {
  const parsed = parseMessageId(id)
  return parsed?.recipient === app.account ? parsed.seq : undefined
}

/** As startMessaging, in the same thread (ucwa.md 8.3). */
export const continueMessaging = withLog(async (call, side) => {
  const { house, request } = call
  const input = readInput(request, MESSAGE_INPUT)
  if (!input.ok) return input.error
  const message = textOf(input.value)
  if (!message.ok) return message.error
  return invite(call, {
    peer: personOf(house, side.peer, side.peerName),
    threadId: side.externalId,
    thread: side.thread,
    newConversation: false,
    subject: side.subject ?? '',
    importance: side.importance,
    operationId: input.value.operationId,
    message: message.value,
  })
})
