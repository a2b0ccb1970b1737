import { Type } from 'typebox'
import type { Db } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { actorOf, type Identity, refuseOtherEvents } from '../identities/identity.ts'
import { allowsOver } from '../identities/permissions.ts'
import { money, toLegacyMoney } from '../money.ts'
import { releaseForLatePayment, settle } from '../orders/settle.ts'
import { findOrder } from '../orders/store.ts'
import { Refusal } from '../refusals.ts'
import { getSite } from '../sites/store.ts'
import { Guid, InstantOut, LegacyMoneyOut, Nothing, OneOf, Text } from '../wire/shapes.ts'
import { closeCase, findPayment, listOpenCases, type Payment } from './store.ts'

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
export function paymentRoutes({ sql }: Deps) {
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
        const { paymentId } = await getTestPayment(sql, params.paymentId.toLowerCase(), identity)
        const { result } = body
        // Anybody may play the bank for an order of their own: their ids must not use up those of others.
        const notificationId = `${paymentId}/${body.notificationId}`
        if (result === 'PAID') await inTransaction(sql, tx => releaseForLatePayment(tx, { siteId, paymentId, now }))
        return inTransaction(sql, async tx => {
          const order = await settle(tx, { siteId, provider: 'test', paymentId, notificationId, result }, now)
          return {
            payment: toWirePayment(await getTestPayment(tx, paymentId, identity)),
            orderStatus: order.status,
          }
        })
      },
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
  const { siteId } = identity
  const payment = await findPayment(db, siteId, paymentId)
  const order = payment && (await findOrder(db, siteId, payment.orderNumber))
  const { testPayments } = await getSite(db, siteId)
  if (!payment || !order || !testPayments || !allowsOver(identity, 'MANAGE_ORDERS', order))
    throw new Refusal('PAYMENT_NOT_FOUND', 'There is no such payment.', { paymentId })
  refuseOtherEvents(identity, order.eventId)
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
