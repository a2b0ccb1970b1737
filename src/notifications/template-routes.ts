import { type Static, Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { getSite, lockSiteSettings, setMailsOff } from '../sites/store.ts'
import { LANGUAGES } from '../texts/texts.ts'
import { refuseStale } from '../wire/revision.ts'
import { listMailsOff, listSiteTemplates, removeSiteTemplates, writeSiteTemplates } from './template-store.ts'
import { LanguageIn, ourWords, refuseUnfillable, TemplateIn, templateLanguage } from './template-wire.ts'
import { OWN_TEMPLATES, PLACEHOLDERS, type SiteTemplate, TEMPLATE_NAMES } from './templates.ts'

const TemplateOut = Type.Object({
  name: Type.String(),
  revision: Type.String(),
  subject: Type.String(),
  body: Type.String(),
  /** Whether these are our words, because nobody wrote others. */
  isDefault: Type.Boolean(),
  /** Only of mails that events have no switch for. */
  sendingEnabled: Type.Optional(Type.Boolean()),
})
const TemplatesOut = Type.Object({
  language: Type.String(),
  languages: Type.Array(Type.String()),
  placeholders: Type.Array(Type.String()),
  templates: Type.Array(TemplateOut),
})

/** What mails say for all events of a site, by language: of our own API, for the organizer. */
export function mailTemplateRoutes({ sql }: Deps) {
  return async (app: App) => {
    app.get(
      '/boxoffice/v1/mail-templates',
      {
        schema: {
          querystring: Type.Object({ language: LanguageIn }),
          response: { 200: TemplatesOut },
        },
        config: { permission: 'READ_NOTIFICATION_CONFIG' },
      },
      async ({ query, identity: { siteId } }) => templatesOf(siteId, await languageOf(siteId, query.language)),
    )

    app.patch(
      '/boxoffice/v1/mail-templates',
      {
        schema: {
          body: Type.Object({
            language: LanguageIn,
            templates: Type.Array(TemplateIn, { minItems: 1, maxItems: TEMPLATE_NAMES.length }),
          }),
          response: { 200: TemplatesOut },
        },
        config: { permission: 'UPDATE_NOTIFICATION_CONFIG' },
      },
      async ({ body, identity: { siteId }, now }) => {
        const language = await languageOf(siteId, body.language)
        const changes = body.templates
        for (const [index, sent] of changes.entries()) refuseUnfillable(sent, `templates[${index}].`)
        await inTransaction(sql, async tx => {
          await lockSiteSettings(tx, siteId)
          const written = await listSiteTemplates(tx, siteId)
          const off = new Set(await listMailsOff(tx, siteId))
          for (const { name, sendingEnabled } of changes) {
            if (sendingEnabled === false) off.add(name)
            if (sendingEnabled === true) off.delete(name)
          }
          const merged = changes.map(({ name, subject, body: text, revision }) => {
            const before = written.find(each => each.name === name && each.language === language)
            if (revision != null) refuseStale(revisionOf(before), revision)
            const ours = ourWords(language, name)
            return {
              language,
              name,
              // null takes back what was written, so that it is ours again.
              subject: subject === undefined ? (before?.subject ?? ours.subject) : (subject ?? ours.subject),
              body: text === undefined ? (before?.body ?? ours.body) : (text ?? ours.body),
            }
          })
          const isOurs = ({ name, subject, body: text }: Omit<SiteTemplate, 'updatedAt'>) =>
            subject === ourWords(language, name).subject && text === ourWords(language, name).body
          const names = merged.filter(isOurs).map(({ name }) => name)
          await removeSiteTemplates(tx, siteId, { language, names })
          await writeSiteTemplates(
            tx,
            siteId,
            merged.filter(each => !isOurs(each)),
            now,
          )
          await setMailsOff(tx, siteId, [...off].sort())
        })
        return templatesOf(siteId, language)
      },
    )

    async function languageOf(siteId: string, said: string | undefined): Promise<string> {
      return templateLanguage(said, await getSite(sql, siteId))
    }

    async function templatesOf(siteId: string, language: string): Promise<Static<typeof TemplatesOut>> {
      const [written, off] = await Promise.all([listSiteTemplates(sql, siteId), listMailsOff(sql, siteId)])
      return {
        language,
        languages: [...LANGUAGES],
        placeholders: [...PLACEHOLDERS],
        templates: TEMPLATE_NAMES.map(name => {
          const theirs = written.find(each => each.name === name && each.language === language)
          const { subject, body } = theirs ?? ourWords(language, name)
          const isSwitched = Object.hasOwn(OWN_TEMPLATES, name)
          return {
            name,
            revision: String(revisionOf(theirs)),
            subject,
            body,
            isDefault: theirs === undefined,
            ...(isSwitched && { sendingEnabled: !off.includes(name) }),
          }
        }),
      }
    }
  }
}

/** Which state of a template it is: when it was written, in milliseconds; 0 while the words are ours. */
function revisionOf(written: SiteTemplate | undefined): number {
  return written?.updatedAt.getTime() ?? 0
}
