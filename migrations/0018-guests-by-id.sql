-- A buyer and a ticket holder are guests of an event (events section 12) without a row of their own: their ids are made of
-- site and number, always the same, and have to lead back to the order or ticket.

create function guest_id(site_id uuid, number text) returns uuid
 language sql immutable parallel safe
 return md5(site_id::text || ' ' || number)::uuid;

create index orders_by_guest on orders (site_id, guest_id(site_id, order_number));
create index tickets_by_guest on tickets (site_id, guest_id(site_id, ticket_number));
