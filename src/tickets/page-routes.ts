import { Type } from 'typebox'
import type { Press } from '../documents/press.ts'
import type { StoredEvent } from '../events/model.ts'
import { findEvent } from '../events/store.ts'
import type { App, Deps } from '../http/app.ts'
import { readDoorCode } from '../identities/door-code.ts'
import { readLinkToken } from '../identities/link.ts'
import { answerErrorsAsPages, sendNotFound } from '../pages/errors.ts'
import { sendFile } from '../pages/file.ts'
import { keepToCaller, sendPage } from '../pages/page.ts'
import { rsvpCheckInPage } from '../rsvps/page.ts'
import { findRsvpOfCode } from '../rsvps/shown.ts'
import { getSite, type Site } from '../sites/store.ts'
import { type Asking, chosenLanguage, inLanguage, languageOf } from '../texts/language.ts'
import { languageLike, textsIn } from '../texts/texts.ts'
import { googleWalletLink } from '../wallet/google-link.ts'
import { Text } from '../wire/shapes.ts'
import { checkInPage } from './check-in-page.ts'
import { admissionOf, isGenuine, type Ticket } from './model.ts'
import { applePassOf, googlePassOf } from './passes.ts'
import { ticketsDocument } from './printed.ts'
import { withOptionNames } from './shown.ts'
import { findTicket, findTicketOfAnySite } from './store.ts'

/** What a code and a ticket's link lead to, for whoever holds them (R194, R207). */
export function ticketPageRoutes({ sql, keys, publicUrl, wallet }: Deps, press: Press) {
  return async (app: App) => {
    answerErrorsAsPages(app)
    const open = { public: true, rateLimit: { max: 600, timeWindow: '1 minute' } } as const
    const ofTicket = {
      hide: true, // for people, no part of the API
      params: Type.Object({ ticketNumber: Text(1, 36) }),
      querystring: Type.Object({ token: Type.Optional(Text(0, 100)) }),
    }
    const links = { keys, publicUrl, wallet }
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
        const code = readDoorCode({ code: params.code, signature: query.s ?? '' }, keys)
        if (code?.kind === 'RSVP') {
          const about = await findRsvpOfCode(sql, code)
          if (!about) return sendNotFound(reply, 'code')
          const site = inLanguage(about.site, languageOf(request, about.site))
          return sendPage(reply, 200, rsvpCheckInPage({ ...about, site }, { publicUrl }))
        }
        const ticket = code && (await findTicketOfAnySite(sql, { ...code, ticketNumber: code.number }))
        if (!ticket) return sendNotFound(reply, 'code')
        const { named, event, site } = await surroundings(ticket)
        return sendPage(
          reply,
          200,
          checkInPage(named, { event, site: inLanguage(site, languageOf(request, site)), publicUrl }),
        )
      },
    )

    app.get('/tickets/:ticketNumber/ticket.pdf', { schema: ofTicket, config: printing }, async (request, reply) => {
      const shown = await shownBy(request)
      if (!shown) return sendNotFound(reply, 'link')
      const { named, event, site } = shown
      const title = textsIn(site.locale).page('checkIn.title', { number: named.ticketNumber })
      const pdf = await press.print(ticketsDocument([named], { event, site, title, keys, publicUrl }))
      return sendFile(reply, { name: `ticket-${named.ticketNumber}`, extension: 'pdf' }, pdf)
    })

    const { apple, google } = wallet
    app.get('/tickets/:ticketNumber/pass.pkpass', { schema: ofTicket, config: printing }, async (request, reply) => {
      const shown = apple && (await shownBy(request))
      if (!shown) return sendNotFound(reply, 'link')
      const { named, event, site } = shown
      if (!event) return sendNotFound(reply, 'noPass')
      const pass = applePassOf(named, { event, site, links })
      const file = await press.print({ signer: apple, passes: [pass], bundled: false })
      return sendFile(reply, { name: `ticket-${named.ticketNumber}`, extension: 'pkpass' }, file)
    })

    app.get('/tickets/:ticketNumber/google-wallet', { schema: ofTicket, config: printing }, async (request, reply) => {
      const shown = google && (await shownBy(request))
      if (!shown) return sendNotFound(reply, 'link')
      const { named, event, site } = shown
      if (!event || !isGenuine(admissionOf(named))) return sendNotFound(reply, 'noPass')
      keepToCaller(reply)
      return reply.redirect(await googleWalletLink(googlePassOf(named, { event, site, links }), google, request.now))
    })

    /**
     * The ticket that a link opens, in the language that its visitor chose, else in its order's; a wrong secret and an
     * unknown ticket are the same.
     */
    async function shownBy(request: Asking & { params: { ticketNumber: string }; query: { token?: string } }) {
      const { ticketNumber } = request.params
      const siteId = readLinkToken(request.query.token ?? '', { purpose: 'ticket', number: ticketNumber }, keys)
      const ticket = siteId === null ? null : await findTicket(sql, { siteId, eventId: null, ticketNumber })
      if (!ticket) return null
      const { site, ...about } = await surroundings(ticket)
      const language = chosenLanguage(request) ?? languageLike(ticket.orderLocale ?? '')
      return { ...about, site: inLanguage(site, language) }
    }

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
