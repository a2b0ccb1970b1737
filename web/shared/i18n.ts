import i18next, { type i18n, type Resource } from 'i18next'
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
