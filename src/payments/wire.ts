import { Type } from 'typebox'
import { money, toLegacyMoney } from '../money.ts'
import { present } from '../wire/plain-object.ts'
import { InstantOut, LegacyMoneyOut } from '../wire/shapes.ts'
import type { Payment } from './model.ts'

export const PaymentOut = Type.Object({
  id: Type.String(),
  orderNumber: Type.String(),
  provider: Type.String(),
  status: Type.String(),
  amount: LegacyMoneyOut,
  refunded: LegacyMoneyOut,
  /** Whether it is authorized first and captured later. */
  delayedCapture: Type.Boolean(),
  authorizedDate: Type.Optional(InstantOut),
  createdDate: InstantOut,
  updatedDate: InstantOut,
})
/** A payment that the buyer can make, and where. */
export const BegunOut = Type.Object({ ...PaymentOut.properties, payUrl: Type.Optional(Type.String()) })

export function toWirePayment(payment: Payment) {
  const { currency } = payment
  return {
    id: payment.paymentId,
    orderNumber: payment.orderNumber,
    provider: payment.provider,
    status: payment.status,
    amount: toLegacyMoney(money(payment.amountMinor, currency)),
    refunded: toLegacyMoney(money(payment.refundedMinor, currency)),
    delayedCapture: payment.capturesLater,
    ...present({ authorizedDate: payment.authorizedAt }),
    createdDate: payment.createdAt,
    updatedDate: payment.updatedAt,
  }
}
