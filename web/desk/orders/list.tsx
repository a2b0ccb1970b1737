import { Anchor, Card, Checkbox, Group, Stack, Table, Text } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { keepPreviousData } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { spellMoney } from '../../shared/money.ts'
import { Waiting } from '../desk.tsx'
import { Empty } from '../parts/empty.tsx'
import { Failed } from '../parts/failed.tsx'
import { Paged } from '../parts/paged.tsx'
import { Scrolling } from '../parts/scrolling.tsx'
import { useDate } from '../parts/use-date.ts'
import { usePage, useParam } from '../parts/use-param.ts'
import { useMay, useSiteQuery } from '../site.tsx'
import { OrderBadges } from './badges.tsx'
import { BulkBar, BulkProgress } from './bulk.tsx'
import { filterOf, queryOf } from './filter.ts'
import { OrderFilters, useWanted } from './filters.tsx'
import type { ListAnswer, Listed } from './model.ts'

/** Orders of a page: a phone shows each on a card. */
const LIMITS = { wide: 50, narrow: 20 }

/** Orders, found and sorted; with `eventId` those of one event. */
export function OrderList({ eventId }: { eventId?: string }) {
  const { t } = useTranslation('desk')
  const mayManage = useMay('MANAGE_ORDERS')
  const isNarrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false })
  const wanted = useWanted()
  const [sort] = useParam('sort')
  const [page, setPage] = usePage()
  const [jobId, setJobId] = useParam('job')
  const limit = isNarrow ? LIMITS.narrow : LIMITS.wide
  const filter = filterOf(wanted, eventId)
  const query = queryOf(filter)
  const { data, error, refetch, isPlaceholderData } = useSiteQuery<ListAnswer>(
    `/boxoffice/v1/orders?${query}&sort=${sort || 'created:desc'}&limit=${limit}&offset=${(page - 1) * limit}`,
    undefined,
    { placeholderData: keepPreviousData, refetchInterval: 20_000 },
  )
  const choice = useChoice(query.toString())
  const isFiltered = Object.values({ ...wanted, shelf: '' }).some(value => value !== '')
  const shown = data?.orders ?? []
  return (
    <Stack>
      <OrderFilters {...(eventId && { eventId })} />
      {jobId && <BulkProgress jobId={jobId} onClose={() => setJobId('')} />}
      {error && <Failed error={error} again={refetch} />}
      {!error && !data && <Waiting />}
      {data && data.total === 0 && (
        <Empty
          title={isFiltered ? t('orders.noneFound') : t('orders.none')}
          story={isFiltered ? t('orders.noneFoundStory') : t('orders.noneStory')}
        />
      )}
      {data && data.total > 0 && (
        <>
          <Text size="sm" c="dimmed" role="status">
            {t('orders.found', { count: data.total })}
          </Text>
          {mayManage && (
            <BulkBar
              choice={choice}
              shown={shown.map(({ order }) => order.orderNumber)}
              total={data.total}
              filter={filter}
              isArchived={wanted.shelf === 'archived'}
              onStarted={setJobId}
            />
          )}
          <div style={{ opacity: isPlaceholderData ? 0.6 : 1 }}>
            {isNarrow ? (
              <OrderCards orders={shown} choice={choice} mayChoose={mayManage} isOfEvent={eventId !== undefined} />
            ) : (
              <OrderTable orders={shown} choice={choice} mayChoose={mayManage} isOfEvent={eventId !== undefined} />
            )}
          </div>
        </>
      )}
      {data && <Paged page={page} limit={limit} total={data.total} onPage={setPage} />}
    </Stack>
  )
}

export type Choice = {
  numbers: ReadonlySet<string>
  /** Everything that is found, not only what was ticked. */
  isAll: boolean
  toggle: (orderNumbers: readonly string[], on: boolean) => void
  all: () => void
  clear: () => void
}

/** What was ticked, page after page; another search begins anew. */
function useChoice(search: string): Choice {
  const [{ of, numbers, isAll }, set] = useState({ of: search, numbers: new Set<string>(), isAll: false })
  const isOld = of !== search
  const current = isOld ? new Set<string>() : numbers
  return {
    numbers: current,
    isAll: !isOld && isAll,
    toggle: (orderNumbers, on) => {
      const after = new Set(current)
      for (const each of orderNumbers) on ? after.add(each) : after.delete(each)
      set({ of: search, numbers: after, isAll: false })
    },
    all: () => set({ of: search, numbers: current, isAll: true }),
    clear: () => set({ of: search, numbers: new Set(), isAll: false }),
  }
}

type Shown = { orders: readonly Listed[]; choice: Choice; mayChoose: boolean; isOfEvent: boolean }

