import type { AccountId } from '../domain/account.ts'
import type { ThreadId } from '../domain/message.ts'
import type { Ports } from './ports/ports.ts'

/**
 * Tells the other side that somebody types. Never stored (R44); not passed on where the person's switch is off, where the other side blocks
 * the person, nor while the person appears offline and has not written in this conversation (DECISIONS 15c).
 */
export function setTyping(
  needs: Pick<Ports, 'bus' | 'conversations' | 'facts' | 'presence'>,
  from: AccountId,
  thread: ThreadId,
  to: AccountId,
  typing: boolean,
): void {
  if (!needs.facts.settings(from).typing) return
  if (needs.facts.accessLevel(to, from) === 'Blocked') return
  if (needs.presence.of(from).hidden && !needs.conversations.hasWritten(from, thread)) return
  needs.bus.announce({ topic: 'typing', thread, from, to, typing })
}
