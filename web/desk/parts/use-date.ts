import { useTranslation } from 'react-i18next'

/** Moments as the reader spells them, in the zone of the reader's own device. */
export function useDate() {
  const { i18n } = useTranslation()
  const formatted = (options: Intl.DateTimeFormatOptions) => (moment: string | Date) =>
    new Intl.DateTimeFormat(i18n.language, options).format(new Date(moment))
  return {
    day: formatted({ dateStyle: 'medium' }),
    moment: formatted({ dateStyle: 'medium', timeStyle: 'short' }),
  }
}
