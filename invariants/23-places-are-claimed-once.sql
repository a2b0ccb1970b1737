-- Law 3: what is taken of a place is what live reservations hold of it, and no more than there is room for.
select places.site_id, coalesce(places.ticket_definition_id, held.ticket_definition_id) as ticket_definition_id,
       coalesce(places.place_id, held.place_id) as place_id, places.capacity, places.taken,
       coalesce(held.quantity, 0) as held
  from seating_places as places
  full join (
    select site_id, ticket_definition_id, seat_id as place_id, (seat_info ->> 'configurationId')::uuid as seating_plan_id,
           sum(lines.quantity - lines.removed_quantity) as quantity
      from ticket_reservation_lines as lines
      join ticket_reservations as reservations using (site_id, ticket_reservation_id)
     where reservations.status in ('PENDING', 'CONFIRMED')
       and lines.seat_id is not null
     group by 1, 2, 3, 4
    having sum(lines.quantity - lines.removed_quantity) > 0
  ) as held
    on held.site_id = places.site_id
   and held.ticket_definition_id = places.ticket_definition_id
   and held.seating_plan_id = places.seating_plan_id
   and held.place_id = places.place_id
 where places.taken is distinct from coalesce(held.quantity, 0)
    or places.taken > places.capacity
