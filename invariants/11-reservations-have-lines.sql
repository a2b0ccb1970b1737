-- Law 8: a reservation has lines, all of them of definitions of its own event.
select reservations.site_id, reservations.ticket_reservation_id, reservations.event_id
  from ticket_reservations as reservations
  left join ticket_reservation_lines as lines using (site_id, ticket_reservation_id)
  left join ticket_definitions as definitions
    on definitions.site_id = lines.site_id
   and definitions.ticket_definition_id = lines.ticket_definition_id
 where definitions.event_id is distinct from reservations.event_id
