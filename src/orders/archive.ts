import { type Activity, record } from '../activity/record.ts'
import type { Sql, Tx } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { lockInventory, unsoldOf } from '../inventory/store.ts'
import { Refusal } from '../refusals.ts'
import { EXPIRY_ROUNDS_MAX, expireOn } from '../ticket-reservations/expire.ts'
import { hasSeat, type TicketReservation } from '../ticket-reservations/model.ts'
import { type RemovedPlaces, setRemovedPlaces } from '../ticket-reservations/places.ts'
import { listTicketsOfOrders } from '../tickets/store.ts'
import { orderActivity } from './end.ts'
import { archiveActionOf, type Order } from './model.ts'
import { changedOrder, listArchivedDefinitions, lockOrdersOf, type NamedOrders, writeOrders } from './store.ts'

/**
 * Bulk Update Orders: archives or restores the named orders, all of them or none (R175, R186, R187). One that is as
 * wanted already stays untouched (R19).
 * @returns all of them as they are now, in the order of their numbers
 * @throws Refusal ORDER_NOT_FOUND, ORDER_ACTION_NOT_AVAILABLE
 */
export async function archiveOrders(
  tx: Tx,
  { archived, ...named }: NamedOrders & { archived: boolean },
  { identity, now }: { identity: Identity; now: Date },
): Promise<Order[]> {
  const by = { actor: actorOf(identity), now }
  const { orders, reservations } = await lockOrdersOf(tx, named, identity)
  const moving = orders.filter(order => (order.archivedAt !== null) !== archived)
  await movePlaces(tx, { orders: moving, reservations, archived }, by)
  const moved = new Map(
    moving.map(order => [order.orderNumber, changedOrder(order, { archivedAt: archived ? now : null }, now)]),
  )
  await writeOrders(tx, identity.siteId, [...moved.values()])
  await record(
    tx,
    [...moved.values()].map(order => orderActivity(order, 'updated', { ...by, data: { archived } })),
  )
  return orders.map(order => moved.get(order.orderNumber) ?? order)
}

/**
 * Gives the places of orders that are being archived back to their stock, or takes them again for those that are being
 * restored (R137, R187). Orders and reservations must be locked.
 * @throws Refusal ORDER_ACTION_NOT_AVAILABLE for an order whose status does not allow it, or whose places are gone
 */
export async function movePlaces(
  tx: Tx,
  {
    orders,
    reservations,
    archived,
  }: { orders: readonly Order[]; reservations: ReadonlyMap<string, TicketReservation>; archived: boolean },
  by: { actor: Activity['actor']; now: Date },
): Promise<void> {
  const [siteId] = orders.map(order => order.siteId)
  if (siteId === undefined) return
  const holding = orders.flatMap(order => {
    const action = archiveActionOf(order.status)
    if (action === null) throw notAvailable(order, archived)
    if (action === 'keep') return []
    const reservation = reservations.get(order.ticketReservationId)
    // An order that stands has its reservation: somebody gave it another one before it was locked.
    if (!reservation) throw new Refusal('UNAVAILABLE', 'Try again.')
    return [{ order, reservation }]
  })
  const wanted = archived ? holding.flatMap(allPlaces) : await placesAgain(tx, siteId, holding)
  await setRemovedPlaces(tx, siteId, wanted, by)
}

type Holding = { order: Order; reservation: TicketReservation }

function allPlaces({ reservation: { ticketReservationId, lines } }: Holding): RemovedPlaces[] {
  return lines.map(({ quantity }, lineIndex) => ({ ticketReservationId, lineIndex, removedQuantity: quantity }))
}

/**
 * What restored orders take: a place for each of their tickets, under the lock of the stock. Of what is sold by the seat
 * nothing is restored (R187).
 */
async function placesAgain(tx: Tx, siteId: string, holding: readonly Holding[]): Promise<RemovedPlaces[]> {
  const lines = holding.flatMap(({ reservation }) => reservation.lines)
  const stock = await lockInventory(tx, siteId, [...new Set(lines.map(line => line.ticketDefinitionId))])
  const unsold = new Map(stock.map(each => [each.ticketDefinitionId, unsoldOf(each)]))
  const seated = new Set(stock.filter(each => each.seated).map(each => each.ticketDefinitionId))
  for (const { order, reservation } of holding)
    if (reservation.lines.some(line => hasSeat(line) || seated.has(line.ticketDefinitionId)))
      throw notAvailable(order, false, { reason: 'SEATED' })
  const numbers = holding.map(({ order }) => order.orderNumber)
  const tickets = (await listTicketsOfOrders(tx, siteId, numbers)).filter(({ canceledAt }) => canceledAt === null)
  return holding.flatMap(({ order, reservation: { ticketReservationId, lines } }) =>
    lines.map(({ ticketDefinitionId, quantity }, lineIndex) => {
      const places = tickets.filter(
        each => each.orderNumber === order.orderNumber && each.lineIndex === lineIndex,
      ).length
      const available = unsold.get(ticketDefinitionId)
      if (available !== null && (available === undefined || available < places))
        throw notAvailable(order, false, { ticketDefinitionId, available: available ?? 0 })
      if (available !== null) unsold.set(ticketDefinitionId, available - places)
      return { ticketReservationId, lineIndex, removedQuantity: quantity - places }
    }),
  )
}

/**
 * Ends overdue holds on the tickets of archived orders that are about to be restored, so many at a time, for `movePlaces`
 * to find what is really there. For routes and jobs, in transactions before theirs: these holds are locked before anything
 * of the orders is.
 */
export async function releaseToRestore(
  sql: Sql,
  siteId: string,
  { orderNumbers, now }: { orderNumbers: readonly string[]; now: Date },
): Promise<void> {
  for (let round = 1; round <= EXPIRY_ROUNDS_MAX; round += 1) {
    const { mayBeMore } = await inTransaction(sql, async tx => {
      const ticketDefinitionIds = await listArchivedDefinitions(tx, siteId, orderNumbers)
      return expireOn(tx, { siteId, ticketDefinitionIds, seatIds: [], now })
    })
    if (!mayBeMore) return
  }
}

function notAvailable({ orderNumber, status }: Order, archived: boolean, data: Record<string, unknown> = {}): Refusal {
  const action = archived ? 'ARCHIVE' : 'UNARCHIVE'
  const what = archived ? 'archived while it waits for its money' : 'restored: its places are gone'
  return new Refusal('ORDER_ACTION_NOT_AVAILABLE', `Order ${orderNumber} cannot be ${what}.`, {
    orderNumber,
    status,
    action,
    ...data,
  })
}
