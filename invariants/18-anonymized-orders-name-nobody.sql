-- R191: the tickets and the reservation of an anonymized order do not say who it was either.
select orders.site_id, orders.order_number, tickets.ticket_number, reservations.ticket_reservation_id
  from orders
  left join tickets using (site_id, order_number)
  left join ticket_reservations as reservations using (site_id, ticket_reservation_id)
 where orders.anonymized_at is not null
   and (
     tickets.first_name <> '' or tickets.last_name <> '' or tickets.email <> ''
     or tickets.form <> '{"inputValues": []}'
     or reservations.visitor_id is not null or reservations.member_id is not null
     or reservations.extended_fields is not null
   )
