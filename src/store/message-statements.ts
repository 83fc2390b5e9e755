import { REPEAT_MS } from './repeats.ts'
import {
  CLEAR,
  emptyUnseen,
  LAST_AT,
  LOWER_UNTIL,
  lowerStretch,
  RAISE_UNTIL,
  READ_STRETCH,
  RECOUNT_UNREAD,
  SWEEP_INCOMING,
  SWEEP_OUTGOING,
  SWEPT,
  shiftRecipient,
  shiftSender,
} from './side-counts.ts'
import type { StatementsOf } from './statement.ts'
import { RECIPIENT_CODE, SENDER_CODE } from './writes.ts'

/** What is written of messages and of what both sides see of them. */
type MessageKind =
  | 'line'
  | 'side'
  | 'counter'
  | 'views'
  | 'empty'
  | 'until'
  | 'remove'
  | 'lastAt'
  | 'raiseUntil'
  | 'readUpTo'
  | 'readStretch'
  | 'unreadFrom'
  | 'clearSide'
  | 'sweepSide'
  | 'mark'
  | 'releaseMarks'
  | 'releaseAllMarks'
  | 'position'
  | 'forgetPosition'
  | 'forgetPositions'
  | 'idempotency'
  | 'forgetIdempotency'
  | 'trace'
  | 'forgetTraces'
  | 'keepNewestTraces'

