import { useTranslation } from 'react-i18next'
import type { BootPreview } from '../boot.ts'
import { useLocale } from './locale.ts'
import { spellMoment } from './moment.tsx'
import styles from './preview.module.css'

/** Says that guests do not see it so yet, and until when whoever has the address does. */
export function Preview({ preview }: { preview: BootPreview }) {
  const { until, timeZoneId: zone, isPublished, isScheduleDraft } = preview
  const { t } = useTranslation()
  const moment = spellMoment(until, { zone, style: 'short', zoned: true, locale: useLocale() })
  return (
    <aside className={styles.preview}>
      <strong>{t(isPublished ? (isScheduleDraft ? 'preview.ofSchedule' : 'preview.same') : 'preview.title')}</strong>{' '}
      {t(isPublished ? (isScheduleDraft ? 'preview.ofScheduleStory' : 'preview.sameStory') : 'preview.story')}{' '}
      {!isPublished && isScheduleDraft && t('preview.withSchedule')}{' '}
      <span suppressHydrationWarning>{t('preview.until', { moment })}</span>
    </aside>
  )
}

/** Why a button does nothing. */
export function NoSale() {
  const { t } = useTranslation()
  return <p className={styles.noSale}>{t('preview.noSale')}</p>
}
