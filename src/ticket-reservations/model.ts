import { acceptsRegistrations, type Registration, type StoredEvent } from '../events/model.ts'
import type { Identity } from '../identities/identity.ts'
import { actsForSite, mayActOn } from '../identities/identity.ts'
import { type Inventory, unsoldOf } from '../inventory/store.ts'
import { parseMinor } from '../money.ts'
import type { FeeType, PricingKind } from '../pricing/model.ts'
import { type InvalidRequest, invalid, Refusal } from '../refusals.ts'
import { type OfferedPlace, type Places, placeKey, type SeatInfo } from '../seating/model.ts'
import { type PricingOption, saleStatusOf } from '../ticket-definitions/model.ts'
import type { Tags } from './tag-model.ts'

export type ReservationStatus = 'PENDING' | 'CONFIRMED' | 'EXPIRED' | 'CANCELED' | 'CANCELED_MANUALLY'

/** Tickets held for one buyer (spec/ticketing.md section 7). Only `expire`, `cancel` and a checkout end it, once. */
export type TicketReservation = {
  siteId: string
  ticketReservationId: string
  eventId: string
  revision: number
  status: ReservationStatus
  /** Matters only while PENDING (R131). */
  expiresAt: Date
  createdAt: Date
  updatedAt: Date
  visitorId: string | null
  memberId: string | null
  /** The order that a checkout made of it. */
  orderNumber: string | null
  limitsBypassed: boolean
  hiddenAllowed: boolean
  extendedFields: Record<string, unknown> | null
  lines: ReservedLine[]
} & Tags

/** Price, name and policy are as they were when it was reserved (R121). */
export type ReservedLine = {
  ticketLineItemId: string
  ticketDefinitionId: string
  quantity: number
  removedQuantity: number
  priceMinor: number
  currency: string
  pricingKind: PricingKind
  feeType: FeeType
  ticketName: string
  policy: string
  guestPrice: string | null
  priceOverride: string | null
  pricingOptionId: string | null
  pricingOptionName: string | null
  pricingPlan: Record<string, unknown> | null
  /** Its place, and the labels of that as they were (R83); null: these tickets have no seats. */
  seatId: string | null
  seatInfo: SeatInfo | null
}

export function hasSeat<Line extends { seatId: string | null }>(line: Line): line is Line & { seatId: string } {
  return line.seatId !== null
}

/** What a caller wants held. */
export type Wanted = {
  identity: Identity
  now: Date
  lines: WantedLine[]
  /** Demanded by the legacy call (R146); null: whatever event the definitions are of. */
  eventId: string | null
  limitsBypassed: boolean
  hiddenAllowed: boolean
  extendedFields: Record<string, unknown> | null
} & Tags

export type WantedLine = {
  /** Where its members stand in the request, which has two shapes: `ticketReservation.tickets[0].ticketDefinitionId`. */
  paths: Record<'ticketDefinitionId' | 'quantity' | 'guestPrice' | 'priceOverride' | 'seatId', string>
  ticketDefinitionId: string
  quantity: number
  pricingOptionId: string | null
  guestPrice: string | null
  priceOverride: string | null
  pricingPlan: Record<string, unknown> | null
  seatId: string | null
}

/** Everything that the sale of one definition depends on, read under the lock of its inventory. */
export type Sale = Inventory & Offer

/** The same without the numbers. Whatever of it changes raises one of the two revisions, but for `onlinePayments`. */
export type Offer = {
  ticketDefinitionId: string
  definitionRevision: number
  eventRevision: number
  eventId: string
  name: string
  policyText: string | null
  hidden: boolean
  pricingKind: PricingKind
  priceMinor: number | null
  currency: string
  pricingOptions: PricingOption[]
  feeType: FeeType
  saleStartAt: Date | null
  saleEndAt: Date | null
  /** Whether the site takes online payments. */
  onlinePayments: boolean
} & Registration &
  Pick<StoredEvent, 'allowedGuestTypes' | 'ticketLimitPerOrder' | 'reservationMinutes' | 'offlinePayment'>

