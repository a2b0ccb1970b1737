import type { Tx } from '../db/connect.ts'
import { moveInventory } from '../inventory/store.ts'
import { takePlaces } from '../seating/store.ts'
import { insertReservations, type NewReservation } from './store.ts'

/**
 * Writes holds that were granted: reservations, stock and places, each in one statement. Whoever calls it has seen under
 * the locks of `lockSales` that all of it is there, or that limits may be bypassed.
 */
export async function hold(tx: Tx, siteId: string, granted: readonly NewReservation[]): Promise<void> {
  if (granted.length === 0) return
  const movements = granted.flatMap(({ lines, limitsBypassed }) =>
    lines.map(({ ticketDefinitionId, quantity }) => ({
      ticketDefinitionId,
      reserved: quantity,
      sold: 0,
      beyondLimit: limitsBypassed,
    })),
  )
  await Promise.all([
    insertReservations(tx, siteId, granted),
    moveInventory(tx, siteId, movements),
    takePlaces(
      tx,
      siteId,
      granted.flatMap(({ lines }) => lines),
    ),
  ])
}
