-- The answers of guests to an event (events section 13), and how many there are of each: who comes is counted in people,
-- so that additional guests count towards the limit.

-- One row per event, made with its first RSVP; src/inventory/ alone changes it, under its lock. `overbooked` is how far
-- beyond the limit somebody went on purpose, or was left when the limit was lowered.
create table rsvp_counts (
  site_id         uuid not null,
  event_id        uuid not null,
  -- As the event's settings have it; null: unlimited.
  guest_limit     integer,
  overbooked      integer not null default 0,
  yes_rsvps       integer not null default 0,
  yes_guests      integer not null default 0,
  waitlist_rsvps  integer not null default 0,
  waitlist_guests integer not null default 0,
  no_rsvps        integer not null default 0,
  no_guests       integer not null default 0,
  primary key (site_id, event_id),
  constraint rsvp_counts_event foreign key (site_id, event_id) references events on delete cascade,
  constraint rsvp_counts_are_natural check (
    guest_limit >= 1 and overbooked >= 0 and yes_rsvps >= 0 and yes_guests >= 0 and waitlist_rsvps >= 0
    and waitlist_guests >= 0 and no_rsvps >= 0 and no_guests >= 0
  ),
  constraint rsvp_counts_never_over_limit check (guest_limit is null or yes_guests <= guest_limit + overbooked)
) with (fillfactor = 50);

-- What guests are shown of these numbers is whether the event is full, so that alone is told, when it changes: a
-- thousand answers in a row drop nothing that is remembered.
create function tell_fullness() returns trigger language plpgsql as $$
begin
  perform pg_notify('boxoffice', json_build_array('content', new.site_id)::text);
  return null;
end
$$;

create trigger rsvp_counts_fullness
   after update on rsvp_counts
     for each row
    when (coalesce(old.yes_guests >= old.guest_limit, false) <> coalesce(new.yes_guests >= new.guest_limit, false))
 execute function tell_fullness();

create table rsvps (
  site_id               uuid not null,
  rsvp_id               uuid not null,
  event_id              uuid not null,
  revision              integer not null,
  status                text not null,
  -- Since when it has that status.
  status_at             timestamptz not null,
  -- Empty when anonymized, as are all other words of the guest.
  first_name            text not null,
  last_name             text not null,
  email                 text not null,
  contact_id            uuid,
  member_id             uuid,
  -- What the form asks besides name, e-mail and additional guests.
  answers               jsonb not null,
  additional_guests     integer not null,
  -- Of the first of them; there may be fewer names than guests.
  guest_names           text[] not null,
  total_guests          integer not null generated always as (additional_guests + 1) stored,
  -- Of each guest that was ever checked in: [{guestId, at, by, canceledAt, canceledBy}], by guestId.
  check_ins             jsonb not null,
  checked_in_guests     integer not null,
  disable_notifications boolean not null,
  marketing_consent     boolean not null,
  locale                text not null,
  extended_fields       jsonb,
  created_at            timestamptz not null,
  updated_at            timestamptz not null,
  anonymized_at         timestamptz,
  primary key (site_id, rsvp_id),
  constraint rsvps_event foreign key (site_id, event_id) references events on delete cascade,
  constraint rsvps_status_is_known check (status in ('YES', 'NO', 'WAITLIST')),
  constraint rsvps_have_a_name check (
    anonymized_at is not null
    or (length(first_name) between 1 and 50 and length(last_name) between 1 and 50 and length(email) between 4 and 255
        and contact_id is not null)
  ),
  constraint rsvps_guests_are_few check (
    additional_guests between 0 and 10 and cardinality(guest_names) <= additional_guests
  ),
  -- Nobody is inside who does not come.
  constraint rsvps_checked_in_are_guests check (
    checked_in_guests between 0 and total_guests and (checked_in_guests = 0 or status = 'YES')
  )
);
create index rsvps_by_event on rsvps (site_id, event_id, created_at, rsvp_id);
create index rsvps_by_created on rsvps (site_id, created_at, rsvp_id);
create index rsvps_by_contact on rsvps (site_id, contact_id);
create unique index rsvps_member_is_registered_once on rsvps (site_id, event_id, member_id) where member_id is not null;
create unique index rsvps_member_email_is_registered_once
    on rsvps (site_id, event_id, lower(email))
 where member_id is not null and anonymized_at is null;
