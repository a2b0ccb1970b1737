import { Anchor, Group, List, Stack, Text } from '@mantine/core'
import { keepPreviousData } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { Failed } from '../parts/failed.tsx'
import { type ItemError, itemErrorOf } from '../parts/item-error.ts'
import { Paged } from '../parts/paged.tsx'
import { useSiteQuery } from '../site.tsx'
import { useOrderProblem } from './refused.tsx'

const LIMIT = 10

/** Which of many orders were left as they were, and why. @param count how many there are so far */
export function Refusals({ jobId, count }: { jobId: string; count: number }) {
  const { t } = useTranslation('desk')
  const [page, setPage] = useState(1)
  const problemOf = useOrderProblem()
  const { data, error, refetch } = useSiteQuery<{
    total: number
    refusals: { orderNumber: string; error: ItemError }[]
  }>(`/boxoffice/v1/bulk/orders/${jobId}/refusals?limit=${LIMIT}&offset=${(page - 1) * LIMIT}`, undefined, {
    placeholderData: keepPreviousData,
    // While it goes on there may be more of them.
    refetchInterval: ({ state }) => (state.data && state.data.total >= count ? false : 1000),
  })
  if (error) return <Failed error={error} again={refetch} />
  if (!data) return null
  return (
    <Stack gap="xs">
      <List size="sm" aria-label={t('orders.bulk.left')} listStyleType="none">
        {data.refusals.map(({ orderNumber, error }) => (
          <List.Item key={orderNumber}>
            <Group gap="xs" component="span">
              <Anchor component={Link} href={`~/dashboard/orders/${orderNumber}`} ff="monospace" size="sm">
                {orderNumber}
              </Anchor>
              <Text span size="sm">
                {problemOf(itemErrorOf(error))}
              </Text>
            </Group>
          </List.Item>
        ))}
      </List>
      <Paged page={page} limit={LIMIT} total={data.total} onPage={setPage} />
    </Stack>
  )
}
