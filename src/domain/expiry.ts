import type { RecipientView, RowReason, SenderView } from './message.ts'
import { after, type Instant } from './time.ts'

/** What happens to a row as time goes by (DECISIONS 12, 20; offline-im section 10). Jobs ask in batches; nothing here reads a clock. */

/** *Sent while away* lines stay this long after delivery. */
export const SENT_LINE_MS = 30 * 86_400_000

/** A row that expired unread stays this long as the sender's line with the state Expired (DECISIONS 20). */
export const EXPIRED_LINE_MS = 30 * 86_400_000

/** Whether the sender's line of a stored message has to go: 30 days after delivery, else with the row. */
export function sentLineEnds(deliveredAt: Instant | undefined, until: Instant): Instant {
  if (deliveredAt === undefined) return until
  const ends = after(deliveredAt, SENT_LINE_MS)
  return ends < until ? ends : until
}

/** A live row as the job finds it. */
export interface LiveRow {
  readonly reason: RowReason
  readonly at: Instant
  readonly recipientView: RecipientView
  readonly senderView: SenderView
  /** Some device of the recipient has it. */
  readonly confirmed: boolean
  readonly read: boolean
  /** Some endpoint of the recipient reports reading (has an inbox view). */
  readonly readingReported: boolean
}

/**
 * What the job does to a live row after `delivery.unreadAfter` (M8, DECISIONS 12): unread where reading is reported, or never confirmed:
 * an inbox item. Kept by neither side: removed when confirmed and read, or confirmed and old where nobody reports reading.
 */
export function settleView(
  row: LiveRow,
  now: Instant,
  unreadAfterMs: number,
): 'wait' | 'keep' | 'toInbox' | 'remove' {
  if (row.reason !== 'live' && row.reason !== 'appearsOffline') return 'keep'
  if (row.recipientView === 'inbox') return 'keep'
  const old = after(row.at, unreadAfterMs) <= now
  const keptByNobody = row.recipientView === 'none' && row.senderView === 'none'
  if (row.read) return keptByNobody ? 'remove' : 'keep'
  if (!old) return 'wait'
  if (!row.confirmed || row.readingReported) return 'toInbox'
  return keptByNobody ? 'remove' : 'keep'
}
