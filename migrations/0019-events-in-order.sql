-- Lists of events are read in the order of an index, and counted in one alone: what decides a status is in it. A category
-- lists its events in its own order.
create index events_by_start_with_status on events (site_id, start_at, event_id)
  include (end_at, published_at, canceled_at);
drop index events_by_start;
create index category_events_in_order on category_events (site_id, category_id, sort_index, event_id);
