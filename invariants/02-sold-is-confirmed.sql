-- Law 1: sold is what CONFIRMED reservations hold, less what was taken out of them afterwards.
select inventory.site_id, inventory.ticket_definition_id, inventory.sold, coalesce(held.quantity, 0) as held
  from inventory
  left join (
    select site_id, ticket_definition_id, sum(lines.quantity - lines.removed_quantity) as quantity
      from ticket_reservation_lines as lines
      join ticket_reservations as reservations using (site_id, ticket_reservation_id)
     where reservations.status = 'CONFIRMED'
     group by site_id, ticket_definition_id
  ) as held using (site_id, ticket_definition_id)
 where inventory.sold <> coalesce(held.quantity, 0)
