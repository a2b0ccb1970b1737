import { localMoney, money } from '../money.ts'
import { type Html, html } from '../pages/html.ts'
import type { Invoice } from '../pricing/model.ts'
import type { Texts } from '../texts/texts.ts'

/** What was bought and what it costs, down to the grand total; what only the organizer bears is not the buyer's to see. */
export function invoiceTable(
  { items, subTotalMinor, discounts = [], tax, fees, grandTotalMinor, currency }: Invoice,
  { page: say, locale }: Texts,
): Html {
  const amount = (amountMinor: number) => localMoney(money(amountMinor, currency), locale)
  const taxOn = ({ taxableMinor }: { taxableMinor: number }) => say('invoice.taxOn', { taxable: amount(taxableMinor) })
  const row = (term: string, amountMinor: number, detail: string | null = null) =>
    html`<tr><th scope="row">${term}${detail && html`<span class="unit">${detail}</span>`}</th><td>${amount(amountMinor)}</td></tr>`
  const addedFees = fees.filter(({ type }) => type === 'FEE_ADDED_AT_CHECKOUT')
  return html`<table>
<thead><tr><th scope="col">${say('invoice.item')}</th><th scope="col">${say('invoice.amount')}</th></tr></thead>
<tbody>
${items.map(
  ({ name, quantity, priceMinor, totalMinor }) => html`<tr><td><span dir="auto">${name}</span>
<span class="unit">${say('invoice.times', { quantity, price: amount(priceMinor) })}</span></td><td>${amount(totalMinor)}</td></tr>
`,
)}</tbody>
<tfoot>
${(subTotalMinor !== grandTotalMinor || discounts.length > 0) && row(say('invoice.subTotal'), subTotalMinor)}
${discounts.map(each => row(say('invoice.discount'), -each.amountMinor, each.name))}
${tax?.type === 'ADDED_AT_CHECKOUT' && row(say('invoice.addedTax', tax), tax.amountMinor, taxOn(tax))}
${addedFees.map(fee => row(say('invoice.fee'), fee.amountMinor))}
<tr class="total"><th scope="row">${say('invoice.total')}</th><td>${amount(grandTotalMinor)}</td></tr>
${tax?.type === 'INCLUDED' && row(say('invoice.includedTax', tax), tax.amountMinor, taxOn(tax))}
</tfoot>
</table>`
}
