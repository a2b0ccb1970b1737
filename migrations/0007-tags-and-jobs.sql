-- What the organizer sorts reservations by. Only who acts for the site sees the private ones (R29).
alter table ticket_reservations
  add column tags         text[] not null default '{}',
  add column private_tags text[] not null default '{}',
  add constraint ticket_reservations_tags_are_few check (cardinality(tags) <= 100 and cardinality(private_tags) <= 100);

-- Work that goes on after whoever wanted it was answered: written in the transaction that wants it, done piece by piece
-- by src/queue/ (docs/decisions/0013). No foreign key: selling may write here.
create table jobs (
  site_id    uuid not null,
  job_id     uuid not null,
  kind       text not null,
  payload    jsonb not null,
  state      text not null,
  -- Where the next piece begins, in the words of the kind; null: at the beginning.
  position   jsonb,
  -- What the pieces did so far, counted.
  progress   jsonb not null,
  -- How often the next piece was begun; 0 as soon as one is done.
  attempts   integer not null,
  -- Whoever begins a piece moves this on: others begin it again when the time has passed.
  due_at     timestamptz not null,
  failures   jsonb not null,
  actor_kind text not null,
  actor_id   text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  ended_at   timestamptz,
  primary key (site_id, job_id),
  constraint jobs_state_is_known check (state in ('WAITING', 'DONE', 'FAILED')),
  constraint jobs_ended_by_state check ((ended_at is null) = (state = 'WAITING')),
  constraint jobs_attempts_are_natural check (attempts >= 0)
);
create index jobs_due on jobs (kind, due_at) where state = 'WAITING';
create index jobs_by_created on jobs (site_id, created_at, job_id);
create index jobs_done on jobs (ended_at) where state = 'DONE';
