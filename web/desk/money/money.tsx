import { Anchor, Group, SegmentedControl, SimpleGrid, Stack, Table, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { amountOf, minorOf } from '../../shared/money.ts'
import { Waiting } from '../desk.tsx'
import { Empty } from '../parts/empty.tsx'
import { Failed } from '../parts/failed.tsx'
import { Page } from '../parts/page.tsx'
import { Scrolling } from '../parts/scrolling.tsx'
import { useParam } from '../parts/use-param.ts'
import { BesideFigure } from '../reports/beside.tsx'
import { Figure } from '../reports/figure.tsx'
import { OverTimeFigure } from '../reports/over-time.tsx'
import { PeriodPicker, useChosenPeriod } from '../reports/period.tsx'
import { Sum } from '../reports/reports.tsx'
import { useSiteZone } from '../reports/site-zone.ts'
import { type Period, useSpelling } from '../reports/spell.ts'
import { useSiteQuery } from '../site.tsx'
import { Cases } from './cases.tsx'

type Moved = { payments: number; captured: string; refunds: number; refunded: string }
type MoneyReport = {
  period: Period
  startDates: string[]
  money: ({
    currency: string
    methods: ({ method: 'stripe' | 'test' | 'giftCard' | 'cash' | 'card' | 'manual' } & Moved)[]
    points: ({ startDate: string } & Moved)[]
  } & Moved)[]
}
type DueReport = {
  due: {
    currency: string
    kind: 'OFFLINE' | 'AUTHORIZED' | 'REFUNDING' | 'DISPUTED' | 'GIFT_CARD'
    count: number
    amount: string
  }[]
}

/** What came in and went back, what is open, and what a person has to decide about. */
export default function MoneyPage() {
  const { t } = useTranslation('desk')
  const { timeZone, error, refetch } = useSiteZone()
  return (
    <Page title={t('sections.money')}>
      <Cases />
      <Due />
      {error && <Failed error={error} again={refetch} />}
      {!error && (timeZone ? <Movements timeZone={timeZone} /> : <Waiting />)}
    </Page>
  )
}

function Due() {
  const { t } = useTranslation('desk')
  const { count, money } = useSpelling()
  const { data, error, refetch } = useSiteQuery<DueReport>('/boxoffice/v1/reports/due')
  if (error) return <Failed error={error} again={refetch} />
  if (!data) return <Waiting />
  return (
    <Figure
      title={t('money.due')}
      story={t('money.dueStory')}
      file={{ name: 'due', query: {} }}
      table={
        data.due.length === 0 ? (
          <Text c="dimmed">{t('money.nothingDue')}</Text>
        ) : (
          <Scrolling label={t('reports.view.tableOf', { title: t('money.due') })} width={420}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('money.what')}</Table.Th>
                  <Table.Th ta="right">{t('money.count')}</Table.Th>
                  <Table.Th ta="right">{t('money.amount')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.due.map(({ currency, kind, count: number, amount }) => (
                  <Table.Tr key={`${currency} ${kind}`}>
                    <Table.Td>
                      {kind === 'OFFLINE' ? (
                        <Anchor component={Link} href="/orders?status=OFFLINE_PENDING">
                          {t(`money.kinds.${kind}`)}
                        </Anchor>
                      ) : (
                        t(`money.kinds.${kind}`)
                      )}
                    </Table.Td>
                    <Table.Td ta="right">{count(number)}</Table.Td>
                    <Table.Td ta="right">{money(amount, currency)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Scrolling>
        )
      }
    />
  )
}

function Movements({ timeZone }: { timeZone: string }) {
  const { t } = useTranslation('desk')
  const { count, money } = useSpelling()
  const chosen = useChosenPeriod(timeZone, 'month')
  const [unit] = useParam('unit')
  const [wanted, setCurrency] = useParam('currency')
  const query = { ...chosen.query, ...(unit && { unit }) }
  const { data, error, refetch } = useSiteQuery<MoneyReport>(
    `/boxoffice/v1/reports/money?${new URLSearchParams(query)}`,
  )
  const currencies = data?.money.map(({ currency }) => currency) ?? []
  const moved = data?.money.find(({ currency }) => currency === wanted) ?? data?.money[0]
  return (
    <Stack>
      <Group justify="space-between" align="flex-end">
        <PeriodPicker chosen={chosen} timeZone={timeZone} />
        {currencies.length > 1 && moved && (
          <SegmentedControl
            aria-label={t('reports.currency')}
            data={currencies}
            value={moved.currency}
            onChange={value => setCurrency(value)}
          />
        )}
      </Group>
      {error && <Failed error={error} again={refetch} />}
      {!data && !error && <Waiting />}
      {data && !moved && <Empty title={t('money.empty')} story={t('money.emptyStory')} />}
      {data && moved && (
        <>
          <SimpleGrid cols={{ base: 1, xs: 3 }}>
            <Sum
              label={t('money.captured')}
              value={money(moved.captured, moved.currency)}
              story={t('money.payments', { count: moved.payments })}
            />
            <Sum
              label={t('money.refunded')}
              value={money(moved.refunded, moved.currency)}
              story={t('money.refunds', { count: moved.refunds })}
            />
            <Sum label={t('money.kept')} value={money(keptOf(moved, moved.currency), moved.currency)} />
          </SimpleGrid>
          <OverTimeFigure
            title={t('money.overTime')}
            story={t('money.overTimeStory')}
            period={data.period}
            startDates={data.startDates}
            points={moved.points}
            currency={moved.currency}
            columns={[
              { key: 'captured', label: t('money.captured'), isMoney: true, isDrawn: true },
              { key: 'refunded', label: t('money.refunded'), isMoney: true, isDrawn: true },
            ]}
            file={{ name: 'money', query }}
          />
          <BesideFigure
            title={t('money.byMethod')}
            rows={moved.methods}
            keyOf={({ method }) => method}
            nameOf={({ method }) => t(`money.methods.${method}`)}
            bar={{ label: t('money.captured'), of: row => row.captured }}
            columns={[
              { label: t('money.paymentsColumn'), of: row => count(row.payments) },
              { label: t('money.captured'), of: row => money(row.captured, moved.currency) },
              { label: t('money.refunded'), of: row => money(row.refunded, moved.currency) },
              { label: t('money.kept'), of: row => money(keptOf(row, moved.currency), moved.currency) },
            ]}
            currency={moved.currency}
            file={{ name: 'money', query }}
          />
        </>
      )}
    </Stack>
  )
}

function keptOf({ captured, refunded }: Moved, currency: string): string {
  return amountOf(minorOf({ value: captured, currency }) - minorOf({ value: refunded, currency }), currency).value
}
