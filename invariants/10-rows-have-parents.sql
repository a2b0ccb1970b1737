-- Law 8: the rows that selling writes carry no foreign keys; each has its parents, of its own site.
select 'ticket_reservation_lines' as child, lines.site_id, lines.ticket_reservation_id::text as id
  from ticket_reservation_lines as lines
  left join ticket_reservations as reservations using (site_id, ticket_reservation_id)
  left join inventory using (site_id, ticket_definition_id)
 where reservations.site_id is null
    or inventory.site_id is null
union all
select 'orders', orders.site_id, orders.order_number
  from orders
  left join sites using (site_id)
  left join contacts using (site_id, contact_id)
 where sites.site_id is null
    or (orders.contact_id is not null and contacts.site_id is null)
union all
select 'tickets', tickets.site_id, tickets.ticket_number
  from tickets
  left join orders using (site_id, order_number)
 where orders.site_id is null
union all
select 'payments', payments.site_id, payments.payment_id::text
  from payments
  left join orders using (site_id, order_number)
 where orders.site_id is null
union all
select 'payment_notifications', told.site_id, told.notification_id
  from payment_notifications as told
  left join payments using (site_id, payment_id)
 where payments.site_id is null
union all
select 'jobs', jobs.site_id, jobs.job_id::text
  from jobs
  left join sites using (site_id)
 where sites.site_id is null
union all
select 'promotion_uses', uses.site_id, uses.order_number
  from promotion_uses as uses
  left join promotions using (site_id, promotion_id)
  left join orders using (site_id, order_number)
 where promotions.site_id is null
    or orders.site_id is null
