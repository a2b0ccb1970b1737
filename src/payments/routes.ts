import { Type } from 'typebox'
import type { Db } from '../db/connect.ts'
import type { Intake } from '../db/intake.ts'
import { inTransaction } from '../db/transaction.ts'
import { hashCode } from '../gift-cards/code.ts'
import type { Guesses } from '../gift-cards/guesses.ts'
import { findGiftCardByCode } from '../gift-cards/store.ts'
import { noGiftCard, refuseUnusable } from '../gift-cards/usable.ts'
import { CodeIn } from '../gift-cards/wire.ts'
import type { App, Deps } from '../http/app.ts'
import { type Identity, refuseOtherEvents } from '../identities/identity.ts'
import { allowsOver } from '../identities/permissions.ts'
import { money, toLegacyMoney } from '../money.ts'
import { beginPayment } from '../orders/begin.ts'
import { carryOutOf } from '../orders/carry-out.ts'
import { payAgain } from '../orders/pay-again.ts'
import { payByGiftCard } from '../orders/pay-by-gift-card.ts'
import type { Settled } from '../orders/settle.ts'
import type { Told } from '../orders/settle-all.ts'
import { getOrder } from '../orders/store.ts'
import { Refusal } from '../refusals.ts'
import { present } from '../wire/plain-object.ts'
import { Guid, LegacyMoneyOut, OneOf, Text } from '../wire/shapes.ts'
import type { Payment } from './model.ts'
import type { Providers } from './provider.ts'
import { testProvider } from './providers.ts'
import { findTestPayment, getPayment } from './store.ts'
import { BegunOut, PaymentOut, toWirePayment } from './wire.ts'

/**
 * The built-in test provider: it plays the bank of a demo site, through the same door that a real provider's
 * notifications come in.
 */
export function paymentRoutes(
  { sql, keys, publicUrl }: Deps,
  providers: Providers,
  intake: Intake<Told, Settled>,
  guesses: Guesses,
) {
  return async (app: App) => {
    const params = Type.Object({ paymentId: Guid })
    const paying = { sql, providers, keys, publicUrl }

    app.get(
      '/boxoffice/v1/test-payments/:paymentId',
      {
        schema: { params, response: { 200: Type.Object({ payment: PaymentOut }) } },
        config: { permission: 'CHECKOUT' },
      },
      async ({ params, identity }) => ({
        payment: toWirePayment(await getTestPayment(sql, params.paymentId.toLowerCase(), identity)),
      }),
    )

    app.post(
      '/boxoffice/v1/test-payments/:paymentId/notifications',
      {
        schema: {
          params,
          body: Type.Object({
            notificationId: Text(1, 100),
            result: OneOf(['PAID', 'AUTHORIZED', 'PENDING', 'DECLINED']),
          }),
          response: {
            200: Type.Object({ payment: PaymentOut, orderStatus: Type.String() }),
          },
        },
        config: { permission: 'CHECKOUT' },
      },
      async ({ params, body, identity, now }) => {
        const { siteId } = identity
        const known = await getTestPayment(sql, params.paymentId.toLowerCase(), identity)
        const notification = testProvider.parse({ payment: known, ...body })
        const { order, payment } = await intake.submit({
          siteId,
          wanted: { notification, now },
          contendsFor: known.orderNumber,
        })
        return { payment: toWirePayment(payment), orderStatus: order.status }
      },
    )

    const orderParams = Type.Object({ orderNumber: Text(1, 20) })

    app.post(
      '/boxoffice/v1/orders/:orderNumber/payments',
      {
        schema: { params: orderParams, response: { 200: Type.Object({ payment: BegunOut }) } },
        config: { permission: 'CHECKOUT' },
      },
      async ({ params, identity, now }) => {
        const paymentId = await inTransaction(sql, tx => payAgain(tx, params.orderNumber, { identity, now }))
        const payment = await getPayment(sql, identity.siteId, paymentId)
        const order = await getOrder(sql, identity.siteId, params.orderNumber)
        const payUrl = await beginPayment(order, payment, { ...paying, now })
        return { payment: { ...toWirePayment(payment), ...present({ payUrl }) } }
      },
    )

    app.post(
      '/boxoffice/v1/gift-cards/look-up',
      {
        schema: {
          body: Type.Object({ code: CodeIn, currency: Type.String({ pattern: '^[A-Z]{3}$' }) }),
          response: { 200: Type.Object({ lastFour: Type.String(), balance: LegacyMoneyOut }) },
        },
        config: { permission: 'READ_CHECKOUT' },
      },
      async ({ body: { code, currency }, identity: { siteId }, now, ip }) => {
        const isRight = guesses.take(ip, now)
        const card = await findGiftCardByCode(sql, siteId, hashCode(siteId, code, keys))
        if (!card) throw noGiftCard()
        isRight()
        refuseUnusable(card, { currency, now })
        return { lastFour: card.lastFour, balance: toLegacyMoney(money(card.balanceMinor, card.currency)) }
      },
    )

    app.post(
      '/boxoffice/v1/orders/:orderNumber/gift-card-payments',
      {
        schema: {
          params: orderParams,
          body: Type.Object({ code: CodeIn }),
          response: {
            200: Type.Object({
              payment: PaymentOut,
              orderStatus: Type.String(),
              due: LegacyMoneyOut,
              nextPayment: Type.Optional(PaymentOut),
            }),
          },
        },
        config: { permission: 'CHECKOUT' },
      },
      async ({ params: { orderNumber }, body, identity, now, ip }) => {
        const { siteId } = identity
        const isRight = guesses.take(ip, now)
        const codeHash = hashCode(siteId, body.code, keys)
        const paid = await inTransaction(sql, tx =>
          payByGiftCard(tx, { orderNumber, codeHash }, { identity, now }),
        ).catch((error: unknown) => {
          if (!(error instanceof Refusal && error.code === 'GIFT_CARD_NOT_FOUND')) isRight()
          throw error
        })
        isRight()
        const payments = await carryOutOf(sql, paid.order, now)
        const next = payments.find(({ paymentId }) => paymentId === paid.nextPaymentId)
        return {
          payment: toWirePayment(await getPayment(sql, siteId, paid.paymentId)),
          orderStatus: paid.order.status,
          due: toLegacyMoney(money(paid.dueMinor, paid.order.currency)),
          ...(next && { nextPayment: toWirePayment(next) }),
        }
      },
    )
  }
}

/** A payment of one's own order, on a site that takes test payments. */
async function getTestPayment(db: Db, paymentId: string, identity: Identity): Promise<Payment> {
  const payment = await findTestPayment(db, identity.siteId, paymentId)
  if (!payment || !allowsOver(identity, 'MANAGE_ORDERS', payment))
    throw new Refusal('PAYMENT_NOT_FOUND', 'There is no such payment.', { paymentId })
  refuseOtherEvents(identity, payment.eventId)
  return payment
}
