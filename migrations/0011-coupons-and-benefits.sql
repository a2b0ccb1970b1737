-- How often a promotion (a coupon, or a benefit of a pricing plan) may be used, and how often it is: one narrow row, which
-- src/promotions/ alone changes. A use counts until it is given back, and who finds too few gives back, under this row's
-- lock, those of orders that hold no tickets any more: what ends holds and orders need not know of promotions.
create table promotions (
  site_id            uuid not null,
  promotion_id       uuid not null,
  -- Of a coupon orders, of a benefit tickets; null: any number.
  uses_max           integer,
  uses_per_buyer_max integer,
  used               integer not null default 0,
  primary key (site_id, promotion_id),
  constraint promotions_site foreign key (site_id) references sites,
  constraint promotions_limits_are_positive check (uses_max >= 1 and uses_per_buyer_max >= 1),
  constraint promotions_never_overused check (used >= 0 and (uses_max is null or used <= uses_max))
) with (fillfactor = 50);

-- Checkouts write here in batches: no foreign keys, like the other rows that selling writes (docs/decisions/0007).
create table promotion_uses (
  site_id               uuid not null,
  order_number          text not null,
  promotion_id          uuid not null,
  quantity              integer not null,
  -- The hold that the order was made of, and who bought.
  ticket_reservation_id uuid not null,
  contact_id            uuid,
  visitor_id            uuid,
  -- The limit for one buyer, as it was then.
  uses_per_buyer_max    integer,
  used_at               timestamptz not null,
  given_back_at         timestamptz,
  primary key (site_id, order_number, promotion_id),
  constraint promotion_uses_quantity_range check (quantity between 1 and 2500)
);
create index promotion_uses_by_contact on promotion_uses (site_id, promotion_id, contact_id) where given_back_at is null;
create index promotion_uses_by_visitor on promotion_uses (site_id, promotion_id, visitor_id) where given_back_at is null;

create table coupons (
  site_id                 uuid not null,
  -- Its row in promotions has the same id.
  coupon_id               uuid not null,
  revision                integer not null,
  -- In upper case: codes are told apart regardless of case.
  code                    text not null,
  name                    text not null,
  percent_off             numeric(5, 2),
  amount_off_minor        bigint,
  applies_per             text not null,
  -- What the entity is; without one it is for all tickets.
  scope_group             text not null,
  scope_entity_id         uuid,
  minimum_sub_total_minor bigint,
  -- Of the two amounts; null where there is neither.
  currency                text,
  start_at                timestamptz,
  end_at                  timestamptz,
  deactivated_at          timestamptz,
  created_at              timestamptz not null,
  updated_at              timestamptz not null,
  primary key (site_id, coupon_id),
  constraint coupons_promotion foreign key (site_id, coupon_id) references promotions,
  constraint coupons_code_is_taken unique (site_id, code),
  constraint coupons_code_length check (length(code) between 1 and 20),
  constraint coupons_name_length check (length(name) between 1 and 50),
  constraint coupons_off_is_one check (
    (percent_off is null) <> (amount_off_minor is null) and coalesce(percent_off between 0.01 and 100, true)
    and coalesce(amount_off_minor >= 1, true)
  ),
  constraint coupons_amounts_have_a_currency check (
    (currency is not null) = (amount_off_minor is not null or minimum_sub_total_minor is not null)
  ),
  constraint coupons_minimum_is_positive check (minimum_sub_total_minor >= 1),
  constraint coupons_applies_per_is_known check (applies_per in ('ORDER', 'TICKET')),
  constraint coupons_scope_is_known check (scope_group in ('event', 'ticket')),
  constraint coupons_have_length check (end_at > start_at)
);
create index coupons_by_created on coupons (site_id, created_at, coupon_id);

create table pricing_plan_benefits (
  site_id       uuid not null,
  plan_order_id uuid not null,
  benefit_id    uuid not null,
  promotion_id  uuid not null,
  revision      integer not null,
  plan_id       uuid not null,
  member_id     uuid not null,
  name          text not null,
  -- Percent of a ticket's price.
  rate          numeric(5, 2) not null,
  start_at      timestamptz,
  end_at        timestamptz,
  created_at    timestamptz not null,
  updated_at    timestamptz not null,
  primary key (site_id, plan_order_id, benefit_id),
  constraint pricing_plan_benefits_promotion foreign key (site_id, promotion_id) references promotions,
  constraint pricing_plan_benefits_promotion_is_its_own unique (site_id, promotion_id),
  constraint pricing_plan_benefits_name_length check (length(name) between 1 and 100),
  constraint pricing_plan_benefits_rate_range check (rate between 0.01 and 100),
  constraint pricing_plan_benefits_have_length check (end_at > start_at)
);
create index pricing_plan_benefits_by_created on pricing_plan_benefits (site_id, created_at, promotion_id);
