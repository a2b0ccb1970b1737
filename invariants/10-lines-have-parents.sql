-- Law 8: the hot path's rows carry no foreign keys; each line has its reservation and its inventory, of its own site.
select lines.site_id, lines.ticket_reservation_id, lines.line_index, lines.ticket_definition_id
  from ticket_reservation_lines as lines
  left join ticket_reservations as reservations using (site_id, ticket_reservation_id)
  left join inventory on inventory.site_id = lines.site_id
                     and inventory.ticket_definition_id = lines.ticket_definition_id
 where reservations.site_id is null
    or inventory.site_id is null
