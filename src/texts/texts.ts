import { readdirSync, readFileSync } from 'node:fs'
import { createInstance } from 'i18next'

/** What is said in one language to readers of one locale: by pages and printed tickets, by mails, by a new form. */
export type Texts = {
  /** BCP 47: what these texts are written in. */
  language: string
  /** BCP 47: how dates and money are spelled beside them. */
  locale: string
  direction: 'ltr' | 'rtl'
  page: Say<Pages>
  mail: Say<Mail>
  form: Say<Form>
}

/** English has every key: it says which there are. */
type Pages = typeof import('../../locales/en/pages.json', { with: { type: 'json' }})
type Mail = typeof import('../../locales/en/mail.json', { with: { type: 'json' }})
type Form = typeof import('../../locales/en/form.json', { with: { type: 'json' }})

/** The text of a key with values in its placeholders. It is no markup: whoever makes a page of it escapes it. */
export type Say<T> = (key: KeysOf<T>, values?: Readonly<Record<string, string | number>>) => string

/** `a.b` of `{ a: { b: 'text' } }`; forms for numbers (`n_one`, `n_other`) are one key. */
type KeysOf<T> = {
  [Key in keyof T & string]: T[Key] extends string
    ? Key extends `${infer Base}_${'zero' | 'one' | 'two' | 'few' | 'many' | 'other'}`
      ? Base
      : Key
    : `${Key}.${KeysOf<T[Key]>}`
}[keyof T & string]

/** Each folder of locales/ is a language: whoever adds one adds a folder. */
const FOLDER = new URL('../../locales/', import.meta.url)
export const LANGUAGES: readonly string[] = readdirSync(FOLDER, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(entry => entry.name)
  .sort()

/** What is said where nobody knows a reader's language, or nobody has translated a text. */
const FALLBACK = 'en'
const NAMESPACES = ['pages', 'mail', 'form'] as const

const i18n = createInstance()
void i18n.init({
  initAsync: false,
  lng: FALLBACK,
  fallbackLng: FALLBACK,
  ns: [...NAMESPACES],
  defaultNS: false,
  resources: Object.fromEntries(LANGUAGES.map(language => [language, resourcesOf(language)])),
  interpolation: { escapeValue: false },
})

function resourcesOf(language: string): Record<string, object> {
  return Object.fromEntries(NAMESPACES.map(name => [name, JSON.parse(textOf(`${language}/${name}.json`))]))
}

function textOf(path: string): string {
  try {
    return readFileSync(new URL(path, FOLDER), 'utf8')
  } catch (error) {
    // A language may be begun with some of its files; the others are said in English.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '{}'
    throw error
  }
}

/** The texts for readers of `locale` (BCP 47), else in English with the dates and money of that locale. */
export function textsIn(locale: string): Texts {
  const known = KNOWN.get(locale)
  if (known) return known
  const language = languageLike(locale) ?? FALLBACK
  const texts: Texts = {
    language,
    locale,
    direction: i18n.dir(language),
    page: sayIn(language, 'pages'),
    mail: sayIn(language, 'mail'),
    form: sayIn(language, 'form'),
  }
  if (KNOWN.size >= KNOWN_MAX) KNOWN.clear()
  KNOWN.set(locale, texts)
  return texts
}

function sayIn<T>(language: string, namespace: (typeof NAMESPACES)[number]): Say<T> {
  const translate: (key: string, values: Record<string, string | number>) => string = i18n.getFixedT(
    language,
    namespace,
  )
  return (key, values = {}) => translate(key, values)
}

const KNOWN = new Map<string, Texts>()
const KNOWN_MAX = 500

/** The language of ours that a locale is best served with: itself, else its language; null: none. */
export function languageLike(locale: string): string | null {
  const wanted = locale.toLowerCase()
  const [base] = wanted.split('-')
  return (
    LANGUAGES.find(language => language.toLowerCase() === wanted) ??
    LANGUAGES.find(language => language.toLowerCase() === base) ??
    null
  )
}
