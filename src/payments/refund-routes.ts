import { Type } from 'typebox'
import type { Db } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { moneyOf } from '../gift-cards/wire.ts'
import type { App, Deps } from '../http/app.ts'
import { money, toLegacyMoney } from '../money.ts'
import { carryOutOf } from '../orders/carry-out.ts'
import { refundOrder } from '../orders/refund.ts'
import { orderNotFound } from '../orders/sold.ts'
import { findOrder } from '../orders/store.ts'
import { invalid } from '../refusals.ts'
import { present } from '../wire/plain-object.ts'
import { CommonMoneyIn, Guid, InstantOut, LegacyMoneyOut, Maybe, Text } from '../wire/shapes.ts'
import { keptMinor, type Refund } from './model.ts'
import { listRefundsOf } from './refund-store.ts'
import { listPaymentsOf } from './store.ts'

const RefundOut = Type.Object({
  id: Type.String(),
  paymentId: Type.String(),
  amount: LegacyMoneyOut,
  status: Type.String(),
  reason: Type.String(),
  note: Type.Optional(Type.String()),
  askedBy: Type.Object({ kind: Type.String(), id: Type.String() }),
  createdDate: InstantOut,
  updatedDate: InstantOut,
})
const RefundsOut = Type.Object({
  orderNumber: Type.String(),
  orderStatus: Type.String(),
  /** What went back of the order though it stood, or is on its way. */
  refunded: LegacyMoneyOut,
  /** What can still be given back. */
  refundable: LegacyMoneyOut,
  refunds: Type.Array(RefundOut),
})

/** Money that the organizer gives back (R48): of our own API. */
export function refundRoutes({ sql }: Deps) {
  return async (app: App) => {
    const path = '/boxoffice/v1/orders/:orderNumber/refunds'
    const params = Type.Object({ orderNumber: Text(1, 20) })
    const config = { permission: 'DECIDE_PAYMENTS' } as const

    app.get(path, { schema: { params, response: { 200: RefundsOut } }, config }, ({ params, identity }) =>
      refundsOf(sql, identity.siteId, params.orderNumber),
    )

    app.post(
      path,
      {
        schema: {
          params,
          body: Type.Object({
            refundId: Maybe(Guid),
            amount: Maybe(CommonMoneyIn),
            note: Maybe(Text(0, 500)),
            silent: Maybe(Type.Boolean()),
            ticketNumbers: Maybe(Type.Array(Text(1, 36), { maxItems: 50, uniqueItems: true })),
          }),
          response: { 200: RefundsOut },
        },
        config,
      },
      async ({ params: { orderNumber }, body, identity, now }) => {
        const { siteId } = identity
        const found = await findOrder(sql, siteId, orderNumber)
        if (!found) throw orderNotFound(orderNumber)
        const amount = body.amount ? moneyOf(body.amount, 'amount') : null
        if (amount && amount.currency !== found.currency)
          throw invalid('amount.currency', `must be ${found.currency}, as the order`, 'OTHER_CURRENCY', {
            currency: found.currency,
          })
        const wanted = {
          orderNumber,
          refundId: body.refundId?.toLowerCase() ?? null,
          amountMinor: amount?.amountMinor ?? null,
          note: body.note || null,
          silent: body.silent ?? false,
          ticketNumbers: body.ticketNumbers ?? [],
        }
        const order = await inTransaction(sql, tx => refundOrder(tx, wanted, { identity, now }))
        await carryOutOf(sql, order, now)
        return refundsOf(sql, siteId, orderNumber)
      },
    )
  }
}

async function refundsOf(db: Db, siteId: string, orderNumber: string) {
  const [order, payments, refunds] = await Promise.all([
    findOrder(db, siteId, orderNumber),
    listPaymentsOf(db, siteId, [orderNumber]),
    listRefundsOf(db, siteId, orderNumber),
  ])
  if (!order) throw orderNotFound(orderNumber)
  const { status: orderStatus, currency, refundedMinor } = order
  return {
    orderNumber,
    orderStatus,
    refunded: toLegacyMoney(money(refundedMinor, currency)),
    refundable: toLegacyMoney(money(keptMinor(payments), currency)),
    refunds: refunds.map(refund => toWireRefund(refund, currency)),
  }
}

function toWireRefund(
  { refundId, paymentId, amountMinor, status, reason, note, askedBy, ...at }: Refund,
  currency: string,
) {
  return {
    id: refundId,
    paymentId,
    amount: toLegacyMoney(money(amountMinor, currency)),
    status,
    reason,
    ...present({ note }),
    askedBy,
    createdDate: at.createdAt,
    updatedDate: at.updatedAt,
  }
}
