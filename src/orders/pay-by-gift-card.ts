import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { moveMoney } from '../gift-cards/move.ts'
import { lockGiftCardByCode } from '../gift-cards/store.ts'
import { noGiftCard, refuseUnusable } from '../gift-cards/usable.ts'
import { actorOf } from '../identities/identity.ts'
import { newGuid } from '../ids.ts'
import { onlineMethodsOf } from '../payments/methods.ts'
import { isOpen, keptMinor, letGo } from '../payments/model.ts'
import { insertPayments, type NewPayment, writePayments } from '../payments/store.ts'
import { Refusal } from '../refusals.ts'
import { getSite } from '../sites/store.ts'
import { confirmReservations } from './checkout.ts'
import { orderActivity } from './end.ts'
import type { Order } from './model.ts'
import { type Caller, lockPayable } from './pay-again.ts'
import { changedOrder, writeOrders, writeTerms } from './store.ts'

/** Cards that one order may be paid with, at most. */
const CARDS_MAX = 5

export type PaidByCard = {
  order: Order
  /** The payment by card. */
  paymentId: string
  /** A new payment of what is left, if something is. */
  nextPaymentId: string | null
  dueMinor: number
}

/**
 * Pays an order that waits for its money with a gift card, as far as that goes (R58): all of it, and the order is PAID
 * with its tickets; or a part, and it is PARTIALLY_PAID, the hold goes on, and a new payment of the rest is begun. Those
 * begun before are given up at their providers; what is paid on one of them all the same is settled exactly (`settle`).
 * @throws Refusal ORDER_NOT_FOUND, ORDER_ACTION_NOT_AVAILABLE, GIFT_CARD_NOT_FOUND, GIFT_CARD_NOT_USABLE
 */
export async function payByGiftCard(
  tx: Tx,
  { orderNumber, codeHash }: { orderNumber: string; codeHash: Buffer },
  caller: Caller,
): Promise<PaidByCard> {
  const { identity, now } = caller
  const { siteId } = identity
  const { order, reservation, payments } = await lockPayable(tx, orderNumber, caller)
  if (payments.filter(({ giftCardId }) => giftCardId !== null).length >= CARDS_MAX)
    throw new Refusal('ORDER_ACTION_NOT_AVAILABLE', `An order can be paid with at most ${CARDS_MAX} gift cards.`, {
      orderNumber,
      status: order.status,
    })
  const card = await lockGiftCardByCode(tx, siteId, codeHash)
  if (!card) throw noGiftCard()
  refuseUnusable(card, { currency: order.currency, now })

  const actor = actorOf(identity)
  const openMinor = order.grandTotalMinor - keptMinor(payments)
  const amountMinor = Math.min(card.balanceMinor, openMinor)
  const dueMinor = openMinor - amountMinor
  const paymentId = newGuid()
  const { giftCardId } = card
  await moveMoney(tx, card, { kind: 'CAPTURED', amountMinor, paymentId }, { actor, now })

  const ordinal = payments.length + 1
  const byCard = { orderNumber, ordinal, currency: order.currency, paymentId, amountMinor, giftCardId } as const
  const next = dueMinor > 0 ? await nextPayment(tx, order, { ordinal: ordinal + 1, dueMinor }) : null
  const paid = dueMinor === 0 && { method: 'giftCard', paidAt: now, confirmedAt: now }
  const changed = changedOrder(order, paid ? { status: 'PAID', ...paid } : { status: 'PARTIALLY_PAID' }, now)
  if (next) await writeTerms(tx, { ...changed, snapshotId: next.paymentId })
  await writeOrders(tx, siteId, [changed])
  if (paid) await confirmReservations(tx, siteId, [{ order: changed, reservation, actor }], now)
  else await record(tx, [orderActivity(changed, 'partially_paid', { actor, now })])
  const begun: NewPayment[] = [{ ...byCard, provider: 'giftCard', status: 'CAPTURED' }, ...(next ? [next] : [])]
  await insertPayments(tx, siteId, begun, now)
  const givenUp = payments.filter(isOpen).map(payment => letGo(payment, now))
  await writePayments(tx, siteId, givenUp)
  return { order: changed, paymentId, nextPaymentId: next?.paymentId ?? null, dueMinor }
}

/** Null where the site takes no other payments: then another card must pay the rest. */
async function nextPayment(
  tx: Tx,
  { siteId, orderNumber, currency }: Order,
  { ordinal, dueMinor: amountMinor }: { ordinal: number; dueMinor: number },
): Promise<NewPayment | null> {
  const site = await getSite(tx, siteId)
  const [provider] = onlineMethodsOf(site)
  if (!provider) return null
  const capturesLater = site.delayedCapture
  const paymentId = newGuid()
  return { paymentId, orderNumber, ordinal, provider, status: 'BEGUN', amountMinor, currency, capturesLater }
}
