import { useTranslation } from 'react-i18next'
import { useBoot } from '../app.tsx'
import { eventPathOf, type SchedulePageData } from '../boot.ts'
import { ScheduleList } from '../event/schedule-list.tsx'

/** All sessions of an event. */
export function Page({ event, schedule }: SchedulePageData) {
  const { t } = useTranslation()
  const boot = useBoot()
  return (
    <>
      <p>
        <a href={eventPathOf(boot, event.slug)} target={boot.preview && '_self'} dir="auto">
          {event.title}
        </a>
      </p>
      <h1>{t('event.schedule')}</h1>
      <ScheduleList items={schedule} />
    </>
  )
}
