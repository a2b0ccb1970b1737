-- That a sale starts or ends is told by the clock, once (R111): of each definition here stands which status was told last.
-- What began before today is nothing that anybody has to be told.
alter table ticket_definitions add column sale_told text;
update ticket_definitions
   set sale_told = case
         when sale_start_at > now() then 'SALE_SCHEDULED'
         when sale_end_at <= now() then 'SALE_ENDED'
         else 'SALE_STARTED'
       end;
alter table ticket_definitions
  alter column sale_told set not null,
  add constraint ticket_definitions_sale_told_is_known check (
    sale_told in ('SALE_SCHEDULED', 'SALE_STARTED', 'SALE_ENDED')
  );

create index ticket_definitions_to_start on ticket_definitions (coalesce(sale_start_at, timestamptz '-infinity'))
 where sale_told = 'SALE_SCHEDULED' and deleted_at is null;
create index ticket_definitions_to_end on ticket_definitions (sale_end_at)
 where sale_told = 'SALE_STARTED' and deleted_at is null and sale_end_at is not null;
