-- Pictures that organizers upload, without what a camera wrote beside them. They never change: another picture is
-- another row, and the same one is there once.
create table media (
  site_id    uuid not null references sites,
  media_id   uuid not null,
  format     text not null,
  width      integer not null,
  height     integer not null,
  hash       bytea not null,
  bytes      bytea not null,
  created_at timestamptz not null,
  primary key (site_id, media_id),
  constraint media_once unique (site_id, hash),
  constraint media_format_is_known check (format in ('jpeg', 'png', 'webp', 'avif')),
  constraint media_size_range check (octet_length(bytes) between 1 and 10485760),
  constraint media_pixels_range check (width between 1 and 12000 and height between 1 and 12000)
);
-- They are compressed already.
alter table media alter column bytes set storage external;
