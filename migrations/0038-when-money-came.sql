-- Reports say when money came in. A payment's last change is not that: it moves with each refund.
alter table payments add column captured_at timestamptz;
update payments
   set captured_at = coalesce(
         (
           select min(told.received_at)
             from payment_notifications as told
            where told.site_id = payments.site_id
              and told.payment_id = payments.payment_id
              and told.result = 'PAID'
         ),
         -- By hand, by gift card and at the door it is captured as it is made.
         case when provider in ('manual', 'giftCard') then created_at end,
         (
           select orders.paid_at
             from orders
            where orders.site_id = payments.site_id
              and orders.order_number = payments.order_number
              and orders.paid_at >= payments.created_at
         ),
         updated_at
       )
 where status in ('CAPTURED', 'REFUNDED');
alter table payments add
  constraint payments_captured_by_status check ((captured_at is not null) = (status in ('CAPTURED', 'REFUNDED')));

-- What was sold in a period of time, among all that a site ever sold.
create index orders_by_confirmed on orders (site_id, confirmed_at) where confirmed_at is not null;
-- Tickets that admit nobody any more, of all that were issued. Nearly all have none, and none when they are issued.
create index tickets_canceled on tickets (site_id, canceled_at) where canceled_at is not null;
