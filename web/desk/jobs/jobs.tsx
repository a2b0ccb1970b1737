import { Anchor, Badge, Button, Stack, Table, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { Waiting } from '../desk.tsx'
import { Empty } from '../parts/empty.tsx'
import { Failed } from '../parts/failed.tsx'
import { Page } from '../parts/page.tsx'
import { Paged } from '../parts/paged.tsx'
import { Scrolling } from '../parts/scrolling.tsx'
import { useDate } from '../parts/use-date.ts'
import { usePage } from '../parts/use-param.ts'
import { useSiteChange, useSiteQuery } from '../site.tsx'

const LIMIT = 25
/** All but single mails, which the outbox shows. */
const KINDS = [
  'order.bulk', 'order.for_names', 'event.cancel', 'event.delete', 'notification.mails_to_all', 'webhook.replay', 'rsvp.delete',
  'category.assign_events', 'category.unassign_events', 'ticket_reservation.tags',
] as const // biome-ignore format: a list
const COLOURS = { WAITING: 'indigo', DONE: 'green', FAILED: 'red' }

type Job = {
  id: string
  kind: string
  eventId?: string
  state: keyof typeof COLOURS
  createdDate: string
  updatedDate: string
  attempts: number
  progress: Record<string, number>
  failures: { date: string; message: string }[]
}

/** Work that goes on in the background, and may be left alone: how far it is, and what failed. */
export default function JobsPage() {
  const { t, i18n } = useTranslation('desk')
  const { moment } = useDate()
  const [page, setPage] = usePage()
  const query = new URLSearchParams({ limit: String(LIMIT), offset: String((page - 1) * LIMIT) })
  for (const kind of KINDS) query.append('kind', kind)
  const { data, error, refetch } = useSiteQuery<{ jobs: Job[]; total: number }>(
    `/boxoffice/v1/jobs?${query}`,
    undefined,
    {
      placeholderData: before => before,
      refetchInterval: ({ state }) => (state.data?.jobs.some(job => job.state === 'WAITING') ? 2000 : 15_000),
    },
  )
  const retry = useSiteChange<{ id: string }>('POST', ({ id }) => `/boxoffice/v1/jobs/${id}/retry`)
  const number = new Intl.NumberFormat(i18n.language)
  return (
    <Page title={t('sections.jobs')}>
      <Text c="dimmed">{t('jobs.story')}</Text>
      {error && !data && <Failed error={error} again={refetch} />}
      {!error && !data && <Waiting />}
      {retry.error && <Failed error={retry.error} />}
      {data?.jobs.length === 0 && <Empty title={t('jobs.none')} />}
      {data && data.jobs.length > 0 && (
        <Scrolling label={t('sections.jobs')}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('jobs.what')}</Table.Th>
                <Table.Th>{t('jobs.state')}</Table.Th>
                <Table.Th>{t('jobs.progress')}</Table.Th>
                <Table.Th>{t('jobs.since')}</Table.Th>
                <Table.Th>{t('actions')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.jobs.map(({ id, kind, eventId, state, createdDate, progress, failures }) => (
                <Table.Tr key={id}>
                  <Table.Td>
                    {t(`jobs.kinds.${kind.replace('.', '_') as 'order_bulk'}`, { defaultValue: kind })}
                    <Outcome id={id} kind={kind} eventId={eventId} />
                  </Table.Td>
                  <Table.Td>
                    <Badge variant="light" color={COLOURS[state]}>
                      {t(`jobs.states.${state}`)}
                    </Badge>
                  </Table.Td>
                  <Table.Td>
                    <Stack gap={0}>
                      {Object.entries(progress).map(([name, count]) => (
                        <Text key={name} size="sm">
                          {t(`jobs.counts.${name as 'done'}`, { defaultValue: name })}: {number.format(count)}
                        </Text>
                      ))}
                      {failures.slice(-1).map(({ date, message }) => (
                        <Text key={date} size="sm" c="red">
                          {message}
                        </Text>
                      ))}
                    </Stack>
                  </Table.Td>
                  <Table.Td>{moment(createdDate)}</Table.Td>
                  <Table.Td>
                    {state === 'FAILED' && (
                      <Button
                        variant="default"
                        size="compact-md"
                        loading={retry.isPending && retry.variables.id === id}
                        onClick={() => retry.mutate({ id })}
                      >
                        {t('again')}
                      </Button>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Scrolling>
      )}
      {data && <Paged page={page} limit={LIMIT} total={data.total} onPage={setPage} />}
    </Page>
  )
}

/** The way to what became of each, where that is kept. */
function Outcome({ id, kind, eventId }: { id: string; kind: string; eventId: string | undefined }) {
  const { t } = useTranslation('desk')
  const path =
    kind === 'order.bulk' ? '/orders' : kind === 'order.for_names' && eventId ? `/events/${eventId}/sell` : null
  if (path === null) return null
  return (
    <Anchor component={Link} href={`~/dashboard${path}?job=${id}`} size="sm" display="block">
      {t('jobs.outcome')}
    </Anchor>
  )
}
