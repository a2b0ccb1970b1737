import { Alert, Button, Card, Group, Progress, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Confirm } from '../parts/confirm.tsx'
import { Failed } from '../parts/failed.tsx'
import { type Job, useJob } from '../parts/use-job.ts'
import { useMay, useSiteChange } from '../site.tsx'
import type { filterOf } from './filter.ts'
import type { Choice } from './list.tsx'
import { Refusals } from './refusals.tsx'

type BulkAction = 'ARCHIVE' | 'UNARCHIVE' | 'CONFIRM' | 'RESEND'
type BulkJob = Job & { action: BulkAction }

/** What can be done to all that was ticked, or to all that is found. */
export function BulkBar({
  choice,
  shown,
  total,
  filter,
  isArchived,
  onStarted,
}: {
  choice: Choice
  shown: readonly string[]
  total: number
  filter: ReturnType<typeof filterOf>
  isArchived: boolean
  onStarted: (jobId: string) => void
}) {
  const { t } = useTranslation('desk')
  const mayMail = useMay('MANAGE')
  const [asking, setAsking] = useState<BulkAction | null>(null)
  const start = useSiteChange<object, { job: BulkJob }>('POST', '/boxoffice/v1/bulk/orders')
  const count = choice.isAll ? total : choice.numbers.size
  if (count === 0) return null
  const actions: BulkAction[] = [
    isArchived ? 'UNARCHIVE' : 'ARCHIVE',
    'CONFIRM',
    ...(mayMail ? ['RESEND' as const] : []),
  ]
  const mayTakeAll = !choice.isAll && total > count && shown.every(each => choice.numbers.has(each))
  return (
    <Card withBorder padding="xs" pos="sticky" top={68} style={{ zIndex: 2 }}>
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Text fw={600} role="status">
            {t('orders.chosen', { count })}
          </Text>
          {mayTakeAll && (
            <Button variant="subtle" size="compact-sm" onClick={choice.all}>
              {t('orders.chooseAll', { count: total })}
            </Button>
          )}
          <Button variant="subtle" size="compact-sm" onClick={choice.clear}>
            {t('orders.chooseNone')}
          </Button>
        </Group>
        <Group gap="xs">
          {actions.map(action => (
            <Button key={action} variant="default" size="xs" onClick={() => setAsking(action)}>
              {t(`orders.bulk.${action}.do`)}
            </Button>
          ))}
        </Group>
      </Group>
      {asking && (
        <Confirm
          opened
          title={t(`orders.bulk.${asking}.title`, { count })}
          story={t(`orders.bulk.${asking}.story`)}
          action={t(`orders.bulk.${asking}.do`)}
          isPending={start.isPending}
          error={start.error}
          onClose={() => {
            setAsking(null)
            start.reset()
          }}
          onConfirm={() =>
            start.mutate(
              { action: asking, ...(choice.isAll ? { filter } : { orderNumbers: [...choice.numbers] }) },
              {
                onSuccess: ({ job }) => {
                  setAsking(null)
                  choice.clear()
                  onStarted(job.id)
                },
              },
            )
          }
        />
      )}
    </Card>
  )
}

/** How far it is; it goes on when the page is left, and is found again by the address. */
export function BulkProgress({ jobId, onClose }: { jobId: string; onClose: () => void }) {
  const { t } = useTranslation('desk')
  const { data, error, isDone } = useJob<{ job: BulkJob }>(`/boxoffice/v1/bulk/orders/${jobId}`)
  const job = data?.job
  if (error) return error.status === 404 ? null : <Failed error={error} />
  if (!job) return null
  const value = (job.done / job.total) * 100
  return (
    <Alert
      color={job.state === 'FAILED' ? 'red' : isDone ? 'green' : 'indigo'}
      role="status"
      title={t(`orders.bulk.${job.action}.${isDone ? 'done' : 'doing'}`, { count: job.total })}
      withCloseButton
      closeButtonLabel={t('close')}
      onClose={onClose}
    >
      <Stack gap="xs">
        {!isDone && (
          <Progress value={value} aria-label={t('orders.bulk.progress')} animated={job.state === 'WAITING'} />
        )}
        <Text size="sm">
          {t('orders.bulk.far', { done: job.done, total: job.total })}
          {job.refused > 0 && ` ${t('orders.bulk.refused', { count: job.refused })}`}
        </Text>
        {job.refused > 0 && <Refusals jobId={jobId} count={job.refused} />}
        {job.state === 'WAITING' && <Text size="sm">{t('orders.bulk.goesOn')}</Text>}
        {job.state === 'FAILED' && <Text size="sm">{t('orders.bulk.failed')}</Text>}
      </Stack>
    </Alert>
  )
}
