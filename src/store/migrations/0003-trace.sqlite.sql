-- What administrators are told of the way of a message beyond its row; nothing is decided by it. `count` equal refusals are one line;
-- `up_to` 1: every row of the thread up to `seq`. The oldest lines go first.
create table trace (
  id integer primary key autoincrement, at integer not null, kind integer not null, sender integer not null,
  recipient integer not null, address text not null, thread integer not null, seq integer not null, up_to integer not null,
  reason text not null, client text, count integer not null
);
create index trace_pair on trace (recipient, sender);
-- When a mark was earned that was withheld then.
alter table mark add column held integer;
