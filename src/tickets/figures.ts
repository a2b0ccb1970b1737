import type { Db } from '../db/connect.ts'
import { overdueHolds } from '../inventory/store.ts'

/** What the organizer counts of one definition: how many are taken, beyond the limit on purpose, and inside. */
export type Figures = {
  ticketDefinitionId: string
  name: string
  /** null: unlimited. */
  limit: number | null
  /** Held at this moment; what is overdue is not. */
  reserved: number
  sold: number
  /** How far beyond the limit reserved and sold are, because somebody said so (R67, R96). */
  overbooked: number
  /** That admit: neither canceled nor archived, nor is their order. */
  tickets: number
  /** How many of those are checked in. */
  checkedIn: number
}

/** Of every definition of an event in its order, deleted ones while somebody has tickets of them. */
export async function countFigures(
  db: Db,
  { siteId, eventId, now }: { siteId: string; eventId: string; now: Date },
): Promise<Figures[]> {
  return db`
    select definitions.ticket_definition_id, definitions.name, inventory.actual_limit as limit,
           inventory.reserved - coalesce(overdue.quantity, 0) as reserved, inventory.sold,
           coalesce(greatest(0, least(
             inventory.overbooked,
             inventory.reserved - coalesce(overdue.quantity, 0) + inventory.sold - inventory.actual_limit
           )), 0) as overbooked,
           coalesce(admitted.tickets, 0) as tickets, coalesce(admitted.checked_in, 0) as checked_in
      from ticket_definitions as definitions
      join inventory using (site_id, ticket_definition_id)
      left join (${overdueHolds(db, siteId, now)}) as overdue using (ticket_definition_id)
      left join (
        select tickets.ticket_definition_id, count(*) as tickets, count(tickets.checked_in_at) as checked_in
          from tickets
          join orders using (site_id, order_number)
         where tickets.site_id = ${siteId}
           and tickets.event_id = ${eventId}
           and tickets.canceled_at is null
           and tickets.archived_at is null
           and orders.archived_at is null
         group by tickets.ticket_definition_id
      ) as admitted using (ticket_definition_id)
     where definitions.site_id = ${siteId}
       and definitions.event_id = ${eventId}
       and (definitions.deleted_at is null or inventory.reserved + inventory.sold > 0)
     order by definitions.sort_index, definitions.ticket_definition_id`
}

/** The same for the event as a whole. */
export function sumOf(figures: readonly Figures[]) {
  const sum = (of: (each: Figures) => number) => figures.reduce((total, each) => total + of(each), 0)
  return {
    reserved: sum(each => each.reserved),
    sold: sum(each => each.sold),
    overbooked: sum(each => each.overbooked),
    tickets: sum(each => each.tickets),
    checkedIn: sum(each => each.checkedIn),
  }
}