export const MESSAGE_STATEMENTS: StatementsOf<MessageKind> = {
  line: [
    {
      sql: `insert into timeline (pair, place, up, seq, thread) values (?1, ?2, ?3, ?4, ?5) on conflict do nothing`,
      bind: (w) => [w.pair, w.place, w.up, w.seq, w.thread],
    },
  ],
  side: [
    {
      sql: `insert into thread_side as s (owner, thread, peer, peer_name, unread, unread_inbox, inbox, inbox_bytes,
              history, sent, last_at, min_until, pair, up, read_up_to, read_place)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 0, 0)
            on conflict (owner, thread) do update set
              peer_name = excluded.peer_name, unread = s.unread + excluded.unread,
              unread_inbox = s.unread_inbox + excluded.unread_inbox, inbox = s.inbox + excluded.inbox,
              inbox_bytes = s.inbox_bytes + excluded.inbox_bytes, history = s.history + excluded.history,
              sent = s.sent + excluded.sent,
              last_at = case when excluded.last_at > s.last_at then excluded.last_at else s.last_at end,
              min_until = case when excluded.min_until < s.min_until then excluded.min_until else s.min_until end`,
      bind: (w) => [
        w.owner,
        w.thread,
        w.peer,
        w.peerName,
        w.unread,
        w.unreadInbox,
        w.inbox,
        w.inboxBytes,
        w.history,
        w.sent,
        w.lastAt,
        w.minUntil,
        w.pair,
        w.up,
      ],
    },
  ],
  counter: [
    {
      sql: `insert into counter (name, value) values (?1, ?2) on conflict (name) do update set value = excluded.value`,
      bind: (w) => [w.name, w.value],
    },
  ],
  views: [
    {
      sql: shiftRecipient('cast(?3 as bigint)'),
      bind: (w) => [w.recipient, w.seq, w.rview],
    },
    {
      sql: shiftSender('cast(?3 as bigint)', 'cast(?4 as bigint)'),
      bind: (w) => [w.recipient, w.seq, w.sview, w.rview],
    },
    {
      sql: 'update message set rview = ?3, sview = ?4 where recipient = ?1 and seq = ?2',
      bind: (w) => [w.recipient, w.seq, w.rview, w.sview],
    },
  ],
  empty: [
    ...shiftGone(),
    {
      sql: `update message set rview = ${RECIPIENT_CODE.gone}, sview = ${SENDER_CODE.none}, body = substr(body, 1, 0), until = ?3
            where recipient = ?1 and seq = ?2`,
      bind: (w) => [w.recipient, w.seq, w.until],
    },
    { sql: LOWER_UNTIL, bind: (w) => [w.recipient, w.seq] },
  ],
  until: [
    {
      sql: 'update message set until = ?3 where recipient = ?1 and seq = ?2',
      bind: (w) => [w.recipient, w.seq, w.until],
    },
    { sql: LOWER_UNTIL, bind: (w) => [w.recipient, w.seq] },
  ],
  remove: [
    ...shiftGone(),
    {
      sql: 'delete from message where recipient = ?1 and seq = ?2',
      bind: (w) => [w.recipient, w.seq],
    },
    {
      sql: 'delete from timeline where pair = ?1 and place = ?2 and up = ?3 and seq = ?4',
      bind: (w) => [w.pair, w.place, w.up, w.seq],
    },
  ],
  raiseUntil: [{ sql: RAISE_UNTIL, bind: (w) => [w.owner, w.thread, w.until, w.after] }],
  lastAt: [{ sql: LAST_AT, bind: (w) => [w.owner, w.thread] }],
  readUpTo: [
    {
      sql: `update thread_side set read_up_to = ?3, read_place = ?4 where owner = ?1 and thread = ?2 and read_up_to < ?3`,
      bind: (w) => [w.owner, w.thread, w.upTo, w.place],
    },
    { sql: RECOUNT_UNREAD, bind: (w) => [w.owner, w.thread] },
  ],
  readStretch: [{ sql: READ_STRETCH, bind: (w) => [w.owner, w.thread, w.upTo, w.place] }],
  unreadFrom: [
    {
      sql: `update thread_side set read_up_to = ?3, read_place = ?4 where owner = ?1 and thread = ?2 and read_up_to > ?3`,
      bind: (w) => [w.owner, w.thread, w.from - 1, w.place],
    },
    { sql: RECOUNT_UNREAD, bind: (w) => [w.owner, w.thread] },
  ],
  clearSide: [
    { sql: CLEAR, bind: (w) => [w.owner, w.thread] },
    { sql: LAST_AT, bind: (w) => [w.owner, w.thread] },
  ],
  sweepSide: [
    { sql: SWEEP_INCOMING, bind: (w) => [w.owner, w.thread, w.from, w.upTo] },
    { sql: SWEEP_OUTGOING, bind: (w) => [w.owner, w.thread, w.from, w.upTo] },
    { sql: emptyUnseen('='), bind: (w) => [w.owner, w.thread, w.from, w.upTo, REPEAT_MS] },
    { sql: emptyUnseen('<>'), bind: (w) => [w.owner, w.thread, w.from, w.upTo, REPEAT_MS] },
    { sql: lowerStretch('owner'), bind: (w) => [w.owner, w.thread, w.from, w.upTo] },
    { sql: lowerStretch('peer'), bind: (w) => [w.owner, w.thread, w.from, w.upTo] },
    { sql: SWEPT, bind: (w) => [w.owner, w.thread, w.upTo] },
  ],
  mark: [
    {
      sql: `insert into mark (recipient, thread, kind, up_to, at, held)
            select cast(?1 as bigint), cast(?2 as bigint), cast(?3 as bigint), cast(?4 as bigint), cast(?5 as bigint),
              cast(?6 as bigint)
            where not exists (select 1 from mark where recipient = ?1 and thread = ?2 and kind = ?3 and up_to >= ?4)`,
      bind: (w) => [w.recipient, w.thread, w.mark, w.upTo, w.at, w.held],
    },
  ],
  releaseMarks: [
    {
      sql: 'update mark set at = ?3 where recipient = ?1 and thread = ?2 and at is null',
      bind: (w) => [w.recipient, w.thread, w.at],
    },
  ],
  releaseAllMarks: [
    {
      sql: 'update mark set at = ?2 where recipient = ?1 and at is null',
      bind: (w) => [w.recipient, w.at],
    },
  ],
  position: [
    {
      sql: `insert into position (owner, endpoint, cursor, settled, at) values (?1, ?2, ?3, ?4, ?5)
            on conflict (owner, endpoint) do update set cursor = excluded.cursor, settled = excluded.settled,
              at = excluded.at`,
      bind: (w) => [w.owner, w.endpoint, w.cursor, w.settled, w.at],
    },
  ],
  forgetPosition: [
    {
      sql: 'delete from position where owner = ?1 and endpoint = ?2',
      bind: (w) => [w.owner, w.endpoint],
    },
  ],
  forgetPositions: [{ sql: 'delete from position where at < ?1', bind: (w) => [w.before] }],
  idempotency: [
    {
      sql: `insert into idempotency (hash, recipient, seq, at) values (?1, ?2, ?3, ?4)
            on conflict (hash) do update set recipient = excluded.recipient, seq = excluded.seq, at = excluded.at`,
      bind: (w) => [w.hash, w.recipient, w.seq, w.at],
    },
  ],
  forgetIdempotency: [{ sql: 'delete from idempotency where at < ?1', bind: (w) => [w.before] }],
  trace: [
    {
      sql: `insert into trace (at, kind, sender, recipient, address, thread, seq, up_to, reason, client, count)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)`,
      bind: (w) => [
        w.at,
        w.line,
        w.sender,
        w.recipient,
        w.address,
        w.thread,
        w.seq,
        w.upTo,
        w.reason,
        w.client,
        w.count,
      ],
    },
  ],
  forgetTraces: [
    {
      // By the key, here and below: numbers grow with the time, so the oldest lines are the first.
      sql: `delete from trace
            where id in (select o.id from (select id, at from trace order by id limit 1000) as o where o.at < ?1)`,
      bind: (w) => [w.before],
    },
  ],
  keepNewestTraces: [
    {
      sql: 'delete from trace where id <= (select coalesce(max(id), 0) from trace) - cast(?1 as bigint)',
      bind: (w) => [w.newest],
    },
  ],
}

/** Both sides lose a row that nobody sees any more. */
function shiftGone() {
  const bind = (w: { readonly recipient: number; readonly seq: number }) => [w.recipient, w.seq]
  return [
    { sql: shiftRecipient(String(RECIPIENT_CODE.gone)), bind },
    { sql: shiftSender(String(SENDER_CODE.none), String(RECIPIENT_CODE.gone)), bind },
  ]
}
