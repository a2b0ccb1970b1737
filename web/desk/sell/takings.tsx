import { Stack, Table, Text, Title } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type Amount, amountOf, minorOf, spellMoney } from '../../shared/money.ts'
import { useEvent } from '../events/event.tsx'
import { Scrolling } from '../parts/scrolling.tsx'
import { useSiteQuery } from '../site.tsx'

type Taking = {
  method: 'cash' | 'card' | 'free'
  seller: { kind: string; id: string; name?: string }
  orders: number
  tickets: number
  taken: Amount
  refunded: Amount
}
type Sums = { cash: number; card: number; refunded: number; tickets: number }

/** What is in the till: today's sums at counters and doors of this event, by person and by way of payment. */
export function Takings({ from }: { from: string }) {
  const { t, i18n } = useTranslation('desk')
  const { id: eventId } = useEvent()
  const { data } = useSiteQuery<{ takings: Taking[] }>(
    `/boxoffice/v1/events/${eventId}/takings?${new URLSearchParams({ from })}`,
    undefined,
    { refetchInterval: 30_000 },
  )
  if (!data || data.takings.length === 0) return null
  const currencies = [...new Set(data.takings.map(({ taken }) => taken.currency))]
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        {t('sell.takings.title')}
      </Title>
      {currencies.map(currency => {
        const takings = data.takings.filter(({ taken }) => taken.currency === currency)
        const sellers = new Map<string, { name: string; sums: Sums }>()
        const all: Sums = { cash: 0, card: 0, refunded: 0, tickets: 0 }
        for (const { method, seller, tickets, taken, refunded } of takings) {
          const key = `${seller.kind} ${seller.id}`
          const found = sellers.get(key) ?? {
            name: seller.name ?? t('sell.takings.gone'),
            sums: { cash: 0, card: 0, refunded: 0, tickets: 0 },
          }
          sellers.set(key, found)
          for (const sums of [found.sums, all]) {
            if (method !== 'free') sums[method] += minorOf(taken)
            sums.refunded += minorOf(refunded)
            sums.tickets += tickets
          }
        }
        const hasRefunds = all.refunded > 0
        const spelled = (minor: number) => spellMoney(amountOf(minor, currency), i18n.language)
        const cells = ({ cash, card, refunded, tickets }: Sums) => (
          <>
            <Table.Td ta="end">{tickets}</Table.Td>
            <Table.Td ta="end">{spelled(cash)}</Table.Td>
            <Table.Td ta="end">{spelled(card)}</Table.Td>
            {hasRefunds && <Table.Td ta="end">{spelled(-refunded)}</Table.Td>}
            <Table.Td ta="end">
              <Text fw={600}>{spelled(cash + card - refunded)}</Text>
            </Table.Td>
          </>
        )
        return (
          <Scrolling key={currency} label={t('sell.takings.title')} width={420}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('sell.takings.seller')}</Table.Th>
                  <Table.Th ta="end">{t('sell.takings.tickets')}</Table.Th>
                  <Table.Th ta="end">{t('sell.cash')}</Table.Th>
                  <Table.Th ta="end">{t('sell.card')}</Table.Th>
                  {hasRefunds && <Table.Th ta="end">{t('sell.takings.refunded')}</Table.Th>}
                  <Table.Th ta="end">{t('sell.takings.sum')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {[...sellers].map(([key, { name, sums }]) => (
                  <Table.Tr key={key}>
                    <Table.Th scope="row">{name}</Table.Th>
                    {cells(sums)}
                  </Table.Tr>
                ))}
              </Table.Tbody>
              {sellers.size > 1 && (
                <Table.Tfoot>
                  <Table.Tr>
                    <Table.Th scope="row">{t('sell.takings.all')}</Table.Th>
                    {cells(all)}
                  </Table.Tr>
                </Table.Tfoot>
              )}
            </Table>
          </Scrolling>
        )
      })}
    </Stack>
  )
}
