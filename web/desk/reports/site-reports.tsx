import { useTranslation } from 'react-i18next'
import { Waiting } from '../desk.tsx'
import { Failed } from '../parts/failed.tsx'
import { Page } from '../parts/page.tsx'
import { Reports } from './reports.tsx'
import { useSiteZone } from './site-zone.ts'

/** How all sales of the site go. */
export default function ReportsPage() {
  const { t } = useTranslation('desk')
  const { timeZone, error, refetch } = useSiteZone()
  return (
    <Page title={t('sections.reports')}>
      {error && <Failed error={error} again={refetch} />}
      {!error && (timeZone ? <Reports timeZone={timeZone} /> : <Waiting />)}
    </Page>
  )
}
