import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { readLinkToken } from '../identities/link.ts'
import { answerErrorsAsPages, sendNotFound } from '../pages/errors.ts'
import { html } from '../pages/html.ts'
import { type Page, sendPage } from '../pages/page.ts'
import { notice } from '../pages/parts.ts'
import { getSite } from '../sites/store.ts'
import { type Asking, inLanguage, languageOf } from '../texts/language.ts'
import { textsIn } from '../texts/texts.ts'
import { findDefinition } from '../ticket-definitions/store.ts'
import { Text } from '../wire/shapes.ts'
import { confirmAlert, findAlert, removeAlert } from './store.ts'

type Asked = Asking & { params: { alertId: string }; query: { token?: string | undefined }; now: Date }

/**
 * Where guests confirm what they wait for, or give it up. Looking changes nothing: mail programs and their guards look at
 * every link. A button does.
 */
export function openingPageRoutes({ sql, keys }: Deps) {
  return async (app: App) => {
    answerErrorsAsPages(app)
    const schema = {
      hide: true, // pages for people, no part of the API
      params: Type.Object({ alertId: Text(1, 36) }),
      querystring: Type.Object({ token: Type.Optional(Text(0, 100)) }),
    }
    const options = { schema, config: { public: true, rateLimit: { max: 600, timeWindow: '1 minute' } } } as const

    app.get('/alerts/:alertId', options, async (request, reply) => {
      const page = await pageOf(request, 'confirm')
      return page ? sendPage(reply, 200, page) : sendNotFound(reply, 'link')
    })

    app.post('/alerts/:alertId', options, async (request, reply) => {
      const siteId = siteOf(request)
      if (siteId === null) return sendNotFound(reply, 'link')
      await inTransaction(sql, tx => confirmAlert(tx, siteId, request.params.alertId, request.now))
      const page = await pageOf(request, 'confirm')
      return page ? sendPage(reply, 200, page) : sendNotFound(reply, 'link')
    })

    app.get('/alerts/:alertId/unsubscribe', options, async (request, reply) => {
      const page = await pageOf(request, 'give up')
      return page ? sendPage(reply, 200, page) : sendNotFound(reply, 'link')
    })

    app.post('/alerts/:alertId/unsubscribe', options, async (request, reply) => {
      const siteId = siteOf(request)
      if (siteId === null) return sendNotFound(reply, 'link')
      await inTransaction(sql, tx => removeAlert(tx, siteId, request.params.alertId))
      const page = await pageOf(request, 'give up')
      return page ? sendPage(reply, 200, page) : sendNotFound(reply, 'link')
    })

    function siteOf({ params: { alertId }, query: { token = '' } }: Asked): string | null {
      return readLinkToken(token, { purpose: 'alert', number: alertId }, keys)
    }

    async function pageOf(request: Asked, wanted: 'confirm' | 'give up'): Promise<Page | null> {
      const siteId = siteOf(request)
      if (siteId === null) return null
      const stored = await getSite(sql, siteId)
      const site = inLanguage(stored, languageOf(request, stored))
      const texts = textsIn(site.locale)
      const { page: say } = texts
      const found = await findAlert(sql, siteId, request.params.alertId)
      const definition =
        found && (await findDefinition(sql, { siteId, ticketDefinitionId: found.ticketDefinitionId, now: request.now }))
      const ticket = definition?.name ?? ''
      const button = (text: string) =>
        html`<form method="post"><button class="button" type="submit">${text}</button></form>`
      const told = (tone: 'good' | 'wait', headline: string, story: string) =>
        notice(tone, { headline, stories: [story] })
      const state = found === null ? 'gone' : found.confirmedAt === null ? 'asked' : 'confirmed'
      const content =
        state === 'gone'
          ? told('wait', say('alert.gone.headline'), say('alert.gone.story'))
          : wanted === 'give up'
            ? html`${told('wait', say('alert.giveUp.headline'), say('alert.giveUp.story', { ticket }))}${button(say('alert.giveUp.button'))}`
            : state === 'asked'
              ? html`${told('wait', say('alert.asked.headline'), say('alert.asked.story', { ticket }))}${button(say('alert.asked.button'))}`
              : told('good', say('alert.confirmed.headline'), say('alert.confirmed.story', { ticket }))
      const title = say('alert.title')
      return { texts, title, siteName: site.name, hasForms: true, body: html`<h1>${title}</h1>${content}` }
    }
  }
}
