-- Law 4: an order that stands has a CONFIRMED reservation, and a CONFIRMED reservation has an order that stands.
select site_id, order_number, ticket_reservation_id, orders.status as order_status, reservations.status
  from orders
  full join ticket_reservations as reservations using (site_id, ticket_reservation_id, order_number)
 where (orders.status in ('PAID', 'FREE', 'OFFLINE_PENDING', 'AUTHORIZED'))
         is distinct from (reservations.status = 'CONFIRMED')
   and (orders.status in ('PAID', 'FREE', 'OFFLINE_PENDING', 'AUTHORIZED') or reservations.status = 'CONFIRMED')
