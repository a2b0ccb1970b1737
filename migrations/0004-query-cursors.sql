-- Elsewhere a cursor carries its filter and sort itself. The client takes at most 36 characters as a cursor of ticket
-- definitions (R101), so there it is the name of one that is kept here for a day.
create table query_cursors (
  site_id    uuid not null references sites,
  cursor_id  uuid not null,
  cursor     text not null,
  created_at timestamptz not null,
  primary key (site_id, cursor_id),
  constraint query_cursors_length check (length(cursor) <= 16000)
);
create index query_cursors_by_created on query_cursors (site_id, created_at);
