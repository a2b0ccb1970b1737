import { Type } from 'typebox'
import type { Press } from '../documents/press.ts'
import type { StoredEvent } from '../events/model.ts'
import { findEvent } from '../events/store.ts'
import type { App, Deps } from '../http/app.ts'
import { readLinkToken } from '../identities/link.ts'
import { answerErrorsAsPages, sendNotFound } from '../pages/errors.ts'
import { sendPage } from '../pages/page.ts'
import { sendPdf } from '../pages/pdf.ts'
import { getSite, type Site } from '../sites/store.ts'
import { chosenLanguage, inLanguage, languageOf } from '../texts/language.ts'
import { languageLike, textsIn } from '../texts/texts.ts'
import { Text } from '../wire/shapes.ts'
import { checkInPage } from './check-in-page.ts'
import { readCheckInCode } from './code.ts'
import type { Ticket } from './model.ts'
import { ticketsDocument } from './printed.ts'
import { withOptionNames } from './shown.ts'
import { findTicket, findTicketOfAnySite } from './store.ts'

/** What a ticket's code and link lead to, for whoever holds them (R194, R207). */
export function ticketPageRoutes({ sql, keys, publicUrl }: Deps, press: Press) {
  return async (app: App) => {
    answerErrorsAsPages(app)
    const open = { public: true, rateLimit: { max: 600, timeWindow: '1 minute' } } as const
    const printing = { public: true, rateLimit: { max: 120, timeWindow: '1 minute' } } as const

    app.get(
      '/check-in/:code',
      {
        schema: {
          hide: true, // a page for people, no part of the API
          params: Type.Object({ code: Text(1, 73) }),
          querystring: Type.Object({ s: Type.Optional(Text(0, 100)) }),
        },
        config: open,
      },
      async (request, reply) => {
        const { params, query } = request
        const code = readCheckInCode({ code: params.code, signature: query.s ?? '' }, keys)
        const ticket = code && (await findTicketOfAnySite(sql, code))
        if (!ticket) return sendNotFound(reply, 'code')
        const { named, event, site } = await surroundings(ticket)
        return sendPage(
          reply,
          200,
          checkInPage(named, { event, site: inLanguage(site, languageOf(request, site)), publicUrl }),
        )
      },
    )

    app.get(
      '/tickets/:ticketNumber/ticket.pdf',
      {
        schema: {
          hide: true,
          params: Type.Object({ ticketNumber: Text(1, 36) }),
          querystring: Type.Object({ token: Type.Optional(Text(0, 100)) }),
        },
        config: printing,
      },
      async (request, reply) => {
        const { ticketNumber } = request.params
        const siteId = readLinkToken(request.query.token ?? '', { purpose: 'ticket', number: ticketNumber }, keys)
        const ticket = siteId === null ? null : await findTicket(sql, { siteId, eventId: null, ticketNumber })
        if (!ticket) return sendNotFound(reply, 'link')
        const { named, event, ...surrounding } = await surroundings(ticket)
        const site = inLanguage(surrounding.site, chosenLanguage(request) ?? languageLike(ticket.orderLocale ?? ''))
        const title = textsIn(site.locale).page('checkIn.title', { number: ticketNumber })
        const pdf = await press.print(ticketsDocument([named], { event, site, title, keys, publicUrl }))
        return sendPdf(reply, `ticket-${ticketNumber}`, pdf)
      },
    )

    async function surroundings(ticket: Ticket): Promise<{ named: Ticket; event: StoredEvent | null; site: Site }> {
      const { siteId, eventId } = ticket
      const [[named = ticket], event, site] = await Promise.all([
        withOptionNames(sql, [ticket]),
        findEvent(sql, siteId, eventId),
        getSite(sql, siteId),
      ])
      return { named, event, site }
    }
  }
}
