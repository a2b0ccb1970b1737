-- Money goes back in parts too, each by a decision of its own: a refund is a row. What a payment says of refunds is their
-- sum, for those who count money without reading each.
create table refunds (
  site_id      uuid not null,
  refund_id    uuid not null,
  payment_id   uuid not null,
  order_number text not null,
  amount_minor bigint not null,
  status       text not null,
  -- EXCESS: it buys nothing; ORGANIZER: somebody decided it; ELSEWHERE: it was made at the provider, without us.
  reason       text not null,
  note         text,
  -- {kind, id}
  asked_by     jsonb not null,
  -- Its id at the provider.
  provider_ref text,
  attempts     integer not null default 0,
  -- When the worker next looks at it; null when it is done, or only a person can do it.
  due_at       timestamptz,
  created_at   timestamptz not null,
  updated_at   timestamptz not null,
  primary key (site_id, refund_id),
  constraint refunds_payment foreign key (site_id, payment_id) references payments,
  constraint refunds_status_is_known check (status in ('PENDING', 'DONE', 'FAILED')),
  constraint refunds_reason_is_known check (reason in ('EXCESS', 'ORGANIZER', 'ELSEWHERE')),
  constraint refunds_amount_is_positive check (amount_minor > 0),
  constraint refunds_due_while_pending check (due_at is null or status = 'PENDING')
);
create index refunds_of_payment on refunds (site_id, payment_id);
create index refunds_of_order on refunds (site_id, order_number, created_at);
create index refunds_due on refunds (due_at) where due_at is not null;
create unique index refunds_at_provider on refunds (site_id, payment_id, provider_ref) where provider_ref is not null;

alter table payments
  -- What is on its way back.
  add column refunding_minor bigint not null default 0,
  -- Its id at the provider, where that has one of its own.
  add column provider_ref text;

insert into refunds (
  site_id, refund_id, payment_id, order_number, amount_minor, status, reason, asked_by, attempts, due_at, created_at,
  updated_at
)
select site_id, gen_random_uuid(), payment_id, order_number,
       case when refunded_minor > 0 then refunded_minor else amount_minor end,
       case when refunded_minor > 0 then 'DONE' else 'PENDING' end, 'EXCESS', '{"kind": "clock", "id": ""}',
       case when refunded_minor > 0 then 0 else attempts end, case when refunded_minor > 0 then null else due_at end,
       updated_at, updated_at
  from payments
 where refunded_minor > 0
    or asked = 'REFUND';

alter table payments drop constraint payments_asked_by_status;
update payments set refunding_minor = amount_minor, asked = null, due_at = null where asked = 'REFUND';
alter table payments add
  constraint payments_asked_by_status check (
    asked is null
    or (asked = 'CAPTURE' and status = 'AUTHORIZED')
    or (asked = 'VOID' and status in ('BEGUN', 'AUTHORIZED'))
  );
alter table payments drop constraint payments_refund_range;
alter table payments add
  constraint payments_refund_range check (
    refunded_minor >= 0 and refunding_minor >= 0 and refunded_minor + refunding_minor <= amount_minor
  );
alter table payments add
  constraint payments_refunding_is_captured check (refunding_minor = 0 or status = 'CAPTURED');
-- A payment that is open elsewhere is looked at when its hold ends, whether or not anybody told us of it.
alter table payments drop constraint payments_open_ends_are_due;
alter table payments add
  constraint payments_open_ends_are_due check (
    case
      when asked is not null or status = 'AUTHORIZED' then due_at is not null
      else due_at is null or status = 'BEGUN'
    end
  );

-- What went back of an order that stands, or stood.
alter table orders add column refunded_minor bigint not null default 0;
alter table orders add
  constraint orders_refund_range check (refunded_minor between 0 and grand_total_minor);

-- A card may get back what it paid in parts.
alter table gift_card_entries add column refund_id uuid;
update gift_card_entries
   set refund_id = refunds.refund_id
  from refunds
 where refunds.site_id = gift_card_entries.site_id
   and refunds.payment_id = gift_card_entries.payment_id
   and gift_card_entries.kind = 'REFUNDED';
drop index gift_card_entries_of_payment;
create unique index gift_card_entries_of_payment
  on gift_card_entries (site_id, payment_id, kind, refund_id) nulls not distinct
  where payment_id is not null;
alter table gift_card_entries add
  constraint gift_card_entries_refund_by_kind check ((refund_id is not null) = (kind = 'REFUNDED'));

-- A payment may concern a person for several reasons, one after the other.
alter table reconciliation_cases
  add column case_id uuid not null default gen_random_uuid(),
  -- What of the payment it is about: a refund, a dispute, what was asked.
  add column about text not null default '',
  add column note text;
alter table reconciliation_cases alter column case_id drop default;
alter table reconciliation_cases drop constraint reconciliation_cases_pkey;
alter table reconciliation_cases add constraint reconciliation_cases_pkey primary key (site_id, case_id);
alter table reconciliation_cases add
  constraint reconciliation_cases_once unique (site_id, payment_id, reason, about);
create index reconciliation_cases_by_opened on reconciliation_cases (site_id, opened_at, case_id);
