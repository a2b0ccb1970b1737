import { Anchor, Group, Stack, Table, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { spellMoney } from '../../shared/money.ts'
import { useEvent } from '../events/event.tsx'
import { Scrolling } from '../parts/scrolling.tsx'
import { useSiteQuery } from '../site.tsx'
import { Takings } from './takings.tsx'

type Listed = { order: Order }
type Order = {
  orderNumber: string
  created: string
  ticketsQuantity: number
  totalPrice: { amount: string; currency: string }
  method?: string
  fullName?: string
}

/** What was sold at the counter today, the newest first: to find what was just sold, and to count the till. */
export function RecentSales() {
  const { t, i18n } = useTranslation('desk')
  const { id: eventId } = useEvent()
  const [from] = useState(() => new Date(new Date().setHours(0, 0, 0, 0)).toISOString())
  const { data } = useSiteQuery<{ orders: Listed[]; total: number }>(
    `/boxoffice/v1/orders?${new URLSearchParams({ eventId, channel: 'OFFLINE_POS', from, limit: '10' })}`,
    undefined,
    { refetchInterval: 30_000 },
  )
  const time = new Intl.DateTimeFormat(i18n.language, { timeStyle: 'short' })
  if (!data || data.total === 0) return null
  return (
    <Stack gap="xs">
      <Takings from={from} />
      <Title order={2} size="h4">
        {t('sell.today', { count: data.total })}
      </Title>
      <Scrolling label={t('sell.today', { count: data.total })} width={360}>
        <Table>
          <Table.Tbody>
            {data.orders.map(({ order: { orderNumber, created, ticketsQuantity, totalPrice, method, fullName } }) => (
              <Table.Tr key={orderNumber}>
                <Table.Td>{time.format(new Date(created))}</Table.Td>
                <Table.Td>
                  <Anchor component={Link} href={`~/dashboard/orders/${orderNumber}`}>
                    {orderNumber}
                  </Anchor>
                  {fullName && <Text size="sm">{fullName}</Text>}
                </Table.Td>
                <Table.Td>{t('sell.count', { count: ticketsQuantity })}</Table.Td>
                <Table.Td>
                  <Group gap={4}>
                    <Text>
                      {spellMoney({ value: totalPrice.amount, currency: totalPrice.currency }, i18n.language)}
                    </Text>
                    {(method === 'cash' || method === 'creditCard') && (
                      <Text c="dimmed">{t(method === 'cash' ? 'sell.cash' : 'sell.card')}</Text>
                    )}
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scrolling>
    </Stack>
  )
}
