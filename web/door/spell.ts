import type { TFunction } from 'i18next'
import type { Entry } from './core/wire.ts'

type In = { language: string; timeZone: string | undefined }

/** A time of day in the event's zone, else in this phone's; with the day where it is another one than today's. */
export function spellTime(date: string | number, { language, timeZone, now }: In & { now: number }): string {
  const moment = new Date(date)
  const zone = timeZone === undefined ? {} : { timeZone }
  const day = (each: Date) => each.toLocaleDateString('en-CA', zone)
  return moment.toLocaleString(language, {
    ...zone,
    ...(day(moment) !== day(new Date(now)) && { day: 'numeric', month: 'short' }),
    hour: '2-digit',
    minute: '2-digit',
  })
}

/** When an event is, for a list of events. */
export function spellStart(date: string, { language, timeZone }: In): string {
  return new Date(date).toLocaleString(language, {
    ...(timeZone !== undefined && { timeZone }),
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  })
}

/** Who comes: a name, or with whom. */
export function nameOf({ guestName, buyerName }: Entry, t: TFunction<'door'>): string {
  if (guestName) return guestName
  return buyerName ? t('guest.of', { name: buyerName }) : t('guest.nameless')
}
