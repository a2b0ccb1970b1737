-- Law 6: a captured payment has an order that stands or is paid in parts, is given back (or on the way), or has a case
-- for a person (open, or closed by one); what is authorized has an order that waits for it, or is being let go.
select payments.site_id, payments.payment_id, payments.order_number, payments.status, payments.amount_minor,
       payments.refunded_minor, payments.asked, orders.status as order_status
  from payments
  join orders using (site_id, order_number)
  left join reconciliation_cases as cases using (site_id, payment_id)
 where case payments.status
         when 'CAPTURED' then payments.asked is distinct from 'REFUND'
                          and orders.status not in ('PAID', 'AUTHORIZED', 'PARTIALLY_PAID')
                          and cases.payment_id is null
         when 'AUTHORIZED' then payments.asked is distinct from 'VOID' and orders.status <> 'AUTHORIZED'
         when 'REFUNDED' then payments.refunded_minor < payments.amount_minor
         else false
       end
