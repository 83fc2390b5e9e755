import type { SqlValue } from './engine.ts'
import { recount, recountUnread } from './recount.ts'
import type { PlainWrite } from './writes.ts'

/** One statement of a write. Parameters are `?1`, `?2`, …; each statement uses all it is given, which PostgreSQL insists on. */
export interface Statement<W> {
  readonly sql: string
  readonly bind: (write: W) => readonly SqlValue[]
}

/** The same text on both engines, so both are tested by one contract. */
export const STATEMENTS: {
  readonly [K in PlainWrite['kind']]: readonly Statement<Extract<PlainWrite, { kind: K }>>[]
} = {
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
      sql: 'update message set rview = ?3, sview = ?4 where recipient = ?1 and seq = ?2',
      bind: (w) => [w.recipient, w.seq, w.rview, w.sview],
    },
  ],
  empty: [
    {
      sql: `update message set rview = 3, sview = 2, body = substr(body, 1, 0), until = ?3
            where recipient = ?1 and seq = ?2`,
      bind: (w) => [w.recipient, w.seq, w.until],
    },
  ],
  until: [
    {
      sql: 'update message set until = ?3 where recipient = ?1 and seq = ?2',
      bind: (w) => [w.recipient, w.seq, w.until],
    },
  ],
  remove: [
    {
      sql: 'delete from message where recipient = ?1 and seq = ?2',
      bind: (w) => [w.recipient, w.seq],
    },
    {
      sql: 'delete from timeline where pair = ?1 and place = ?2 and up = ?3 and seq = ?4',
      bind: (w) => [w.pair, w.place, w.up, w.seq],
    },
  ],
  recount: [{ sql: recount(), bind: (w) => [w.owner, w.thread] }],
  readUpTo: [
    {
      sql: `update thread_side set read_up_to = ?3, read_place = ?4 where owner = ?1 and thread = ?2 and read_up_to < ?3`,
      bind: (w) => [w.owner, w.thread, w.upTo, w.place],
    },
    { sql: recountUnread(), bind: (w) => [w.owner, w.thread] },
  ],
  unreadFrom: [
    {
      sql: `update thread_side set read_up_to = ?3, read_place = 0 where owner = ?1 and thread = ?2 and read_up_to > ?3`,
      bind: (w) => [w.owner, w.thread, w.from - 1],
    },
    { sql: recountUnread(), bind: (w) => [w.owner, w.thread] },
  ],
  clearSide: [
    {
      sql: `update message set rview = 3 where recipient = ?1 and rview in (0, 1, 2, 4) and seq in (
              select t.seq from thread_side s
              join timeline t on t.pair = s.pair and t.thread = s.thread and t.up = s.up
              where s.owner = ?1 and s.thread = ?2)`,
      bind: (w) => [w.owner, w.thread],
    },
    {
      sql: `update message set sview = 2 where sview = 1 and sender = ?1
              and recipient = (select s.peer from thread_side s where s.owner = ?1 and s.thread = ?2)
              and seq in (
                select t.seq from thread_side s
                join timeline t on t.pair = s.pair and t.thread = s.thread and t.up <> s.up
                where s.owner = ?1 and s.thread = ?2)`,
      bind: (w) => [w.owner, w.thread],
    },
  ],
  mark: [
    {
      sql: `insert into mark (recipient, thread, kind, up_to, at)
            select cast(?1 as bigint), cast(?2 as bigint), cast(?3 as bigint), cast(?4 as bigint), cast(?5 as bigint)
            where not exists (select 1 from mark where recipient = ?1 and thread = ?2 and kind = ?3 and up_to >= ?4)`,
      bind: (w) => [w.recipient, w.thread, w.mark, w.upTo, w.at],
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
      sql: `insert into position (owner, endpoint, cursor, settled) values (?1, ?2, ?3, ?4)
            on conflict (owner, endpoint) do update set cursor = excluded.cursor, settled = excluded.settled`,
      bind: (w) => [w.owner, w.endpoint, w.cursor, w.settled],
    },
  ],
  forgetPosition: [
    {
      sql: 'delete from position where owner = ?1 and endpoint = ?2',
      bind: (w) => [w.owner, w.endpoint],
    },
  ],
  idempotency: [
    {
      sql: `insert into idempotency (hash, recipient, seq, at) values (?1, ?2, ?3, ?4)
            on conflict (hash) do update set recipient = excluded.recipient, seq = excluded.seq, at = excluded.at`,
      bind: (w) => [w.hash, w.recipient, w.seq, w.at],
    },
  ],
  forgetIdempotency: [{ sql: 'delete from idempotency where at < ?1', bind: (w) => [w.before] }],
  server: [
    {
      sql: `insert into server (name, value) values (?1, ?2) on conflict (name) do update set value = excluded.value`,
      bind: (w) => [w.name, w.value],
    },
  ],
  account: [
    {
      sql: `insert into account (id, guid, upn, sip, enabled, display_name, directory, language, pool, site,
              made_by_us, created, changed)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            on conflict (id) do update set upn = excluded.upn, sip = excluded.sip, enabled = excluded.enabled,
              display_name = excluded.display_name, directory = excluded.directory, language = excluded.language,
              pool = excluded.pool, site = excluded.site, made_by_us = excluded.made_by_us, changed = excluded.changed`,
      bind: (w) => [
        w.id,
        w.guid,
        w.upn,
        w.sip,
        w.enabled,
        w.displayName,
        w.directory,
        w.language,
        w.pool,
        w.site,
        w.madeByUs,
        w.created,
        w.changed,
      ],
    },
  ],
  removeAccount: [
    'account where id',
    'secret where account',
    'policy_grant where account',
    'role_member where account',
    'setting where account',
    'presence where account',
    'access_level where owner',
    'access_level where other',
    'contact_group where owner',
    'contact where owner',
    'contact where contact',
    'token where account',
    'position where owner',
  ].map((which) => ({ sql: `delete from ${which} = ?1`, bind: (w: { id: number }) => [w.id] })),
  passwordHash: [
    {
      sql: `insert into secret (account, password_hash, sip_sign_in) values (?1, ?2, 1)
            on conflict (account) do update set password_hash = excluded.password_hash`,
      bind: (w) => [w.account, w.hash],
    },
  ],
  ntHash: [
    {
      sql: `insert into secret (account, nt_hash, sip_sign_in) values (?1, ?2, 1)
            on conflict (account) do update set nt_hash = excluded.nt_hash`,
      bind: (w) => [w.account, w.hash],
    },
  ],
  ha1: [
    {
      sql: `insert into secret (account, ha1, sip_sign_in) values (?1, ?2, 1)
            on conflict (account) do update set ha1 = excluded.ha1`,
      bind: (w) => [w.account, w.hash],
    },
  ],
  sipSignIn: [
    {
      sql: `insert into secret (account, sip_sign_in) values (?1, ?2)
            on conflict (account) do update set sip_sign_in = excluded.sip_sign_in`,
      bind: (w) => [w.account, w.allowed],
    },
  ],
  policy: [
    {
      sql: `insert into policy (noun, name, identity, settings) values (?1, ?2, ?3, ?4)
            on conflict (noun, name) do update set settings = excluded.settings`,
      bind: (w) => [w.noun, w.name, w.identity, w.settings],
    },
  ],
  removePolicy: [{ sql: 'delete from policy where noun = ?1 and name = ?2', bind: (w) => [w.noun, w.name] }],
  grant: [
    {
      sql: `insert into policy_grant (noun, account, policy) values (?1, ?2, ?3)
            on conflict (noun, account) do update set policy = excluded.policy`,
      bind: (w) => [w.noun, w.account, w.policy],
    },
  ],
  removeGrant: [
    { sql: 'delete from policy_grant where noun = ?1 and account = ?2', bind: (w) => [w.noun, w.account] },
  ],
  addRole: [
    {
      sql: 'insert into role_member (role, account) values (?1, ?2) on conflict do nothing',
      bind: (w) => [w.role, w.account],
    },
  ],
  removeRole: [
    { sql: 'delete from role_member where role = ?1 and account = ?2', bind: (w) => [w.role, w.account] },
  ],
  setting: [
    {
      sql: `insert into setting (account, data) values (?1, ?2) on conflict (account) do update set data = excluded.data`,
      bind: (w) => [w.account, w.data],
    },
  ],
  presence: [
    {
      sql: `insert into presence (account, data) values (?1, ?2) on conflict (account) do update set data = excluded.data`,
      bind: (w) => [w.account, w.data],
    },
  ],
  accessLevel: [
    {
      sql: `insert into access_level (owner, other, level) values (?1, ?2, ?3)
            on conflict (owner, other) do update set level = excluded.level`,
      bind: (w) => [w.owner, w.other, w.level],
    },
  ],
  group: [
    {
      sql: `insert into contact_group (owner, id, name) values (?1, ?2, ?3)
            on conflict (owner, id) do update set name = excluded.name`,
      bind: (w) => [w.owner, w.id, w.name],
    },
  ],
  removeGroup: [
    {
      // Who was in this group only goes to the default group, 0: removing a group removes nobody.
      sql: `update contact set grp = 0 where owner = ?1 and grp = ?2
              and not exists (select 1 from contact o where o.owner = ?1 and o.contact = contact.contact and o.grp <> ?2)`,
      bind: (w) => [w.owner, w.id],
    },
    { sql: 'delete from contact where owner = ?1 and grp = ?2', bind: (w) => [w.owner, w.id] },
    { sql: 'delete from contact_group where owner = ?1 and id = ?2', bind: (w) => [w.owner, w.id] },
  ],
  contact: [
    {
      sql: 'insert into contact (owner, contact, grp, added) values (?1, ?2, ?3, ?4) on conflict do nothing',
      bind: (w) => [w.owner, w.contact, w.group, w.added],
    },
  ],
  removeContact: [
    {
      sql: `delete from contact where owner = ?1 and contact = ?2 and grp = coalesce(?3, grp)`,
      bind: (w) => [w.owner, w.contact, w.group],
    },
  ],
  audit: [
    {
      sql: `insert into audit (node, number, at, who, cmdlet, target, entry, hash)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)`,
      bind: (w) => [w.node, w.number, w.at, w.who, w.cmdlet, w.target, w.entry, w.hash],
    },
  ],
  token: [
    {
      sql: `insert into token (hash, account, kind, issued, expires, idle_ms, used, csrf, keep)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`,
      bind: (w) => [w.hash, w.account, w.token, w.issued, w.expires, w.idleMs, w.used, w.csrf, w.keep],
    },
  ],
  tokenUsed: [{ sql: 'update token set used = ?2 where hash = ?1', bind: (w) => [w.hash, w.used] }],
  removeToken: [{ sql: 'delete from token where hash = ?1', bind: (w) => [w.hash] }],
  lockout: [
    {
      sql: `insert into lockout (name, address, failures) values (?1, ?2, ?3)
            on conflict (name, address) do update set failures = excluded.failures`,
      bind: (w) => [w.name, w.address, w.failures],
    },
  ],
  removeLockout: [
    { sql: 'delete from lockout where name = ?1 and address = ?2', bind: (w) => [w.name, w.address] },
  ],
}