/** PENDING past its deadline reads as EXPIRED even before anybody wrote it down (R130). */
export function statusAt({ status, expiresAt }: Pick<TicketReservation, 'status' | 'expiresAt'>, now: Date) {
  return status === 'PENDING' && expiresAt <= now ? 'EXPIRED' : status
}

/**
 * The lines as they will be held, or the first rule that forbids them: unknown, closed, hidden, not on sale, price,
 * payment, seat, limits, in that order (R66, R72 to R75, R80 to R82, R126 to R129).
 * @param sales of every definition that exists, with `reserved` as it stands after the earlier requests of the batch
 * @param places that the lines name and that exist, with `taken` as it stands after the earlier requests of the batch
 */
export function decide(wanted: Wanted, sales: ReadonlyMap<string, Sale>, places: Places = new Map()): Decision {
  const { identity, now } = wanted
  const first = sales.get(wanted.lines[0]?.ticketDefinitionId ?? '')
  const lines: GrantedLine[] = []
  for (const line of wanted.lines) {
    const sale = sales.get(line.ticketDefinitionId)
    if (!sale || !first) return refused(line, 'TICKET_DEFINITION_NOT_FOUND', 'There is no such ticket definition.')
    if (sale.eventId !== (wanted.eventId ?? first.eventId))
      return wanted.eventId
        ? refused(line, 'TICKET_DEFINITION_NOT_FOUND', 'The event has no such ticket definition.')
        : invalid(line.paths.ticketDefinitionId, 'must be of the same event as the other lines', 'OTHER_EVENT') // R124
    if (!mayActOn(identity, sale.eventId))
      return new Refusal('PERMISSION_DENIED', 'You were not given this event.', { eventId: sale.eventId })
    if (!acceptsRegistrations(sale, now) || sale.initialType !== 'TICKETING')
      return refused(line, 'REGISTRATION_CLOSED', 'The event does not sell tickets now.', { eventId: sale.eventId })
    if (sale.allowedGuestTypes === 'MEMBER' && identity.kind === 'visitor')
      return new Refusal('PERMISSION_DENIED', 'Only members can get tickets for this event. Log in first.')
    if (sale.hidden && !wanted.hiddenAllowed)
      return refused(line, 'TICKET_DEFINITION_HIDDEN', 'These tickets are not offered.')
    const saleStatus = saleStatusOf(sale, now)
    if (saleStatus !== 'SALE_STARTED')
      return refused(line, 'TICKET_NOT_ON_SALE', 'These tickets are not on sale now.', { saleStatus })
    const price = priceOf(line, sale)
    if (price instanceof Error) return price
    const canBePaid = sale.onlinePayments || sale.offlinePayment || actsForSite(identity)
    if (price.priceMinor > 0 && !canBePaid) return noPaymentMethod(line)
    const place = placeFor(line, { sale, places, earlier: lines })
    if (place instanceof Error) return place
    lines.push({ ...price, line, sale, place })
  }
  return (wanted.limitsBypassed ? null : limitRefusal(wanted, sales)) ?? { lines, eventId: first?.eventId ?? '' }
}

export type Decision = Refusal | InvalidRequest | { lines: GrantedLine[]; eventId: string }
export type GrantedLine = UnitPrice & { line: WantedLine; sale: Sale; place: OfferedPlace | null }
type UnitPrice = { priceMinor: number; pricingOption: PricingOption | null }

