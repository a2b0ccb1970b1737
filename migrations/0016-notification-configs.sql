-- What the mails of an event say, and which of them are sent by themselves. An event without a row has the defaults,
-- which are not stored.
create table notification_configs (
  site_id       uuid not null,
  event_id      uuid not null,
  revision      integer not null,
  -- By name of the notification, each whole: what was not said when it was stored was filled in then.
  notifications jsonb not null,
  created_at    timestamptz not null,
  updated_at    timestamptz not null,
  primary key (site_id, event_id),
  constraint notification_configs_event foreign key (site_id, event_id) references events on delete cascade,
  constraint notification_configs_revision_is_positive check (revision > 0),
  constraint notification_configs_are_an_object check (jsonb_typeof(notifications) = 'object')
);
