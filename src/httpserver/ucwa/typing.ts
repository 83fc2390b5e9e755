import { z } from 'zod'
import { setTyping } from '../../actions/set-typing.ts'
import { resource } from '../../codec/ucwa/hal.ts'
import type { AccountId } from '../../domain/account.ts'
import type { ThreadId } from '../../domain/message.ts'
import { type Application, conversationOf } from './application.ts'
import { type Call, NO_CONTENT, ok, problem, type Reply } from './call.ts'
import type { Conversation } from './conversation.ts'
import type { House } from './house.ts'
import { readInput } from './input.ts'

/** The other side stops typing when nothing is heard for so long (ucwa.md 6.8). */
const TYPING_MS = 10_000

/**
 * `POST setIsTyping`: told to the other side, and kept nowhere. `{"typing":false}` [ours] is the end of it: our client says so five seconds
 * after the last key (ux.md 1.2), instead of letting the ten seconds pass.
 */
export function postTyping({ house, app, params, request }: Call): Reply {
  const conversation = app.conversations.get(params.conversation ?? '')
  if (!conversation) return problem('NotFound', 'ConversationNotFound')
  if (conversation.messaging !== 'Connected') return problem('Conflict')
  const { thread, peer } = conversation
  if (thread !== undefined && peer.account !== undefined) {
    setTyping(house.ports, app.account, thread, peer.account, isTyping(request))
  }
  return NO_CONTENT
}

/** COMPAT(old clients): whatever else they send with it, they say that somebody types. */
function isTyping(request: Call['request']): boolean {
  const input = readInput(request, { typing: z.boolean().optional() })
  return !input.ok || input.value.typing !== false
}

/** Who types now. */
export function getTypingParticipants({ app, params }: Call): Reply {
  const conversation = app.conversations.get(params.conversation ?? '')
  if (!conversation) return problem('NotFound', 'ConversationNotFound')
  const { id, peer, typingUntil } = conversation
  return ok(
    resource(
      'typingParticipants',
      app.links.typingParticipants(id),
      {},
      {
        participant:
          typingUntil === undefined ? [] : [{ href: app.links.participant(id, peer.user), title: peer.name }],
      },
    ),
  )
}

/** Somebody types to this user: `participant` added in typingParticipants, links only. */
export function heardTyping(
  house: House,
  what: { thread: ThreadId; from: AccountId; to: AccountId; typing: boolean },
): void {
  for (const app of house.applications.of(what.to)) {
    for (const conversation of app.conversations.values()) {
      if (conversation.thread !== what.thread || conversation.messaging !== 'Connected') continue
      if (!what.typing) {
        stopTyping(app, conversation)
        continue
      }
      const began = conversation.typingUntil === undefined
      conversation.typingUntil = house.ports.clock.monotonicMs() + TYPING_MS
      if (began) raise(app, conversation, 'added')
    }
  }
}

/** The other side types no more: time is over, or the message is there. */
export function stopTyping(app: Application, conversation: Conversation): void {
  if (conversation.typingUntil === undefined) return
  conversation.typingUntil = undefined
  raise(app, conversation, 'deleted')
}

/** Ends what was not repeated for ten seconds. */
export function tickTyping(app: Application, now: number): void {
  for (const conversation of app.conversations.values()) {
    if (conversation.typingUntil !== undefined && now >= conversation.typingUntil)
      stopTyping(app, conversation)
  }
}

function raise(app: Application, { id, peer }: Conversation, type: 'added' | 'deleted'): void {
  app.raise([
    conversationOf(app, id)(
      type,
      { rel: 'participant', href: app.links.participant(id, peer.user), title: peer.name },
      { in: { rel: 'typingParticipants', href: app.links.typingParticipants(id) } },
    ),
  ])
}
