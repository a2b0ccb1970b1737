import { useTranslation } from 'react-i18next'
import type { DeskEvent } from './event.tsx'

/** When an event is, as the reader spells dates and by the clock of the event. */
export function useEventDate(): (event: Pick<DeskEvent, 'dateAndTimeSettings'>) => string {
  const { i18n } = useTranslation()
  return ({ dateAndTimeSettings = {} }) => {
    const { startDate, timeZoneId, dateAndTimeTbdMessage = '' } = dateAndTimeSettings
    if (!startDate) return dateAndTimeTbdMessage
    const style = { dateStyle: 'medium', timeStyle: 'short' } as const
    return new Intl.DateTimeFormat(i18n.language, { ...style, timeZone: timeZoneId ?? 'UTC' }).format(
      new Date(startDate),
    )
  }
}

/** Where it is, in a few words. */
export function placeOf({ location }: Pick<DeskEvent, 'location'>): string {
  const { name = '', address } = location ?? {}
  return name || address?.formattedAddress || ''
}
