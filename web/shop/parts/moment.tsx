import { useLocale } from './locale.ts'

/**
 * `day`: Saturday, 1 June 2030. `full`: with the time. `short`: Sat, 1 Jun, 20:00. `time`: the time alone.
 * `zoned` adds the name of the zone.
 */
export type MomentStyle = 'day' | 'full' | 'short' | 'time' | 'month' | 'date'

/** A moment in the zone of its event, or in whatever `zone` says (IANA). */
export function Moment({
  at,
  zone,
  style = 'full',
  zoned = false,
}: {
  at: string
  zone: string
  style?: MomentStyle
  zoned?: boolean
}) {
  const locale = useLocale()
  return (
    <time dateTime={at} suppressHydrationWarning>
      {spellMoment(at, { zone, style, zoned, locale })}
    </time>
  )
}

export function spellMoment(
  at: string,
  {
    zone,
    style = 'full',
    zoned = false,
    locale,
  }: { zone: string; style?: MomentStyle; zoned?: boolean; locale: string },
): string {
  return formatOf(locale, zone, style, zoned).format(new Date(at))
}

/** From when until when, saying the day once where it is one day. */
export function spellRange(
  from: string,
  until: string,
  { zone, zoned = false, locale }: { zone: string; zoned?: boolean; locale: string },
): string {
  return formatOf(locale, zone, 'full', zoned).formatRange(new Date(from), new Date(until))
}

const STYLES: Readonly<Record<MomentStyle, Intl.DateTimeFormatOptions>> = {
  day: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  full: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: 'numeric', minute: '2-digit' },
  short: { weekday: 'short', day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' },
  time: { hour: 'numeric', minute: '2-digit' },
  month: { month: 'short' },
  date: { day: 'numeric' },
}

function formatOf(locale: string, zone: string, style: MomentStyle, zoned: boolean): Intl.DateTimeFormat {
  const key = [locale, zone, style, zoned].join(' ')
  const format =
    FORMATS.get(key) ??
    new Intl.DateTimeFormat(locale, { ...STYLES[style], timeZone: zone, ...(zoned && { timeZoneName: 'short' }) })
  FORMATS.set(key, format)
  return format
}

const FORMATS = new Map<string, Intl.DateTimeFormat>()
