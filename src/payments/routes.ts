import { Type } from 'typebox'
import type { Db } from '../db/connect.ts'
import type { Intake } from '../db/intake.ts'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { actorOf, type Identity, refuseOtherEvents } from '../identities/identity.ts'
import { allowsOver } from '../identities/permissions.ts'
import { money, toLegacyMoney } from '../money.ts'
import { payAgain } from '../orders/pay-again.ts'
import type { Settled, Told } from '../orders/settle.ts'
import { Refusal } from '../refusals.ts'
import { Guid, InstantOut, LegacyMoneyOut, Nothing, OneOf, Text } from '../wire/shapes.ts'
import { closeCase, findTestPayment, listOpenCases, type Payment } from './store.ts'

const PaymentOut = Type.Object({
  id: Type.String(),
  orderNumber: Type.String(),
  provider: Type.String(),
  status: Type.String(),
  amount: LegacyMoneyOut,
  refunded: LegacyMoneyOut,
  createdDate: InstantOut,
  updatedDate: InstantOut,
})

/**
 * The built-in test provider: it plays the bank of a demo site, through the same door that a real provider's
 * notifications come in. And the list of money that a person must decide about.
 */
export function paymentRoutes({ sql }: Deps, intake: Intake<Told, Settled>) {
  return async (app: App) => {
    const params = Type.Object({ paymentId: Guid })

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
          body: Type.Object({ notificationId: Text(1, 100), result: OneOf(['PAID', 'PENDING', 'DECLINED']) }),
          response: {
            200: Type.Object({ payment: PaymentOut, orderStatus: Type.String() }),
          },
        },
        config: { permission: 'CHECKOUT' },
      },
      async ({ params, body, identity, now }) => {
        const { siteId } = identity
        const { paymentId, orderNumber } = await getTestPayment(sql, params.paymentId.toLowerCase(), identity)
        // Anybody may play the bank for an order of their own: their ids must not use up those of others.
        const notificationId = `${paymentId}/${body.notificationId}`
        const notification = { siteId, provider: 'test', paymentId, notificationId, result: body.result }
        const { order, payment } = await intake.submit({
          siteId,
          wanted: { notification, now },
          contendsFor: orderNumber,
        })
        return { payment: toWirePayment(payment), orderStatus: order.status }
      },
    )

    app.post(
      '/boxoffice/v1/orders/:orderNumber/payments',
      {
        schema: {
          params: Type.Object({ orderNumber: Text(1, 20) }),
          response: { 200: Type.Object({ payment: PaymentOut }) },
        },
        config: { permission: 'CHECKOUT' },
      },
      async ({ params, identity, now }) => ({
        payment: toWirePayment(await inTransaction(sql, tx => payAgain(tx, params.orderNumber, { identity, now }))),
      }),
    )

    app.get(
      '/boxoffice/v1/reconciliation-cases',
      {
        schema: {
          response: {
            200: Type.Object({
              cases: Type.Array(Type.Object({ payment: PaymentOut, reason: Type.String(), openedDate: InstantOut })),
            }),
          },
        },
        config: { permission: 'DECIDE_PAYMENTS' },
      },
      async ({ identity }) => ({
        cases: (await listOpenCases(sql, identity.siteId, CASES_MAX)).map(({ reason, openedAt, ...payment }) => ({
          payment: toWirePayment(payment),
          reason,
          openedDate: openedAt,
        })),
      }),
    )

    app.post(
      '/boxoffice/v1/reconciliation-cases/:paymentId/close',
      { schema: { params, response: { 200: Nothing } }, config: { permission: 'DECIDE_PAYMENTS' } },
      async ({ params, identity, now }) => {
        const { siteId } = identity
        const paymentId = params.paymentId.toLowerCase()
        const closed = await inTransaction(sql, tx => closeCase(tx, { siteId, paymentId, by: actorOf(identity) }, now))
        if (!closed) throw new Refusal('PAYMENT_NOT_FOUND', 'No case is open for this payment.', { paymentId })
        return {}
      },
    )
  }
}

const CASES_MAX = 500

/** A payment of one's own order, on a site that takes test payments. */
async function getTestPayment(db: Db, paymentId: string, identity: Identity): Promise<Payment> {
  const payment = await findTestPayment(db, identity.siteId, paymentId)
  if (!payment || !allowsOver(identity, 'MANAGE_ORDERS', payment))
    throw new Refusal('PAYMENT_NOT_FOUND', 'There is no such payment.', { paymentId })
  refuseOtherEvents(identity, payment.eventId)
  return payment
}

function toWirePayment(payment: Payment) {
  const { currency } = payment
  return {
    id: payment.paymentId,
    orderNumber: payment.orderNumber,
    provider: payment.provider,
    status: payment.status,
    amount: toLegacyMoney(money(payment.amountMinor, currency)),
    refunded: toLegacyMoney(money(payment.refundedMinor, currency)),
    createdDate: payment.createdAt,
    updatedDate: payment.updatedAt,
  }
}
