import { type Static, Type } from 'typebox'
import { money, toLegacyMoney } from '../money.ts'
import { LegacyMoneyOut } from '../wire/shapes.ts'
import type { Invoice, InvoiceFee, InvoiceTax } from './model.ts'

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
export const InvoiceOut = Type.Object({
  items: Type.Array(
    Type.Object({
      id: Type.String(),
      quantity: Type.Integer(),
      name: Type.String(),
      price: LegacyMoneyOut,
      total: LegacyMoneyOut,
      tax: Type.Optional(TaxOut),
      fees: Type.Array(FeeOut),
    }),
  ),
  total: LegacyMoneyOut,
  subTotal: LegacyMoneyOut,
  tax: Type.Optional(TaxOut),
  fees: Type.Array(FeeOut),
  grandTotal: LegacyMoneyOut,
  revenue: LegacyMoneyOut,
})

/** An invoice in its published shape; `total` is a deprecated copy of the sub-total after discount (R39). */
export function toWireInvoice(invoice: Invoice): Static<typeof InvoiceOut> {
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
  return {
    items: invoice.items.map(item => ({
      id: item.ticketDefinitionId,
      quantity: item.quantity,
      name: item.name,
      price: amount(item.priceMinor),
      total: amount(item.totalMinor),
      ...(item.tax && { tax: tax(item.tax) }),
      fees: item.fee ? [fee(item.fee)] : [],
    })),
    total: amount(invoice.subTotalMinor),
    subTotal: amount(invoice.subTotalMinor),
    ...(invoice.tax && { tax: tax(invoice.tax) }),
    fees: invoice.fees.map(fee),
    grandTotal: amount(invoice.grandTotalMinor),
    revenue: amount(invoice.revenueMinor),
  }
}
