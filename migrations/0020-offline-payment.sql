-- Whether guests of an event may choose to pay in person: they then have their tickets before anybody has their money,
-- which is the organizer's to allow.
alter table events add column offline_payment boolean not null default false;
