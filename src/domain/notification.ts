import { after, type Instant } from './time.ts'

/** Mail for somebody who stays away (DECISIONS 23); the mail room is an issue of its own, the decision is here. */

export interface UnreadRun {
  /** Oldest unread row of the thread that no endpoint has. */
  readonly since: Instant
  /** Mails sent for this unread run, and when the last one went. */
  readonly mails: number
  readonly lastMail: Instant | undefined
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** When the next mail is due: after `unreadAfterMs`, then at most hourly, after the third daily. Decided again at sending time. */
export function nextMail(run: UnreadRun, unreadAfterMs: number): Instant {
  if (run.lastMail === undefined) return after(run.since, unreadAfterMs)
  return after(run.lastMail, run.mails < 3 ? HOUR_MS : DAY_MS)
}
