-- Every mail that is wanted, to one person each. The job of the same id sends it; what became of it stands here, and
-- stays when the job is forgotten. It names what it is about; whom it goes to is looked up when it is sent, and written
-- down then, unless that is all that is known of them.
create table mails (
  site_id        uuid not null references sites,
  mail_id        uuid not null,
  kind           text not null,
  -- What made it: one fact makes one mail to each. null: a person asked for it, however often.
  fact           text,
  event_id       uuid,
  order_number   text,
  -- Of the order, if it is about some of its tickets alone: to the guest that they name.
  ticket_numbers text[],
  rsvp_id        uuid,
  -- What else it says, in the words of its kind.
  data           jsonb not null,
  -- Where it went. Of one that is about neither order nor RSVP: where it goes.
  address        text,
  created_at     timestamptz not null,
  sent_at        timestamptz,
  -- What it was to say was not so any more, or nobody was left to say it to.
  dropped_at     timestamptz,
  primary key (site_id, mail_id),
  constraint mails_once_per_fact unique (site_id, fact),
  constraint mails_are_to_somebody check (num_nonnulls(order_number, rsvp_id) = 1 or address is not null),
  constraint mails_end_once check (sent_at is null or dropped_at is null)
);
create index mails_by_created on mails (site_id, created_at desc, mail_id);
create index mails_of_order on mails (site_id, order_number, created_at desc) where order_number is not null;
create index mails_to_forget on mails (created_at);

-- Mails that wait already.
insert into mails (site_id, mail_id, kind, event_id, order_number, ticket_numbers, rsvp_id, data, created_at)
select site_id, job_id, payload ->> 'notificationType', null, payload ->> 'orderNumber',
       case when jsonb_typeof(payload -> 'ticketNumbers') = 'array'
            then array(select jsonb_array_elements_text(payload -> 'ticketNumbers')) end,
       (payload ->> 'rsvpId')::uuid, '{}', created_at
  from jobs
 where kind = 'notification.mail'
   and state <> 'DONE';

-- Who does something about whatever happens, and up to where it has (src/activity/followers.ts). What happened before
-- it began is nothing to do anything about any more.
create table activity_followers (
  name     text primary key,
  -- null: at the beginning.
  cursor   text,
  -- null: before anything happened.
  began_at timestamptz
);
insert into activity_followers (name, began_at)
values ('mails', case when exists (select from activities) then now() end);

-- What mails say where nobody wrote it for their event: in one language each. What has no row is said in our words.
create table mail_templates (
  site_id    uuid not null references sites,
  language   text not null,
  name       text not null,
  subject    text not null,
  body       text not null,
  updated_at timestamptz not null,
  primary key (site_id, language, name),
  constraint mail_templates_say_something check (subject <> '' and body <> '')
);
-- Which of the mails that the contract has no switch for are not sent by themselves.
alter table sites add column mails_off text[] not null default '{}';
