-- What one side has cleared of a thread: nothing up to the place `cleared` is shown to it any more, but what it sent and still waits. The rows
-- follow in batches, as far as `swept`.
alter table thread_side add column cleared integer not null default 0;
alter table thread_side add column swept integer not null default 0;
create index thread_side_unswept on thread_side (owner, thread) where swept < cleared;
