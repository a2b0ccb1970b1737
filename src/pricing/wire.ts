import { type Static, Type } from 'typebox'
import { money, toLegacyMoney } from '../money.ts'
import { present } from '../wire/plain-object.ts'
import { LegacyMoneyOut } from '../wire/shapes.ts'
import type { AppliedDiscount } from './discount.ts'
import { discountOf, type Invoice, type InvoiceFee, type InvoiceTax } from './model.ts'

const TaxOut = Type.Object({
  type: Type.String(),
  name: Type.String(),
  rate: Type.String(),
  taxable: LegacyMoneyOut,
  amount: LegacyMoneyOut,
})
const FeeOut = Type.Object({
  name: Type.String(),
  type: Type.String(),
  rate: Type.String(),
  amount: LegacyMoneyOut,
})
const DiscountOut = Type.Object({
  amount: LegacyMoneyOut,
  afterDiscount: LegacyMoneyOut,
  code: Type.String(),
  name: Type.String(),
  couponId: Type.String(),
  discounts: Type.Array(
    Type.Object({
      coupon: Type.Optional(Type.Object({ name: Type.String(), code: Type.String(), couponId: Type.String() })),
      paidPlan: Type.Optional(
        Type.Object({
          name: Type.String(),
          percentDiscount: Type.Object({ rate: Type.String(), quantityDiscounted: Type.Integer() }),
        }),
      ),
      amount: LegacyMoneyOut,
    }),
  ),
})
export const InvoiceOut = Type.Object({
  items: Type.Array(
    Type.Object({
      id: Type.String(),
      quantity: Type.Integer(),
      name: Type.String(),
      price: LegacyMoneyOut,
      total: LegacyMoneyOut,
      discount: Type.Optional(DiscountOut),
      tax: Type.Optional(TaxOut),
      fees: Type.Array(FeeOut),
    }),
  ),
  total: LegacyMoneyOut,
  discount: Type.Optional(DiscountOut),
  subTotal: LegacyMoneyOut,
  tax: Type.Optional(TaxOut),
  fees: Type.Array(FeeOut),
  grandTotal: LegacyMoneyOut,
  revenue: LegacyMoneyOut,
  previewUrl: Type.Optional(Type.String()),
})

/**
 * An invoice in its published shape; `total` is a deprecated copy of the sub-total after discount (R39).
 * @param previewUrl where the invoice of a paid order is read (R40)
 */
export function toWireInvoice(invoice: Invoice, previewUrl: string | null = null): Static<typeof InvoiceOut> {
  const amount = (amountMinor: number) => toLegacyMoney(money(amountMinor, invoice.currency))
  const tax = ({ type, name, rate, taxableMinor, amountMinor }: InvoiceTax) => ({
    type,
    name,
    rate,
    taxable: amount(taxableMinor),
    amount: amount(amountMinor),
  })
  // The contract knows one fee and calls it so; here it is the organizer's own (R46).
  const fee = ({ type, rate, amountMinor }: InvoiceFee) => ({
    name: 'WIX_FEE',
    type,
    rate,
    amount: amount(amountMinor),
  })
  // One entry each; the flat members are deprecated copies of the coupon's (R54, R55).
  const discount = (discounted: Pick<Invoice, 'discounts'>, totalMinor: number) => {
    const { discounts = [] } = discounted
    if (discounts.length === 0) return {}
    const amountMinor = discountOf(discounted)
    const coupon = discounts.find(each => each.kind === 'COUPON')
    return {
      discount: {
        amount: amount(amountMinor),
        afterDiscount: amount(totalMinor - amountMinor),
        ...(coupon ? couponOf(coupon) : { code: '', name: '', couponId: '' }), // the client's types promise them
        discounts: discounts.map(each => ({
          ...(each.kind === 'COUPON' ? { coupon: couponOf(each) } : { paidPlan: paidPlanOf(each) }),
          amount: amount(each.amountMinor),
        })),
      },
    }
  }
  return {
    items: invoice.items.map(item => ({
      id: item.ticketDefinitionId,
      quantity: item.quantity,
      name: item.name,
      price: amount(item.priceMinor),
      total: amount(item.totalMinor),
      ...discount(item, item.totalMinor),
      ...(item.tax && { tax: tax(item.tax) }),
      fees: item.fee ? [fee(item.fee)] : [],
    })),
    total: amount(invoice.subTotalMinor - discountOf(invoice)),
    ...discount(invoice, invoice.subTotalMinor),
    subTotal: amount(invoice.subTotalMinor),
    ...(invoice.tax && { tax: tax(invoice.tax) }),
    fees: invoice.fees.map(fee),
    grandTotal: amount(invoice.grandTotalMinor),
    revenue: amount(invoice.revenueMinor),
    ...present({ previewUrl }),
  }
}

function couponOf({ name, code, couponId }: Extract<AppliedDiscount, { kind: 'COUPON' }>) {
  return { name, code, couponId }
}

function paidPlanOf({ name, rate, quantityDiscounted }: Extract<AppliedDiscount, { kind: 'PAID_PLAN' }>) {
  return { name, percentDiscount: { rate, quantityDiscounted } }
}
