-- Law 16: what payments and orders say of refunds is the sum of them, and each that is not done is on its way, or a
-- person's to do.
with summed as (
  select site_id, payment_id,
         sum(amount_minor) filter (where status = 'DONE') as done,
         sum(amount_minor) filter (where status = 'PENDING') as pending
    from refunds
   group by site_id, payment_id
), given as (
  select site_id, order_number, sum(amount_minor) as minor
    from refunds
   where reason <> 'EXCESS'
     and status <> 'FAILED'
   group by site_id, order_number
)
select 'payment' as what, payments.site_id, payments.payment_id::text as id
  from payments
  left join summed using (site_id, payment_id)
 where payments.refunded_minor <> coalesce(summed.done, 0)
    or payments.refunding_minor <> coalesce(summed.pending, 0)
union all
select 'order', orders.site_id, orders.order_number
  from orders
  left join given using (site_id, order_number)
 where orders.refunded_minor <> coalesce(given.minor, 0)
union all
select 'refund', refunds.site_id, refunds.refund_id::text
  from refunds
  left join payments using (site_id, payment_id)
 where payments.order_number is distinct from refunds.order_number
    or (
         refunds.status = 'PENDING'
         and refunds.due_at is null
         and not exists (
               select from reconciliation_cases as cases
                where cases.site_id = refunds.site_id
                  and cases.payment_id = refunds.payment_id
                  and cases.reason = 'REFUND_BY_HAND'
                  and cases.about = refunds.refund_id::text
             )
       )
