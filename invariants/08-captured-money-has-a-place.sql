-- Law 6: a captured payment has an order that stands, a full refund, or a case for a person (open, or closed by one).
select payments.site_id, payments.payment_id, payments.order_number, payments.amount_minor, payments.refunded_minor,
       orders.status
  from payments
  join orders using (site_id, order_number)
  left join reconciliation_cases as cases using (site_id, payment_id)
 where payments.status in ('CAPTURED', 'REFUNDED')
   and payments.refunded_minor < payments.amount_minor
   and orders.status <> 'PAID'
   and cases.payment_id is null
