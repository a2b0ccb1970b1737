import i18next, { type i18n, type Resource, type ResourceLanguage } from 'i18next'
import { initReactI18next } from 'react-i18next'

/** Texts in one language, ready at once, of the namespaces in `resources`; what it has no word for is an error of ours. */
export function newTexts(language: string, namespace: string, resources: Resource): i18n {
  const texts = i18next.createInstance()
  texts.use(initReactI18next)
  texts.init({
    lng: language,
    resources,
    ns: Object.keys(resources[language] ?? {}),
    defaultNS: namespace,
    fallbackLng: false,
    initAsync: false,
    interpolation: { escapeValue: false }, // React does
  })
  return texts
}

/**
 * The same, of files that are loaded when they are needed.
 * @param files how each is loaded, by `…/locales/{language}/{namespace}.json`
 * @param namespaces the first is the one that keys are of
 */
export async function loadTexts(
  files: Readonly<Record<string, () => Promise<{ default: Record<string, unknown> }>>>,
  language: string,
  namespaces: readonly [string, ...string[]],
): Promise<i18n> {
  const words = await Promise.all(
    namespaces.map(async namespace => {
      const load = files[`../../locales/${language}/${namespace}.json`]
      if (!load) throw new Error(`there are no texts in ${language}`)
      return [namespace, (await load()).default] as const
    }),
  )
  return newTexts(language, namespaces[0], { [language]: Object.fromEntries(words) as ResourceLanguage })
}
