-- Law 18: whoever came in by the door names the scan that let them in, which is of the same number, event and moment; a
-- scan that let somebody in and should not have stands in a conflict; and a conflict's two scans are of one number.
with came_in as (
  select site_id, event_id, ticket_number as number, check_in_scan_id as scan_id, checked_in_at as at
    from tickets
   where check_in_scan_id is not null
   union all
  select rsvps.site_id, rsvps.event_id, rsvps.rsvp_id || ':' || check_in."guestId", check_in."scanId", check_in.at
    from rsvps
   cross join jsonb_to_recordset(rsvps.check_ins) as check_in ("guestId" integer, at timestamptz, "scanId" uuid)
   where check_in."scanId" is not null
)
select came_in.site_id, came_in.number, 'check-in' as breach
  from came_in
  left join door_scans as scans using (site_id, scan_id)
 where scans.number is distinct from came_in.number
    or scans.event_id <> came_in.event_id
    or scans.scanned_at is distinct from came_in.at
    or scans.kind <> 'ENTER'
    or not scans.let_in
union all
select scans.site_id, scans.scan_id::text, 'let in'
  from door_scans as scans
 where scans.let_in
   and scans.result <> 'ADMITTED'
   and not exists (
         select
           from door_conflicts as conflicts
          where conflicts.site_id = scans.site_id
            and conflicts.scan_id = scans.scan_id
       )
union all
select conflicts.site_id, conflicts.conflict_id::text, 'conflict'
  from door_conflicts as conflicts
  join door_scans as scans using (site_id, scan_id)
  left join door_scans as firsts
    on firsts.site_id = conflicts.site_id
   and firsts.scan_id = conflicts.first_scan_id
 where not scans.let_in
    or scans.number is distinct from conflicts.number
    or scans.event_id <> conflicts.event_id
    or (firsts.scan_id is not null and (firsts.number <> scans.number or firsts.kind <> 'ENTER'))
    or (conflicts.first_scan_id is not null and conflicts.first_at > scans.scanned_at)
