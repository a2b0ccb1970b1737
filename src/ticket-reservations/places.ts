import { type Activity, record } from '../activity/record.ts'
import { type Numbers, noteChange } from '../db/changes.ts'
import { jsonb, type Tx } from '../db/connect.ts'
import { stockLockedFor, stockMoved } from '../inventory/in-one-statement.ts'
import { placesFreed } from '../seating/in-one-statement.ts'

/** How many places of one line are taken out from now on. */
export type RemovedPlaces = { ticketReservationId: string; lineIndex: number; removedQuantity: number }

/**
 * Takes places out of lines of CONFIRMED reservations, or puts them back (R137): their stock and seats move with them, and
 * each reservation is told. Lines that are as wanted already stay untouched. The reservations must be locked; who puts places
 * back has locked their stock and seen that enough of it is unsold.
 */
export async function setRemovedPlaces(
  tx: Tx,
  siteId: string,
  wanted: readonly RemovedPlaces[],
  { actor, now }: { actor: Activity['actor']; now: Date },
): Promise<void> {
  if (wanted.length === 0) return
  const ids = [...new Set(wanted.map(each => each.ticketReservationId))]
  const rows = wanted.map(({ ticketReservationId, lineIndex, removedQuantity }) => ({
    ticket_reservation_id: ticketReservationId,
    line_index: lineIndex,
    removed_quantity: removedQuantity,
  }))
  const [answer] = await tx<{ raised: Raised[] | null; numbers: Numbers[] | null }[]>`
    with wanted as (
      select *
        from jsonb_to_recordset(${jsonb(tx, rows)}) as wanted (
               ticket_reservation_id uuid, line_index smallint, removed_quantity integer
             )
    ), changed as (
      select lines.ticket_reservation_id, lines.line_index, lines.ticket_definition_id, lines.seat_id,
             wanted.removed_quantity, wanted.removed_quantity - lines.removed_quantity as places
        from ticket_reservation_lines as lines
        join wanted using (ticket_reservation_id, line_index)
       where lines.site_id = ${siteId}
         and lines.ticket_reservation_id = any(${ids})
         and lines.removed_quantity <> wanted.removed_quantity
    ), written as (
      update ticket_reservation_lines as lines
         set removed_quantity = changed.removed_quantity
        from changed
       where lines.site_id = ${siteId}
         and lines.ticket_reservation_id = changed.ticket_reservation_id
         and lines.line_index = changed.line_index
    ), raised as (
      update ticket_reservations as reservations
         set revision = reservations.revision + 1, updated_at = ${now}
        from (select ticket_reservation_id, sum(places) as places from changed group by ticket_reservation_id) as named
       where reservations.site_id = ${siteId}
         and reservations.ticket_reservation_id = named.ticket_reservation_id
      returning reservations.ticket_reservation_id, reservations.revision, named.places
    ), moved as (
      select ticket_definition_id, 0 as reserved, -sum(places) as sold
        from changed
       group by ticket_definition_id
    ), stock as (${stockLockedFor(tx, siteId, tx`moved`)}
    ), put as (${stockMoved(tx, siteId)}
    ), freed as (
      select ticket_definition_id, seat_id, sum(places) as quantity
        from changed
       where seat_id is not null
       group by ticket_definition_id, seat_id
    ), left_free as (${placesFreed(tx, siteId)}
    )
    select (select jsonb_agg(jsonb_build_object(
             'ticketReservationId', ticket_reservation_id, 'revision', revision, 'places', places
           )) from raised) as raised,
           (select jsonb_agg(to_jsonb(put)) from put) as numbers`
  noteChange(tx, { kind: 'stock', siteId, numbers: answer?.numbers ?? [] })
  await record(
    tx,
    (answer?.raised ?? []).map(({ ticketReservationId, revision, places }) => ({
      siteId,
      entityKind: 'ticket_reservation',
      entityId: ticketReservationId,
      sequence: revision,
      kind: places > 0 ? 'ticket_reservation.places_removed' : 'ticket_reservation.places_restored',
      data: { places: Math.abs(places) },
      actor,
      occurredAt: now,
    })),
  )
}

type Raised = { ticketReservationId: string; revision: number; places: number }
