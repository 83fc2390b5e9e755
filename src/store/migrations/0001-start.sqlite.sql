-- Configuration, in memory while the server runs (store/facts.ts).
create table server (name text primary key, value text not null) without rowid;
create table counter (name text primary key, value integer not null) without rowid;
create table account (
  id integer primary key, guid text not null, upn text not null, sip text, enabled integer,
  display_name text not null, directory text not null, language text, pool text, site text not null,
  made_by_us integer not null, created integer not null, changed integer not null
);
create table secret (
  account integer primary key, password_hash text, nt_hash blob, ha1 blob, sip_sign_in integer not null
);
create table policy (
  noun text not null, name text not null, identity text not null, settings text not null,
  primary key (noun, name)
) without rowid;
create table policy_grant (
  noun text not null, account integer not null, policy text not null, primary key (noun, account)
) without rowid;
create table role_member (role text not null, account integer not null, primary key (role, account)) without rowid;
create table setting (account integer primary key, data text not null);
create table presence (account integer primary key, data text not null);
create table access_level (
  owner integer not null, other integer not null, level text not null, primary key (owner, other)
) without rowid;
create table contact_group (
  owner integer not null, id integer not null, name text not null, primary key (owner, id)
) without rowid;
create table contact (
  owner integer not null, contact integer not null, grp integer not null, added integer not null,
  primary key (owner, contact, grp)
) without rowid;
create index contact_of on contact (contact);

create table audit (
  node text not null, number integer not null, at integer not null, who text not null, cmdlet text not null,
  target text, entry text not null, hash text not null, primary key (node, number)
) without rowid;
create table token (
  hash blob primary key, account integer not null, kind text not null, issued integer not null,
  expires integer not null, idle_ms integer not null, used integer not null, csrf text, keep integer not null
) without rowid;
create table lockout (
  name text not null, address text not null, failures text not null,
  primary key (name, address)
) without rowid;

-- Messages. `message` is append-only with one narrow index: a second one costs 4 to 11 µs a row.
create table thread (
  id integer primary key autoincrement, low integer not null, high integer not null, external_id text not null,
  subject text, importance integer not null
);
create unique index thread_external on thread (low, high, external_id);
create table message (
  seq integer primary key autoincrement, recipient integer not null, sender integer not null,
  thread integer not null, batch integer not null, at integer not null, drift integer not null,
  reason integer not null, rview integer not null, sview integer not null, until integer not null,
  key blob, type integer not null, body blob not null
);
create index message_recipient on message (recipient, seq);
-- One line for each row, by the pair of people; written behind, sorted by pair. `place` is `at * 1000 + drift` of the row; `up` is 1 when the
-- recipient has the higher number of the two. Views say which side sees it.
create table timeline (
  pair integer not null, place integer not null, up integer not null, seq integer not null, thread integer not null,
  primary key (pair, place, up, seq)
) without rowid;
-- Rows to the owner are those with the owner's `up`.
create table thread_side (
  owner integer not null, thread integer not null, peer integer not null, pair integer not null, up integer not null, peer_name text not null,
  unread integer not null, unread_inbox integer not null, inbox integer not null, inbox_bytes integer not null,
  history integer not null, sent integer not null, expired integer not null default 0, last_at integer not null,
  read_up_to integer not null, read_place integer not null, min_until integer not null,
  primary key (owner, thread)
) without rowid;
create index thread_side_until on thread_side (min_until);
-- What the sender is shown. The first mark at or above a row is the row's; `at` is null while it is withheld.
create table mark (
  recipient integer not null, thread integer not null, kind integer not null, up_to integer not null,
  at integer, primary key (recipient, thread, kind, up_to)
) without rowid;
create index mark_withheld on mark (recipient, thread) where at is null;
create table position (
  owner integer not null, endpoint text not null, cursor integer not null, settled text not null, at integer not null,
  primary key (owner, endpoint)
) without rowid;
create table idempotency (
  hash blob primary key, recipient integer not null, seq integer not null, at integer not null
) without rowid;
create index idempotency_at on idempotency (at);
