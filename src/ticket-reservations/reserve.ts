import { tellCommitted } from '../db/changes.ts'
import type { Sql, Tx } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { actorOf, buyerOf } from '../identities/identity.ts'
import { newGuid } from '../ids.ts'
import { Refusal } from '../refusals.ts'
import { seatInfoOf } from '../seating/model.ts'
import { listPlaces } from '../seating/store.ts'
import { addMinutes, latestOf } from '../time.ts'
import { EXPIRY_ROUNDS_MAX, expireOn } from './expire.ts'
import { hold } from './hold.ts'
import {
  decide,
  type GrantedLine,
  hasSeat,
  type Offer,
  type ReservedLine,
  type TicketReservation,
  type Wanted,
} from './model.ts'
import { type Asked, holdIfAllFits, listOffers, lockSales, type NewReservation } from './store.ts'

export type ReserveBatch = (siteId: string, batch: readonly Wanted[]) => Promise<(TicketReservation | Error)[]>

/**
 * Decides the reservations that were waiting, in arrival order, each wholly or not at all (R68; design.md section 5).
 * Mostly everything asked for is there: then one statement proves that and writes all of it. Where it is not there, or
 * the offers have changed since they were read, the batch is decided again request by request under the locks.
 */
export function reserver(sql: Sql): ReserveBatch {
  const known = new Map<string, Offer>()

  /** Of the definitions that the batch names; what is not known is read. Those that are not there are absent. */
  async function offersOf(siteId: string, batch: readonly Wanted[]): Promise<Map<string, Offer>> {
    const names = new Set(batch.flatMap(({ lines }) => lines.map(line => line.ticketDefinitionId)))
    const unknown = [...names].filter(id => !known.has(`${siteId}/${id}`))
    if (unknown.length > 0) {
      if (known.size + unknown.length > KNOWN_MAX) known.clear()
      for (const offer of await listOffers(sql, siteId, unknown))
        known.set(`${siteId}/${offer.ticketDefinitionId}`, offer)
    }
    const offers = new Map<string, Offer>()
    for (const id of names) {
      const offer = known.get(`${siteId}/${id}`)
      if (offer) offers.set(id, offer)
    }
    return offers
  }

  return async (siteId, batch) => {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const offers = await offersOf(siteId, batch)
      const outcomes = decideByOffers(siteId, batch, offers)
      if (!outcomes) break
      const change = { asked: askedOf(outcomes, offers), granted: heldOf(outcomes) }
      const held = await holdIfAllFits(sql.alone, siteId, change)
      if (typeof held === 'object') {
        tellCommitted(sql, [{ kind: 'stock', siteId, numbers: held }])
        return outcomes
      }
      if (held === 'TOO_FEW') break
      for (const id of offers.keys()) known.delete(`${siteId}/${id}`)
    }
    return underLocks(siteId, batch)
  }

  /** Who finds too little is decided again as long as there may be holds that are only overdue. */
  async function underLocks(siteId: string, batch: readonly Wanted[]): Promise<(TicketReservation | Error)[]> {
    const outcomes: (TicketReservation | Error)[] = []
    let open = [...batch.keys()]
    for (let round = 1; ; round += 1) {
      const wanted = open.flatMap(index => batch[index] ?? [])
      const { decided, mayBeMore } = await inTransaction(sql, tx => reserve(tx, siteId, wanted))
      for (const [place, index] of open.entries())
        outcomes[index] = decided[place] ?? new Error('a request was left without an outcome')
      open = open.filter(index => findsTooLittle(outcomes[index]))
      if (!mayBeMore || open.length === 0 || round === EXPIRY_ROUNDS_MAX) return outcomes
    }
  }
}

function findsTooLittle(outcome: unknown): boolean {
  return (
    outcome instanceof Refusal && (outcome.code === 'TICKET_LIMIT_EXCEEDED' || outcome.code === 'SEAT_NOT_AVAILABLE')
  )
}

/** The second time with offers that were just read. */
const ATTEMPTS_MAX = 2
/** Offers that a process remembers. They are proven anew by every statement that relies on them. */
const KNOWN_MAX = 10_000

