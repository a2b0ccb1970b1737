import type { Tx } from '../db/connect.ts'
import { actorOf, buyerOf } from '../identities/identity.ts'
import { newGuid } from '../ids.ts'
import { moveInventory } from '../inventory/store.ts'
import { addMinutes } from '../time.ts'
import { expireOn } from './expire.ts'
import { decide, type GrantedLine, type ReservedLine, type TicketReservation, type Wanted } from './model.ts'
import { insertReservations, lockSales } from './store.ts'

/**
 * Decides the reservations that were waiting, in arrival order, each wholly or not at all (R68; design.md section 5).
 * Takes the locks of all definitions concerned once, writes all that was granted in one statement, moves each
 * definition's stock once. One request is a list of one.
 * @param batch of one site
 * @returns for each request, in order, what it got: a reservation, or why not
 */
export async function reserve(
  tx: Tx,
  siteId: string,
  batch: readonly Wanted[],
): Promise<(TicketReservation | Error)[]> {
  const ids = [...new Set(batch.flatMap(({ lines }) => lines.map(line => line.ticketDefinitionId)))]
  const now = batch.reduce((latest, wanted) => (wanted.now > latest ? wanted.now : latest), new Date(0))
  // First, because reservations are locked before inventory, always.
  await expireOn(tx, { siteId, ticketDefinitionIds: ids, now })
  const sales = new Map((await lockSales(tx, siteId, ids)).map(sale => [sale.ticketDefinitionId, sale]))

  const outcomes = batch.map(wanted => {
    const decision = decide(wanted, sales)
    if (decision instanceof Error) return decision
    for (const { line, sale } of decision.lines) sale.reserved += line.quantity
    return granted(siteId, wanted, decision)
  })

  // Past this line the granted ones must succeed.
  const held = outcomes.flatMap(outcome => (outcome instanceof Error ? [] : [outcome]))
  if (held.length > 0) {
    await insertReservations(tx, siteId, held)
    await moveInventory(
      tx,
      siteId,
      held.flatMap(({ lines, limitsBypassed }) =>
        lines.map(({ ticketDefinitionId, quantity }) => ({
          ticketDefinitionId,
          reserved: quantity,
          sold: 0,
          beyondLimit: limitsBypassed,
        })),
      ),
    )
  }
  return outcomes
}

function granted(siteId: string, wanted: Wanted, { lines, eventId }: { lines: GrantedLine[]; eventId: string }) {
  const { identity, now } = wanted
  const { ticketLimitPerOrder = 20, reservationMinutes = 20 } = lines[0]?.sale ?? {}
  return {
    siteId,
    ticketReservationId: newGuid(),
    eventId,
    revision: 1,
    status: 'PENDING' as const,
    expiresAt: addMinutes(now, reservationMinutes),
    createdAt: now,
    updatedAt: now,
    ...buyerOf(identity),
    orderNumber: null,
    limitsBypassed: wanted.limitsBypassed,
    hiddenAllowed: wanted.hiddenAllowed,
    extendedFields: wanted.extendedFields,
    lines: lines.map(toReservedLine),
    settings: { ticketLimitPerOrder, reservationMinutes },
    actor: actorOf(identity),
  }
}

function toReservedLine({ line, sale, priceMinor, pricingOption }: GrantedLine): ReservedLine {
  return {
    ticketLineItemId: newGuid(),
    ticketDefinitionId: line.ticketDefinitionId,
    quantity: line.quantity,
    removedQuantity: 0,
    priceMinor,
    currency: sale.currency,
    pricingKind: sale.pricingKind,
    feeType: sale.feeType,
    ticketName: sale.name,
    policy: sale.policyText ?? '',
    guestPrice: line.guestPrice,
    priceOverride: line.priceOverride,
    pricingOptionId: line.pricingOptionId,
    pricingOptionName: pricingOption?.name ?? null,
    pricingPlan: line.pricingPlan,
  }
}