/** The unit price of a line (section 3.1, R32 to R34). */
function priceOf(line: WantedLine, sale: Sale): UnitPrice | Refusal | InvalidRequest {
  const option = sale.pricingOptions.find(({ optionId }) => optionId === line.pricingOptionId) ?? null
  if ((sale.pricingKind === 'OPTIONS' || line.pricingOptionId !== null) && !option)
    return refused(line, 'UNSUPPORTED_PRICING_OPTION', 'Choose one of the pricing options of these tickets.')
  if (line.guestPrice !== null && sale.pricingKind !== 'GUEST')
    return invalid(line.paths.guestPrice, 'is only for tickets with a guest price', 'FIELD_NOT_ALLOWED')

  const named = line.priceOverride ?? line.guestPrice
  const priceMinor = named === null ? (option?.amountMinor ?? sale.priceMinor ?? 0) : parseMinor(named, sale.currency)
  const field = line.priceOverride === null ? line.paths.guestPrice : line.paths.priceOverride
  if (priceMinor === null) return invalid(field, 'is too large', 'MAX')
  if (line.priceOverride === null && sale.pricingKind === 'GUEST' && priceMinor < (sale.priceMinor ?? 0))
    return invalid(field, 'is below the minimum price of these tickets', 'MIN')
  return { priceMinor, pricingOption: option }
}

/**
 * The place of a line, null where the tickets have none (R80 to R82). Nothing bypasses it (R129): two people cannot sit
 * on one chair.
 * @param earlier lines of the same request
 */
function placeFor(
  line: WantedLine,
  { sale, places, earlier }: { sale: Sale; places: Places; earlier: readonly GrantedLine[] },
): OfferedPlace | null | Refusal | InvalidRequest {
  const { ticketDefinitionId, seatId } = line
  if (!sale.seated)
    return seatId === null
      ? null
      : invalid(line.paths.seatId, 'names a seat, and these tickets have none', 'FIELD_NOT_ALLOWED')
  if (seatId === null) return refused(line, 'SEAT_NOT_AVAILABLE', 'Choose a seat: these tickets are for one each.')
  const place = places.get(placeKey({ ticketDefinitionId, seatId }))
  if (!place) return refused(line, 'SEAT_NOT_AVAILABLE', 'These tickets have no such seat.', { seatId })
  const own = earlier.filter(each => each.place === place).reduce((sum, each) => sum + each.line.quantity, 0)
  if (place.elementType !== 'AREA') {
    if (line.quantity > 1) return invalid(line.paths.quantity, 'must be 1: a seat is for one', 'MAX', { threshold: 1 })
    if (own > 0) return invalid(line.paths.seatId, 'is the seat of an earlier line', 'REPEATED')
  }
  const available = place.capacity - place.taken
  return own + line.quantity > available
    ? refused(line, 'SEAT_NOT_AVAILABLE', 'Somebody has this seat already.', { seatId, available })
    : place
}

/** R66: per definition what one checkout may take, and over all lines what one order may hold. */
function limitRefusal({ lines }: Wanted, sales: ReadonlyMap<string, Sale>): Refusal | null {
  const wantedOf = new Map<string, number>()
  let all = 0
  for (const line of lines) {
    const sale = sales.get(line.ticketDefinitionId)
    if (!sale) continue
    all += line.quantity
    const quantity = (wantedOf.get(line.ticketDefinitionId) ?? 0) + line.quantity
    wantedOf.set(line.ticketDefinitionId, quantity)
    const available = Math.min(sale.ticketLimitPerOrder, unsoldOf(sale) ?? sale.ticketLimitPerOrder)
    if (quantity > available)
      return refused(line, 'TICKET_LIMIT_EXCEEDED', 'Fewer tickets are available than you asked for.', { available })
    if (all > sale.ticketLimitPerOrder)
      return refused(line, 'TICKET_LIMIT_EXCEEDED', `One order holds at most ${sale.ticketLimitPerOrder} tickets.`, {
        available: sale.ticketLimitPerOrder,
      })
  }
  return null
}

function refused(
  { ticketDefinitionId }: WantedLine,
  code: ConstructorParameters<typeof Refusal>[0],
  description: string,
  data: Record<string, unknown> = {},
): Refusal {
  return new Refusal(code, description, { ticketDefinitionId, ...data })
}

/** R127: older clients read the key at `data.details.details.error_key`. */
function noPaymentMethod(line: WantedLine): Refusal {
  const code = 'NO_PAYMENT_METHOD_CONFIGURED'
  return refused(line, code, 'No payment method configured.', { details: { details: { error_key: code } } })
}
