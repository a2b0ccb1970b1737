-- Law 21: who is out for the moment came in before, and left by a scan of the same number, event and moment that counts;
-- and who came in by the door is out if the last that is known of them is that they left.
with guests as (
  select site_id, event_id, ticket_number as number, checked_in_at as came_at, check_in_scan_id as came_by, out_at,
         out_scan_id
    from tickets
   where checked_in_at is not null
      or out_at is not null
   union all
  select rsvps.site_id, rsvps.event_id, rsvps.rsvp_id || ':' || check_in."guestId", check_in.at, check_in."scanId",
         (check_in.out ->> 'at')::timestamptz, (check_in.out ->> 'scanId')::uuid
    from rsvps
   cross join jsonb_to_recordset(rsvps.check_ins) as check_in (
           "guestId" integer, at timestamptz, "scanId" uuid, out jsonb
         )
   where check_in.at is not null
      or check_in.out is not null
)
select guests.site_id, guests.number, 'out' as breach
  from guests
  left join door_scans as scans
    on scans.site_id = guests.site_id
   and scans.scan_id = guests.out_scan_id
 where guests.out_at is not null
   and (guests.came_at is null or guests.out_at < guests.came_at or scans.passage is distinct from 'OUT'
        or scans.number <> guests.number or scans.event_id <> guests.event_id or scans.scanned_at <> guests.out_at
        or exists (
             select
               from door_scans as later
              where later.site_id = guests.site_id
                and later.event_id = guests.event_id
                and later.number = guests.number
                and later.passage = 'BACK'
                and later.scanned_at > guests.out_at
           ))
union all
select guests.site_id, guests.number, 'in'
  from guests
  join door_scans as scans
    on scans.site_id = guests.site_id
   and scans.event_id = guests.event_id
   and scans.number = guests.number
 where guests.out_at is null
   and guests.came_by is not null
   and scans.passage = 'OUT'
   and (scans.scanned_at > guests.came_at or (scans.scanned_at = guests.came_at and scans.result = 'LEFT'))
   and not exists (
         select
           from door_scans as later
          where later.site_id = guests.site_id
            and later.event_id = guests.event_id
            and later.number = guests.number
            and later.passage = 'BACK'
            and later.scanned_at >= scans.scanned_at
       )