function OrderTable({ orders, choice, mayChoose, isOfEvent }: Shown) {
  const { t, i18n } = useTranslation('desk')
  const { moment } = useDate()
  return (
    <Scrolling label={t('orders.name')} width={720}>
      <Table verticalSpacing="xs" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            {mayChoose && (
              <Table.Th w={40}>
                <PageCheckbox orders={orders} choice={choice} />
              </Table.Th>
            )}
            <Table.Th>{t('orders.buyer')}</Table.Th>
            <Table.Th>{t('orders.number')}</Table.Th>
            {!isOfEvent && <Table.Th>{t('orders.event')}</Table.Th>}
            <Table.Th>{t('orders.ordered')}</Table.Th>
            <Table.Th>{t('orders.state')}</Table.Th>
            <Table.Th ta="right">{t('orders.tickets')}</Table.Th>
            <Table.Th ta="right">{t('orders.total')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {orders.map(listed => {
            const { order, eventTitle, checkedIn } = listed
            return (
              <Table.Tr key={order.orderNumber}>
                {mayChoose && (
                  <Table.Td>
                    <OneCheckbox listed={listed} choice={choice} />
                  </Table.Td>
                )}
                <Table.Td>
                  <Text fw={600} size="sm">
                    <Buyer listed={listed} />
                  </Text>
                  <Text size="xs" c="dimmed">
                    {order.email}
                  </Text>
                </Table.Td>
                <Table.Td style={{ whiteSpace: 'nowrap' }}>
                  <OrderLink listed={listed} />
                </Table.Td>
                {!isOfEvent && <Table.Td>{eventTitle ?? t('orders.eventGone')}</Table.Td>}
                <Table.Td style={{ whiteSpace: 'nowrap' }}>{moment(order.created)}</Table.Td>
                <Table.Td>
                  <OrderBadges listed={listed} />
                </Table.Td>
                <Table.Td ta="right">
                  {order.ticketsQuantity}
                  {checkedIn > 0 && (
                    <Text size="xs" c="dimmed">
                      {t('orders.inside', { count: checkedIn })}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
                  {spellMoney(order.totalPrice, i18n.language)}
                </Table.Td>
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
    </Scrolling>
  )
}

function OrderCards({ orders, choice, mayChoose, isOfEvent }: Shown) {
  const { t, i18n } = useTranslation('desk')
  const { moment } = useDate()
  return (
    <Stack gap="xs">
      {mayChoose && <PageCheckbox orders={orders} choice={choice} isLabelled />}
      {orders.map(listed => {
        const { order, eventTitle, checkedIn } = listed
        return (
          <Card key={order.orderNumber} withBorder padding="sm">
            <Group justify="space-between" wrap="nowrap" align="flex-start">
              <Group wrap="nowrap" align="flex-start" gap="sm" miw={0}>
                {mayChoose && <OneCheckbox listed={listed} choice={choice} />}
                <Stack gap={2} miw={0}>
                  <Text fw={600} truncate>
                    <Buyer listed={listed} />
                  </Text>
                  <OrderLink listed={listed} />
                  {!isOfEvent && <Text size="sm">{eventTitle ?? t('orders.eventGone')}</Text>}
                  <Text size="sm" c="dimmed">
                    {moment(order.created)}
                  </Text>
                </Stack>
              </Group>
              <Stack gap={2} align="flex-end" style={{ flexShrink: 0 }}>
                <Text fw={600}>{spellMoney(order.totalPrice, i18n.language)}</Text>
                <Text size="sm">{t('orders.ticketCount', { count: order.ticketsQuantity })}</Text>
                {checkedIn > 0 && (
                  <Text size="sm" c="dimmed">
                    {t('orders.inside', { count: checkedIn })}
                  </Text>
                )}
              </Stack>
            </Group>
            <Group mt="xs">
              <OrderBadges listed={listed} />
            </Group>
          </Card>
        )
      })}
    </Stack>
  )
}

function Buyer({ listed: { order } }: { listed: Listed }) {
  const { t } = useTranslation('desk')
  return order.fullName || (order.channel === 'OFFLINE_POS' ? t('orders.atTheDoor') : t('orders.nobody'))
}

function OrderLink({ listed: { order } }: { listed: Listed }) {
  return (
    <Anchor component={Link} href={`~/dashboard/orders/${order.orderNumber}`} ff="monospace" size="sm">
      {order.orderNumber}
    </Anchor>
  )
}

function OneCheckbox({ listed: { order }, choice }: { listed: Listed; choice: Choice }) {
  const { t } = useTranslation('desk')
  return (
    <Checkbox
      aria-label={t('orders.choose', { number: order.orderNumber })}
      checked={choice.isAll || choice.numbers.has(order.orderNumber)}
      onChange={event => choice.toggle([order.orderNumber], event.currentTarget.checked)}
    />
  )
}

function PageCheckbox({
  orders,
  choice,
  isLabelled = false,
}: {
  orders: readonly Listed[]
  choice: Choice
  isLabelled?: boolean
}) {
  const { t } = useTranslation('desk')
  const numbers = orders.map(({ order }) => order.orderNumber)
  const chosen = numbers.filter(each => choice.isAll || choice.numbers.has(each)).length
  const name = t('orders.choosePage')
  return (
    <Checkbox
      {...(isLabelled ? { label: name } : { 'aria-label': name })}
      checked={chosen > 0 && chosen === numbers.length}
      indeterminate={chosen > 0 && chosen < numbers.length}
      onChange={event => choice.toggle(numbers, event.currentTarget.checked)}
    />
  )
}
