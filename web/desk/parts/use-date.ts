import { useTranslation } from 'react-i18next'

/**
 * Moments as the reader spells them.
 * @param timeZone of the event that they are of; else that of the reader's own device
 */
export function useDate(timeZone?: string) {
  const { i18n } = useTranslation()
  const formatted = (options: Intl.DateTimeFormatOptions) => (moment: string | Date) =>
    new Intl.DateTimeFormat(i18n.language, { ...options, ...(timeZone && { timeZone }) }).format(new Date(moment))
  return {
    day: formatted({ dateStyle: 'medium' }),
    moment: formatted({ dateStyle: 'medium', timeStyle: 'short' }),
  }
}
