-- Who follows the activities must miss none. `activity_id` says when a row was written, not when it could be read: of two
-- transactions the one that began to write later may commit earlier, and who has read its row has passed the other's.
-- So activities are read by the transaction that wrote them, and only those of transactions before which none is still
-- running (src/activity/follow.ts, docs/decisions/0020-activities-are-read-by-transaction.md). What is here already
-- comes first, in the order in which it was written.
alter table activities
  add column xact bigint not null default 0,
  -- From where the organizer's people acted. Of guests it is not kept.
  add column actor_address text;
alter table activities alter column xact set default (pg_current_xact_id()::text::bigint);

-- Instead of the one by activity_id alone, which nobody reads by.
alter table activities
  drop constraint activities_pkey,
  add constraint activities_pkey primary key (site_id, xact, activity_id);
create index activities_in_order on activities (xact, activity_id);

-- The numbers of transactions belong to one PostgreSQL cluster. A database that was carried to another one goes on from
-- where it was: what is added there to a transaction's number (and stands in the default of activities.xact) is above
-- every number that is there. What was told after the moment from which a backup was restored is of a history that
-- ended; who knows it must not go on as if it had happened. One row has not ended: the present history.
create table activity_histories (
  history_id  uuid primary key,
  cluster     text not null,
  xact_offset bigint not null,
  began_at    timestamptz not null default now(),
  ended_xact  bigint
);
create unique index activity_histories_present on activity_histories ((true)) where ended_xact is null;
