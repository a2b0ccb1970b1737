-- What members want to see of a schedule. A bookmark names an item, not one of its versions: publishing replaces those.
create table schedule_bookmarks (
  site_id          uuid not null,
  member_id        uuid not null,
  event_id         uuid not null,
  schedule_item_id uuid not null,
  created_at       timestamptz not null,
  primary key (site_id, member_id, event_id, schedule_item_id),
  constraint schedule_bookmarks_event foreign key (site_id, event_id) references events on delete cascade
);
create index schedule_bookmarks_of_event on schedule_bookmarks (site_id, event_id);
