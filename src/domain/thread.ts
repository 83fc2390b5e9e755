import type { AccountId } from './account.ts'
import type { MessageId } from './message.ts'
import { parseMessageId } from './message.ts'

/** Longest conversation identifier taken from a client (R28); longer ones are refused by the doors. */
export const MAX_THREAD_ID = 200

/** The two people of a thread, the smaller number first: one pair whoever wrote. */
export function pairOf(a: AccountId, b: AccountId): readonly [AccountId, AccountId] {
  return a <= b ? [a, b] : [b, a]
}

/** Of which of two people a message id names an incoming row; undefined when it belongs to neither. */
export function recipientOf(id: MessageId, owner: AccountId, peer: AccountId): 'owner' | 'peer' | undefined {
  const parsed = parseMessageId(id)
  if (parsed?.recipient === owner) return 'owner'
  return parsed?.recipient === peer ? 'peer' : undefined
}

/** The beginning of a text for a list (`previewMessage`: 200 characters), never cut inside a character. */
export function previewOf(text: string, characters = 200): string {
  const line = text.replace(/\s+/g, ' ').trim()
  if (line.length <= characters) return line
  const cut = line.slice(0, characters)
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut
}
