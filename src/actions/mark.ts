import type { AccountId } from '../domain/account.ts'
import type { Seq, ThreadId } from '../domain/message.ts'
import type { Ports } from './ports.ts'

/** The sender's marks Delivered and Read, as every action that moves them does it (DECISIONS 14, 15c, 20). */

export type MarkNeeds = Pick<Ports, 'bus' | 'clock' | 'facts' | 'presence' | 'threads' | 'fault'>

/** Read is shown only if both have read receipts on, by their own switch and by policy (R50). */
export function showsReading(needs: Pick<Ports, 'facts'>, reader: AccountId, sender: AccountId): boolean {
  return sendsReceipts(needs, reader) && sendsReceipts(needs, sender)
}

function sendsReceipts({ facts }: Pick<Ports, 'facts'>, account: AccountId): boolean {
  return facts.settings(account).readReceipts && facts.rules(account).readReceipts
}

/** A device of `owner` has the thread up to `upTo`; read as well when `reads`. The sender hears of it unless the person appears offline. */
export async function markThread(
  needs: MarkNeeds,
  owner: AccountId,
  sender: AccountId,
  thread: ThreadId,
  upTo: Seq,
  reads: boolean,
): Promise<number> {
  const visible = !needs.presence.of(owner).hidden
  const now = needs.clock.now()
  let changed = 0
  if (reads) {
    const receipt = showsReading(needs, owner, sender)
    changed = (await needs.threads.markRead(owner, thread, upTo, now, visible, receipt)).changed
    if (changed > 0) needs.bus.announce({ topic: 'thread', thread, owner, removed: false })
  } else {
    await needs.threads.markDelivered(owner, thread, upTo, now, visible)
  }
  if (visible) needs.bus.announce({ topic: 'marks', thread, sender, recipient: owner })
  return changed
}

/** As `markThread`, for work that nobody waits for. */
export function markThreadBehind(...args: Parameters<typeof markThread>): void {
  const [needs] = args
  markThread(...args).catch((error: unknown) => needs.fault?.(error, 'mark'))
}

/** Gives out the marks that were withheld while `owner` appeared offline, with the time of now (DECISIONS 15c). Nobody waits for it. */
export function releaseMarks(
  needs: Omit<MarkNeeds, 'facts' | 'presence'>,
  owner: AccountId,
  thread?: ThreadId,
): void {
  needs.threads
    .releaseMarks(owner, needs.clock.now(), thread)
    .then((released) => {
      for (const { thread, sender } of released) {
        needs.bus.announce({ topic: 'marks', thread, sender, recipient: owner })
      }
    })
    .catch((error: unknown) => needs.fault?.(error, 'releaseMarks'))
}
