alter table thread_side add column cleared bigint not null default 0;
alter table thread_side add column swept bigint not null default 0;
create index thread_side_unswept on thread_side (owner, thread) where swept < cleared;
