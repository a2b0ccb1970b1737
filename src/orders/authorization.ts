import { CLOCK, record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { findEvent } from '../events/store.ts'
import { actorOf, type Identity, refuseOtherEvents } from '../identities/identity.ts'
import { AUTHORIZATION_MINUTES, asking, type Payment } from '../payments/model.ts'
import { writePayments } from '../payments/store.ts'
import { Refusal } from '../refusals.ts'
import { addMinutes } from '../time.ts'
import { orderActivity, voidOrder } from './end.ts'
import type { Order } from './model.ts'
import { lockSold, orderNotFound, type Sold } from './sold.ts'
import { changeOrder } from './store.ts'

/** An order that somebody who acts for the site names, and its event if that was named too. */
type Named = { orderNumber: string; eventId: string | null }
type Caller = { identity: Identity; now: Date }

/**
 * Asks for the money of an AUTHORIZED order (R188); it is PAID, with its tickets, when the provider has it. Asked for
 * again meanwhile, nothing is added.
 * @throws Refusal ORDER_NOT_FOUND, ORDER_STATUS_NOT_AUTHORIZED
 */
export async function captureAuthorizedPayment(tx: Tx, named: Named, { identity, now }: Caller): Promise<Order> {
  const { sold, payment } = await getAuthorized(tx, named, identity)
  return payment.asked === 'CAPTURE' ? sold.order : askForCapture(tx, sold, payment, { actor: actorOf(identity), now })
}

/**
 * Lets the money of an AUTHORIZED order go (R188): the order is VOIDED and its tickets return at once.
 * @throws Refusal ORDER_NOT_FOUND, ORDER_STATUS_NOT_AUTHORIZED, also when the money has been asked for already
 */
export async function voidAuthorizedPayment(tx: Tx, named: Named, { identity, now }: Caller): Promise<Order> {
  const { sold, payment } = await getAuthorized(tx, named, identity)
  if (payment.asked === 'CAPTURE') throw notAuthorized(sold.order)
  return voidOrder(tx, sold, { actor: actorOf(identity), now })
}

/**
 * What becomes of an authorization that nobody decided about (section 9.1): it is captured a day before it ends where
 * the event says so, else it is voided when it ends. That of an event which does not take place is voided at once.
 */
export async function decideAuthorization(
  tx: Tx,
  { siteId, paymentId, orderNumber }: Payment,
  now: Date,
): Promise<void> {
  const sold = await lockSold(tx, siteId, orderNumber)
  const payment = sold.payments.find(each => each.paymentId === paymentId)
  if (payment?.status !== 'AUTHORIZED' || payment.asked !== null) return // somebody did meanwhile
  const event = await findEvent(tx, siteId, sold.order.eventId)
  const takesPlace = event !== null && event.canceledAt === null
  const endsAt = addMinutes(payment.authorizedAt ?? now, AUTHORIZATION_MINUTES)
  if (takesPlace && event.autoCapture) await askForCapture(tx, sold, payment, { actor: CLOCK, now })
  else if (takesPlace && now < endsAt) await writePayments(tx, siteId, [{ ...payment, attempts: 0, dueAt: endsAt }])
  else await voidOrder(tx, sold, { actor: CLOCK, now })
}

async function askForCapture(
  tx: Tx,
  { order }: Sold,
  payment: Payment,
  by: { actor: { kind: string; id: string }; now: Date },
): Promise<Order> {
  const asked = await changeOrder(tx, order, { status: order.status }, by.now)
  await writePayments(tx, order.siteId, [asking(payment, 'CAPTURE', by.now)])
  await record(tx, [orderActivity(asked, 'capture_asked', by)])
  return asked
}

async function getAuthorized(
  tx: Tx,
  { orderNumber, eventId }: Named,
  identity: Identity,
): Promise<{ sold: Sold; payment: Payment }> {
  const sold = await lockSold(tx, identity.siteId, orderNumber)
  const { order, payments } = sold
  if (eventId !== null && order.eventId !== eventId) throw orderNotFound(orderNumber)
  refuseOtherEvents(identity, order.eventId)
  const payment = payments.find(({ status, asked }) => status === 'AUTHORIZED' && asked !== 'VOID')
  if (order.status !== 'AUTHORIZED' || !payment) throw notAuthorized(order)
  return { sold, payment }
}

function notAuthorized({ orderNumber, status }: Order): Refusal {
  return new Refusal('ORDER_STATUS_NOT_AUTHORIZED', `The payment of order ${orderNumber} is not waiting to be taken.`, {
    orderNumber,
    status,
  })
}
