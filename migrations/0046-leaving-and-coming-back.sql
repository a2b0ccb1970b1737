-- Guests who leave and come back. The check-in stays what it was, the moment a ticket was used; who is out for the moment
-- is told by the scan by which that guest left. What a scan means on the way, out or back, is kept with it, for what
-- devices tell late is judged by all that happened before and after.

-- Whether who has left may come in again.
alter table events
  add column reentry boolean not null default false;

alter table tickets
  add column out_at timestamptz,
  add column out_scan_id uuid,
  add constraint tickets_out_is_whole check ((out_at is null) = (out_scan_id is null)),
  add constraint tickets_out_have_come check (out_at is null or (checked_in_at is not null and out_at >= checked_in_at));

alter table rsvps
  add constraint rsvps_out_have_come check (
    not jsonb_path_exists(check_ins, '$[*] ? (exists(@.out) && !exists(@.at ? (@ != null)))')
  );

alter table door_scans
  -- Somebody left by it, or came back; null: neither, or that was taken back.
  add column passage text,
  drop constraint door_scans_kind_is_known,
  drop constraint door_scans_result_is_known,
  drop constraint door_scans_result_of_kind,
  add constraint door_scans_kind_is_known check (kind in ('ENTER', 'EXIT', 'UNDO')),
  add constraint door_scans_result_is_known check (
    result in (
      'ADMITTED', 'ALREADY_IN', 'UNPAID', 'NOT_YET', 'NO_REENTRY', 'CANCELED', 'ARCHIVED', 'WAITING', 'DECLINED',
      'WRONG_EVENT', 'UNKNOWN', 'TURNED_AWAY', 'LEFT', 'UNDONE', 'NOT_IN'
    )
  ),
  add constraint door_scans_result_of_kind check (
    case kind
      when 'UNDO' then result in ('UNDONE', 'NOT_IN', 'UNKNOWN', 'WRONG_EVENT')
      when 'EXIT' then result in ('LEFT', 'NOT_IN', 'UNKNOWN', 'WRONG_EVENT', 'TURNED_AWAY')
      else result not in ('LEFT', 'UNDONE', 'NOT_IN')
    end
  ),
  add constraint door_scans_passage_of_kind check (
    case passage
      when 'OUT' then kind = 'EXIT' and number is not null and result in ('LEFT', 'NOT_IN')
      when 'BACK' then kind = 'ENTER' and number is not null and let_in
      else passage is null
    end
  );
create index door_scans_passages on door_scans (site_id, event_id, number, scanned_at) where passage is not null;

-- LEFT: who had come first had left before the other one came.
alter table door_conflicts
  drop constraint door_conflicts_resolution_is_whole,
  add constraint door_conflicts_resolution_is_whole check (
    (resolved_at is null) = (resolved_by is null) and (resolved_at is null) = (resolution is null)
    and resolution in ('UNDONE', 'LEFT', 'SEEN')
  );
