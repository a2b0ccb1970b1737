import { MultiSelect, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Waiting } from '../desk.tsx'
import { Failed } from '../parts/failed.tsx'
import { useSiteQuery } from '../site.tsx'
import type { FileQuery } from './figure.tsx'
import type { AtGate, CheckInsReport } from './model.ts'
import { OverTimeFigure } from './over-time.tsx'

/** Gates that have a line and a column of their own. */
const GATES_SHOWN = 6
/** Events that one report is of. */
const EVENTS_MAX = 100

function useCheckIns(query: FileQuery) {
  return useSiteQuery<CheckInsReport>(`/boxoffice/v1/reports/check-ins?${new URLSearchParams(query)}`, undefined, {
    placeholderData: before => before,
  })
}

/** Who came in to one event, minute by minute. */
export function CheckInsOfEvent({ eventId }: { eventId: string }) {
  const { t } = useTranslation('desk')
  const query = { eventId }
  const { data, error, refetch } = useCheckIns(query)
  if (error) return <Failed error={error} again={refetch} />
  if (!data) return null
  if (data.checkedIn === 0) return <Text c="dimmed">{t('reports.nobodyIn')}</Text>
  return <CheckInsFigure data={data} query={query} />
}

/** Who came in to all events of a time, or to those that are chosen of them: then minute by minute, where that can be read. */
export function CheckInsOfEvents({ query }: { query: Record<string, string> }) {
  const { t } = useTranslation('desk')
  const [chosen, setChosen] = useState<string[]>([])
  const all = useCheckIns(query)
  const titles = new Map(all.data?.events.map(({ eventId, title }) => [eventId, title]))
  const known = chosen.filter(eventId => titles.has(eventId))
  const asked = known.length === 0 ? query : known.map(eventId => ['eventId', eventId])
  const { data, error, refetch } = useCheckIns(asked)
  if (error) return <Failed error={error} again={refetch} />
  if (!data) return <Waiting />
  if (all.data?.checkedIn === 0) return null
  return (
    <Stack gap="xs">
      <MultiSelect
        label={t('reports.checkInsOf')}
        description={t('reports.checkInsOfHint')}
        placeholder={known.length === 0 ? t('reports.allEvents') : ''}
        data={[...titles].map(([value, label]) => ({ value, label }))}
        value={known}
        onChange={setChosen}
        maxValues={EVENTS_MAX}
        searchable
        clearable
        hidePickedOptions
        clearButtonProps={{ 'aria-label': t('remove') }}
        maw={560}
      />
      <CheckInsFigure data={data} query={asked} />
    </Stack>
  )
}

function CheckInsFigure({ data, query }: { data: CheckInsReport; query: FileQuery }) {
  const { t } = useTranslation('desk')
  const gates = data.gates.length > 1 ? data.gates.slice(0, GATES_SHOWN) : []
  const byGate = (some: readonly AtGate[]) =>
    Object.fromEntries(
      gates.map(({ gate }, index) => [`gate${index}`, some.find(each => each.gate === gate)?.checkedIn ?? 0]),
    )
  return (
    <OverTimeFigure
      title={t('reports.checkIns')}
      story={t('reports.checkInsStory', { count: data.checkedIn })}
      period={data.period}
      startDates={data.startDates}
      points={data.points.map(({ startDate, checkedIn, gates: at }) => ({ startDate, checkedIn, ...byGate(at) }))}
      columns={[
        { key: 'checkedIn', label: t('reports.checkedIn'), isMoney: false, isDrawn: true },
        ...gates.map(({ gate }, index) => ({
          key: `gate${index}`,
          label: gate ?? t('reports.noGate'),
          isMoney: false,
          isDrawn: true,
        })),
      ]}
      file={{ name: 'check-ins', query }}
    />
  )
}
