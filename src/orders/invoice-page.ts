import { formattedMoment } from '../events/formatted.ts'
import { html } from '../pages/html.ts'
import type { Page } from '../pages/page.ts'
import { definitions, notice } from '../pages/parts.ts'
import { textsIn } from '../pages/texts.ts'
import { fullName } from '../tickets/shown.ts'
import { invoiceTable } from './invoice-table.ts'
import { type ShownOrder, zoneOf } from './shown.ts'

/** The invoice of an order that has been paid, to be read and printed (R40); null for any other. */
export function invoicePage(shown: ShownOrder): Page | null {
  const { order, event, site } = shown
  if (!order.paidAt) return null
  const texts = textsIn(site.locale)
  const words = texts.invoice
  const moment = (instant: Date) => formattedMoment(instant, zoneOf(shown))
  const body = html`<h1>${words.title(order.orderNumber)}</h1>
${order.canceledAt && notice('bad', { headline: texts.status.CANCELED.headline, stories: [words.canceled] })}
<section>
${definitions([
  [words.seller, site.name],
  [words.buyer, [fullName(order), order.email].filter(Boolean).join(', ')],
  [words.date, moment(order.createdAt)],
  [words.paid, moment(order.paidAt)],
  [texts.order.eventHeading, event?.title ?? texts.event.gone],
])}
</section>
<section>
${invoiceTable(order.invoice, { texts, locale: site.locale })}
</section>`
  return { texts, title: words.title(order.orderNumber), siteName: site.name, body }
}
