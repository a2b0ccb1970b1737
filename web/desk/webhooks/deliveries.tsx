import { Alert, Badge, Button, Code, Group, Modal, Select, Stack, Table, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Waiting } from '../desk.tsx'
import { Empty } from '../parts/empty.tsx'
import { Failed } from '../parts/failed.tsx'
import { MomentField } from '../parts/moment-field.tsx'
import { clockOf, momentOf } from '../parts/moments.ts'
import { Paged } from '../parts/paged.tsx'
import { useSaid } from '../parts/said.ts'
import { Scrolling } from '../parts/scrolling.tsx'
import { useDate } from '../parts/use-date.ts'
import { useSiteChange, useSiteQuery } from '../site.tsx'
import type { Webhook } from './webhooks.tsx'

const STATES = ['WAITING', 'DELIVERED', 'DROPPED'] as const
const COLOURS = { WAITING: 'indigo', DELIVERED: 'green', DROPPED: 'red' }
const LIMIT = 20

type Attempt = { date: string; milliseconds: number; status?: number; failure?: string; headers: object; body: string }
type Delivery = {
  id: string
  eventType: string
  entityId: string
  state: (typeof STATES)[number]
  createdDate: string
  nextAttemptDate?: string
  attemptCount: number
  attempts: Attempt[]
  request?: object
}

