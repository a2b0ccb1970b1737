-- The door: what its devices scanned, when, where, and what came of it. A scan is kept under the id that its device gave
-- it, so that one that is sent again changes nothing. The check-in itself stays where it was, in tickets and RSVPs.

-- How long before its start an event lets people in (null: at any time), and what its gates are called.
alter table events
  add column admission_minutes integer default 120,
  add column gates text[] not null default '{}',
  add constraint events_admission_minutes_range check (admission_minutes between 0 and 10080),
  add constraint events_gates_are_few check (cardinality(gates) <= 50);

-- The scan by which somebody came in; null: not by the door. The door's rows are read by it, and it by an invariant.
alter table tickets
  add column check_in_scan_id uuid,
  add constraint tickets_scan_is_of_check_in check (check_in_scan_id is null or checked_in_at is not null);

create table door_scans (
  site_id       uuid not null references sites,
  -- Made by the device.
  scan_id       uuid not null,
  event_id      uuid not null,
  kind          text not null,
  -- Of the ticket, or of an RSVP's guest: its id and the guest's number; null for what is none of the site's.
  number        text,
  -- When it happened, by our clock, and by the device's.
  scanned_at    timestamptz not null,
  device_at     timestamptz not null,
  received_at   timestamptz not null,
  gate          text not null,
  device        text not null,
  -- Decided by the device, without us.
  offline       boolean not null,
  -- Whether somebody came in by it.
  let_in        boolean not null,
  result        text not null,
  scanned_by    jsonb not null,
  -- Who was in already: when, by which scan (null: not by the door), by whom.
  first_at      timestamptz,
  first_scan_id uuid,
  first_by      jsonb,
  primary key (site_id, scan_id),
  constraint door_scans_kind_is_known check (kind in ('ENTER', 'UNDO')),
  constraint door_scans_result_is_known check (
    result in (
      'ADMITTED', 'ALREADY_IN', 'UNPAID', 'NOT_YET', 'CANCELED', 'ARCHIVED', 'WAITING', 'DECLINED', 'WRONG_EVENT',
      'UNKNOWN', 'TURNED_AWAY', 'UNDONE', 'NOT_IN'
    )
  ),
  constraint door_scans_result_of_kind check (
    case kind
      when 'UNDO' then result in ('UNDONE', 'NOT_IN', 'UNKNOWN', 'WRONG_EVENT')
      else result not in ('UNDONE', 'NOT_IN')
    end
  ),
  constraint door_scans_admitted_are_in check (result <> 'ADMITTED' or (let_in and number is not null)),
  constraint door_scans_first_is_whole check ((first_at is null) = (first_by is null)),
  constraint door_scans_words_length check (length(gate) <= 50 and length(device) <= 64 and length(number) <= 40),
  constraint door_scans_are_past check (scanned_at <= received_at)
);

-- Somebody came in by a scan that should not have let in: `reason` is what it should have said. With ALREADY_IN the
-- first_… are those of whoever had come earlier.
create table door_conflicts (
  site_id       uuid not null,
  conflict_id   uuid not null,
  event_id      uuid not null,
  number        text,
  reason        text not null,
  scan_id       uuid not null,
  first_scan_id uuid,
  first_at      timestamptz,
  first_by      jsonb,
  opened_at     timestamptz not null,
  resolved_at   timestamptz,
  resolved_by   jsonb,
  -- UNDONE: one of the two was taken back; SEEN: a person looked at it.
  resolution    text,
  primary key (site_id, conflict_id),
  constraint door_conflicts_scan foreign key (site_id, scan_id) references door_scans,
  constraint door_conflicts_first_scan foreign key (site_id, first_scan_id) references door_scans,
  constraint door_conflicts_name_two check (first_scan_id <> scan_id),
  constraint door_conflicts_first_is_whole check (
    (reason = 'ALREADY_IN') = (first_at is not null) and (first_at is null) = (first_by is null)
  ),
  constraint door_conflicts_resolution_is_whole check (
    (resolved_at is null) = (resolved_by is null) and (resolved_at is null) = (resolution is null)
    and resolution in ('UNDONE', 'SEEN')
  )
);
create unique index door_conflicts_open_once on door_conflicts (site_id, scan_id) where resolved_at is null;
create index door_conflicts_of_event on door_conflicts (site_id, event_id, opened_at, conflict_id);
create index door_conflicts_of_number on door_conflicts (site_id, event_id, number) where resolved_at is null;
