import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { newGuid } from '../ids.ts'
import { formatMinor, parseMinor } from '../money.ts'
import type { Invoice } from '../pricing/model.ts'
import { invalid, Refusal } from '../refusals.ts'
import type { TicketReservation } from '../ticket-reservations/model.ts'
import { findReservation } from '../ticket-reservations/store.ts'
import { type CheckedOut, heldFor, openDesk, type Placed, soldFrom, writePlaced } from './checkout.ts'
import { reservationNotFound } from './held.ts'
import { invoiceOf } from './invoice.ts'
import { claimPosPayment, type PosMethod, type PosPayment, savePosPayment } from './pos-payments.ts'

type By = { identity: Identity; now: Date }

/**
 * Writes down what a seller took for a reservation: all that is due, without a fee (R47, R189). Money that is taken
 * again for the same reservation replaces what was said before.
 * @param amount what was taken; null: what is due
 * @throws Refusal RESERVATION_NOT_FOUND, RESERVATION_OCCUPIED and the like; FAILED_PRECONDITION where nothing is due
 */
export async function takePosPayment(
  tx: Tx,
  {
    ticketReservationId,
    method,
    amount,
  }: { ticketReservationId: string; method: PosMethod; amount: { value: string; currency: string } | null },
  { identity, now }: By,
): Promise<PosPayment> {
  const { siteId } = identity
  const known = await findReservation(tx, siteId, ticketReservationId)
  if (!known) throw reservationNotFound(ticketReservationId)
  const { invoice } = await heldAtTheDoor(tx, { eventId: known.eventId, ticketReservationId }, { identity, now })
  const { grandTotalMinor: amountMinor, currency } = invoice
  if (amountMinor === 0)
    throw new Refusal('FAILED_PRECONDITION', 'Nothing is due for these tickets.', { reason: 'NOTHING_DUE' })
  if (amount && (amount.currency !== currency || parseMinor(amount.value, currency) !== amountMinor))
    throw invalid('amount', `must be what is due: ${formatMinor(amountMinor, currency)} ${currency}`, 'OTHER_AMOUNT', {
      amount: { value: formatMinor(amountMinor, currency), currency },
    })
  return savePosPayment(tx, {
    siteId,
    posPaymentId: newGuid(),
    ticketReservationId,
    method,
    amountMinor,
    currency,
    takenBy: actorOf(identity),
    takenAt: now,
  })
}

/**
 * POS Checkout: sells held tickets at the door, to nobody in particular (R189). What costs nothing is FREE; else the
 * money that was taken for the reservation becomes the order's payment.
 * @throws Refusal as checking out does; PAYMENT_NOT_FOUND; FAILED_PRECONDITION where more or less was taken than is due
 */
export async function posCheckOut(
  tx: Tx,
  wanted: { eventId: string; ticketReservationId: string; paymentDetailsId: string | null },
  { identity, now }: By,
): Promise<CheckedOut> {
  const { siteId } = identity
  const { reservation, invoice, site } = await heldAtTheDoor(tx, wanted, { identity, now })
  const payment = invoice.grandTotalMinor === 0 ? null : await claimedFor(tx, reservation, invoice, wanted)
  const actor = actorOf(identity)
  const order: Placed['order'] = {
    ...soldFrom(reservation, invoice, now),
    revision: 2, // initiated and confirmed (R214)
    status: payment ? 'PAID' : 'FREE',
    channel: 'OFFLINE_POS',
    method: payment && METHODS[payment.method],
    confirmedAt: now,
    paidAt: payment && now,
    markedPaidBy: null,
    snapshotId: payment?.posPaymentId ?? null,
    visitorId: reservation.visitorId,
    memberId: reservation.memberId,
    firstName: '',
    lastName: '',
    email: '',
    guestForms: [],
    guestsAssigned: false,
    silent: false,
    marketingConsent: false,
    locale: site.locale,
  }
  const [sold] = await writePlaced(tx, siteId, [{ order, buyer: null, reservation, actor, uses: [] }], site)
  if (!sold) throw new Error('a sale at the door was left without an outcome')
  return sold
}

/** inferred: the words of an order's `method`. */
const METHODS: Readonly<Record<PosMethod, string>> = { cash: 'cash', card: 'creditCard' }

async function heldAtTheDoor(tx: Tx, wanted: { eventId: string; ticketReservationId: string }, { identity, now }: By) {
  const desk = await openDesk(tx, identity.siteId, [wanted])
  const { reservation, event } = heldFor({ ...wanted, identity, now }, desk)
  return { reservation, invoice: invoiceOf(reservation.lines, event, '0'), site: desk.site }
}

async function claimedFor(
  tx: Tx,
  { siteId, ticketReservationId }: TicketReservation,
  { grandTotalMinor, currency }: Invoice,
  { paymentDetailsId }: { paymentDetailsId: string | null },
): Promise<PosPayment> {
  if (paymentDetailsId === null)
    throw invalid('paymentDetailsId', 'must not be empty: these tickets cost something', 'REQUIRED_FIELD')
  const payment = await claimPosPayment(tx, { siteId, posPaymentId: paymentDetailsId, ticketReservationId })
  if (!payment)
    throw new Refusal('PAYMENT_NOT_FOUND', 'Nothing was taken for this reservation under this id.', {
      paymentDetailsId,
    })
  if (payment.amountMinor !== grandTotalMinor || payment.currency !== currency)
    throw new Refusal('FAILED_PRECONDITION', 'What was taken is not what is due.', {
      reason: 'AMOUNT_DIFFERS',
      due: formatMinor(grandTotalMinor, currency),
      taken: formatMinor(payment.amountMinor, payment.currency),
    })
  return payment
}
