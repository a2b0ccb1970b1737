import type { Db, Fragment } from '../db/connect.ts'

// Parts of the one statement that takes stock for a whole batch (ticket-reservations/store.ts). They work on its `asked`:
// one row per definition with `ticket_definition_id` and `quantity`.

/** Locks the rows that are asked for, in id order, like lockInventory. */
export function lockedStock(db: Db, siteId: string): Fragment {
  return db`
    select ticket_definition_id, actual_limit, reserved, sold
      from inventory
     where site_id = ${siteId}
       and ticket_definition_id in (select ticket_definition_id from asked)
     order by ticket_definition_id
       for update`
}

/** Takes what is asked for, where `fits` says that all of it is there: then nothing is beyond the limit any more. */
export function takenStock(db: Db, siteId: string, fits: Fragment): Fragment {
  return db`
    update inventory
       set reserved = inventory.reserved + asked.quantity,
           overbooked = 0
      from asked
     where inventory.site_id = ${siteId}
       and inventory.ticket_definition_id = asked.ticket_definition_id
       and asked.quantity > 0
       and ${fits}
    returning inventory.ticket_definition_id as "ticketDefinitionId", inventory.actual_limit as "actualLimit",
              inventory.reserved, inventory.sold, inventory.version`
}
