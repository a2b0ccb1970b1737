-- Where the guests of an event sit or stand. One plan an event; what is in it is kept as it was given, for whoever draws
-- or edits it, and beside that as places.
create table seating_plans (
  site_id         uuid not null,
  seating_plan_id uuid not null,
  event_id        uuid not null,
  revision        integer not null,
  name            text not null,
  -- Sections with their rows, tables and areas.
  sections        jsonb not null,
  created_at      timestamptz not null,
  updated_at      timestamptz not null,
  primary key (site_id, seating_plan_id),
  constraint seating_plans_event_has_one unique (site_id, event_id),
  constraint seating_plans_name_length check (length(name) between 1 and 50)
);

-- What can be reserved by its id: a seat in a row, a chair at a table, or an area that has room for many. What is taken of
-- a place changes under the lock of its definition's inventory alone, together with the numbers there.
create table seating_places (
  site_id              uuid not null,
  seating_plan_id      uuid not null,
  place_id             text not null,
  -- Whose tickets are sold for it; null: nobody's.
  ticket_definition_id uuid,
  -- In the order of the plan.
  position             integer not null,
  element_type         text not null,
  section_label        text not null,
  element_label        text not null,
  label                text not null,
  capacity             integer not null,
  -- By PENDING and CONFIRMED reservations.
  taken                integer not null default 0,
  primary key (site_id, seating_plan_id, place_id),
  constraint seating_places_plan foreign key (site_id, seating_plan_id) references seating_plans,
  constraint seating_places_definition foreign key (site_id, ticket_definition_id) references ticket_definitions,
  constraint seating_places_element_is_known check (element_type in ('ROW', 'TABLE', 'AREA')),
  constraint seating_places_capacity_range check (
    capacity between 1 and 50000 and (element_type = 'AREA' or capacity = 1)
  ),
  -- Law 3: a seat has at most one live claim, an area as many as there is room.
  constraint seating_places_claimed_once check (taken between 0 and capacity),
  constraint seating_places_claims_have_a_definition check (taken = 0 or ticket_definition_id is not null)
) with (fillfactor = 80);
create unique index seating_places_of_definition on seating_places (site_id, ticket_definition_id, place_id);

-- Whether every ticket is for a place: the limit is then the capacity of the definition's places, and nobody can go beyond
-- it. It stands here because this row is locked, and read as it is then, by everybody who takes or gives back tickets.
alter table inventory add column seated boolean not null default false;
alter table inventory add
  constraint inventory_seated_is_limited check (not seated or (actual_limit is not null and overbooked = 0));

-- A line or a ticket for a place says which, with its labels as they were when it was reserved.
alter table ticket_reservation_lines add column seat_id text;
alter table ticket_reservation_lines add column seat_info jsonb;
alter table ticket_reservation_lines add
  constraint ticket_reservation_lines_seat_is_whole check ((seat_id is null) = (seat_info is null));
alter table tickets add column seat_id text;
alter table tickets add column seat_info jsonb;
alter table tickets add
  constraint tickets_seat_is_whole check ((seat_id is null) = (seat_info is null));
create index tickets_of_seat on tickets (site_id, seat_id) where seat_id is not null;
