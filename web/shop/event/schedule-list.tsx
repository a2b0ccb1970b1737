import { useTranslation } from 'react-i18next'
import type { ScheduleItem } from '../boot.ts'
import { useLocale } from '../parts/locale.ts'
import { spellMoment } from '../parts/moment.tsx'
import { SafeHtml } from '../parts/safe-html.tsx'
import styles from './schedule-list.module.css'

/** Sessions by day, in the zone that each is given in. */
export function ScheduleList({ items }: { items: readonly ScheduleItem[] }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const dayOf = ({ startDate, timeZoneId: zone }: ScheduleItem) =>
    spellMoment(startDate, { zone, style: 'day', locale })
  const timeOf = (at: string, zone: string) => spellMoment(at, { zone, style: 'time', locale })
  return [...Map.groupBy(items, dayOf)].map(([day, ofDay]) => (
    <section key={day} className={styles.day}>
      <h3 suppressHydrationWarning>{day}</h3>
      <ol>
        {ofDay.map(item => (
          <li key={item.id}>
            <span className={styles.time} suppressHydrationWarning>
              {timeOf(item.startDate, item.timeZoneId)}–{timeOf(item.endDate, item.timeZoneId)}
            </span>
            <div>
              <h4 dir="auto" className={item.canceled ? styles.canceled : undefined}>
                {item.name}
              </h4>
              {item.canceled && <p className={styles.bad}>{t('event.sessionCanceled')}</p>}
              {(item.stageName || item.tags.length > 0) && (
                <p className={styles.soft} dir="auto">
                  {[item.stageName, ...item.tags].filter(Boolean).join(' · ')}
                </p>
              )}
              {item.description && <SafeHtml html={item.description} />}
            </div>
          </li>
        ))}
      </ol>
    </section>
  ))
}
