import type { Ports } from './ports/ports.ts'

/** Rows of one batch: short enough that senders do not wait for the job. */
const BATCH_ROWS = 500

/** One batch of rows whose time is over; unread ones become Expired for the sender (DECISIONS 20). @returns how many went: call again while it is not 0. */
export async function expireMessages(needs: Pick<Ports, 'clock' | 'log'>): Promise<number> {
  return needs.log.expire(needs.clock.now(), BATCH_ROWS)
}

/** One batch of live rows: unread for `delivery.unreadAfter` become items, those that nobody keeps go (DECISIONS 12, M8). @returns rows touched. */
export async function settleViews(needs: Pick<Ports, 'clock' | 'log'>): Promise<number> {
  return needs.log.settleViews(needs.clock.now(), BATCH_ROWS)
}
