-- Law 5: PAID means that payments less refunds make the grand total, or that a person marked it paid.
select orders.site_id, orders.order_number, orders.grand_total_minor, coalesce(paid.amount, 0) as paid
  from orders
  left join (
    select site_id, order_number, sum(amount_minor - refunded_minor) as amount
      from payments
     where status in ('CAPTURED', 'REFUNDED')
     group by site_id, order_number
  ) as paid using (site_id, order_number)
 where orders.status = 'PAID'
   and orders.marked_paid_by is null
   and coalesce(paid.amount, 0) <> orders.grand_total_minor
