import { PLACE, PLACES } from './place.ts'
import { RECIPIENT_CODE, SENDER_CODE } from './writes.ts'

/** SQL that keeps the counts of `thread_side` those of its rows, touching only the rows that change (SECURITY 25). */

const { inbox: INBOX, history: HISTORY, gone: GONE, expired: EXPIRED } = RECIPIENT_CODE
const SEEN = `(${INBOX}, ${HISTORY})`
/** Lines of a pair that are looked at for the newest one that a side sees. */
const NEWEST = 1000

/** What `condition` adds to a count when the view of a row goes from what it is to `to`. */
function moved(from: string, to: string, condition: (view: string) => string): string {
  return `case when ${condition(to)} then 1 else 0 end - case when ${condition(from)} then 1 else 0 end`
}

/** Before a row's `rview` becomes `to`: the recipient's counts. Parameters: recipient, seq, and what `to` needs. */
export function shiftRecipient(to: string): string {
  const shift = (condition: (view: string) => string) => moved('m.rview', to, condition)
  const shown = `${PLACE} > s.cleared`
  const when = (also: string, amount: string) => `case when ${shown}${also} then ${amount} else 0 end`
  const unread = ' and m.seq > s.read_up_to'
  return `update thread_side as s set
      unread = s.unread + ${when(
        unread,
        shift((view) => `${view} in ${SEEN}`),
      )},
      unread_inbox = s.unread_inbox + ${when(
        unread,
        shift((view) => `${view} = ${INBOX}`),
      )},
      inbox = s.inbox + ${when(
        '',
        shift((view) => `${view} = ${INBOX}`),
      )},
      inbox_bytes = s.inbox_bytes + ${when('', `length(m.body) * (${shift((view) => `${view} = ${INBOX}`)})`)},
      history = s.history + ${when(
        '',
        shift((view) => `${view} = ${HISTORY}`),
      )},
      expired = s.expired + ${shift((view) => `${view} = ${EXPIRED}`)}
    from message m
    where m.recipient = ?1 and m.seq = ?2 and s.owner = m.recipient and s.thread = m.thread`
}

/** Before a row's `sview` becomes `to` and its `rview` becomes `rview`: the sender's counts. A note to oneself is the recipient's alone. */
export function shiftSender(to: string, rview: string): string {
  const shift = (condition: (view: string) => string) => moved('m.sview', to, condition)
  return `update thread_side as s set
      history = s.history + case when ${PLACE} > s.cleared then ${shift((view) => `${view} = ${SENDER_CODE.history}`)} else 0 end,
      sent = s.sent + ${shift((view) => `${view} = ${SENDER_CODE.sent}`)},
      expired = s.expired + ${moved('m.rview', rview, (view) => `${view} = ${EXPIRED}`)}
    from message m
    where m.recipient = ?1 and m.seq = ?2 and m.sender <> m.recipient and s.owner = m.sender and s.thread = m.thread`
}

/** A row's time has come nearer: expiry must not look later than that. */
export const LOWER_UNTIL = `update thread_side as s set min_until = m.until from message m
  where m.recipient = ?1 and m.seq = ?2 and s.owner = m.recipient and s.thread = m.thread and m.until < s.min_until`

/** Rows that came since a side was looked through count too. Parameters: owner, thread, the least time seen, the last place seen. */
export const RAISE_UNTIL = `update thread_side set min_until = (
    select case when min(m.until) < cast(?3 as bigint) then min(m.until) else cast(?3 as bigint) end
    from timeline t join message m on m.recipient = thread_side.owner and m.seq = t.seq
    where t.pair = thread_side.pair and t.place > ?4 and t.thread = thread_side.thread and t.up = thread_side.up)
  where owner = ?1 and thread = ?2`

/** The lines of one side with their rows. */
const LINES = `timeline t join message m
    on m.recipient = case when t.up = thread_side.up then thread_side.owner else thread_side.peer end and m.seq = t.seq`

/** When the newest line was written that the side still sees; unchanged where none is near the end. */
export const LAST_AT = `update thread_side set last_at = coalesce((
    select m.at from (select * from timeline where pair = thread_side.pair order by place desc limit ${NEWEST}) as t
    join message m
      on m.recipient = case when t.up = thread_side.up then thread_side.owner else thread_side.peer end and m.seq = t.seq
    where t.thread = thread_side.thread and case when t.up = thread_side.up
      then m.rview in ${SEEN} and t.place > thread_side.cleared
      else m.sview = ${SENDER_CODE.sent} or m.sview = ${SENDER_CODE.history} and t.place > thread_side.cleared end
    order by t.place desc limit 1), last_at)
  where owner = ?1 and thread = ?2`

