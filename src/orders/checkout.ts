import { record } from '../activity/record.ts'
import { upsertContact } from '../contacts/store.ts'
import type { Tx } from '../db/connect.ts'
import type { StoredEvent } from '../events/model.ts'
import { eventNotFound, findEvent } from '../events/store.ts'
import { type Answer, answerOf, problemsOfAnswers } from '../forms/answers.ts'
import type { StoredForm } from '../forms/model.ts'
import { getForm } from '../forms/store.ts'
import { actorOf, buyerOf, type Identity, refuseOtherEvents } from '../identities/identity.ts'
import { allows, allowsOver } from '../identities/permissions.ts'
import { newGuid, randomCode } from '../ids.ts'
import { insertPayment } from '../payments/store.ts'
import { invalid, Refusal } from '../refusals.ts'
import { getSite } from '../sites/store.ts'
import { statusAt, type TicketReservation } from '../ticket-reservations/model.ts'
import { lockReservation, occupy, transition } from '../ticket-reservations/store.ts'
import { issueTickets } from '../tickets/issue.ts'
import { orderActivity } from './end.ts'
import { invoiceOf } from './invoice.ts'
import type { Order, OrderStatus } from './model.ts'
import { insertOrder } from './store.ts'

export type CheckoutRequest = {
  eventId: string
  ticketReservationId: string
  guests: { inputValues: Answer[] }[]
  buyer: { firstName: string; lastName: string; email: string } | null
  memberId: string | null
  couponCode: string | null
  paidPlanBenefit: boolean
  silent: boolean
  payInPerson: boolean
  markAsPaid: boolean
  ignoreFormValidation: boolean
  marketingConsent: boolean
}

type Caller = { identity: Identity; now: Date; feePercent: string }

/**
 * Turns one pending reservation into exactly one order (R156 to R166): free, paid at the door or marked as paid, it is
 * confirmed at once and has its tickets; else it waits for an online payment, and the hold goes on.
 */
