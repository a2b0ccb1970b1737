create table ticket_definitions (
  site_id              uuid not null,
  ticket_definition_id uuid not null,
  event_id             uuid not null,
  revision             integer not null,
  name                 text not null,
  description          text,
  policy_text          text,
  hidden               boolean not null,
  initial_limit        integer,
  pricing_kind         text not null,
  -- The fixed price, the guest price's minimum, or null with options.
  price_minor          bigint,
  currency             text not null,
  pricing_options      jsonb not null,
  fee_type             text not null,
  sale_start_at        timestamptz,
  sale_end_at          timestamptz,
  display_not_on_sale  boolean,
  sort_index           integer not null,
  extended_fields      jsonb,
  created_at           timestamptz not null,
  updated_at           timestamptz not null,
  -- A deleted definition stays as a tombstone, so that orders and tickets still show its name and price (R97).
  deleted_at           timestamptz,
  primary key (site_id, ticket_definition_id),
  constraint ticket_definitions_name_length check (length(name) between 1 and 30),
  constraint ticket_definitions_limit_is_natural check (initial_limit >= 0),
  constraint ticket_definitions_pricing_is_whole check (
    (pricing_kind in ('FIXED', 'GUEST') and price_minor >= 0 and pricing_options = '[]')
    or (pricing_kind = 'OPTIONS' and price_minor is null and jsonb_array_length(pricing_options) between 1 and 100)
  ),
  constraint ticket_definitions_currency_is_iso check (currency ~ '^[A-Z]{3}$'),
  constraint ticket_definitions_fee_is_known check (fee_type in ('FEE_INCLUDED', 'FEE_ADDED_AT_CHECKOUT', 'NO_FEE')),
  constraint ticket_definitions_sale_has_length check (sale_end_at > sale_start_at)
);
create index ticket_definitions_of_event on ticket_definitions (site_id, event_id, sort_index);
create index ticket_definitions_by_created on ticket_definitions (site_id, created_at, ticket_definition_id);

-- One narrow row per definition; src/inventory/ alone changes it (design.md, section 5). Reserving needs nothing else.
create table inventory (
  site_id              uuid not null,
  ticket_definition_id uuid not null,
  -- null: unlimited.
  actual_limit         integer,
  reserved             integer not null default 0,
  sold                 integer not null default 0,
  -- How far beyond the limit somebody went on purpose.
  overbooked           integer not null default 0,
  primary key (site_id, ticket_definition_id),
  constraint inventory_definition foreign key (site_id, ticket_definition_id) references ticket_definitions,
  constraint inventory_counts_are_natural check (reserved >= 0 and sold >= 0 and overbooked >= 0 and actual_limit >= 0),
  constraint inventory_never_oversold check (actual_limit is null or reserved + sold <= actual_limit + overbooked)
) with (fillfactor = 50);

-- The hot path writes the next two tables: they carry no foreign keys (measured in design.md, section 5). The batch's
-- own locked read proves the parents, and invariants/ watches them.
create table ticket_reservations (
  site_id               uuid not null,
  ticket_reservation_id uuid not null,
  event_id              uuid not null,
  revision              integer not null,
  status                text not null,
  expires_at            timestamptz not null,
  created_at            timestamptz not null,
  updated_at            timestamptz not null,
  visitor_id            uuid,
  member_id             uuid,
  -- The order that a checkout made of it: a reservation is checked out at most once (R20).
  order_number          text,
  limits_bypassed       boolean not null,
  hidden_allowed        boolean not null,
  -- The event's settings at the moment of reserving (R120).
  settings              jsonb not null,
  extended_fields       jsonb,
  primary key (site_id, ticket_reservation_id),
  constraint ticket_reservations_status_is_known check (
    status in ('PENDING', 'CONFIRMED', 'EXPIRED', 'CANCELED', 'CANCELED_MANUALLY')
  )
);
create index ticket_reservations_overdue on ticket_reservations (expires_at) where status = 'PENDING';

create table ticket_reservation_lines (
  site_id               uuid not null,
  ticket_reservation_id uuid not null,
  line_index            smallint not null,
  ticket_line_item_id   uuid not null,
  ticket_definition_id  uuid not null,
  quantity              integer not null,
  removed_quantity      integer not null default 0,
  -- Price, name and policy as they were when reserved (R121).
  price_minor           bigint not null,
  currency              text not null,
  pricing_kind          text not null,
  fee_type              text not null,
  ticket_name           text not null,
  policy                text not null,
  guest_price           text,
  price_override        text,
  pricing_option_id     uuid,
  pricing_option_name   text,
  pricing_plan          jsonb,
  primary key (site_id, ticket_reservation_id, line_index),
  constraint ticket_reservation_lines_quantity_range check (quantity between 1 and 50),
  constraint ticket_reservation_lines_removed_range check (removed_quantity between 0 and quantity),
  constraint ticket_reservation_lines_price_is_natural check (price_minor >= 0)
);
create index ticket_reservation_lines_of_definition on ticket_reservation_lines (site_id, ticket_definition_id);

create table contacts (
  site_id    uuid not null references sites,
  contact_id uuid not null,
  email      text not null,
  first_name text not null,
  last_name  text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (site_id, contact_id),
  constraint contacts_email_is_taken unique (site_id, email),
  constraint contacts_email_is_lower check (email = lower(email))
);

