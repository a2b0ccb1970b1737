import { Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useEvent, useEventZone } from '../events/event.tsx'
import { Failed } from '../parts/failed.tsx'
import { useSiteQuery } from '../site.tsx'
import type { CheckInsReport } from './model.ts'
import { OverTimeFigure } from './over-time.tsx'
import { Reports } from './reports.tsx'

/** How the sale of one event goes, and who came in. */
export default function EventReports() {
  const { id } = useEvent()
  const timeZone = useEventZone()
  return (
    <Stack>
      <Reports eventId={id} timeZone={timeZone} />
      <CheckIns eventId={id} />
    </Stack>
  )
}

function CheckIns({ eventId }: { eventId: string }) {
  const { t } = useTranslation('desk')
  const query = { eventId }
  const { data, error, refetch } = useSiteQuery<CheckInsReport>(
    `/boxoffice/v1/reports/check-ins?${new URLSearchParams(query)}`,
  )
  if (error) return <Failed error={error} again={refetch} />
  if (!data) return null
  if (data.checkedIn === 0) return <Text c="dimmed">{t('reports.nobodyIn')}</Text>
  return (
    <OverTimeFigure
      title={t('reports.checkIns')}
      story={t('reports.checkInsStory', { count: data.checkedIn })}
      period={data.period}
      startDates={data.startDates}
      points={data.points}
      columns={[{ key: 'checkedIn', label: t('reports.checkedIn'), isMoney: false, isDrawn: true }]}
      file={{ name: 'check-ins', query }}
    />
  )
}
