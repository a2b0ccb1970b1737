import type { Db, Fragment } from '../db/connect.ts'

// How stock moves within a statement that does more than that: parts for its WITH list, which must name them in this
// order. What moves stock in a statement of its own is in store.ts.

/**
 * `stock`: locks the rows of the definitions in `table`, in id order, and gives their numbers as they are then.
 * @param table an earlier part with `ticket_definition_id`
 */
export function stockLockedFor(db: Db, siteId: string, table: Fragment): Fragment {
  return db`
    select ticket_definition_id, actual_limit, reserved, sold, seated
      from inventory
     where site_id = ${siteId}
       and ticket_definition_id in (select ticket_definition_id from ${table})
     order by ticket_definition_id
       for update`
}

/**
 * Takes what is `asked` for (`ticket_definition_id`, `quantity`), where `fits` says that all of it is there: then nothing
 * is beyond the limit any more.
 * @param fits a look at `stock`, so that the rows are locked before they are changed
 */
export function stockTaken(db: Db, siteId: string, fits: Fragment): Fragment {
  return db`
    update inventory
       set reserved = inventory.reserved + asked.quantity,
           overbooked = 0
      from asked
     where inventory.site_id = ${siteId}
       and inventory.ticket_definition_id = asked.ticket_definition_id
       and asked.quantity > 0
       and ${fits}
    ${numbersReturned(db)}`
}

/**
 * Moves stock by `moved` (`ticket_definition_id`, `reserved`, `sold`, which may be null), never beyond what was there:
 * what was held is given back or becomes sold. `overbooked` shrinks as soon as there is less to excuse.
 */
export function stockMoved(db: Db, siteId: string): Fragment {
  return db`
    update inventory
       set reserved = inventory.reserved + moved.reserved,
           sold = inventory.sold + coalesce(moved.sold, 0),
           overbooked = least(inventory.overbooked, greatest(
             0,
             inventory.reserved + inventory.sold + moved.reserved + coalesce(moved.sold, 0) - inventory.actual_limit
           ))
      from moved
     where inventory.site_id = ${siteId}
       and inventory.ticket_definition_id = moved.ticket_definition_id
       and (select count(*) from stock) > 0 -- the rows are locked first, in order
    ${numbersReturned(db)}`
}

function numbersReturned(db: Db): Fragment {
  return db`
    returning inventory.ticket_definition_id as "ticketDefinitionId", inventory.actual_limit as "actualLimit",
              inventory.reserved, inventory.sold, inventory.version`
}
