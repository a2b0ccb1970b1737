import { Alert, Anchor, Button, Group, List, Progress, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { Failed, useProblem } from '../parts/failed.tsx'
import { type ItemError, itemErrorOf } from '../parts/item-error.ts'
import { type Job, useJob } from '../parts/use-job.ts'

type Named = { firstName: string; lastName: string; email: string; orderNumber?: string; error?: ItemError }

/** How far it is, and what became of each; it goes on when the page is left, and is found again by the address. */
export function NamesProgress({
  jobId,
  onAgain,
  onClose,
}: {
  jobId: string
  /** With the lines of those who got nothing. */
  onAgain: (lines: string) => void
  onClose: () => void
}) {
  const { t } = useTranslation('desk')
  const problemOf = useProblem()
  const { data, error, isDone } = useJob<{ job: Job; names: Named[] }>(`/boxoffice/v1/bulk/checkouts/${jobId}`)
  const job = data?.job
  if (error) return error.status === 404 ? null : <Failed error={error} />
  if (!job) return null
  const refused = data.names.filter(each => each.error)
  return (
    <Alert
      color={job.state === 'FAILED' || refused.length > 0 ? 'red' : isDone ? 'green' : 'indigo'}
      role="status"
      title={isDone ? t('sell.made', { count: job.done - job.refused }) : t('sell.making', { count: job.total })}
      withCloseButton
      closeButtonLabel={t('close')}
      onClose={onClose}
    >
      <Stack gap="xs">
        {!isDone && (
          <Progress
            value={(job.done / job.total) * 100}
            aria-label={t('sell.progress', { done: job.done, total: job.total })}
            animated={job.state === 'WAITING'}
          />
        )}
        {job.state === 'WAITING' && <Text size="sm">{t('sell.goesOn')}</Text>}
        {job.state === 'FAILED' && <Text size="sm">{t('sell.gaveUp')}</Text>}
        <List size="sm" listStyleType="none">
          {data.names.map((each, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two people may have one name, and none moves
            <List.Item key={at}>
              <Group gap="xs" component="span">
                <Text span size="sm" fw={600}>
                  {`${each.firstName} ${each.lastName}`.trim() || each.email}
                </Text>
                {each.orderNumber && (
                  <Anchor component={Link} href={`~/dashboard/orders/${each.orderNumber}`} ff="monospace" size="sm">
                    {each.orderNumber}
                  </Anchor>
                )}
                {each.error && (
                  <Text span size="sm">
                    {problemOf(itemErrorOf(each.error))}
                  </Text>
                )}
              </Group>
            </List.Item>
          ))}
        </List>
        {isDone && refused.length > 0 && (
          <Button
            variant="default"
            size="compact-md"
            w="fit-content"
            onClick={() => onAgain(refused.map(lineOf).join('\n'))}
          >
            {t('sell.again', { count: refused.length })}
          </Button>
        )}
      </Stack>
    </Alert>
  )
}

/** As `guestsOf` reads it. */
function lineOf({ firstName, lastName, email }: Named): string {
  return `${lastName}, ${firstName} ${email}`
}
