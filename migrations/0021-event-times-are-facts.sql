-- That an event starts, ends, or will start soon is told by the clock, once for each date that it has (events 1.17): of
-- which start, which end and which reminder was told last. What lies behind today was over before anybody was told.
alter table events
  add column started_for  timestamptz,
  add column ended_for    timestamptz,
  add column reminded_for timestamptz;
update events
   set started_for = case when start_at <= now() then start_at end,
       ended_for = case when end_at <= now() then end_at end
 where start_at <= now();

create index events_to_start on events (start_at)
 where published_at is not null and canceled_at is null and not date_tbd and started_for is distinct from start_at;
create index events_to_end on events (end_at)
 where published_at is not null and canceled_at is null and not date_tbd and ended_for is distinct from end_at;
