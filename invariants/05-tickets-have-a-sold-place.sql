-- Law 4: a ticket that admits belongs to one line of a CONFIRMED reservation, and no line has more of them than places.
select tickets.site_id, tickets.order_number, tickets.line_index, count(*) as tickets, lines.quantity,
       reservations.status
  from tickets
  join orders using (site_id, order_number)
  left join ticket_reservations as reservations
    on reservations.site_id = orders.site_id
   and reservations.ticket_reservation_id = orders.ticket_reservation_id
  left join ticket_reservation_lines as lines
    on lines.site_id = orders.site_id
   and lines.ticket_reservation_id = orders.ticket_reservation_id
   and lines.line_index = tickets.line_index
   and lines.ticket_definition_id = tickets.ticket_definition_id
 where tickets.canceled_at is null
   and orders.archived_at is null
 group by tickets.site_id, tickets.order_number, tickets.line_index, lines.quantity, lines.removed_quantity,
          reservations.status
having reservations.status is distinct from 'CONFIRMED'
    or count(*) > coalesce(lines.quantity - lines.removed_quantity, 0)
