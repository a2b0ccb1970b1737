import { useTranslation } from 'react-i18next'
import { pictureSource } from '../../shared/picture.ts'
import { useBoot, usePaths } from '../app.tsx'
import { type EventPageData, type EventShown, eventPathOf, type Live } from '../boot.ts'
import { Facts } from '../event/facts.tsx'
import { Picker } from '../event/picker.tsx'
import { Rsvp } from '../event/rsvp.tsx'
import { ScheduleList } from '../event/schedule-list.tsx'
import { Share } from '../event/share.tsx'
import { useLive } from '../event/use-live.ts'
import { ButtonLink } from '../parts/button.tsx'
import { Moment } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { SafeHtml } from '../parts/safe-html.tsx'
import styles from './event.module.css'

/** Sessions that are shown here; the others are on the page of the schedule. */
const SCHEDULE_SHOWN = 6

export function Page({ event, description, policies, schedule, otherDates }: EventPageData) {
  const { t } = useTranslation()
  const boot = useBoot()
  const { home, eventOf } = usePaths()
  const live = useLive(event.id)
  const { mainImage } = event
  return (
    <article className={styles.page}>
      <header className={styles.head}>
        {mainImage?.url && (
          <img
            className={styles.picture}
            src={pictureSource(mainImage)}
            width={mainImage.width}
            height={mainImage.height}
            alt={mainImage.altText ?? ''}
            fetchPriority="high"
          />
        )}
        <h1 dir="auto">{event.title}</h1>
        {event.shortDescription && (
          <p className={styles.short} dir="auto">
            {event.shortDescription}
          </p>
        )}
        <Facts event={event} />
      </header>
      <aside className={styles.side}>
        <Admission event={event} live={live} />
      </aside>
      <div className={styles.more}>
        {description && (
          <section>
            <h2>{t('event.about')}</h2>
            <SafeHtml html={description} />
          </section>
        )}
        {schedule.length > 0 && (
          <section>
            <h2>{t('event.schedule')}</h2>
            <ScheduleList items={schedule.slice(0, SCHEDULE_SHOWN)} />
            {schedule.length > SCHEDULE_SHOWN && (
              <p>
                <a href={eventPathOf(boot, event.slug, '/schedule')} target={boot.preview && '_self'}>
                  {t('event.wholeSchedule', { count: schedule.length })}
                </a>
              </p>
            )}
          </section>
        )}
        {otherDates.length > 0 && (
          <section>
            <h2>{t('event.otherDates')}</h2>
            <ul className={styles.dates}>
              {otherDates.map(({ slug, startDate, timeZoneId }) => (
                <li key={slug}>
                  <a href={eventOf(slug)}>
                    <Moment at={startDate} zone={timeZoneId} style="short" />
                  </a>
                </li>
              ))}
            </ul>
          </section>
        )}
        {policies.length > 0 && (
          <section>
            <h2>{t('event.policies')}</h2>
            {policies.map(({ id, name, html }) => (
              <details key={id} className={styles.policy}>
                <summary dir="auto">{name}</summary>
                <SafeHtml html={html} />
              </details>
            ))}
          </section>
        )}
        <Share title={event.title} />
        {event.categories && event.categories.categories.length > 0 && (
          <ul className={styles.categories} aria-label={t('events.categories')}>
            {event.categories.categories.map(({ id, name }) => (
              <li key={id}>
                <a href={`${home}?category=${id}`} dir="auto">
                  {name}
                </a>
              </li>
            ))}
          </ul>
        )}
      </div>
    </article>
  )
}

/** How one gets in, or why one does not. */
function Admission({ event, live }: { event: EventShown; live: Live | null }) {
  const { t } = useTranslation()
  const { home } = usePaths()
  const { type, external, rsvp } = event.registration
  const status = live?.status ?? event.status
  const registrationStatus = live?.registrationStatus ?? event.registration.status
  const others = <ButtonLink href={home}>{t('notFound.toEvents')}</ButtonLink>
  if (status === 'CANCELED')
    return (
      <Notice tone="bad" title={t('event.canceled')} actions={others}>
        <p>{t('event.canceledStory')}</p>
      </Notice>
    )
  if (status === 'ENDED')
    return (
      <Notice title={t('event.ended')} actions={others}>
        <p>{t('event.endedStory')}</p>
      </Notice>
    )
  if (registrationStatus === 'OPEN_EXTERNAL' && external)
    return (
      <Notice
        title={t('event.elsewhere')}
        actions={
          <ButtonLink look="main" href={external.url} rel="noopener">
            {t('event.goThere')}
          </ButtonLink>
        }
      >
        <p dir="auto">{hostOf(external.url)}</p>
      </Notice>
    )
  if (registrationStatus === 'CLOSED_MANUALLY')
    return (
      <Notice tone="wait" title={t('event.closed')} actions={others}>
        <p>{type === 'NONE' ? t('event.noneNeeded') : t('event.closedStory')}</p>
      </Notice>
    )
  if (type === 'TICKETING') return <Picker event={event} live={live} />
  if (registrationStatus === 'SCHEDULED_RSVP')
    return (
      <Notice tone="wait" title={t('event.rsvpLater')}>
        {rsvp?.startDate && (
          <p>
            <Moment at={rsvp.startDate} zone={event.dateAndTimeSettings.timeZoneId ?? 'UTC'} zoned />
          </p>
        )}
      </Notice>
    )
  if (registrationStatus === 'CLOSED_AUTOMATICALLY')
    return (
      <Notice tone="wait" title={t('event.rsvpFull')} actions={others}>
        <p>{t('event.rsvpFullStory')}</p>
      </Notice>
    )
  return <Rsvp event={event} status={registrationStatus} />
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}
