-- How often somebody tried to sign in, from one network, within a window of time: counted for all processes together
-- (src/identities/attempts.ts). A row lives as long as its window; nothing is lost with them, so they are not logged.
create unlogged table attempts (
  -- A MAC of what was tried and of the network that it came from: no address is kept.
  attempt_key bytea not null,
  count       integer not null,
  ends_at     timestamptz not null,
  constraint attempts_pkey primary key (attempt_key),
  constraint attempts_are_counted check (count > 0)
);

create index attempts_by_end on attempts (ends_at);
