import type { Db, Fragment } from '../db/connect.ts'

/**
 * A part of a statement that ends holds: gives back what `freed` (`ticket_definition_id`, `seat_id`, `quantity`) says of
 * places. Where it stands there are parts `freed` and `stock`, of inventory/in-one-statement.ts.
 */
export function placesFreed(db: Db, siteId: string): Fragment {
  return db`
    update seating_places as places
       set taken = places.taken - freed.quantity
      from freed
     where places.site_id = ${siteId}
       and places.ticket_definition_id = freed.ticket_definition_id
       and places.place_id = freed.seat_id
       and (select count(*) from stock) > 0 -- the stock is locked first, and with it its places`
}
