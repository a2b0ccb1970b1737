import { record } from '../activity/record.ts'
import { type Contact, upsertContacts } from '../contacts/store.ts'
import type { Tx } from '../db/connect.ts'
import { eventNotFound, formsOf, shareEvents } from '../events/store.ts'
import { answerOf } from '../forms/answers.ts'
import { actorOf, buyerOf, type Identity, refuseOtherEvents } from '../identities/identity.ts'
import { allowsOver } from '../identities/permissions.ts'
import { newGuid } from '../ids.ts'
import { onlineMethodsOf } from '../payments/methods.ts'
import { isOpen, letGo } from '../payments/model.ts'
import { insertPayments, listPaymentsOf, writePayments } from '../payments/store.ts'
import type { Invoice } from '../pricing/model.ts'
import { dropUses, takeUses } from '../promotions/store.ts'
import { Refusal, refuseIf } from '../refusals.ts'
import { getSite } from '../sites/store.ts'
import { statusAt, type TicketReservation } from '../ticket-reservations/model.ts'
import { giveGuests } from '../tickets/guests.ts'
import { judgedBuyer, refuseOtherMember } from './buyer.ts'
import { confirmReservations } from './checkout.ts'
import { orderActivity } from './end.ts'
import type { GuestForm, Order } from './model.ts'
import { PAYMENTS_MAX } from './pay-again.ts'
import { type Asking, lockPromotions, pricedWith, use } from './promotions.ts'
import { changedOrder, lockOrderAndHold, writeBuyers, writeOrders, writeTerms } from './store.ts'

/** What is to become of a checkout; what is absent stays. */
export type CheckoutUpdate = {
  eventId: string
  orderNumber: string
  buyer?: Contact
  guests?: GuestForm[]
  /** null: no member's. */
  memberId?: string | null
  /** null: without one. */
  couponCode?: string | null
  paidPlanBenefit?: NonNullable<Asking['benefit']>
}

type Caller = { identity: Identity; now: Date }

/**
 * Update Checkout (R173): other buyer, guests or member of an order that still waits for its money, and another price
 * where a coupon or a benefit is named. It is priced anew as a checkout of this moment would be, and so it is where who
 * buys changes and something is taken off. Another price begins another payment and gives up the old one, whose money
 * buys nothing any more: `carryOut` asks its provider after the commit. Where nothing is left to pay the order is FREE
 * and has its tickets.
 * @throws Refusal ORDER_NOT_FOUND, also for somebody else's; ORDER_ACTION_NOT_AVAILABLE when it no longer waits;
 *   INVALID_FORM_RESPONSE; what forbids the coupon or the benefit
 */
export async function updateCheckout(
  tx: Tx,
  update: CheckoutUpdate,
  { feePercent, ...caller }: Caller & { feePercent: string },
): Promise<Order> {
  const { identity, now } = caller
  const { siteId } = identity
  const actor = actorOf(identity)
  const { order, reservation } = await lockWaiting(tx, update, caller)
  refuseOtherMember(update.memberId ?? null, identity)
  const people = await peopleAfter(tx, order, update)
  const memberId = update.memberId === undefined ? order.memberId : update.memberId
  const renamed = { ...order, ...people, memberId }
  const isPricedAnew =
    update.couponCode !== undefined || update.paidPlanBenefit !== undefined || hasOtherBuyer(order, renamed)
  const priced = isPricedAnew
    ? await priceAnew(tx, renamed, { reservation, update, identity, now, feePercent })
    : { invoice: order.invoice, uses: [] }

  // Past this line it must succeed.
  const [contactId = order.contactId] =
    update.buyer || update.guests ? await upsertContacts(tx, siteId, [people], now) : []
  const terms = await termsAfter(tx, order, priced.invoice, now)
  const updated: Order = { ...changedOrder(order, { ...people, contactId }, now), memberId, ...terms }
  // Nothing left to pay is a second fact about an order that waited for money (R163, R214).
  const isBought = updated.grandTotalMinor === 0 && order.confirmedAt === null
  const changed = isBought ? changedOrder(updated, { status: 'FREE', confirmedAt: now }, now) : updated
  const data = { priced: isPricedAnew, buyer: update.buyer !== undefined, guests: update.guests !== undefined }
  await writeTerms(tx, changed) // first, for only what costs nothing may be FREE
  await writeBuyers(tx, siteId, [changed])
  await writeOrders(tx, siteId, [changed])
  await record(tx, [orderActivity(updated, 'updated', { actor, now, data })])
  await takeUses(
    tx,
    siteId,
    priced.uses.map(each => ({ ...changed, ...each })),
    now,
  )
  if (isBought) await confirmReservations(tx, siteId, [{ order: changed, reservation, actor }], now)
  else if (changed.confirmedAt !== null)
    await record(tx, await giveGuests(tx, changed, { all: update.guests !== undefined, actor, now }))
  return changed
}

