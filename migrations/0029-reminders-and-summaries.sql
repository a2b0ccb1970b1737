-- Guests are reminded once of each start that an event has.
create table event_reminders (
  site_id  uuid not null,
  event_id uuid not null,
  start_at timestamptz not null,
  told_at  timestamptz not null,
  primary key (site_id, event_id, start_at),
  constraint event_reminders_event foreign key (site_id, event_id) references events on delete cascade
);

-- Up to which morning the organizer was told what happened.
alter table sites add column summarized_until timestamptz;
