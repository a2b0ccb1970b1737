-- Law 3: a ticket admits to the place that was reserved.
select tickets.site_id, tickets.ticket_number, tickets.seat_id, lines.seat_id as reserved
  from tickets
  join orders using (site_id, order_number)
  join ticket_reservation_lines as lines
    on lines.site_id = orders.site_id
   and lines.ticket_reservation_id = orders.ticket_reservation_id
   and lines.line_index = tickets.line_index
 where tickets.seat_id is distinct from lines.seat_id
