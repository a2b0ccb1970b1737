-- Law 13: nothing that hangs on an anonymized order says who it was either (R191).
select orders.site_id, orders.order_number, tickets.ticket_number, reservations.ticket_reservation_id, uses.promotion_id,
       sessions.redirect_session_id, mails.mail_id
  from orders
  left join tickets using (site_id, order_number)
  left join ticket_reservations as reservations using (site_id, ticket_reservation_id)
  left join promotion_uses as uses
    on uses.site_id = orders.site_id
   and uses.order_number = orders.order_number
   and (uses.contact_id is not null or uses.visitor_id is not null)
  left join redirect_sessions as sessions
    on sessions.site_id = orders.site_id
   and sessions.ticket_reservation_id = orders.ticket_reservation_id
  left join mails
    on mails.site_id = orders.site_id
   and mails.order_number = orders.order_number
   and mails.address is not null
 where orders.anonymized_at is not null
   and (
     tickets.first_name <> '' or tickets.last_name <> '' or tickets.email <> ''
     or tickets.form <> '{"inputValues": []}'
     or reservations.visitor_id is not null or reservations.member_id is not null
     or reservations.extended_fields is not null
     or uses.promotion_id is not null
     or sessions.redirect_session_id is not null
     or mails.mail_id is not null
     or exists (
          select from refunds
           where refunds.site_id = orders.site_id
             and refunds.order_number = orders.order_number
             and refunds.note is not null
        )
     or exists (
          select from reconciliation_cases as cases
            join payments using (site_id, payment_id)
           where payments.site_id = orders.site_id
             and payments.order_number = orders.order_number
             and cases.note is not null
        )
   )