/**
 * What each request gets if all of it is there; null where that cannot be said without looking at the stock: somebody
 * bypasses limits, asks for more than one order may hold, for what is not there, or for a seat.
 */
function decideByOffers(siteId: string, batch: readonly Wanted[], offers: ReadonlyMap<string, Offer>) {
  const endless = { actualLimit: null, reserved: 0, sold: 0, seated: false }
  const sales = new Map([...offers].map(([id, offer]) => [id, { ...offer, ...endless }]))
  const outcomes: (NewReservation | Error)[] = []
  for (const wanted of batch) {
    if (wanted.lines.some(hasSeat)) return null
    const decision = decide(wanted, sales)
    if (wanted.limitsBypassed || (decision instanceof Refusal && BY_STOCK.has(decision.code))) return null
    outcomes.push(decision instanceof Error ? decision : granted(siteId, wanted, decision))
  }
  return outcomes
}

const BY_STOCK: ReadonlySet<string> = new Set(['TICKET_LIMIT_EXCEEDED', 'TICKET_DEFINITION_NOT_FOUND'])

function heldOf(outcomes: readonly (NewReservation | Error)[]): NewReservation[] {
  return outcomes.flatMap(outcome => (outcome instanceof Error ? [] : [outcome]))
}

function askedOf(outcomes: readonly (NewReservation | Error)[], offers: ReadonlyMap<string, Offer>): Asked[] {
  const quantities = new Map<string, number>()
  for (const { lines } of heldOf(outcomes))
    for (const { ticketDefinitionId, quantity } of lines)
      quantities.set(ticketDefinitionId, (quantities.get(ticketDefinitionId) ?? 0) + quantity)
  return [...offers].map(([id, offer]) => ({ offer, quantity: quantities.get(id) ?? 0 }))
}

/**
 * The same under the locks: takes those of all definitions concerned once, decides by what is there after the earlier
 * requests of the batch, writes all that was granted in one statement, moves each definition's stock once. One request
 * is a list of one.
 * @param batch of one site
 * @returns for each request, in order, what it got: a reservation, or why not; and whether there may be more overdue
 *   holds than were ended on the way
 */
export async function reserve(
  tx: Tx,
  siteId: string,
  batch: readonly Wanted[],
): Promise<{ decided: (TicketReservation | Error)[]; mayBeMore: boolean }> {
  const ids = [...new Set(batch.flatMap(({ lines }) => lines.map(line => line.ticketDefinitionId)))]
  const seats = batch.flatMap(({ lines }) => lines.filter(hasSeat))
  const now = latestOf(batch.map(wanted => wanted.now))
  // First, because reservations are locked before inventory, always.
  const seatIds = seats.map(({ seatId }) => seatId)
  const { mayBeMore } = await expireOn(tx, { siteId, ticketDefinitionIds: ids, seatIds, now })
  const sales = new Map((await lockSales(tx, siteId, ids)).map(sale => [sale.ticketDefinitionId, sale]))
  // Under the lock of their stock, and as they are now: nobody else takes or gives back a place meanwhile.
  const places = await listPlaces(tx, siteId, seats)

  const decided = batch.map(wanted => {
    const decision = decide(wanted, sales, places)
    if (decision instanceof Error) return decision
    for (const { line, sale, place } of decision.lines) {
      sale.reserved += line.quantity
      if (place) place.taken += line.quantity
    }
    return granted(siteId, wanted, decision)
  })

  // Past this line the granted ones must succeed.
  await hold(tx, siteId, heldOf(decided))
  return { decided, mayBeMore }
}

function granted(
  siteId: string,
  wanted: Wanted,
  { lines, eventId }: { lines: GrantedLine[]; eventId: string },
): NewReservation {
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
    tags: wanted.tags,
    privateTags: wanted.privateTags,
    lines: lines.map(toReservedLine),
    settings: { ticketLimitPerOrder, reservationMinutes },
    actor: actorOf(identity),
  }
}

function toReservedLine({ line, sale, place, priceMinor, pricingOption }: GrantedLine): ReservedLine {
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
    seatId: place?.placeId ?? null,
    seatInfo: place && seatInfoOf(place),
  }
}
