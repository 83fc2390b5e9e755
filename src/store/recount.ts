/** The lines of one side with their rows; `m.rview` says what the owner sees of a row to them, `m.sview` of a row from them. */
function linesOf(where: string): string {
  return `from timeline t join message m
            on m.recipient = case when t.up = thread_side.up then thread_side.owner else thread_side.peer end
              and m.seq = t.seq
          where t.pair = thread_side.pair and t.thread = thread_side.thread and ${where}`
}

function count(condition: string): string {
  return `coalesce(sum(case when ${condition} then 1 else 0 end), 0)`
}

const INBOX = 't.up = thread_side.up and m.rview = 0'
const IN_VIEW = 't.up = thread_side.up and m.rview in (0, 1)'

/** Counts one side again from its rows, in the same transaction as what changed them. */
export function recount(): string {
  return `update thread_side set (unread, unread_inbox, inbox, inbox_bytes, history, sent, expired, last_at, min_until) = (
      select ${count(`${IN_VIEW} and t.seq > thread_side.read_up_to`)},
        ${count(`${INBOX} and t.seq > thread_side.read_up_to`)}, ${count(INBOX)},
        coalesce(sum(case when ${INBOX} then length(m.body) else 0 end), 0),
        ${count('t.up = thread_side.up and m.rview = 1 or t.up <> thread_side.up and m.sview = 1')},
        ${count('t.up <> thread_side.up and m.sview = 0')}, ${count('m.rview = 4')},
        coalesce(max(case when t.up = thread_side.up and m.rview in (0, 1) or t.up <> thread_side.up and m.sview in (0, 1)
          then m.at end), 0),
        coalesce(min(case when t.up = thread_side.up then m.until end), 9007199254740991)
      ${linesOf('true')})
    where owner = ?1 and thread = ?2`
}

/** Reading touches only what lies above the newest read row. */
export function recountUnread(): string {
  return `update thread_side set (unread, unread_inbox) = (
      select ${count(IN_VIEW)}, ${count(INBOX)}
      ${linesOf('t.place >= thread_side.read_place and t.up = thread_side.up and t.seq > thread_side.read_up_to')})
    where owner = ?1 and thread = ?2`
}
