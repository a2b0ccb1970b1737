import type { Db } from '../db/connect.ts'
import { overdueReservations } from '../inventory/store.ts'

/** Reservations past their deadline, across sites, earliest first. */
export async function listOverdue(
  db: Db,
  { now, limit }: { now: Date; limit: number },
): Promise<{ siteId: string; ticketReservationId: string }[]> {
  return db`
    select site_id, ticket_reservation_id
      from ticket_reservations
     where status = 'PENDING'
       and expires_at <= ${now}
     order by expires_at
     limit ${limit}`
}

/** Those of one event, at most so many. */
export async function listOverdueOfEvent(
  db: Db,
  { siteId, eventId, now }: { siteId: string; eventId: string; now: Date },
  limit: number,
): Promise<{ ticketReservationId: string }[]> {
  return db`
    select ticket_reservation_id
      from ticket_reservations
     where status = 'PENDING'
       and expires_at <= ${now}
       and site_id = ${siteId}
       and event_id = ${eventId}
     order by expires_at
     limit ${limit}`
}

/** What somebody wants of a site; of definitions with seats only those that are named stand in the way. */
export type WantedStock = { siteId: string; ticketDefinitionIds: readonly string[]; seatIds: readonly string[] }

/** Ids of one site's overdue holds on what is wanted, at most so many. */
export async function listOverdueOn(
  db: Db,
  { siteId, ticketDefinitionIds, seatIds, now }: WantedStock & { now: Date },
  limit: number,
): Promise<string[]> {
  const rows = await db<{ ticketReservationId: string }[]>`
    select distinct overdue.ticket_reservation_id
      from (${overdueReservations(db, siteId, now)}) as overdue
     cross join lateral (
       select ticket_definition_id, seat_id
         from ticket_reservation_lines
        where site_id = ${siteId}
          and ticket_reservation_id = overdue.ticket_reservation_id
       offset 0
     ) as lines
     where lines.ticket_definition_id = any(${[...ticketDefinitionIds]})
       and (lines.seat_id is null or lines.seat_id = any(${[...seatIds]}::text[]))
     limit ${limit}`
  return rows.map(row => row.ticketReservationId)
}
