-- Law 15: an RSVP's guests who are inside are those whose check-in says so, each of them is a guest of it; one
-- member has one RSVP, and nobody else's has a registered member's e-mail address.
select site_id, rsvp_id, 'checked in' as breach
  from rsvps
 where checked_in_guests <> (
         select count(*)
           from jsonb_to_recordset(check_ins) as check_in ("guestId" integer, at timestamptz)
          where check_in.at is not null
            and check_in."guestId" between 1 and rsvps.total_guests
       )
    or (checked_in_guests > 0 and status <> 'YES')
union all
select rsvps.site_id, rsvps.rsvp_id, 'contact'
  from rsvps
  left join contacts using (site_id, contact_id)
 where contacts.site_id is null
   and rsvps.anonymized_at is null
union all
select one.site_id, one.rsvp_id, 'member'
  from rsvps as one
  join rsvps as other
    on other.site_id = one.site_id
   and other.event_id = one.event_id
   and other.rsvp_id <> one.rsvp_id
   and other.member_id = one.member_id
