-- Law 19: what reports count has its moment: a payment whose money came says when, what is refunded had come, what is sold
-- says since when. Which of two moments is earlier is no law: the clocks of two servers may differ.
select 'payment' as what, site_id, payment_id::text as id
  from payments
 where (captured_at is not null) <> (status in ('CAPTURED', 'REFUNDED'))
union all
select 'refund', refunds.site_id, refunds.refund_id::text
  from refunds
  join payments using (site_id, payment_id)
 where payments.captured_at is null
union all
select 'order', site_id, order_number
  from orders
 where confirmed_at is null
   and status in ('PAID', 'FREE', 'OFFLINE_PENDING')
