-- Law 10: between two check-ins of one ticket lies the removal of the first, and what the ticket says is the last fact.
with turns as (
  select site_id, entity_id as ticket_number, kind, sequence,
         lag(kind) over one as before, lead(kind) over one as after
    from activities
   where entity_kind = 'ticket'
     and kind in ('ticket.checked_in', 'ticket.check_in_deleted')
  window one as (partition by site_id, entity_id order by sequence)
)
select turns.site_id, turns.ticket_number, turns.kind, turns.sequence
  from turns
  left join tickets using (site_id, ticket_number)
 where turns.kind is not distinct from turns.before
    or (turns.before is null and turns.kind = 'ticket.check_in_deleted')
    or (turns.after is null and (turns.kind = 'ticket.checked_in') <> (tickets.checked_in_at is not null))
