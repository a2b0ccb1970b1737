import { useTranslation } from 'react-i18next'
import { spellMoney } from '../../shared/money.ts'
import { pictureSource } from '../../shared/picture.ts'
import { usePaths } from '../app.tsx'
import type { UpcomingEvents } from '../boot.ts'
import styles from './event-card.module.css'
import { useLocale } from './locale.ts'
import { Moment, spellMoment } from './moment.tsx'
import { Money } from './money.tsx'
import { placeName } from './place.ts'

type Show = UpcomingEvents['shows'][number]

/** An event in the list. The whole card is its link. */
export function EventCard({
  event,
  moreDates,
  nextSaleDate,
  isFirst,
}: Show & {
  /** Among the first on the page: its picture is not waited with. */
  isFirst: boolean
}) {
  const { t } = useTranslation()
  const { eventOf } = usePaths()
  const { startDate, timeZoneId: zone = 'UTC', dateAndTimeTbdMessage } = event.dateAndTimeSettings
  const { mainImage } = event
  return (
    <li className={styles.card}>
      <div className={styles.picture}>
        {mainImage?.url ? (
          <img
            src={pictureSource(mainImage)}
            width={mainImage.width}
            height={mainImage.height}
            alt=""
            loading={isFirst ? 'eager' : 'lazy'}
            {...(isFirst && { fetchPriority: 'high' as const })}
          />
        ) : (
          <DayOf startDate={startDate} zone={zone} />
        )}
      </div>
      <div className={styles.words}>
        <p className={styles.when}>
          {startDate ? (
            <Moment at={startDate} zone={zone} style="short" />
          ) : (
            dateAndTimeTbdMessage || t('event.dateOpen')
          )}
        </p>
        <h2 dir="auto">
          {event.eventDisplaySettings.hideEventDetailsButton ? (
            event.title
          ) : (
            <a href={eventOf(event.slug)}>{event.title}</a>
          )}
        </h2>
        <p className={styles.where} dir="auto">
          {placeName(event.location) || t('event.placeOpen')}
        </p>
        {moreDates > 0 && <p className={styles.where}>{t('events.moreDates', { count: moreDates })}</p>}
        <p className={styles.price}>
          <Offer event={event} nextSaleDate={nextSaleDate} zone={zone} />
        </p>
      </div>
    </li>
  )
}

/** Where there is no picture, the day is one. */
function DayOf({ startDate, zone }: { startDate: string | undefined; zone: string }) {
  const locale = useLocale()
  if (!startDate) return null
  return (
    <span className={styles.day} aria-hidden="true" suppressHydrationWarning>
      <span suppressHydrationWarning>{spellMoment(startDate, { zone, style: 'date', locale })}</span>
      <small suppressHydrationWarning>{spellMoment(startDate, { zone, style: 'month', locale })}</small>
    </span>
  )
}

/** What it costs, or why it cannot be had. */
function Offer({
  event,
  nextSaleDate,
  zone,
}: Pick<Show, 'event'> & { nextSaleDate: string | undefined; zone: string }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const { status, type, tickets } = event.registration
  switch (status) {
    case 'OPEN_TICKETS': {
      const { lowestPrice, highestPrice } = tickets ?? {}
      if (!lowestPrice) return null
      if (Number(highestPrice?.value) === 0) return t('picker.free')
      if (lowestPrice.value === highestPrice?.value) return <Money {...lowestPrice} />
      if (Number(lowestPrice.value) === 0 && highestPrice)
        return t('events.fromFree', { amount: spellMoney(highestPrice, locale) })
      return (
        <>
          {t('events.from')} <Money {...lowestPrice} />
        </>
      )
    }
    case 'OPEN_RSVP':
      return t('events.openRsvp')
    case 'OPEN_RSVP_WAITLIST_ONLY':
      return t('events.waitlist')
    case 'OPEN_EXTERNAL':
      return t('events.elsewhere')
    case 'SCHEDULED_RSVP':
      return t('events.rsvpLater')
    case 'CLOSED_AUTOMATICALLY':
      if (tickets?.soldOut) return <span className={styles.off}>{t('picker.soldOut')}</span>
      if (type === 'TICKETING' && nextSaleDate)
        return (
          <>
            {t('picker.saleOpens')} <Moment at={nextSaleDate} zone={zone} style="short" />
          </>
        )
      return <span className={styles.off}>{t('events.closed')}</span>
    case 'CLOSED_MANUALLY':
      return <span className={styles.off}>{t('events.closed')}</span>
  }
}
