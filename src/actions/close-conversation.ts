import type { AccountId } from '../domain/account.ts'
import type { ThreadId } from '../domain/message.ts'
import type { Ports } from './ports/ports.ts'

/** The person took the conversation without writing: accepted its invitation by hand (DECISIONS 15a). Acceptance by the server is not taking. */
export function takeConversation(
  needs: Pick<Ports, 'conversations'>,
  account: AccountId,
  thread: ThreadId,
): void {
  needs.conversations.take(account, thread)
}

/**
 * The person ended the conversation (stopMessaging, BYE, DELETE): what comes next is a new one (DECISIONS 15a), and what the person wrote
 * closes as an item of the other side (R26).
 * @param peer the other side
 */
export function closeConversation(
  needs: Pick<Ports, 'conversations' | 'log'>,
  account: AccountId,
  thread: ThreadId,
  peer?: AccountId,
): void {
  needs.conversations.close(account, thread)
  if (peer !== undefined) needs.log.closeBatches(peer, thread)
}
