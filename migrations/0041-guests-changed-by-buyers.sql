-- Whether whoever bought may say anew who comes, until the event begins (src/orders/change-guest.ts).
alter table events add column guests_changeable boolean not null default true;
