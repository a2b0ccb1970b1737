import { useTranslation } from 'react-i18next'
import type { SchedulePageData } from '../boot.ts'
import { ScheduleList } from '../event/schedule-list.tsx'

/** All sessions of an event. */
export function Page({ event, schedule }: SchedulePageData) {
  const { t } = useTranslation()
  return (
    <>
      <p>
        <a href={`/event-details/${encodeURIComponent(event.slug)}`} dir="auto">
          {event.title}
        </a>
      </p>
      <h1>{t('event.schedule')}</h1>
      <ScheduleList items={schedule} />
    </>
  )
}
