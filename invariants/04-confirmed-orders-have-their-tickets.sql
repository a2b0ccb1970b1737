-- Law 4: an order that stands has exactly the tickets that its reservation holds, any other has none that admit; an
-- archived one holds no place.
select orders.site_id, orders.order_number, orders.status, held.quantity as held, coalesce(issued.count, 0) as issued
  from orders
  join lateral (
    select coalesce(sum(quantity - removed_quantity), 0) as quantity
      from ticket_reservation_lines as lines
     where lines.site_id = orders.site_id
       and lines.ticket_reservation_id = orders.ticket_reservation_id
  ) as held on true
  left join lateral (
    select count(*) as count
      from tickets
     where tickets.site_id = orders.site_id
       and tickets.order_number = orders.order_number
       and tickets.canceled_at is null
  ) as issued on true
 where case
         when orders.status not in ('PAID', 'FREE', 'OFFLINE_PENDING') then issued.count <> 0
         else held.quantity <> case when orders.archived_at is null then issued.count else 0 end
       end
