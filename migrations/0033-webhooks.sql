-- Facts told to programs of others (docs/decisions/0026-webhooks-are-made-of-facts.md). src/webhooks/ alone writes here.

-- What a site signs with. Of several the one that signs is that whose `signs_from` came last; the private half is sealed
-- with a key that is derived from the installation's secret.
create table webhook_keys (
  site_id        uuid not null references sites,
  webhook_key_id uuid not null,
  public_key     text not null,
  private_key    bytea not null,
  signs_from     timestamptz not null,
  created_at     timestamptz not null,
  primary key (site_id, webhook_key_id)
);

-- Up to where a site's facts have been told: a cursor of src/activity/. There is none until somebody subscribes.
create table webhook_tellers (
  site_id    uuid primary key references sites,
  told_until text not null
);

create table webhook_subscriptions (
  site_id         uuid not null references sites,
  subscription_id uuid not null,
  revision        integer not null,
  url             text not null,
  description     text not null,
  event_types     text[] not null,
  paused_at       timestamptz,
  -- Who: the organizer, or nobody but failures.
  paused_by       text,
  -- Since when nothing has arrived there; null while something does.
  failing_since   timestamptz,
  -- When the next of its deliveries is due; null: none waits.
  next_due_at     timestamptz,
  -- Whoever works on its lane keeps others from it until then.
  lane_until      timestamptz,
  created_at      timestamptz not null,
  updated_at      timestamptz not null,
  -- Gone for its organizer; the row follows when its deliveries are forgotten.
  deleted_at      timestamptz,
  primary key (site_id, subscription_id),
  constraint webhook_subscriptions_url_length check (length(url) <= 2048),
  constraint webhook_subscriptions_have_types check (cardinality(event_types) between 1 and 100),
  constraint webhook_subscriptions_pause_is_whole check (
    (paused_at is null) = (paused_by is null) and paused_by in ('ORGANIZER', 'FAILURES')
  )
);
create index webhook_subscriptions_due on webhook_subscriptions (next_due_at)
 where paused_at is null and deleted_at is null;

-- One event of the contract that was made of a fact, as it was told: for every subscription the same, with one id.
create table webhook_events (
  site_id          uuid not null,
  webhook_event_id uuid not null,
  event_type       text not null,
  -- Whose it is, in the contract's sense.
  entity_id        text not null,
  -- What of it is told one after the other.
  lane_key         text not null,
  -- The fact.
  activity_kind    text not null,
  activity_of      text not null,
  activity_number  integer not null,
  -- Its place in the history of what it is about.
  position         bigint not null,
  -- The order or RSVP whose people are in it: when they are forgotten, they are taken out of it. null: nobody is.
  about            text,
  payload          text not null,
  identity         text not null,
  occurred_at      timestamptz not null,
  created_at       timestamptz not null,
  primary key (site_id, webhook_event_id)
);
create index webhook_events_about on webhook_events (site_id, about) where about is not null;
create index webhook_events_by_created on webhook_events (created_at);

create table webhook_deliveries (
  site_id          uuid not null,
  delivery_id      uuid not null,
  subscription_id  uuid not null,
  webhook_event_id uuid not null,
  lane_key         text not null,
  position         bigint not null,
  state            text not null,
  -- Since it was wanted, or wanted again.
  attempts         integer not null,
  due_at           timestamptz not null,
  -- The last attempts, oldest first: when, how long, and what was answered.
  log              jsonb not null,
  created_at       timestamptz not null,
  ended_at         timestamptz,
  primary key (site_id, delivery_id),
  constraint webhook_deliveries_once unique (site_id, subscription_id, webhook_event_id),
  constraint webhook_deliveries_subscription foreign key (site_id, subscription_id) references webhook_subscriptions,
  constraint webhook_deliveries_event foreign key (site_id, webhook_event_id) references webhook_events,
  constraint webhook_deliveries_state_is_known check (state in ('WAITING', 'DELIVERED', 'DROPPED')),
  constraint webhook_deliveries_ended_by_state check ((ended_at is null) = (state = 'WAITING')),
  constraint webhook_deliveries_attempts_are_few check (attempts between 0 and 13)
);
create index webhook_deliveries_due on webhook_deliveries (site_id, subscription_id, due_at, position)
 where state = 'WAITING';
create index webhook_deliveries_in_order on webhook_deliveries (site_id, subscription_id, lane_key, position)
 where state = 'WAITING';
create index webhook_deliveries_by_created on webhook_deliveries (site_id, created_at, delivery_id);
create index webhook_deliveries_of_event on webhook_deliveries (site_id, webhook_event_id);
create index webhook_deliveries_ended on webhook_deliveries (ended_at) where ended_at is not null;
