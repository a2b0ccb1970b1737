-- Law 14: an event's counts are those of its RSVPs, and no more guests come than its limit allows, but for those that
-- somebody let in on purpose.
with counted as (
  select site_id, event_id,
         count(*) filter (where status = 'YES') as yes_rsvps,
         coalesce(sum(total_guests) filter (where status = 'YES'), 0) as yes_guests,
         count(*) filter (where status = 'WAITLIST') as waitlist_rsvps,
         coalesce(sum(total_guests) filter (where status = 'WAITLIST'), 0) as waitlist_guests,
         count(*) filter (where status = 'NO') as no_rsvps,
         coalesce(sum(total_guests) filter (where status = 'NO'), 0) as no_guests
    from rsvps
   group by site_id, event_id
)
select site_id, event_id, 'counted' as breach, counts.yes_guests, counted.yes_guests as found
  from rsvp_counts as counts
  full join counted using (site_id, event_id)
 where (coalesce(counted.yes_rsvps, 0), coalesce(counted.yes_guests, 0), coalesce(counted.waitlist_rsvps, 0),
        coalesce(counted.waitlist_guests, 0), coalesce(counted.no_rsvps, 0), coalesce(counted.no_guests, 0))
       is distinct from
       (counts.yes_rsvps, counts.yes_guests, counts.waitlist_rsvps, counts.waitlist_guests, counts.no_rsvps,
        counts.no_guests)
union all
select counts.site_id, counts.event_id, 'limit', counts.yes_guests,
       (events.rsvp_settings ->> 'limit')::integer + counts.overbooked
  from rsvp_counts as counts
  join events using (site_id, event_id)
 where counts.guest_limit is distinct from (events.rsvp_settings ->> 'limit')::integer
    or counts.yes_guests > counts.guest_limit + counts.overbooked