/** What one webhook was told, and how that went; and once more. */
export function Deliveries({ webhook: { id: webhookId } }: { webhook: Webhook }) {
  const { t } = useTranslation('desk')
  const { moment } = useDate()
  const [page, setPage] = useState(1)
  const [state, setState] = useState<string | null>(null)
  const [open, setOpen] = useState<string | null>(null)
  const query = new URLSearchParams({
    webhookId,
    limit: String(LIMIT),
    offset: String((page - 1) * LIMIT),
    ...(state && { state }),
  })
  const { data, error, refetch } = useSiteQuery<{ deliveries: Delivery[]; total: number }>(
    `/boxoffice/v1/webhook-deliveries?${query}`,
    undefined,
    { placeholderData: before => before, refetchInterval: 5000 },
  )
  return (
    <Stack>
      <Replay webhookId={webhookId} />
      <Select
        label={t('webhooks.state')}
        placeholder={t('webhooks.anyState')}
        data={STATES.map(each => ({ value: each, label: t(`webhooks.states.${each}`) }))}
        value={state}
        onChange={value => {
          setState(value)
          setPage(1)
        }}
        clearable
        clearButtonProps={{ 'aria-label': t('webhooks.anyState') }}
        maw={260}
      />
      {error && !data && <Failed error={error} again={refetch} />}
      {!error && !data && <Waiting />}
      {data?.deliveries.length === 0 && <Empty title={t('webhooks.noDeliveries')} />}
      {data && data.deliveries.length > 0 && (
        <Scrolling label={t('webhooks.deliveries')} width={520}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('webhooks.what')}</Table.Th>
                <Table.Th>{t('webhooks.state')}</Table.Th>
                <Table.Th>{t('webhooks.when')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.deliveries.map(each => (
                <Table.Tr key={each.id}>
                  <Table.Td>
                    <Button variant="subtle" size="compact-md" onClick={() => setOpen(each.id)}>
                      {shortOf(each.eventType)}
                    </Button>
                  </Table.Td>
                  <Table.Td>
                    <Badge variant="light" color={COLOURS[each.state]}>
                      {t(`webhooks.states.${each.state}`)}
                    </Badge>
                    {each.attemptCount > 1 && (
                      <Text size="sm">{t('webhooks.attempts', { count: each.attemptCount })}</Text>
                    )}
                  </Table.Td>
                  <Table.Td>{moment(each.createdDate)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Scrolling>
      )}
      {data && <Paged page={page} limit={LIMIT} total={data.total} onPage={setPage} />}
      <Modal
        opened={open !== null}
        onClose={() => setOpen(null)}
        title={t('webhooks.delivery')}
        size="xl"
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {open && <OneDelivery id={open} />}
      </Modal>
    </Stack>
  )
}

function OneDelivery({ id }: { id: string }) {
  const { t } = useTranslation('desk')
  const { moment } = useDate()
  const said = useSaid()
  const path = `/boxoffice/v1/webhook-deliveries/${id}`
  const { data, error, refetch } = useSiteQuery<{ delivery: Delivery }>(path, undefined, {
    refetchInterval: ({ state }) => (state.data?.delivery.state === 'WAITING' ? 2000 : false),
  })
  const replay = useSiteChange<Record<string, never>>('POST', `${path}/replay`)
  const giveUp = useSiteChange<Record<string, never>>('POST', `${path}/give-up`)
  if (error && !data) return <Failed error={error} again={refetch} />
  if (!data) return <Waiting />
  const { eventType, state, attempts, request, nextAttemptDate } = data.delivery
  const problem = replay.error ?? giveUp.error
  return (
    <Stack>
      <Group justify="space-between">
        <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
          {eventType}
        </Text>
        <Badge variant="light" color={COLOURS[state]}>
          {t(`webhooks.states.${state}`)}
        </Badge>
      </Group>
      {problem && <Failed error={problem} />}
      {state === 'WAITING' && nextAttemptDate && (
        <Alert>{t('webhooks.nextAttempt', { moment: moment(nextAttemptDate) })}</Alert>
      )}
      <Group>
        <Button
          variant="default"
          disabled={state === 'WAITING'}
          loading={replay.isPending}
          onClick={() => replay.mutate({}, { onSuccess: () => said(t('webhooks.replayed')) })}
        >
          {t('webhooks.replay')}
        </Button>
        {state === 'WAITING' && (
          <Button variant="default" color="red" loading={giveUp.isPending} onClick={() => giveUp.mutate({})}>
            {t('webhooks.giveUp')}
          </Button>
        )}
      </Group>
      <Title order={3} size="h5">
        {t('webhooks.answers')}
      </Title>
      {attempts.length === 0 && <Text c="dimmed">{t('webhooks.noAnswers')}</Text>}
      {attempts.map(({ date, milliseconds, status, failure, headers, body }) => (
        <Stack key={date} gap={4}>
          <Text size="sm">
            {moment(date)} · {failure ?? status} · {milliseconds} ms
          </Text>
          {status !== undefined && (
            <Json label={t('webhooks.answers')} value={body === '' ? headers : { headers, body }} />
          )}
        </Stack>
      ))}
      <Title order={3} size="h5">
        {t('webhooks.sent')}
      </Title>
      <Json label={t('webhooks.sent')} value={request} />
    </Stack>
  )
}

function Json({ label, value }: { label: string; value: unknown }) {
  return (
    <Code block tabIndex={0} role="region" aria-label={label} mah={320} style={{ overflow: 'auto' }}>
      {JSON.stringify(value, null, 2)}
    </Code>
  )
}

/** Everything of a time once more, for a program that has lost some. */
function Replay({ webhookId }: { webhookId: string }) {
  const { t } = useTranslation('desk')
  const said = useSaid()
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone
  const [from, setFrom] = useState(() => clockOf(new Date(Date.now() - 3_600_000), zone))
  const replay = useSiteChange<{ fromDate: string }>('POST', `/boxoffice/v1/webhooks/${webhookId}/replay`)
  const fromDate = momentOf(from, zone)
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        if (fromDate) replay.mutate({ fromDate }, { onSuccess: () => said(t('webhooks.replayBegun')) })
      }}
    >
      <Group align="end">
        <MomentField
          label={t('webhooks.replayFrom')}
          timeZone={zone}
          value={from}
          onChange={({ currentTarget }) => setFrom(currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={!fromDate} loading={replay.isPending}>
          {t('webhooks.replayDo')}
        </Button>
      </Group>
      {replay.error && <Failed error={replay.error} />}
    </form>
  )
}

/** `OrderConfirmed` of `wix.events.ticketing.events.OrderConfirmed`. */
function shortOf(eventType: string): string {
  return eventType.replace(/^wix\.events\./, '')
}
