import { Type } from 'typebox'
import { qrPicture } from '../documents/qr.ts'
import { sendCalendar } from '../events/calendar.ts'
import type { App, Deps } from '../http/app.ts'
import { readLinkToken } from '../identities/link.ts'
import { answerErrorsAsPages, sendNotFound } from '../pages/errors.ts'
import { keepToCaller, sendPage } from '../pages/page.ts'
import { type Asking, chosenLanguage, inLanguage } from '../texts/language.ts'
import { Guid, Text } from '../wire/shapes.ts'
import { rsvpCalendarEntryOf, rsvpCodeUrl } from './links.ts'
import { admits, rsvpPage } from './page.ts'
import { findShownRsvp, type ShownRsvp } from './shown.ts'

/** What the links of an RSVP lead to, for whoever holds them. */
export function rsvpPageRoutes({ sql, keys, publicUrl }: Deps) {
  return async (app: App) => {
    answerErrorsAsPages(app)
    const schema = {
      hide: true, // for people, no part of the API
      params: Type.Object({ rsvpId: Guid }),
      querystring: Type.Object({ token: Type.Optional(Text(0, 100)) }),
    }
    const open = { public: true, rateLimit: { max: 600, timeWindow: '1 minute' } } as const
    const links = { keys, publicUrl }

    app.get('/rsvps/:rsvpId', { schema, config: open }, async (request, reply) => {
      const shown = await shownBy(request)
      return shown ? sendPage(reply, 200, rsvpPage(shown, links)) : sendNotFound(reply, 'link')
    })

    app.get('/rsvps/:rsvpId/code.png', { schema, config: open }, async (request, reply) => {
      const shown = await shownBy(request)
      if (!shown || !admits(shown)) return sendNotFound(reply, 'link')
      keepToCaller(reply)
      return reply.type('image/png').send(await qrPicture(rsvpCodeUrl(shown.rsvp, links)))
    })

    app.get('/rsvps/:rsvpId/calendar.ics', { schema, config: open }, async (request, reply) => {
      const shown = await shownBy(request)
      const entry = shown && rsvpCalendarEntryOf(shown, links)
      if (!entry) return sendNotFound(reply, shown ? 'noCalendar' : 'link')
      keepToCaller(reply)
      return sendCalendar(reply, `rsvp-${shown.rsvp.rsvpId}`, entry)
    })

    /** In the language that its visitor chose, else in its own; a wrong secret and an unknown RSVP are the same. */
    async function shownBy(
      request: Asking & { params: { rsvpId: string }; query: { token?: string } },
    ): Promise<ShownRsvp | null> {
      const rsvpId = request.params.rsvpId.toLowerCase()
      const siteId = readLinkToken(request.query.token ?? '', { purpose: 'rsvp', number: rsvpId }, keys)
      const shown = siteId === null ? null : await findShownRsvp(sql, siteId, rsvpId)
      return shown && { ...shown, site: inLanguage(shown.site, chosenLanguage(request)) }
    }
  }
}
