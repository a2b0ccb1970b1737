-- Law 5: what the payments of an order have brought and keep is its grand total where it is PAID, less what was given back
-- of it since; that with what is authorized where it is AUTHORIZED, a part of it where it is PARTIALLY_PAID. It is more
-- only where a provider could not give back what came too much: that is a case for a person (open, or closed by one).
select orders.site_id, orders.order_number, orders.status, orders.grand_total_minor, orders.refunded_minor,
       coalesce(paid.kept, 0) as kept, coalesce(paid.authorized, 0) as authorized
  from orders
  left join (
    select site_id, order_number,
           sum(amount_minor - refunded_minor - refunding_minor) filter (where status = 'CAPTURED') as kept,
           sum(amount_minor) filter (where status = 'AUTHORIZED' and asked is distinct from 'VOID') as authorized
      from payments
     group by site_id, order_number
  ) as paid using (site_id, order_number)
 where case orders.status
         when 'PAID' then coalesce(paid.kept, 0) < orders.grand_total_minor - orders.refunded_minor
                       or coalesce(paid.kept, 0) > orders.grand_total_minor - orders.refunded_minor
                          and not exists (
                                select from reconciliation_cases as cases
                                  join payments using (site_id, payment_id)
                                 where payments.site_id = orders.site_id
                                   and payments.order_number = orders.order_number
                                   and cases.reason = 'REFUND_FAILED'
                              )
         when 'AUTHORIZED' then coalesce(paid.kept, 0) + coalesce(paid.authorized, 0) <> orders.grand_total_minor
         when 'PARTIALLY_PAID' then coalesce(paid.kept, 0) not between 1 and orders.grand_total_minor - 1
         else false
       end
