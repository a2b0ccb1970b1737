-- Law 1: reserved is what PENDING reservations hold, overdue or not.
select inventory.site_id, inventory.ticket_definition_id, inventory.reserved, coalesce(held.quantity, 0) as held
  from inventory
  left join (
    select site_id, ticket_definition_id, sum(lines.quantity - lines.removed_quantity) as quantity
      from ticket_reservation_lines as lines
      join ticket_reservations as reservations using (site_id, ticket_reservation_id)
     where reservations.status = 'PENDING'
     group by site_id, ticket_definition_id
  ) as held using (site_id, ticket_definition_id)
 where inventory.reserved <> coalesce(held.quantity, 0)
