-- Who watches how many tickets are left says no more than an id, without a credential that would name a site
-- (src/live/addresses.ts). Ids are made by us and never given twice.
create index events_by_id on events (event_id);
create index ticket_definitions_by_id on ticket_definitions (ticket_definition_id);
