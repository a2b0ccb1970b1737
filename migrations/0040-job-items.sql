-- What a job does one by one, where somebody wants to know what became of each: who was refused, and why. A job that is
-- forgotten takes it with it. Whom it is about stands here only until an order says it.
create table job_items (
  site_id      uuid not null,
  job_id       uuid not null,
  -- Its place among what the job is about, from 0.
  item         integer not null,
  -- Whom or what it is about and how far it is, in the words of the job's kind.
  subject      jsonb,
  -- The order that it is about, or that was made of it.
  order_number text,
  -- Code, description and data of a refusal.
  refusal      jsonb,
  primary key (site_id, job_id, item),
  constraint job_items_go_with_their_job foreign key (site_id, job_id) references jobs (site_id, job_id)
    on delete cascade,
  constraint job_items_are_about_something check (subject is not null or order_number is not null),
  constraint job_items_place_is_natural check (item >= 0)
);
-- Those of a job that were refused, of however many it has.
create index job_items_refused on job_items (site_id, job_id, item) where refusal is not null;
-- What goes on for one event, among all jobs of its site.
create index jobs_about_events on jobs (site_id, (payload->>'eventId'), created_at)
  where payload->>'eventId' is not null;
