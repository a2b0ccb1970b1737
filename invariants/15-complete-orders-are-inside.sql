-- Law 10: an order is fully checked in when all of its tickets that admit are, and there is one.
select orders.site_id, orders.order_number, orders.fully_checked_in, counted.tickets, counted.inside
  from orders
 cross join lateral (
   select count(*) as tickets, count(checked_in_at) as inside
     from tickets
    where tickets.site_id = orders.site_id
      and tickets.order_number = orders.order_number
      and tickets.archived_at is null
      and tickets.canceled_at is null
 ) as counted
 where orders.fully_checked_in <> (counted.tickets > 0 and counted.inside = counted.tickets)
