import { newGuid } from '../../src/ids.ts'
import type { Caller, TestApp } from './app.ts'
import { aSale, checkOut, must } from './sale.ts'

export type Ordered = {
  guest: Caller
  eventId: string
  definitionId: string
  reservationId: string
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever JSON came back
  order: any
  orderPageUrl: string
}

/** A new visitor's order of two tickets at 10.00, which waits for its money, unless said otherwise. */
export async function anOrder(
  app: Pick<TestApp, 'admin' | 'visitor'>,
  {
    event = {},
    definition = {},
    quantity = 2,
    checkout = {},
    seller,
  }: {
    event?: Record<string, unknown>
    definition?: Record<string, unknown>
    quantity?: number
    checkout?: Record<string, unknown>
    /** Who checks out, if that is not the guest. */
    seller?: Caller
  } = {},
): Promise<Ordered> {
  const { eventId, definitionId } = await aSale(app, { event, definition })
  const guest = await app.visitor()
  const held = await must(guest, 'POST', '/events/v1/ticket-reservations', {
    ticketReservation: { tickets: [{ ticketDefinitionId: definitionId, quantity }] },
  })
  const reservationId: string = held.body.ticketReservation.id
  const answer = await checkOut(seller ?? guest, { eventId, reservationId }, checkout)
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  const { order, orderPageUrl } = answer.body
  return { guest, eventId, definitionId, reservationId, order, orderPageUrl }
}

/** What the payment provider says of an order's payment. */
export async function notify(
  { guest, order }: Ordered,
  result: 'PAID' | 'AUTHORIZED' | 'PENDING' | 'DECLINED',
): Promise<void> {
  const path = `/boxoffice/v1/test-payments/${order.snapshotId}/notifications`
  await must(guest, 'POST', path, { notificationId: newGuid(), result })
}

/** The order as it is now, whole. */
export async function orderNow(admin: Caller, { eventId, order }: Pick<Ordered, 'eventId' | 'order'>) {
  const fieldsets = 'fieldset=DETAILS&fieldset=TICKETS&fieldset=INVOICE&fieldset=FORM'
  return (await must(admin, 'GET', `/events/v1/events/${eventId}/orders/${order.orderNumber}?${fieldsets}`)).body.order
}

/** What a link of ours leads to: asked for by whoever holds it, without any credential. */
export async function follow(
  { app, deps }: Pick<TestApp, 'app' | 'deps'>,
  link: string,
  sent: Record<string, string> = {},
) {
  if (!link.startsWith(`${deps.publicUrl}/`)) throw new Error(`${link} does not lead here`)
  const { statusCode, headers, payload, rawPayload } = await app.inject({
    url: link.slice(deps.publicUrl.length),
    headers: sent,
  })
  return { status: statusCode, headers, text: textOf(payload), markup: payload, bytes: new Uint8Array(rawPayload) }
}

/** What people read of a page: without markup, in one line. */
function textOf(markup: string): string {
  const shown = markup.replace(/<style>[\s\S]*?<\/style>/g, '').replace(/<[^>]+>/g, ' ')
  const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
  return shown
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => named[name] ?? '')
    .replace(/\s+/g, ' ')
    .trim()
}