/** Reading touches only what lies above the newest read row. */
export const RECOUNT_UNREAD = `update thread_side set (unread, unread_inbox) = (
    select count(case when m.rview in ${SEEN} then 1 end), count(case when m.rview = ${INBOX} then 1 end)
    from ${LINES}
    where t.pair = thread_side.pair and t.thread = thread_side.thread and t.place >= thread_side.read_place
      and t.place > thread_side.cleared and t.up = thread_side.up and t.seq > thread_side.read_up_to)
  where owner = ?1 and thread = ?2`

/** Reading of a stretch that is short: what it held is not unread any more. Parameters: owner, thread, and seq and place of its newest row. */
export const READ_STRETCH = `update thread_side set (unread, unread_inbox) = (
    select thread_side.unread - count(case when m.rview in ${SEEN} then 1 end),
      thread_side.unread_inbox - count(case when m.rview = ${INBOX} then 1 end)
    from ${LINES}
    where t.pair = thread_side.pair and t.thread = thread_side.thread and t.place >= thread_side.read_place
      and t.place > thread_side.cleared and t.place <= ?4 and t.up = thread_side.up
      and t.seq > thread_side.read_up_to and t.seq <= ?3),
    read_up_to = ?3, read_place = ?4
  where owner = ?1 and thread = ?2 and read_up_to <= ?3`

/** Nothing of the thread is shown to this side from now on, but what it sent and still waits; at once, whatever the size. */
export const CLEAR = `update thread_side set unread = 0, unread_inbox = 0, inbox = 0, inbox_bytes = 0, history = 0,
    cleared = (select coalesce(max(t.place), 0) from timeline t where t.pair = thread_side.pair),
    read_place = (select coalesce(max(t.place), 0) from timeline t where t.pair = thread_side.pair)
  where owner = ?1 and thread = ?2`

/** The lines of a stretch of one side: parameters owner, thread, and the places after which and up to which. */
function stretch(direction: '=' | '<>'): string {
  return `select t.seq from thread_side s
    join timeline t on t.pair = s.pair and t.thread = s.thread and t.up ${direction} s.up and t.place > ?3 and t.place <= ?4
    where s.owner = ?1 and s.thread = ?2`
}

const PEER = '(select s.peer from thread_side s where s.owner = ?1 and s.thread = ?2)'

/** The rows to the owner of a cleared stretch. What expired unread stays for the count of it (DECISIONS 20). */
export const SWEEP_INCOMING = `update message set rview = ${GONE} where recipient = ?1 and rview < ${GONE} and seq in (${stretch('=')})`

/** The rows from the owner; what waits stays *Sent while away* (DECISIONS 12). */
export const SWEEP_OUTGOING = `update message set sview = ${SENDER_CODE.none} where sview = ${SENDER_CODE.history} and sender = ?1
  and recipient = ${PEER} and seq in (${stretch('<>')})`

/** What neither side sees any more is emptied; its key is kept for a repeat, then expiry takes the row. Parameter 5: how long. */
export function emptyUnseen(direction: '=' | '<>'): string {
  return `update message set body = substr(body, 1, 0), until = at + cast(?5 as bigint)
    where recipient = ${direction === '=' ? '?1' : PEER} and rview = ${GONE} and sview = ${SENDER_CODE.none} and length(body) > 0
      and seq in (${stretch(direction)})`
}

/** Expiry looks for the emptied rows of a stretch: of the owner's side, and of the peer's. */
export function lowerStretch(side: 'owner' | 'peer'): string {
  const owner = side === 'owner' ? '?1' : PEER
  return `update thread_side as x set min_until = u.least from (select min(m.until) as least from message m
      where m.recipient = ${owner} and m.seq in (${stretch(side === 'owner' ? '=' : '<>')})) as u
    where x.owner = ${owner} and x.thread = ?2 and u.least < x.min_until`
}

export const SWEPT = 'update thread_side set swept = ?3 where owner = ?1 and thread = ?2 and swept < ?3'

/** Whether a row lies in what a side has cleared. */
export function isCleared(row: {
  readonly at: number
  readonly drift: number
  readonly cleared: number | null
}): boolean {
  return row.at * PLACES + row.drift <= (row.cleared ?? 0)
}
