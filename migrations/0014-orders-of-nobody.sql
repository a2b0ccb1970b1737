-- Orders whose buyer nobody named (sold at the door) or nobody may know any more (anonymized), money that is taken at the
-- door before there is an order, and the lists of orders by contact and member.

alter table orders alter column contact_id drop not null;
alter table orders add
  constraint orders_have_a_buyer check (
    contact_id is not null or anonymized_at is not null or channel = 'OFFLINE_POS'
  );
-- Numbers and amounts stay, whatever says who it was goes (R191).
alter table orders add
  constraint orders_anonymized_name_nobody check (
    anonymized_at is null
    or (
      first_name = '' and last_name = '' and email = '' and guest_forms = '[]'
      and contact_id is null and visitor_id is null and member_id is null
    )
  );
create index orders_of_contact on orders (site_id, contact_id) where contact_id is not null;
create index orders_of_member on orders (site_id, member_id) where member_id is not null;

-- What a seller has taken for a reservation. It is no captured money yet: that it becomes with its order, as a payment of
-- the same id, and then the row is gone.
create table pos_payments (
  site_id               uuid not null,
  pos_payment_id        uuid not null,
  ticket_reservation_id uuid not null,
  method                text not null,
  amount_minor          bigint not null,
  currency              text not null,
  taken_by              jsonb not null,
  taken_at              timestamptz not null,
  primary key (site_id, pos_payment_id),
  constraint pos_payments_reservation_has_one unique (site_id, ticket_reservation_id),
  constraint pos_payments_method_is_known check (method in ('cash', 'card')),
  constraint pos_payments_amount_is_positive check (amount_minor > 0),
  constraint pos_payments_currency_is_iso check (currency ~ '^[A-Z]{3}$')
);
