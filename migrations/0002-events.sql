create table events (
  site_id                     uuid not null references sites,
  event_id                    uuid not null,
  revision                    integer not null,
  title                       text not null,
  slug                        text not null,
  short_description           text,
  detailed_description        text,
  description                 jsonb,
  main_image                  jsonb,
  location                    jsonb not null,
  date_tbd                    boolean not null,
  date_tbd_message            text,
  start_at                    timestamptz,
  end_at                      timestamptz,
  time_zone                   text,
  hide_end_date               boolean not null,
  show_time_zone              boolean not null,
  initial_type                text not null,
  registration_disabled       boolean not null,
  registration_paused         boolean not null,
  external_url                text,
  allowed_guest_types         text not null,
  rsvp_settings               jsonb not null,
  guests_assigned_separately  boolean not null,
  ticket_limit_per_order      integer not null,
  currency                    text not null,
  tax_type                    text,
  tax_name                    text,
  tax_rate                    numeric(6, 3),
  tax_on_donations            boolean,
  reservation_minutes         integer not null,
  guest_list_public           boolean not null,
  online_conferencing         jsonb,
  seo_settings                jsonb not null,
  agenda_enabled              boolean not null,
  details_button_hidden       boolean not null,
  details_page_hidden         boolean not null,
  created_at                  timestamptz not null,
  updated_at                  timestamptz not null,
  published_at                timestamptz,
  canceled_at                 timestamptz,
  canceled_by                 jsonb,
  primary key (site_id, event_id),
  constraint events_slug_is_taken unique (site_id, slug),
  constraint events_title_length check (length(title) between 1 and 120),
  constraint events_type_is_known check (initial_type in ('RSVP', 'TICKETING')),
  constraint events_dates_are_whole check (
    (date_tbd and start_at is null and end_at is null and date_tbd_message is not null)
    or (not date_tbd and start_at is not null and end_at is not null and time_zone is not null and end_at >= start_at)
  ),
  constraint events_ticket_limit_range check (ticket_limit_per_order between 1 and 50),
  constraint events_reservation_minutes_range check (reservation_minutes between 5 and 30),
  constraint events_currency_is_iso check (currency ~ '^[A-Z]{3}$'),
  constraint events_tax_is_whole check (
    (tax_type is null and tax_name is null and tax_rate is null)
    or (tax_type in ('INCLUDED_IN_PRICE', 'ADDED_AT_CHECKOUT') and tax_name is not null and tax_rate between 0.001 and 100)
  ),
  constraint events_canceled_was_published check (canceled_at is null or published_at is not null)
);
create index events_by_created on events (site_id, created_at, event_id);
create index events_by_start on events (site_id, start_at, event_id);

create table registration_forms (
  site_id  uuid not null,
  event_id uuid not null,
  revision integer not null,
  controls jsonb not null,
  messages jsonb not null,
  primary key (site_id, event_id),
  constraint registration_forms_event foreign key (site_id, event_id) references events on delete cascade
);

create table policies (
  site_id    uuid not null,
  policy_id  uuid not null,
  event_id   uuid not null,
  revision   integer not null,
  name       text not null,
  body       text not null,
  sort_index integer not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (site_id, policy_id),
  constraint policies_event foreign key (site_id, event_id) references events on delete cascade,
  constraint policies_name_length check (length(name) between 1 and 40),
  constraint policies_body_length check (length(body) between 1 and 50000)
);
create index policies_of_event on policies (site_id, event_id, sort_index);

-- An item has up to two versions, the draft and what guests see; publishing copies one over the other.
create table schedule_items (
  site_id          uuid not null,
  schedule_item_id uuid not null,
  draft            boolean not null,
  event_id         uuid not null,
  name             text not null,
  start_at         timestamptz not null,
  end_at           timestamptz not null,
  time_zone        text not null,
  description      text,
  stage_name       text,
  tags             text[] not null,
  hidden           boolean not null,
  status           text not null,
  created_at       timestamptz not null,
  updated_at       timestamptz not null,
  primary key (site_id, schedule_item_id, draft),
  constraint schedule_items_event foreign key (site_id, event_id) references events on delete cascade,
  constraint schedule_items_name_length check (length(name) between 1 and 120),
  constraint schedule_items_has_length check (end_at > start_at),
  constraint schedule_items_status_is_known check (status in ('SCHEDULED', 'CANCELED'))
);
create index schedule_items_of_event on schedule_items (site_id, event_id, draft, start_at, end_at);
create index schedule_items_by_start on schedule_items (site_id, draft, start_at, end_at);

create table categories (
  site_id     uuid not null references sites,
  category_id uuid not null,
  revision    integer not null,
  name        text not null,
  states      text[] not null,
  created_at  timestamptz not null,
  primary key (site_id, category_id),
  constraint categories_name_length check (length(name) between 1 and 30)
);
create index categories_by_created on categories (site_id, created_at, category_id);

create table category_events (
  site_id     uuid not null,
  category_id uuid not null,
  event_id    uuid not null,
  sort_index  integer not null,
  primary key (site_id, category_id, event_id),
  constraint category_events_category foreign key (site_id, category_id) references categories on delete cascade,
  constraint category_events_event foreign key (site_id, event_id) references events on delete cascade
);
create index category_events_of_event on category_events (site_id, event_id);

create table staff_members (
  site_id         uuid not null references sites,
  staff_member_id uuid not null,
  revision        integer not null,
  name            text not null,
  permissions     text[] not null,
  event_ids       uuid[],
  status          text not null,
  -- Of the login token only a hash is kept; the link itself is derived again from the installation's secret.
  login_hash      bytea not null,
  extended_fields jsonb,
  created_at      timestamptz not null,
  updated_at      timestamptz not null,
  primary key (site_id, staff_member_id),
  constraint staff_members_name_length check (length(name) between 1 and 120),
  constraint staff_members_events_bound check (event_ids is null or cardinality(event_ids) between 1 and 50),
  constraint staff_members_status_is_known check (status in ('PENDING', 'HAS_ACCESS', 'ACCESS_PAUSED'))
);
create unique index staff_members_by_login on staff_members (login_hash);
create index staff_members_by_created on staff_members (site_id, created_at, staff_member_id);
