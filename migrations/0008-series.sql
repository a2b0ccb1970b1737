-- The occurrences of a recurring event are events of their own; what holds them together is the id that their hidden
-- category has, or will have once they are published (events 2.1, 2.2.8). Every status is read by the clock, so a series
-- is read by its dates.
alter table events add column series_id uuid;
create index events_of_series on events (site_id, series_id, start_at, event_id) where series_id is not null;
