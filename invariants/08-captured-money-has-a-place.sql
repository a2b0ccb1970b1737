-- Law 6: what is left of a captured payment has an order that stands or is paid in parts, or a case for a person (open, or
-- closed by one); the rest went back, or is on the way; what is authorized has an order that waits for it, or is being
-- let go. And of what a provider said that it is paid our books say so too.
select payments.site_id, payments.payment_id, payments.order_number, payments.status, payments.amount_minor,
       payments.refunded_minor, payments.refunding_minor, payments.asked, orders.status as order_status
  from payments
  join orders using (site_id, order_number)
 where case payments.status
         when 'CAPTURED' then payments.refunded_minor + payments.refunding_minor < payments.amount_minor
                          and orders.status not in ('PAID', 'AUTHORIZED', 'PARTIALLY_PAID')
                          and not exists (
                                select from reconciliation_cases as cases
                                 where cases.site_id = payments.site_id
                                   and cases.payment_id = payments.payment_id
                              )
         when 'AUTHORIZED' then payments.asked is distinct from 'VOID' and orders.status <> 'AUTHORIZED'
         when 'REFUNDED' then payments.refunded_minor < payments.amount_minor
         else false
       end
union all
select payments.site_id, payments.payment_id, payments.order_number, payments.status, payments.amount_minor,
       payments.refunded_minor, payments.refunding_minor, payments.asked, 'was said to be paid'
  from payments
 where payments.status not in ('CAPTURED', 'REFUNDED')
   and exists (
         select from payment_notifications as told
          where told.site_id = payments.site_id
            and told.payment_id = payments.payment_id
            and told.result = 'PAID'
       )
