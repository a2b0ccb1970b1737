import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useBoot } from '../app.tsx'
import type { EventShown } from '../boot.ts'
import { useLocale } from '../parts/locale.ts'
import { spellMoment, spellRange } from '../parts/moment.tsx'
import styles from './facts.module.css'

/** When and where, with the ways into a calendar and onto a map. */
export function Facts({ event }: { event: EventShown }) {
  const { t } = useTranslation()
  const { preview } = useBoot()
  const { location, calendarUrls, status } = event
  const { name, address, locationTbd, type } = location
  const line = locationTbd ? '' : (address?.formattedAddress ?? '')
  const isOnline = type === 'ONLINE'
  return (
    <dl className={styles.facts}>
      <dt>{t('event.when')}</dt>
      <dd>
        <When when={event.dateAndTimeSettings} />
        {calendarUrls && status !== 'CANCELED' && status !== 'ENDED' && (
          <p className={styles.links}>
            {t('event.toCalendar')}{' '}
            <a href={preview?.isPublished === false ? undefined : calendarUrls.ics}>{t('event.calendarFile')}</a>{' '}
            <a href={calendarUrls.google} rel="noopener">
              Google
            </a>
          </p>
        )}
      </dd>
      <dt>{t('event.where')}</dt>
      <dd dir="auto">
        {isOnline && !locationTbd ? t('event.online') : name || line || t('event.placeOpen')}
        {!isOnline && name && line && <span className={styles.soft}>{line}</span>}
        {!isOnline && line && (
          <p className={styles.links}>
            <a
              href={`https://www.openstreetmap.org/search?query=${encodeURIComponent([name, line].filter(Boolean).join(', '))}`}
              rel="noopener"
            >
              {t('event.map')}
            </a>
          </p>
        )}
      </dd>
    </dl>
  )
}

function When({ when }: { when: EventShown['dateAndTimeSettings'] }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const ownZone = useOwnZone()
  const { startDate, endDate, timeZoneId: zone, hideEndDate, showTimeZone, dateAndTimeTbdMessage } = when
  if (!startDate || !zone) return <span dir="auto">{dateAndTimeTbdMessage || t('event.dateOpen')}</span>
  const said = (inZone: string, zoned: boolean) =>
    endDate && !hideEndDate
      ? spellRange(startDate, endDate, { zone: inZone, zoned, locale })
      : spellMoment(startDate, { zone: inZone, zoned, locale })
  const differs = ownZone !== null && said(ownZone, false) !== said(zone, false)
  return (
    <>
      <time dateTime={startDate} suppressHydrationWarning>
        {said(zone, showTimeZone || differs)}
      </time>
      {differs && <span className={styles.soft}>{t('event.yourTime', { time: said(ownZone, true) })}</span>}
    </>
  )
}

/** The zone of this browser, once it has taken over; the server does not know it. */
function useOwnZone(): string | null {
  const [zone, setZone] = useState<string | null>(null)
  useEffect(() => setZone(Intl.DateTimeFormat().resolvedOptions().timeZone), [])
  return zone
}
