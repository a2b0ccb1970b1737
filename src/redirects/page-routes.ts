import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import { findEvent } from '../events/store.ts'
import { eventPageUrlOf } from '../events/wire.ts'
import type { App, Deps } from '../http/app.ts'
import { answerErrorsAsPages, sendNotFound } from '../pages/errors.ts'
import { html } from '../pages/html.ts'
import { keepToCaller, sendPage } from '../pages/page.ts'
import { notice } from '../pages/parts.ts'
import { getSite, type Site } from '../sites/store.ts'
import { type Asking, inLanguage, languageOf } from '../texts/language.ts'
import { textsIn } from '../texts/texts.ts'
import { Text } from '../wire/shapes.ts'
import { browserOf, cookieOf } from './browser.ts'
import { followRedirect } from './follow.ts'
import { type FoundSession, readSecret } from './model.ts'

/** The address of a redirect session, which a browser opens (api 14.1). */
export function redirectPageRoutes({ sql, publicUrl }: Deps) {
  return async (app: App) => {
    answerErrorsAsPages(app)

    app.get(
      '/redirects/:secret',
      {
        // Whoever only looks whether the address is good would use it up.
        exposeHeadRoute: false,
        schema: { hide: true, params: Type.Object({ secret: Text(1, 100) }) },
        config: { public: true, rateLimit: { max: 600, timeWindow: '1 minute' } },
      },
      async (request, reply) => {
        const { params, headers, now } = request
        const link = readSecret(params.secret)
        if (!link) return sendNotFound(reply, 'redirect')
        const browser = browserOf(headers)
        const browserHash = browser?.siteId === link.siteId ? browser.hash : null
        const following = { siteId: link.siteId, linkHash: link.hash, browserHash }
        const followed = await inTransaction(sql, tx => followRedirect(tx, following, now))
        if (!followed) return sendNotFound(reply, 'redirect')
        const { session, goesOn, browserSecret } = followed
        const eventPage = await eventPageOf(session)
        if (!goesOn || eventPage === null) {
          const { name, locale } = await siteFor(request, session.siteId)
          return sendPage(reply, 410, whyNot(session, { siteName: name, locale, eventPage }))
        }
        if (browserSecret !== null) reply.header('set-cookie', cookieOf(browserSecret, publicUrl))
        keepToCaller(reply)
        return reply.redirect(formUrl(eventPage, session))
      },
    )

    async function siteFor(request: Asking, siteId: string): Promise<Site> {
      const site = await getSite(sql, siteId)
      return inLanguage(site, languageOf(request, site))
    }

    async function eventPageOf({ siteId, eventId }: FoundSession): Promise<string | null> {
      const event = await findEvent(sql, siteId, eventId)
      if (!event) return null
      const { base, path } = eventPageUrlOf(event, publicUrl)
      return new URL(base + path).href
    }
  }
}

/** The event's form page (api 14.3), with what the caller wanted added. */
function formUrl(eventPage: string, { query, ticketReservationId }: FoundSession): string {
  const url = new URL(`${eventPage}/ticket-form`)
  for (const [name, value] of Object.entries({ ...query, reservationId: ticketReservationId }))
    url.searchParams.set(name, value)
  return url.href
}

function whyNot(
  { usedAt, postFlowUrl }: FoundSession,
  { siteName, locale, eventPage }: { siteName: string; locale: string; eventPage: string | null },
) {
  const texts = textsIn(locale)
  const { page: say } = texts
  const title = say('redirect.title')
  const what = usedAt === null ? 'over' : 'used'
  const headline = say(`redirect.${what}.headline`)
  const story = say(`redirect.${what}.story`)
  const way = postFlowUrl ?? eventPage
  const body = html`<h1>${title}</h1>
${notice('wait', { headline, stories: [story] })}
${way !== null && html`<p class="actions"><a class="button" href="${way}">${say('redirect.back')}</a></p>`}`
  return { texts, title, siteName, body }
}
