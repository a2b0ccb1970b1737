import { type Static, Type } from 'typebox'
import { invalid } from '../refusals.ts'
import type { Site } from '../sites/store.ts'
import { LANGUAGES, languageLike, textsIn } from '../texts/texts.ts'
import { Revision } from '../wire/revision.ts'
import { Maybe, OneOf, Text } from '../wire/shapes.ts'
import { defaultTemplate } from './model.ts'
import { OWN_TEMPLATES, PLACEHOLDERS, placeholdersIn, TEMPLATE_NAMES, type TemplateName } from './templates.ts'

export const LanguageIn = Type.Optional(Text(1, 35))
export const TemplateIn = Type.Object({
  name: OneOf(TEMPLATE_NAMES),
  subject: Maybe(Text(1, 100)),
  body: Maybe(Text(1, 1000)),
  sendingEnabled: Maybe(Type.Boolean()),
  revision: Maybe(Revision),
})
export type SentTemplate = Static<typeof TemplateIn>

/** The language that is meant; the site's, where none is said. @throws InvalidRequest for one that there is not */
export function templateLanguage(said: string | undefined, site: Pick<Site, 'locale'>): string {
  const language = said === undefined ? textsIn(site.locale).language : languageLike(said)
  if (language === null) throw invalid('language', `must be one of ${LANGUAGES.join(', ')}`, 'INVALID_ENUM_VALUE')
  return language
}

/** Our own words, with their placeholders in them. */
export function ourWords(language: string, name: TemplateName): { subject: string; body: string } {
  const values = Object.fromEntries(PLACEHOLDERS.map(each => [each, `{{${each}}}`]))
  const { subject, body } = defaultTemplate(name, { title: '{{event}}' }, language, values)
  return { subject, body }
}

/**
 * @param path where it stands in the request, with a dot at its end
 * @throws InvalidRequest for a placeholder that is none, or a switch where each event has one
 */
export function refuseUnfillable(sent: SentTemplate, path: string): void {
  for (const member of ['subject', 'body'] as const) {
    const unknown = placeholdersIn(sent[member] ?? '').find(name => !PLACEHOLDERS.some(each => each === name))
    if (unknown !== undefined)
      throw invalid(
        `${path}${member}`,
        `has no {{${unknown}}} to fill in; there are ${PLACEHOLDERS.join(', ')}`,
        'UNKNOWN_PLACEHOLDER',
        { placeholder: unknown },
      )
  }
  if (typeof sent.sendingEnabled === 'boolean' && !Object.hasOwn(OWN_TEMPLATES, sent.name))
    throw invalid(`${path}sendingEnabled`, 'is set for each event, in its notification configuration', 'NOT_THIS_WAY')
}
