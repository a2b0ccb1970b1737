-- Every table's primary key begins with site_id: one tenant's row cannot refer to another's, and the schema can be
-- distributed by it (design.md, sections 4 and 9).

create table installation (
  is_one             boolean primary key default true,
  secret_fingerprint text not null,
  created_at         timestamptz not null,
  constraint installation_is_one check (is_one)
);

create table sites (
  site_id       uuid primary key,
  name          text not null,
  locale        text not null,
  currency      text not null,
  time_zone     text not null,
  test_payments boolean not null,
  created_at    timestamptz not null,
  constraint sites_currency_is_iso check (currency ~ '^[A-Z]{3}$')
);

create table api_keys (
  site_id    uuid not null references sites,
  api_key_id uuid not null,
  hash       bytea not null,
  name       text not null,
  created_at timestamptz not null,
  revoked_at timestamptz,
  primary key (site_id, api_key_id),
  constraint api_keys_hash_is_sha256 check (length(hash) = 32)
);
create unique index api_keys_by_hash on api_keys (hash);

-- What happened: one row per fact, written in the transaction that made it true. No foreign key: the hot path writes
-- here, and a deleted entity's history stays.
create table activities (
  site_id     uuid not null,
  activity_id bigint generated always as identity,
  entity_kind text not null,
  entity_id   text not null,
  sequence    integer not null,
  kind        text not null,
  data        jsonb not null,
  actor_kind  text not null,
  actor_id    text not null,
  occurred_at timestamptz not null,
  primary key (site_id, activity_id),
  constraint activities_sequence_is_natural check (sequence >= 1)
);
create unique index activities_of_entity on activities (site_id, entity_kind, entity_id, sequence);
