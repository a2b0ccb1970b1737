-- What guests want to be mailed of a ticket definition: that its sale opens, that a sold-out one has tickets again. One
-- row per definition that anybody waits for, which is looked at again and again; whoever tells holds it.
create table opening_queues (
  site_id              uuid not null references sites,
  ticket_definition_id uuid not null,
  event_id             uuid not null,
  looked_at            timestamptz not null,
  -- Since when it was seen sold out; whoever waits from then on is told in turn, as many as there are tickets for.
  sold_out_at          timestamptz,
  told_at              timestamptz,
  primary key (site_id, ticket_definition_id)
);
create index opening_queues_by_look on opening_queues (looked_at);

-- Only who has confirmed by mail is told anything, once: then the row is gone.
create table opening_alerts (
  site_id              uuid not null,
  alert_id             uuid not null,
  kind                 text not null,
  ticket_definition_id uuid not null,
  email                text not null,
  locale               text not null,
  created_at           timestamptz not null,
  confirmed_at         timestamptz,
  primary key (site_id, alert_id, kind),
  constraint opening_alerts_queue foreign key (site_id, ticket_definition_id) references opening_queues on delete cascade,
  constraint opening_alerts_kind_is_known check (kind in ('OPENING', 'RETURN'))
);
create unique index opening_alerts_once on opening_alerts (site_id, ticket_definition_id, lower(email), kind);
create index opening_alerts_in_turn on opening_alerts (site_id, ticket_definition_id, confirmed_at, alert_id)
 where confirmed_at is not null;
create index opening_alerts_of_address on opening_alerts (site_id, lower(email), created_at);
create index opening_alerts_unconfirmed on opening_alerts (created_at) where confirmed_at is null;
