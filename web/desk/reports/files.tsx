import { Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Failed } from '../parts/failed.tsx'
import { useMay } from '../site.tsx'
import { useFile } from './figure.tsx'

/**
 * Whole lists as files, of the time that is chosen; guests of one event.
 * @param query `from`, `to` and `eventId`, where there are
 * @param withGuests of one event whose guests the reader may see
 */
export function Files({ query, withGuests }: { query: Record<string, string>; withGuests: boolean }) {
  const { t } = useTranslation('desk')
  const { mutate, isPending, error, variables } = useFile()
  const may = useMay('EXPORT_DATA')
  if (!may) return null
  const { from, to, eventId } = query
  const lists = ['orders', 'tickets', 'payments', ...(withGuests ? (['guests'] as const) : [])] as const
  const asked = (list: string) =>
    list === 'guests'
      ? { eventId: eventId ?? '' }
      : { ...(from && { from }), ...(to && { to }), ...(eventId && { eventId }) }
  return (
    <Card withBorder component="section" aria-label={t('reports.files.title')}>
      <Stack gap="xs">
        <Title order={2} size="h4">
          {t('reports.files.title')}
        </Title>
        <Text size="sm" c="dimmed">
          {t('reports.files.story')}
        </Text>
        <Group gap="xs">
          {lists.map(list => (
            <Button
              key={list}
              variant="default"
              size="compact-md"
              loading={isPending && variables?.name === `${list}.csv`}
              onClick={() => mutate(`exports/${list}`, list, asked(list))}
            >
              {t(`reports.files.${list}`)}
            </Button>
          ))}
        </Group>
        {error && <Failed error={error} />}
      </Stack>
    </Card>
  )
}
