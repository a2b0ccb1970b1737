import type { StoredEvent } from './model.ts'

export type Formatted = {
  dateAndTime: string
  startDate: string
  startTime: string
  endDate: string
  endTime: string
}

/**
 * `dateAndTimeSettings.formatted`: the site's locale, the event's zone (events 1.6.10 to 1.6.14). What there is nothing
 * to say about is an empty text.
 */
export function formattedOf(
  event: Pick<
    StoredEvent,
    'dateTbd' | 'dateTbdMessage' | 'startAt' | 'endAt' | 'timeZone' | 'hideEndDate' | 'showTimeZone'
  >,
  locale: string,
): Formatted {
  const { startAt, endAt, timeZone } = event
  if (event.dateTbd || !startAt || !endAt || timeZone === null)
    return { dateAndTime: event.dateTbdMessage ?? '', startDate: '', startTime: '', endDate: '', endTime: '' }
  const formats = formatsOf(locale, timeZone)
  const startDate = plain(formats.date.format(startAt))
  const endDate = plain(formats.date.format(endAt))
  const moment = (instant: Date) => plain(formats.moment.format(instant))
  const span = event.hideEndDate
    ? moment(startAt)
    : startDate === endDate
      ? plain(formats.moment.formatRange(startAt, endAt))
      : `${moment(startAt)} – ${moment(endAt)}`
  return {
    dateAndTime: event.showTimeZone ? `${span} ${zoneOf(formats, startAt)}` : span,
    startDate,
    startTime: plain(formats.time.format(startAt)),
    endDate: event.hideEndDate ? '' : endDate,
    endTime: event.hideEndDate ? '' : plain(formats.time.format(endAt)),
  }
}

/** A moment for readers who may be elsewhere: with its zone. */
export function formattedMoment(instant: Date, { locale, timeZone }: { locale: string; timeZone: string }): string {
  const formats = formatsOf(locale, timeZone)
  return `${plain(formats.moment.format(instant))} ${zoneOf(formats, instant)}`
}

type Formats = Record<'moment' | 'date' | 'time' | 'zone', Intl.DateTimeFormat>

/** Making a formatter costs a hundred times as much as using it. */
const KNOWN = new Map<string, Formats>()
const KNOWN_MAX = 500

function formatsOf(locale: string, timeZone: string): Formats {
  const key = `${locale} ${timeZone}`
  const known = KNOWN.get(key)
  if (known) return known
  const made: Formats = {
    moment: new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone }),
    date: new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone }),
    time: new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone }),
    zone: new Intl.DateTimeFormat(locale, { timeZoneName: 'short', timeZone }),
  }
  if (KNOWN.size >= KNOWN_MAX) KNOWN.clear()
  KNOWN.set(key, made)
  return made
}

function zoneOf({ zone }: Formats, instant: Date): string {
  return zone.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? ''
}

/** Intl puts narrow and thin spaces around dashes and before AM; callers compare with plain ones. */
function plain(text: string): string {
  return text.replace(/[\u2009\u202f\u00a0]/g, ' ')
}
