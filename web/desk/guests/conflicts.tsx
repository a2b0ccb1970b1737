import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { CheckIn, Conflict } from '../../door/core/wire.ts'
import { useEventZone } from '../events/event.tsx'
import { Failed } from '../parts/failed.tsx'
import { useSiteChange, useSiteQuery } from '../site.tsx'

/** Who came in and should not have, because a gate had no network: which ticket, when, where, and by whom. */
export function Conflicts({ eventId }: { eventId: string }) {
  const { t, i18n } = useTranslation('desk')
  const path = `/boxoffice/v1/door/events/${eventId}/conflicts`
  const { data } = useSiteQuery<{ conflicts: Conflict[] }>(`${path}?state=OPEN`, undefined, { refetchInterval: 20_000 })
  const resolve = useSiteChange<{ id: string }>('POST', ({ id }) => `${path}/${id}/resolve`)
  const time = new Intl.DateTimeFormat(i18n.language, { timeStyle: 'medium', timeZone: useEventZone() })
  const spelled = ({ date, gate, by }: CheckIn) => [time.format(new Date(date)), gate, by].filter(Boolean).join(' · ')
  if (!data || data.conflicts.length === 0) return null
  return (
    <Alert color="red" title={t('guests.conflicts', { count: data.conflicts.length })}>
      <Stack>
        {resolve.error && <Failed error={resolve.error} />}
        {data.conflicts.map(({ id, reason, number, entry, scan, first }) => (
          <Group key={id} justify="space-between">
            <div>
              <Text fw={600}>
                {entry?.guestName || number}: {t(`guests.results.${reason}`)}
              </Text>
              {first && <Text size="sm">{t('guests.firstIn', { what: spelled(first) })}</Text>}
              <Text size="sm">{t('guests.thenIn', { what: spelled(scan) })}</Text>
            </div>
            <Button variant="default" loading={resolve.isPending} onClick={() => resolve.mutate({ id })}>
              {t('guests.seen')}
            </Button>
          </Group>
        ))}
      </Stack>
    </Alert>
  )
}
