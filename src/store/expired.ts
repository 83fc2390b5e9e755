import type { AccountId } from '../domain/account.ts'
import { EXPIRED_LINE_MS } from '../domain/expiry.ts'
import type { Instant } from '../domain/time.ts'
import type { Committer } from './committer.ts'
import type { Engine } from './engine.ts'
import { RECIPIENT_CODE, SENDER_CODE } from './writes.ts'

/** Name of the counter that keeps until when somebody was told of what expired. */
function toldName(owner: AccountId): string {
  return `expiredTold ${owner}`
}

/**
 * Messages of this person that expired unread, theirs or to them, since it was told last (offline-im section 10, R50). A row keeps
 * `EXPIRED_LINE_MS` from its expiry on, so its `until` says when that was.
 */
export async function countExpired(engine: Engine, owner: AccountId): Promise<number> {
  const [told] = await engine.query<{ value: number }>(
    'select value from counter where name = ?1',
    toldName(owner),
  )
  const [row] = await engine.query<{ n: number }>(
    `select count(*) as n from thread_side s
     join timeline t on t.pair = s.pair and t.thread = s.thread
     join message m on m.seq = t.seq and m.recipient = case when t.up = s.up then s.owner else s.peer end
     where s.owner = ?1 and s.expired > 0 and m.rview = ${RECIPIENT_CODE.expired} and m.until > ?2
       and (t.up = s.up or m.sview = ${SENDER_CODE.sent})`,
    owner,
    (told?.value ?? 0) + EXPIRED_LINE_MS,
  )
  return row?.n ?? 0
}

/** The person is told at `at`: what expired before then is not counted again. */
export function rememberTold(committer: Committer, owner: AccountId, at: Instant): Promise<void> {
  return committer.add({ kind: 'counter', name: toldName(owner), value: at })
}
