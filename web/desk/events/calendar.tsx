import { Anchor, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Temporal } from 'temporal-polyfill'
import { Link } from 'wouter'
import { Waiting } from '../desk.tsx'
import { Failed } from '../parts/failed.tsx'
import { Page } from '../parts/page.tsx'
import { useParam } from '../parts/use-param.ts'
import { useSiteQuery } from '../site.tsx'
import styles from './calendar.module.css'
import { type DeskEvent, EventBadge } from './event.tsx'
import { EventViews } from './views.tsx'

/** As many as one month shows; more are counted. */
const EVENTS_MAX = 500

/** What takes place in a month, each event on the day that it begins where it is. */
export function EventCalendar() {
  const { t, i18n } = useTranslation('desk')
  const [asked, setMonth] = useParam('month')
  const { data: site } = useSiteQuery<{ site: { timeZoneId: string } }>('/boxoffice/v1/site')
  const zone = site?.site.timeZoneId ?? 'UTC'
  const month = monthOf(asked, zone)
  const first = month.toPlainDate({ day: 1 })
  // A day more on both sides: days begin at other moments elsewhere.
  const from = first.subtract({ days: 1 }).toZonedDateTime('UTC').toInstant()
  const to = first.add({ months: 1, days: 1 }).toZonedDateTime('UTC').toInstant()
  const { data, error, refetch } = useSiteQuery<{ events: DeskEvent[]; total: number }>(
    `/boxoffice/v1/events?from=${from}&to=${to}&limit=${EVENTS_MAX}`,
  )
  const name = new Intl.DateTimeFormat(i18n.language, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    first.toZonedDateTime('UTC').epochMilliseconds,
  )
  const byDay = Map.groupBy(data?.events ?? [], event => dayOf(event))
  const firstWeekday = firstWeekdayOf(i18n.language)
  const blank = (first.dayOfWeek - firstWeekday + 7) % 7
  const today = Temporal.Now.plainDateISO(zone)
  return (
    <Page title={t('events.calendar')} actions={<EventViews other="list" />}>
      <Group justify="space-between">
        <Text component="h2" fw={700} size="lg" aria-live="polite">
          {name}
        </Text>
        <Group gap="xs">
          <Button variant="default" onClick={() => setMonth(month.subtract({ months: 1 }).toString())}>
            {t('events.monthBefore')}
          </Button>
          <Button variant="default" onClick={() => setMonth('')}>
            {t('events.thisMonth')}
          </Button>
          <Button variant="default" onClick={() => setMonth(month.add({ months: 1 }).toString())}>
            {t('events.monthAfter')}
          </Button>
        </Group>
      </Group>
      {error && <Failed error={error} again={refetch} />}
      {!data && !error && <Waiting />}
      {data && (
        <div className={styles.month}>
          {weekdaysOf(i18n.language, firstWeekday).map(each => (
            <Text key={each} size="sm" c="dimmed" className={styles.weekday} aria-hidden>
              {each}
            </Text>
          ))}
          {Array.from({ length: blank }, (_, at) => (
            <div key={`blank-${String(at)}`} className={styles.blank} />
          ))}
          {Array.from({ length: month.daysInMonth }, (_, at) => {
            const day = first.add({ days: at })
            const events = byDay.get(day.toString()) ?? []
            return (
              <Paper
                key={day.toString()}
                withBorder
                radius="sm"
                p={6}
                className={styles.day}
                data-empty={events.length === 0 || undefined}
                data-today={day.equals(today) || undefined}
              >
                <Text size="sm" fw={day.equals(today) ? 700 : 400}>
                  <span aria-hidden className={styles.number}>
                    {at + 1}
                  </span>
                  <span className={styles.name}>{spelledDay(day, i18n.language)}</span>
                </Text>
                <Stack gap={4} component="ul" className={styles.events}>
                  {events.map(event => (
                    <Entry key={event.id} event={event} />
                  ))}
                </Stack>
              </Paper>
            )
          })}
        </div>
      )}
      {data && data.total === 0 && <Text c="dimmed">{t('events.noneInMonth')}</Text>}
      {data && data.total > EVENTS_MAX && (
        <Text c="dimmed">{t('events.moreInMonth', { count: data.total - EVENTS_MAX })}</Text>
      )}
    </Page>
  )
}

function Entry({ event }: { event: DeskEvent }) {
  const { i18n } = useTranslation()
  const { startDate = '', timeZoneId = 'UTC' } = event.dateAndTimeSettings ?? {}
  const time = new Intl.DateTimeFormat(i18n.language, { timeStyle: 'short', timeZone: timeZoneId })
  return (
    <li>
      <Anchor component={Link} href={`/events/${event.id}`} size="sm" className={styles.event}>
        <Text span size="sm" c="dimmed">
          {time.format(new Date(startDate))}
        </Text>{' '}
        {event.title}
      </Anchor>
      {event.status !== 'UPCOMING' && <EventBadge status={event.status} />}
    </li>
  )
}

function monthOf(asked: string, zone: string): Temporal.PlainYearMonth {
  try {
    return Temporal.PlainYearMonth.from(asked)
  } catch {
    return Temporal.Now.plainDateISO(zone).toPlainYearMonth()
  }
}

/** The day on which an event begins, by the clock where it is. */
function dayOf({ dateAndTimeSettings }: DeskEvent): string {
  const { startDate, timeZoneId = 'UTC' } = dateAndTimeSettings ?? {}
  return startDate ? Temporal.Instant.from(startDate).toZonedDateTimeISO(timeZoneId).toPlainDate().toString() : ''
}

function spelledDay(day: Temporal.PlainDate, language: string): string {
  const format = new Intl.DateTimeFormat(language, { weekday: 'short', day: 'numeric', month: 'long', timeZone: 'UTC' })
  return format.format(day.toZonedDateTime('UTC').epochMilliseconds)
}

/** 1 (Monday) to 7: with what a week begins where this language is read. */
function firstWeekdayOf(language: string): number {
  const locale = new Intl.Locale(language) as Intl.Locale & { getWeekInfo?: () => { firstDay: number } }
  return locale.getWeekInfo?.().firstDay ?? 1
}

function weekdaysOf(language: string, first: number): string[] {
  const format = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' })
  // 1 January 2024 was a Monday.
  return Array.from({ length: 7 }, (_, at) => format.format(Date.UTC(2024, 0, ((first - 1 + at) % 7) + 1)))
}
