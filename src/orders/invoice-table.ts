import { localMoney, money } from '../money.ts'
import { type Html, html } from '../pages/html.ts'
import type { Texts } from '../pages/texts.ts'
import type { Invoice } from '../pricing/model.ts'

/** What was bought and what it costs, down to the grand total; what only the organizer bears is not the buyer's to see. */
export function invoiceTable(
  { items, subTotalMinor, discounts = [], tax, fees, grandTotalMinor, currency }: Invoice,
  { texts, locale }: { texts: Texts; locale: string },
): Html {
  const words = texts.invoice
  const amount = (amountMinor: number) => localMoney(money(amountMinor, currency), locale)
  const row = (term: string, amountMinor: number, detail: string | null = null) =>
    html`<tr><th scope="row">${term}${detail && html`<span class="unit">${detail}</span>`}</th><td>${amount(amountMinor)}</td></tr>`
  const addedFees = fees.filter(({ type }) => type === 'FEE_ADDED_AT_CHECKOUT')
  return html`<table>
<thead><tr><th scope="col">${words.item}</th><th scope="col">${words.amount}</th></tr></thead>
<tbody>
${items.map(
  ({ name, quantity, priceMinor, totalMinor }) => html`<tr><td><span dir="auto">${name}</span>
<span class="unit">${words.times(quantity, amount(priceMinor))}</span></td><td>${amount(totalMinor)}</td></tr>
`,
)}</tbody>
<tfoot>
${(subTotalMinor !== grandTotalMinor || discounts.length > 0) && row(words.subTotal, subTotalMinor)}
${discounts.map(each => row(words.discount, -each.amountMinor, each.name))}
${tax?.type === 'ADDED_AT_CHECKOUT' && row(words.addedTax(tax.name, tax.rate), tax.amountMinor, words.taxOn(amount(tax.taxableMinor)))}
${addedFees.map(fee => row(words.fee, fee.amountMinor))}
<tr class="total"><th scope="row">${words.total}</th><td>${amount(grandTotalMinor)}</td></tr>
${tax?.type === 'INCLUDED' && row(words.includedTax(tax.name, tax.rate), tax.amountMinor, words.taxOn(amount(tax.taxableMinor)))}
</tfoot>
</table>`
}
