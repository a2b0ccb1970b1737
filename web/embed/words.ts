import type english from '../../locales/en/embed.json'

/** Forms for numbers (`left_one`, `left_other`) are one key. */
type KeyOf<Name> = Name extends `${infer Base}_${'zero' | 'one' | 'other'}` ? Base : Name
export type Key = KeyOf<keyof typeof english & string>

/** Every language that there is; English is there for what another lacks. */
const LANGUAGES = import.meta.glob<Readonly<Record<string, string>>>('../../locales/*/embed.json', {
  eager: true,
  import: 'default',
})

export type Words = {
  /** BCP 47: how dates and money are spelled. */
  locale: string
  direction: 'ltr' | 'rtl'
  /** The text of a key, in the form that `count` asks for. */
  say: (key: Key, values?: Readonly<Record<string, string | number>>) => string
}

/** The words in the language of `locale`, else in English with the dates and money of that locale. */
export function wordsIn(locale: string): Words {
  const spelled = spellable(locale)
  const [language = ''] = spelled.toLowerCase().split('-')
  const known = textsOf(spelled.toLowerCase()) ?? textsOf(language)
  const texts = known ?? textsOf('en') ?? {}
  const plurals = new Intl.PluralRules(known ? spelled : 'en')
  return {
    locale: spelled,
    direction: known && RIGHT_TO_LEFT.has(language) ? 'rtl' : 'ltr',
    say: (key, values = {}) => {
      const { count } = values
      const none = count === 0 ? texts[`${key}_zero`] : undefined
      const form = typeof count === 'number' ? texts[`${key}_${plurals.select(count)}`] : undefined
      const text = none ?? form ?? texts[key] ?? texts[`${key}_other`] ?? key
      return text.replace(/{{(\w+)}}/g, (_, name: string) => spell(values[name] ?? ''))
    },
  }

  function spell(value: string | number): string {
    return typeof value === 'number' ? value.toLocaleString(spelled) : value
  }
}

function textsOf(language: string): Readonly<Record<string, string>> | undefined {
  const path = Object.keys(LANGUAGES).find(each => each.toLowerCase().includes(`/${language}/`))
  return path === undefined ? undefined : LANGUAGES[path]
}

/** What a page says about its language may be anything. */
function spellable(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? 'en'
  } catch {
    return 'en'
  }
}

const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(['ar', 'ckb', 'dv', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi'])

/** What an element's words are in: what it says itself, else the part of the page that it stands in, else the browser. */
export function localeOf(element: Element): string {
  return (
    element.getAttribute('language') ||
    element.closest('[lang]')?.getAttribute('lang') ||
    document.documentElement.lang ||
    navigator.language
  )
}
