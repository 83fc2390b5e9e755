import type { AccountId } from '../domain/account.ts'
import type { Seq, ThreadId } from '../domain/message.ts'
import { type MarkNeeds, markThread } from './mark.ts'
import type { Ports } from './ports/ports.ts'

export type ReadNeeds = MarkNeeds & Pick<Ports, 'conversations' | 'lanes'>

/**
 * The person has read the thread up to `upTo`, on screen (`markAsRead`, `userAcknowledged`). That takes the conversation (DECISIONS 15a),
 * and endpoints without inbox view need not show the rows any more (DECISIONS 14).
 * @param taken false when the reading says nothing about the conversation (a script, an administrator)
 */
export async function readThread(
  needs: ReadNeeds,
  account: AccountId,
  thread: ThreadId,
  upTo: Seq,
  taken = true,
): Promise<void> {
  if (taken) needs.conversations.take(account, thread)
  needs.lanes.readElsewhere(account, thread, upTo)
  const side = await needs.threads.side(account, thread)
  if (side) await markThread(needs, { owner: account, sender: side.peer, thread, upTo, reads: true })
}

/** That message and the later ones of the thread are unread again; the sender's mark does not go back (ucwa.md 8.3). */
export async function unreadThread(
  needs: Pick<Ports, 'bus' | 'threads'>,
  account: AccountId,
  thread: ThreadId,
  from: Seq,
): Promise<void> {
  const { changed } = await needs.threads.markUnread(account, thread, from)
  if (changed > 0) needs.bus.announce({ topic: 'thread', thread, owner: account, removed: false })
}

/** conversationLog DELETE: the thread leaves this side's inbox and history; the other side keeps its own. */
export async function clearThread(
  needs: Pick<Ports, 'bus' | 'lanes' | 'log' | 'threads' | 'trace'>,
  account: AccountId,
  thread: ThreadId,
): Promise<void> {
  const newest = await needs.log.last(account)
  const side = await needs.threads.side(account, thread)
  needs.lanes.readElsewhere(account, thread, newest)
  await needs.threads.clear(account, thread)
  if (side) {
    const sender = side.peer
    needs.trace.moved({ recipient: account, sender, thread, seq: newest, upTo: true, because: 'owner' })
  }
  needs.bus.announce({ topic: 'thread', thread, owner: account, removed: true })
}
