-- Under which slugs an event was found before: links that people have kept still lead to it (events 1.9.8). Where another
-- event has the slug now, that one is found; of several that had it, the one that left it last.
create table former_slugs (
  site_id  uuid not null,
  slug     text not null,
  event_id uuid not null,
  left_at  timestamptz not null,
  primary key (site_id, slug),
  constraint former_slugs_event foreign key (site_id, event_id) references events on delete cascade
);
create index former_slugs_of_event on former_slugs (site_id, event_id);