export async function checkout(
  tx: Tx,
  wanted: CheckoutRequest,
  { identity, now, feePercent }: Caller,
): Promise<{ order: Order; reservation: TicketReservation }> {
  const { siteId } = identity
  refuseUnlessAllowed(wanted, identity)
  refuseOtherEvents(identity, wanted.eventId)
  const [reservation, event] = await Promise.all([
    lockReservation(tx, siteId, wanted.ticketReservationId),
    findEvent(tx, siteId, wanted.eventId),
  ])
  if (!reservation || reservation.eventId !== wanted.eventId || !allowsOver(identity, 'MANAGE_ORDERS', reservation))
    throw reservationNotFound(wanted)
  if (reservation.orderNumber !== null)
    throw new Refusal('RESERVATION_OCCUPIED', 'This reservation was checked out already.')
  if (statusAt(reservation, now) !== 'PENDING') throw reservationNotFound(wanted)
  if (!event) throw eventNotFound(wanted.eventId)
  if (event.canceledAt) throw new Refusal('REGISTRATION_CLOSED', 'The event was canceled.')

  const ticketsQuantity = reservation.lines.reduce((sum, line) => sum + line.quantity - line.removedQuantity, 0)
  const buyer = await judgedBuyer(tx, wanted, event, ticketsQuantity)
  if (wanted.couponCode !== null)
    throw new Refusal('COUPON_NOT_FOUND', 'There is no such coupon.', { couponCode: wanted.couponCode })
  if (wanted.paidPlanBenefit) throw new Refusal('PAID_PLAN_BENEFIT_NOT_FOUND', 'There is no such benefit.')

  const offline = wanted.payInPerson || wanted.markAsPaid
  const invoice = invoiceOf(reservation.lines, event, offline ? '0' : feePercent)
  const status = statusOfNewOrder(wanted, invoice.grandTotalMinor)
  const online = status === 'INITIATED'
  if (online && !(await getSite(tx, siteId)).testPayments)
    throw new Refusal('NO_PAYMENT_METHOD_CONFIGURED', 'No payment method configured.', {
      details: { details: { error_key: 'NO_PAYMENT_METHOD_CONFIGURED' } },
    })

  const actor = actorOf(identity)
  const order: Order = {
    siteId,
    orderNumber: newOrderNumber(),
    eventId: event.eventId,
    ticketReservationId: reservation.ticketReservationId,
    // Initiating and confirming are two facts, also where one follows the other at once (R214).
    revision: online ? 1 : 2,
    status,
    channel: 'ONLINE',
    method: offline && status !== 'FREE' ? 'inPerson' : null,
    confirmedAt: online ? null : now,
    paidAt: status === 'PAID' ? now : null,
    markedPaidBy: status === 'PAID' ? actor : null,
    canceledAt: null,
    archivedAt: null,
    anonymizedAt: null,
    snapshotId: online ? newGuid() : null,
    // inferred: where the site checks out for a guest, the order is that guest's, who may read it (R25).
    visitorId: buyerOf(identity).visitorId ?? reservation.visitorId,
    memberId: wanted.memberId,
    contactId: await upsertContact(tx, siteId, buyer, now),
    ...buyer,
    guestForms: wanted.guests.slice(0, event.guestsAssignedSeparately ? ticketsQuantity : 1),
    guestsAssigned: event.guestsAssignedSeparately,
    invoice,
    currency: invoice.currency,
    grandTotalMinor: invoice.grandTotalMinor,
    revenueMinor: invoice.revenueMinor,
    ticketsQuantity,
    fullyCheckedIn: false,
    silent: wanted.silent,
    marketingConsent: wanted.marketingConsent,
    createdAt: now,
    updatedAt: now,
  }
  // None of these needs another's answer, so they travel together; the connection keeps their order.
  const [, , , { status: reservationStatus }] = await Promise.all([
    insertOrder(tx, order),
    occupy(tx, siteId, reservation.ticketReservationId, order.orderNumber),
    record(tx, [orderActivity({ ...order, revision: 1 }, 'initiated', { actor, now })]),
    order.snapshotId === null
      ? confirmReservation(tx, order, reservation, { actor, now })
      : beginPayment(tx, { ...order, snapshotId: order.snapshotId }, now),
  ])
  return { order, reservation: { ...reservation, orderNumber: order.orderNumber, status: reservationStatus } }
}

/** The hold goes on while the money is on its way. */
async function beginPayment(
  tx: Tx,
  {
    siteId,
    snapshotId: paymentId,
    orderNumber,
    grandTotalMinor: amountMinor,
    currency,
  }: Order & { snapshotId: string },
  now: Date,
): Promise<{ status: 'PENDING' }> {
  await insertPayment(tx, { siteId, paymentId, orderNumber, provider: 'test', amountMinor, currency }, now)
  return { status: 'PENDING' }
}

/**
 * Makes a held reservation a sold one and issues its tickets; the order already says that it is confirmed. The
 * reservation must be locked.
 * @throws Error when it is no longer held: callers have checked under the lock
 */
export async function confirmReservation(
  tx: Tx,
  order: Order,
  reservation: TicketReservation,
  { actor, now }: { actor: { kind: string; id: string }; now: Date },
): Promise<{ status: 'CONFIRMED' }> {
  const { siteId, ticketReservationId } = reservation
  const [, confirmed] = await Promise.all([
    issueTickets(tx, order, reservation.lines, { actor, now }),
    // Last, because from here until the commit everybody who wants the same tickets waits.
    transition(tx, {
      siteId,
      ids: [ticketReservationId],
      from: ['PENDING'],
      to: 'CONFIRMED',
      following: [orderActivity(order, 'confirmed', { actor, now, data: { silent: order.silent } })], // R214
      actor,
      now,
    }),
  ])
  if (confirmed.length !== 1) throw new Error(`reservation ${ticketReservationId} ended under its lock`)
  return { status: 'CONFIRMED' }
}

