import { Type } from 'typebox'
import type { Press } from '../documents/press.ts'
import { sendCalendar } from '../events/calendar.ts'
import { eventPageUrlOf } from '../events/wire.ts'
import { hasUsableGiftCard } from '../gift-cards/store.ts'
import type { App, Deps } from '../http/app.ts'
import type { LinkPurpose } from '../identities/link.ts'
import { answerErrorsAsPages, sendNotFound } from '../pages/errors.ts'
import { sendFile } from '../pages/file.ts'
import { WORKER } from '../pages/offline.ts'
import { keepToCaller, sendPage } from '../pages/page.ts'
import { paymentMethodsOf } from '../payments/methods.ts'
import { returnUrlOf } from '../redirects/model.ts'
import { findSessionOfOrder } from '../redirects/of-browser.ts'
import { getSite } from '../sites/store.ts'
import { textsIn } from '../texts/texts.ts'
import { applePassOf } from '../tickets/passes.ts'
import { ticketsDocument } from '../tickets/printed.ts'
import { PASSES_OF_BUNDLE_MAX } from '../wallet/keys.ts'
import { Text } from '../wire/shapes.ts'
import { orderCalendarEntryOf } from './calendar.ts'
import { invoicePage } from './invoice-page.ts'
import { type LinkRequest, orderByLink } from './linked.ts'
import { ACTION_RESULTS, isPayable, type Offered } from './order-actions.ts'
import { orderPage } from './order-page.ts'
import type { ShownOrder } from './shown.ts'

type PageRequest = LinkRequest & { query: { result?: string }; now: Date }

/** Which ten of an order's tickets are wanted, from 1 on. */
const PassesQuery = Type.Object({
  token: Type.Optional(Text(0, 100)),
  part: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
})

/** What the links of an order lead to, for whoever holds them (R40, R167, R207). */
export function orderPageRoutes({ sql, keys, publicUrl, wallet }: Deps, press: Press) {
  return async (app: App) => {
    answerErrorsAsPages(app)
    const schema = {
      hide: true, // pages for people, no part of the API
      params: Type.Object({ orderNumber: Text(1, 36) }),
      querystring: Type.Object({ token: Type.Optional(Text(0, 100)) }),
    }
    const open = { public: true, rateLimit: { max: 600, timeWindow: '1 minute' } } as const
    const printing = { public: true, rateLimit: { max: 120, timeWindow: '1 minute' } } as const

    const page = {
      ...schema,
      querystring: Type.Object({ ...schema.querystring.properties, result: Type.Optional(Text(0, 30)) }),
    }

    app.get('/orders/worker.js', { schema: { hide: true }, config: open }, async (_, reply) =>
      reply.header('cache-control', 'no-cache').type('text/javascript; charset=utf-8').send(WORKER),
    )

    app.get('/orders/:orderNumber', { schema: page, config: open }, async (request, reply) => {
      const shown = await shownBy('order', request)
      if (!shown) return sendNotFound(reply, 'link')
      const offered = await offeredTo(shown, request)
      return sendPage(reply, 200, await orderPage(shown, { keys, publicUrl, wallet, now: request.now, offered }))
    })

    app.get('/orders/:orderNumber/tickets.pdf', { schema, config: printing }, async (request, reply) => {
      const { orderNumber } = request.params
      const shown = await shownBy('tickets', request)
      if (!shown) return sendNotFound(reply, 'link')
      const { tickets, event, site } = shown
      if (tickets.length === 0) return sendNotFound(reply, 'noTickets')
      const title = textsIn(site.locale).page('order.title', { number: orderNumber })
      const pdf = await press.print(ticketsDocument(tickets, { event, site, title, keys, publicUrl }))
      return sendFile(reply, { name: `tickets-${orderNumber}`, extension: 'pdf' }, pdf)
    })

    const { apple } = wallet
    app.get(
      '/orders/:orderNumber/tickets.pkpasses',
      { schema: { ...schema, querystring: PassesQuery }, config: printing },
      async (request, reply) => {
        const shown = apple && (await shownBy('tickets', request))
        if (!shown) return sendNotFound(reply, 'link')
        const { order, tickets, event, site } = shown
        const first = ((request.query.part ?? 1) - 1) * PASSES_OF_BUNDLE_MAX
        const some = tickets.slice(first, first + PASSES_OF_BUNDLE_MAX)
        if (!event || some.length === 0) return sendNotFound(reply, event ? 'noTickets' : 'noPass')
        const about = { event, site, links: { keys, publicUrl, wallet } }
        const passes = some.map(ticket => applePassOf(ticket, about))
        const file = await press.print({ signer: apple, passes, bundled: true })
        return sendFile(reply, { name: `tickets-${order.orderNumber}`, extension: 'pkpasses' }, file)
      },
    )

    app.get('/orders/:orderNumber/calendar.ics', { schema, config: open }, async (request, reply) => {
      const shown = await shownBy('order', request)
      const entry = shown && orderCalendarEntryOf(shown, { keys, publicUrl })
      if (!entry) return sendNotFound(reply, shown ? 'noCalendar' : 'link')
      keepToCaller(reply)
      return sendCalendar(reply, `order-${request.params.orderNumber}`, entry)
    })

    app.get('/orders/:orderNumber/invoice', { schema, config: open }, async (request, reply) => {
      const shown = await shownBy('invoice', request)
      if (!shown) return sendNotFound(reply, 'link')
      const page = invoicePage(shown)
      return page ? sendPage(reply, 200, page) : sendNotFound(reply, 'noInvoice')
    })

    /** What the buyer can do about it: only what waits for money needs to know how that can be paid. */
    async function offeredTo(shown: ShownOrder, request: PageRequest): Promise<Offered> {
      const { order, event, site } = shown
      const { headers, query, now } = request
      const session = await findSessionOfOrder(sql, headers, order, now)
      const page = event && !event.canceledAt ? eventPageUrlOf(event, publicUrl) : null
      const pays = isPayable(shown, now)
      return {
        methods: pays && event ? paymentMethodsOf(await getSite(sql, site.siteId), event) : [],
        takesGiftCards: pays && (await hasUsableGiftCard(sql, site.siteId, now)),
        back: session && returnUrlOf(session),
        eventPage: page && new URL(page.base + page.path).href,
        result: ACTION_RESULTS.find(each => each === query.result) ?? null,
      }
    }

    function shownBy(purpose: LinkPurpose, request: LinkRequest): Promise<ShownOrder | null> {
      return orderByLink(sql, keys, purpose, request)
    }
  }
}
