-- Money that is authorized first and captured later, what a provider is asked to do about a payment, money that people
-- take by hand, and gift cards.

-- Whether online payments are authorized first: the contract's delayedPaymentCaptureSettings.enabled.
alter table sites add column delayed_capture boolean not null default false;
-- Whether what is authorized is captured by itself before the provider's limit, or else voided (section 9.1).
alter table events add column auto_capture boolean not null default true;

alter table payments
  -- The how manieth of its order.
  add column ordinal integer,
  add column gift_card_id uuid,
  add column captures_later boolean not null default false,
  add column authorized_at timestamptz,
  -- What the provider is to do: written with the decision, done after its commit, tried until it is done.
  add column asked text,
  add column attempts integer not null default 0,
  -- When the worker next looks at it. Partial indexes by status would cost the hot path its cheap updates.
  add column due_at timestamptz;

-- Money that was marked as paid is a payment like any other: the provider is a person.
insert into payments (
  site_id, payment_id, order_number, provider, status, amount_minor, currency, created_at, updated_at
)
select site_id, gen_random_uuid(), order_number, 'manual', 'CAPTURED', grand_total_minor, currency, paid_at, paid_at
  from orders
 where status = 'PAID'
   and marked_paid_by is not null
   and grand_total_minor > 0;

update payments
   set ordinal = numbered.ordinal
  from (
    select site_id, payment_id,
           row_number() over (partition by site_id, order_number order by created_at, payment_id) as ordinal
      from payments
  ) as numbered
 where payments.site_id = numbered.site_id
   and payments.payment_id = numbered.payment_id;

alter table payments alter column ordinal set not null;
alter table payments drop constraint payments_status_is_known;
alter table payments add
  constraint payments_status_is_known check (
    status in ('BEGUN', 'AUTHORIZED', 'CAPTURED', 'DECLINED', 'VOIDED', 'REFUNDED')
  );
alter table payments add
  constraint payments_refunded_is_whole check (status <> 'REFUNDED' or refunded_minor = amount_minor);
alter table payments add
  constraint payments_gift_card_by_provider check ((provider = 'giftCard') = (gift_card_id is not null));
alter table payments add
  constraint payments_asked_by_status check (
    asked is null
    or (asked = 'CAPTURE' and status = 'AUTHORIZED')
    or (asked = 'VOID' and status in ('BEGUN', 'AUTHORIZED'))
    or (asked = 'REFUND' and status = 'CAPTURED')
  );
alter table payments add
  constraint payments_open_ends_are_due check ((due_at is not null) = (asked is not null or status = 'AUTHORIZED'));
alter table payments add
  constraint payments_authorized_by_status check (authorized_at is not null or status <> 'AUTHORIZED');

drop index payments_of_order;
create unique index payments_of_order on payments (site_id, order_number, ordinal);
create index payments_due on payments (due_at) where due_at is not null;
create index orders_partially_paid on orders (created_at) where status = 'PARTIALLY_PAID';

create table gift_cards (
  site_id       uuid not null references sites,
  gift_card_id  uuid not null,
  revision      integer not null,
  -- Keyed by the installation's secret: codes that people choose are short enough to be tried out otherwise.
  code_hash     bytea not null,
  last_four     text not null,
  currency      text not null,
  balance_minor bigint not null,
  note          text,
  expires_at    timestamptz,
  disabled_at   timestamptz,
  created_at    timestamptz not null,
  updated_at    timestamptz not null,
  primary key (site_id, gift_card_id),
  constraint gift_cards_code_is_taken unique (site_id, code_hash),
  constraint gift_cards_hash_is_sha256 check (length(code_hash) = 32),
  constraint gift_cards_currency_is_iso check (currency ~ '^[A-Z]{3}$'),
  constraint gift_cards_balance_is_natural check (balance_minor >= 0)
);
create index gift_cards_by_created on gift_cards (site_id, created_at, gift_card_id);

-- Every movement of a card's money; together they are its balance.
create table gift_card_entries (
  site_id      uuid not null,
  gift_card_id uuid not null,
  -- The revision of the card that it made.
  sequence     integer not null,
  kind         text not null,
  amount_minor bigint not null,
  payment_id   uuid,
  actor_kind   text not null,
  actor_id     text not null,
  occurred_at  timestamptz not null,
  primary key (site_id, gift_card_id, sequence),
  constraint gift_card_entries_card foreign key (site_id, gift_card_id) references gift_cards,
  constraint gift_card_entries_kind_is_known check (kind in ('ISSUED', 'TOPPED_UP', 'CAPTURED', 'REFUNDED')),
  constraint gift_card_entries_amount_is_positive check (amount_minor > 0),
  constraint gift_card_entries_payment_by_kind check ((payment_id is not null) = (kind in ('CAPTURED', 'REFUNDED')))
);
-- A payment takes from a card once, and gives back once.
create unique index gift_card_entries_of_payment
  on gift_card_entries (site_id, payment_id, kind)
  where payment_id is not null;