/** 10 characters in the contract's pattern (spec/ticketing 9.3): 51 random bits. */
function newOrderNumber(): string {
  return `${randomCode(4)}-${randomCode(4)}-${randomCode(2)}`
}

function statusOfNewOrder({ payInPerson, markAsPaid }: CheckoutRequest, grandTotalMinor: number): OrderStatus {
  if (grandTotalMinor === 0) return 'FREE'
  if (markAsPaid) return 'PAID'
  return payInPerson ? 'OFFLINE_PENDING' : 'INITIATED'
}

/** R28, R162. */
function refuseUnlessAllowed(wanted: CheckoutRequest, identity: Identity): void {
  const bypasses = wanted.payInPerson || wanted.markAsPaid || wanted.ignoreFormValidation
  if (bypasses && !allows(identity, 'MANAGE_ORDERS'))
    throw new Refusal('PERMISSION_DENIED', 'Only the organizer can take money in person or skip the form.', {
      permission: 'MANAGE_ORDERS',
    })
  if (wanted.memberId !== null && !allows(identity, 'MANAGE_ORDERS')) {
    const own = buyerOf(identity).memberId
    if (own !== wanted.memberId) throw new Refusal('PERMISSION_DENIED', 'The order can only be your own.')
  }
}

/** Who pays, after the answers were found good (R158 to R161). */
async function judgedBuyer(tx: Tx, wanted: CheckoutRequest, event: StoredEvent, ticketsQuantity: number) {
  const { guests, buyer } = wanted
  if (event.guestsAssignedSeparately) {
    if (!buyer) throw invalid('buyer', 'must not be empty: every ticket has a guest of its own', 'REQUIRED_FIELD')
    if (guests.length !== ticketsQuantity) throw invalid('guests', `must have one entry per ticket: ${ticketsQuantity}`)
  }
  const form = await getForm(tx, event.siteId, event.eventId)
  const judged = event.guestsAssignedSeparately ? guests : guests.slice(0, 1)
  const problems = judged.flatMap((guest, index) => {
    const found = wanted.ignoreFormValidation
      ? problemsOfName(form, guest.inputValues, buyer !== null)
      : problemsOfAnswers(form, guest.inputValues)
    return found.map(problem => ({ guest: index, problem }))
  })
  if (problems.length > 0)
    throw new Refusal('INVALID_FORM_RESPONSE', problems.map(({ problem }) => problem).join(' '), { problems })
  if (buyer) return buyer
  const answers = guests[0]?.inputValues ?? []
  const firstName = answerOf(answers, 'firstName')
  const lastName = answerOf(answers, 'lastName')
  const email = answerOf(answers, 'email')
  if (firstName === null || lastName === null || email === null)
    throw new Error('a form without firstName, lastName and email was found good')
  return { firstName, lastName, email }
}

/**
 * Where the form is not judged, names and e-mail still are: an order belongs to somebody (R159). With a buyer they may
 * be missing, but not wrong.
 */
function problemsOfName(form: StoredForm, answers: readonly Answer[], mayBeMissing: boolean): string[] {
  const asked = form.controls.filter(({ kind }) => kind === 'name' || kind === 'email')
  const names = new Set(asked.flatMap(({ inputs }) => inputs.map(({ name }) => name)))
  const given = answers.filter(({ inputName }) => names.has(inputName))
  const judged = asked.map(control => ({
    ...control,
    inputs: control.inputs.filter(({ name }) => !mayBeMissing || answerOf(given, name) !== null),
  }))
  return problemsOfAnswers(
    { controls: judged },
    mayBeMissing ? given.filter(answer => answerOf([answer], answer.inputName) !== null) : given,
  )
}

function reservationNotFound({ ticketReservationId }: CheckoutRequest): Refusal {
  return new Refusal('RESERVATION_NOT_FOUND', 'There is no such reservation, or it has ended.', {
    reservationId: ticketReservationId,
  })
}