create table orders (
  site_id               uuid not null references sites,
  order_number          text not null,
  event_id              uuid not null,
  ticket_reservation_id uuid not null,
  revision              integer not null,
  status                text not null,
  channel               text not null,
  method                text,
  confirmed_at          timestamptz,
  paid_at               timestamptz,
  -- Who marked it paid without a payment of ours: {kind, id} (law 5).
  marked_paid_by        jsonb,
  canceled_at           timestamptz,
  archived_at           timestamptz,
  anonymized_at         timestamptz,
  snapshot_id           uuid,
  visitor_id            uuid,
  member_id             uuid,
  contact_id            uuid not null,
  first_name            text not null,
  last_name             text not null,
  email                 text not null,
  -- One answer per guest entry, in line order.
  guest_forms           jsonb not null,
  -- Whether each ticket has a guest of its own.
  guests_assigned       boolean not null,
  invoice               jsonb not null,
  currency              text not null,
  grand_total_minor     bigint not null,
  revenue_minor         bigint not null,
  tickets_quantity      integer not null,
  fully_checked_in      boolean not null default false,
  silent                boolean not null,
  marketing_consent     boolean not null,
  created_at            timestamptz not null,
  updated_at            timestamptz not null,
  primary key (site_id, order_number),
  constraint orders_reservation_is_used_once unique (site_id, ticket_reservation_id),
  constraint orders_contact foreign key (site_id, contact_id) references contacts,
  constraint orders_status_is_known check (
    status in (
      'INITIATED', 'PENDING', 'AUTHORIZED', 'PARTIALLY_PAID', 'OFFLINE_PENDING', 'PAID', 'FREE', 'DECLINED',
      'CANCELED', 'VOIDED'
    )
  ),
  constraint orders_confirmed_by_status check (
    confirmed_at is not null or status not in ('OFFLINE_PENDING', 'PAID', 'FREE')
  ),
  constraint orders_free_costs_nothing check (status <> 'FREE' or grand_total_minor = 0),
  constraint orders_total_is_natural check (grand_total_minor >= 0 and tickets_quantity >= 1)
);
create index orders_of_event on orders (site_id, event_id, created_at);
create index orders_by_created on orders (site_id, created_at, order_number);
create index orders_initiated on orders (created_at) where status in ('INITIATED', 'PENDING');

create table tickets (
  site_id              uuid not null,
  ticket_number        text not null,
  order_number         text not null,
  event_id             uuid not null,
  ticket_definition_id uuid not null,
  line_index           smallint not null,
  ticket_index         smallint not null,
  revision             integer not null,
  name                 text not null,
  price_minor          bigint not null,
  currency             text not null,
  policy               text not null,
  first_name           text not null,
  last_name            text not null,
  email                text not null,
  -- null: the buyer's answers stand for this ticket too.
  form                 jsonb,
  checked_in_at        timestamptz,
  checked_in_by        jsonb,
  archived_at          timestamptz,
  canceled_at          timestamptz,
  created_at           timestamptz not null,
  updated_at           timestamptz not null,
  primary key (site_id, ticket_number),
  constraint tickets_order foreign key (site_id, order_number) references orders,
  constraint tickets_check_in_is_whole check ((checked_in_at is null) = (checked_in_by is null)),
  constraint tickets_canceled_stay_out check (canceled_at is null or checked_in_at is null or checked_in_at <= canceled_at)
);
create unique index tickets_of_order on tickets (site_id, order_number, ticket_index);
create index tickets_of_event on tickets (site_id, event_id, ticket_number);

create table payments (
  site_id        uuid not null,
  payment_id     uuid not null,
  order_number   text not null,
  provider       text not null,
  status         text not null,
  amount_minor   bigint not null,
  refunded_minor bigint not null default 0,
  currency       text not null,
  created_at     timestamptz not null,
  updated_at     timestamptz not null,
  primary key (site_id, payment_id),
  constraint payments_order foreign key (site_id, order_number) references orders,
  constraint payments_status_is_known check (status in ('BEGUN', 'CAPTURED', 'DECLINED', 'REFUNDED')),
  constraint payments_refund_range check (refunded_minor between 0 and amount_minor),
  constraint payments_refunded_is_captured check (refunded_minor = 0 or status in ('CAPTURED', 'REFUNDED'))
);
create index payments_of_order on payments (site_id, order_number);

-- A notification is stored under its own id before anything else, so that a repeated one changes nothing.
create table payment_notifications (
  site_id         uuid not null,
  provider        text not null,
  notification_id text not null,
  payment_id      uuid not null,
  result          text not null,
  received_at     timestamptz not null,
  primary key (site_id, provider, notification_id),
  constraint payment_notifications_payment foreign key (site_id, payment_id) references payments
);

-- Money without a ticket that could neither be re-held nor refunded by itself: a person decides.
create table reconciliation_cases (
  site_id    uuid not null,
  payment_id uuid not null,
  reason     text not null,
  opened_at  timestamptz not null,
  closed_at  timestamptz,
  closed_by  jsonb,
  primary key (site_id, payment_id),
  constraint reconciliation_cases_payment foreign key (site_id, payment_id) references payments
);
