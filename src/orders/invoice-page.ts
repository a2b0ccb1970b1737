import { formattedMoment } from '../events/formatted.ts'
import { html } from '../pages/html.ts'
import type { Page } from '../pages/page.ts'
import { definitions, notice } from '../pages/parts.ts'
import { textsIn } from '../texts/texts.ts'
import { fullName } from '../tickets/shown.ts'
import { invoiceTable } from './invoice-table.ts'
import { type ShownOrder, zoneOf } from './shown.ts'

/** The invoice of an order that has been paid, to be read and printed (R40); null for any other. */
export function invoicePage(shown: ShownOrder): Page | null {
  const { order, event, site } = shown
  if (!order.paidAt) return null
  const texts = textsIn(site.locale)
  const { page: say } = texts
  const title = say('invoice.title', { number: order.orderNumber })
  const moment = (instant: Date) => formattedMoment(instant, zoneOf(shown))
  const body = html`<h1>${title}</h1>
${order.canceledAt && notice('bad', { headline: say('status.CANCELED.headline'), stories: [say('invoice.canceled')] })}
<section>
${definitions([
  [say('invoice.seller'), site.name],
  [say('invoice.buyer'), [fullName(order), order.email].filter(Boolean).join(', ')],
  [say('invoice.date'), moment(order.createdAt)],
  [say('invoice.paid'), moment(order.paidAt)],
  [say('order.eventHeading'), event?.title ?? say('event.gone')],
])}
</section>
<section>
${invoiceTable(order.invoice, texts)}
</section>`
  return { texts, title, siteName: site.name, body }
}