/** The order with its reservation, both locked, if it still waits for its money and its tickets are still there. */
async function lockWaiting(
  tx: Tx,
  { eventId, orderNumber }: CheckoutUpdate,
  { identity, now }: Caller,
): Promise<{ order: Order; reservation: TicketReservation }> {
  refuseOtherEvents(identity, eventId)
  const { order, reservation } = await lockOrderAndHold(tx, identity.siteId, orderNumber)
  if (order?.eventId !== eventId || !allowsOver(identity, 'MANAGE_ORDERS', order))
    throw new Refusal('ORDER_NOT_FOUND', 'There is no such order.', { orderNumber })
  const holds = reservation && statusAt(reservation, now)
  const waits =
    order.status === 'OFFLINE_PENDING'
      ? holds === 'CONFIRMED'
      : (order.status === 'INITIATED' || order.status === 'PENDING') && holds === 'PENDING'
  if (!waits || !reservation || order.archivedAt || order.anonymizedAt) throw notAvailable(order)
  return { order, reservation }
}

function notAvailable({ orderNumber, status }: Order): Refusal {
  return new Refusal('ORDER_ACTION_NOT_AVAILABLE', `Order ${orderNumber} can no longer be changed.`, {
    orderNumber,
    status,
  })
}

type People = Contact & Pick<Order, 'guestForms'>

/**
 * Who buys and who comes afterwards. Guests are judged by the event's form as it is now; a buyer who was the guest is the
 * new guest, unless somebody else is named.
 */
async function peopleAfter(tx: Tx, order: Order, { buyer, guests }: CheckoutUpdate): Promise<People> {
  const { firstName, lastName, email, guestForms, guestsAssigned, ticketsQuantity } = order
  const named = buyer ?? { firstName, lastName, email }
  if (!guests) return { ...named, guestForms }
  const [[event], forms] = await Promise.all([
    shareEvents(tx, order.siteId, [order.eventId]),
    formsOf(tx, order.siteId, [order.eventId]),
  ])
  if (!event) throw eventNotFound(order.eventId)
  const follows = !buyer && !guestsAssigned && isGuest(order)
  const judged = judgedBuyer(
    { guests, buyer: follows ? null : named, ignoreFormValidation: false },
    { event: { ...event, guestsAssignedSeparately: guestsAssigned }, form: forms.get(order.eventId), ticketsQuantity },
  )
  return { ...judged, guestForms: guests.slice(0, guestsAssigned ? ticketsQuantity : 1) }
}

/** Whether the buyer was taken from the guest's answers (R161). */
function isGuest({ firstName, lastName, email, guestForms: [guest] }: Order): boolean {
  const answers = guest?.inputValues ?? []
  return (
    answerOf(answers, 'firstName') === firstName &&
    answerOf(answers, 'lastName') === lastName &&
    answerOf(answers, 'email') === email
  )
}

/** Whether it matters to what is taken off who buys now. */
function hasOtherBuyer(before: Order, after: Pick<Order, 'email' | 'memberId'>): boolean {
  if (before.invoice.discounts === undefined) return false
  return before.email.toLowerCase() !== after.email.toLowerCase() || before.memberId !== after.memberId
}

