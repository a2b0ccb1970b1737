import { Type } from 'typebox'
import { formattedMoment } from '../events/formatted.ts'
import type { App, Deps } from '../http/app.ts'
import { localMoney, money } from '../money.ts'
import { listSiteTemplates } from '../notifications/template-store.ts'
import { LanguageIn, ourWords, refuseUnfillable, TemplateIn, templateLanguage } from '../notifications/template-wire.ts'
import { filled, type Values } from '../notifications/templates.ts'
import { storefrontOf } from '../sites/hosts.ts'
import { getSite } from '../sites/store.ts'
import { inLanguage } from '../texts/language.ts'
import { textsIn } from '../texts/texts.ts'
import { addMinutes } from '../time.ts'
import { type Letter, letterMarkup, letterText } from './letter.ts'

/** How a mail would look to somebody who is made up: of our own API, for the organizer. */
export function mailPreviewRoutes({ sql, publicUrl }: Deps) {
  return async (app: App) => {
    app.post(
      '/boxoffice/v1/mail-templates/preview',
      {
        schema: {
          body: Type.Object({ ...TemplateIn.properties, language: LanguageIn }),
          response: { 200: Type.Object({ subject: Type.String(), html: Type.String(), text: Type.String() }) },
        },
        config: { permission: 'READ_NOTIFICATION_CONFIG' },
      },
      async ({ body: sent, identity: { siteId }, now }) => {
        const site = await getSite(sql, siteId)
        const language = templateLanguage(sent.language, site)
        refuseUnfillable(sent, '')
        const read = inLanguage(site, language)
        const written = await listSiteTemplates(sql, siteId)
        const { name } = sent
        const words = written.find(each => each.name === name && each.language === language) ?? ourWords(language, name)
        const texts = textsIn(read.locale)
        const { mail: say, page } = texts
        const values: Values = {
          event: say('sample.event'),
          date: formattedMoment(addMinutes(now, 14 * 1440), read),
          place: say('sample.place'),
          site: site.name,
          name: say('sample.name'),
          order: 'A7KD-92PX-QM',
          amount: localMoney(money(4800, site.currency), read.locale),
        }
        const letter: Letter = {
          language,
          direction: texts.direction,
          from: site.name,
          title: values.event,
          notice: null,
          greeting: say('greeting', { name: values.name }),
          body: filled(sent.body ?? words.body, values),
          facts: [
            [page('ticket.date'), values.date],
            [page('ticket.place'), values.place],
            [page('order.number'), values.order],
            [page('invoice.total'), values.amount],
          ],
          links: [[say('orderPage'), storefrontOf(site.siteId, publicUrl)]],
          footer: [say('toBuyer', { site: site.name })],
          unsubscribe: null,
        }
        return {
          subject: filled(sent.subject ?? words.subject, values),
          html: letterMarkup(letter),
          text: letterText(letter),
        }
      },
    )
  }
}
