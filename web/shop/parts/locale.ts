import { useBoot } from '../app.tsx'

/** How dates and money are spelled: as the site does where that is in the language of the page, else as the language does. */
export function useLocale(): string {
  const { language, site } = useBoot()
  return new Intl.Locale(site.locale).language === language ? site.locale : language
}