/** What the order costs with what is asked for now; what it used until now is free for others again. */
async function priceAnew(
  tx: Tx,
  order: Order,
  {
    reservation,
    update,
    identity,
    now,
    feePercent,
  }: Caller & { reservation: TicketReservation; update: CheckoutUpdate; feePercent: string },
): Promise<{ invoice: Invoice; uses: ReturnType<typeof use> }> {
  const { siteId, orderNumber } = order
  const before: Asking = {
    couponCode: order.invoice.discounts?.find(each => each.kind === 'COUPON')?.code ?? null,
    benefit: benefitOf(order, reservation),
    lines: reservation.lines,
    email: order.email,
    visitorId: order.visitorId,
    memberIds: [order.memberId, buyerOf(identity).memberId, reservation.memberId].flatMap(id => id ?? []),
    orderNumber,
  }
  const asking: Asking = {
    ...before,
    ...(update.couponCode !== undefined && { couponCode: update.couponCode }),
    ...(update.paidPlanBenefit !== undefined && { benefit: update.paidPlanBenefit }),
  }
  const [[event], promotions] = await Promise.all([
    shareEvents(tx, siteId, [order.eventId]),
    lockPromotions(tx, siteId, [asking, before], now),
  ])
  if (!event) throw eventNotFound(order.eventId)
  const used = await dropUses(tx, siteId, orderNumber)
  for (const promotion of [...promotions.coupons.values(), ...promotions.benefits])
    promotion.used = used.get(promotion.promotionId) ?? promotion.used
  const offline = order.status === 'OFFLINE_PENDING'
  const { invoice, refusals } = pricedWith(asking, promotions, { event, feePercent: offline ? '0' : feePercent, now })
  refuseIf(refusals[0] ?? null)
  return { invoice, uses: use(asking, promotions, invoice) }
}

/** The benefits that an order uses, as somebody would have asked for them. */
function benefitOf({ invoice }: Order, { lines }: TicketReservation): Asking['benefit'] {
  const used = invoice.discounts?.find(each => each.kind === 'PAID_PLAN')
  if (!used) return 'NONE'
  const { planOrderId, benefitId } = used
  return lines.some(line => line.pricingPlan !== null) ? null : { planOrderId, benefitId }
}

/**
 * What an order costs with that invoice, and how it is paid. One that waits for money is to be paid by another payment
 * where the sum is another: those that were begun are given up at their providers. One that is to be paid at the door
 * and costs nothing is FREE.
 */
async function termsAfter(
  tx: Tx,
  order: Order,
  invoice: Invoice,
  now: Date,
): Promise<Pick<Order, 'invoice' | 'grandTotalMinor' | 'revenueMinor' | 'status' | 'method' | 'snapshotId'>> {
  const { siteId, orderNumber, currency, status, method, snapshotId } = order
  const { grandTotalMinor, revenueMinor } = invoice
  const costs = { invoice, grandTotalMinor, revenueMinor }
  if (grandTotalMinor === order.grandTotalMinor) return { ...costs, status, method, snapshotId }
  if (status === 'OFFLINE_PENDING')
    return { ...costs, snapshotId, ...(grandTotalMinor === 0 ? { status: 'FREE', method: null } : { status, method }) }
  const payments = await listPaymentsOf(tx, siteId, [orderNumber])
  await writePayments(
    tx,
    siteId,
    payments.filter(isOpen).map(payment => letGo(payment, now)),
  )
  if (grandTotalMinor === 0) return { ...costs, status, method, snapshotId: null }
  const site = await getSite(tx, siteId)
  const [provider] = onlineMethodsOf(site)
  if (payments.length >= PAYMENTS_MAX) throw notAvailable(order)
  if (!provider) return { ...costs, status, method, snapshotId: null } // who chooses offline needs none
  const begun = {
    paymentId: newGuid(),
    orderNumber,
    ordinal: payments.length + 1,
    amountMinor: grandTotalMinor,
    currency,
  }
  const capturesLater = site.delayedCapture
  await insertPayments(tx, siteId, [{ ...begun, provider, status: 'BEGUN', capturesLater }], now)
  return { ...costs, status, method, snapshotId: begun.paymentId }
}
