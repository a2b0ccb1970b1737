import { Anchor, Card, Group, SegmentedControl, SimpleGrid, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { Waiting } from '../desk.tsx'
import { Empty } from '../parts/empty.tsx'
import { Failed } from '../parts/failed.tsx'
import { Paged } from '../parts/paged.tsx'
import { usePage, useParam } from '../parts/use-param.ts'
import { useSiteQuery } from '../site.tsx'
import { BesideFigure } from './beside.tsx'
import { CheckInsOfEvents } from './check-ins.tsx'
import { Files } from './files.tsx'
import type {
  ChannelRow,
  ChannelsReport,
  DefinitionRow,
  DefinitionsReport,
  EventRow,
  EventsReport,
  SalesReport,
} from './model.ts'
import { OverTimeFigure } from './over-time.tsx'
import { PeriodPicker, useChosenPeriod } from './period.tsx'
import { RevenueFigure } from './revenue.tsx'
import { useSpelling } from './spell.ts'

const LIMIT = 50
const WAYS = ['creditCard', 'inPerson', 'cash', 'giftCard', 'offline', 'manual'] as const

/** How the sale goes: of one event, or of the whole site. */
export function Reports({
  eventId,
  timeZone,
  withGuests = false,
}: {
  eventId?: string
  timeZone: string
  withGuests?: boolean
}) {
  const { t } = useTranslation('desk')
  const chosen = useChosenPeriod(timeZone, eventId ? 'all' : 'month')
  const [unit] = useParam('unit')
  const [wanted, setCurrency] = useParam('currency')
  const query = { ...chosen.query, ...(eventId && { eventId }) }
  const cut = { ...query, ...(unit && { unit }) }
  const { data, error, refetch } = useSiteQuery<SalesReport>(`/boxoffice/v1/reports/sales?${new URLSearchParams(cut)}`)
  const currencies = data?.sales.map(({ currency }) => currency) ?? []
  const currency = currencies.find(each => each === wanted) ?? currencies[0]
  const sales = data?.sales.find(each => each.currency === currency)
  return (
    <Stack>
      <Group justify="space-between" align="flex-end">
        <PeriodPicker chosen={chosen} timeZone={timeZone} />
        {currencies.length > 1 && currency && (
          <SegmentedControl
            aria-label={t('reports.currency')}
            data={currencies}
            value={currency}
            onChange={value => setCurrency(value)}
          />
        )}
      </Group>
      {error && <Failed error={error} again={refetch} />}
      {!data && !error && <Waiting />}
      {data && !sales && <Empty title={t('reports.empty')} story={t('reports.emptyStory')} />}
      {data && sales && (
        <>
          <Sums sales={sales} />
          <SalesFigure report={data} sales={sales} query={cut} />
          <SimpleGrid cols={{ base: 1, lg: 2 }}>
            <DefinitionsFigure query={query} currency={sales.currency} />
            <ChannelsFigure query={query} currency={sales.currency} />
          </SimpleGrid>
          <RevenueFigure query={query} currency={sales.currency} />
          {!eventId && <EventsFigure query={query} currency={sales.currency} />}
        </>
      )}
      {!eventId && <CheckInsOfEvents query={query} />}
      <Files query={query} withGuests={withGuests} />
    </Stack>
  )
}

type SalesOf = SalesReport['sales'][number]

function Sums({ sales }: { sales: SalesOf }) {
  const { t } = useTranslation('desk')
  const { count, money } = useSpelling()
  const { currency } = sales
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }}>
      <Sum label={t('reports.total')} value={money(sales.total, currency)} />
      <Sum label={t('reports.revenue')} value={money(sales.revenue, currency)} />
      <Sum label={t('reports.orders')} value={count(sales.orders)} />
      <Sum label={t('reports.tickets')} value={count(sales.tickets)} />
      <Sum label={t('reports.ticketsCanceled')} value={count(sales.ticketsCanceled)} />
      <Sum label={t('reports.refunded')} value={money(sales.refunded, currency)} />
    </SimpleGrid>
  )
}

/** One number that matters. */
export function Sum({ label, value, story }: { label: string; value: string; story?: string }) {
  return (
    <Card withBorder padding="sm">
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fw={700} size="lg">
        {value}
      </Text>
      {story && (
        <Text size="xs" c="dimmed">
          {story}
        </Text>
      )}
    </Card>
  )
}

function SalesFigure({ report, sales, query }: { report: SalesReport; sales: SalesOf; query: Record<string, string> }) {
  const { t } = useTranslation('desk')
  const [shown, setShown] = useParam('shown')
  const isMoney = shown !== 'tickets'
  return (
    <Stack gap="xs">
      <SegmentedControl
        w="fit-content"
        aria-label={t('reports.shown')}
        value={isMoney ? 'money' : 'tickets'}
        onChange={value => setShown(value === 'money' ? '' : value)}
        data={[
          { value: 'money', label: t('reports.ofMoney') },
          { value: 'tickets', label: t('reports.ofTickets') },
        ]}
      />
      <OverTimeFigure
        title={t('reports.sales')}
        period={report.period}
        startDates={report.startDates}
        points={sales.points}
        currency={sales.currency}
        columns={[
          { key: 'orders', label: t('reports.orders'), isMoney: false },
          { key: 'tickets', label: t('reports.tickets'), isMoney: false, isDrawn: !isMoney },
          { key: 'ticketsCanceled', label: t('reports.ticketsCanceled'), isMoney: false, isDrawn: !isMoney },
          { key: 'total', label: t('reports.total'), isMoney: true, isDrawn: isMoney },
          { key: 'refunded', label: t('reports.refunded'), isMoney: true, isDrawn: isMoney },
        ]}
        file={{ name: 'sales', query }}
      />
    </Stack>
  )
}

function DefinitionsFigure({ query, currency }: { query: Record<string, string>; currency: string }) {
  const { t } = useTranslation('desk')
  const { count, money } = useSpelling()
  const [page, setPage] = usePage('definitions')
  const offset = (page - 1) * LIMIT
  const asked = new URLSearchParams({ ...query, limit: String(LIMIT), offset: String(offset) })
  const { data, error, refetch } = useSiteQuery<DefinitionsReport>(`/boxoffice/v1/reports/definitions?${asked}`)
  if (error) return <Failed error={error} again={refetch} />
  if (!data) return <Waiting />
  return (
    <BesideFigure<DefinitionRow>
      title={t('reports.definitions')}
      rows={data.definitions.filter(row => row.currency === currency)}
      keyOf={row => `${row.ticketDefinitionId} ${row.name}`}
      nameOf={({ name, eventTitle }) => ('eventId' in query || !eventTitle ? name : `${name} · ${eventTitle}`)}
      bar={{ label: t('reports.total'), of: row => row.total }}
      columns={[
        { label: t('reports.tickets'), of: row => count(row.tickets) },
        { label: t('reports.checkedIn'), of: row => count(row.checkedIn) },
        { label: t('reports.subTotal'), of: row => money(row.subTotal, currency) },
        { label: t('reports.discounts'), of: row => money(row.discounts, currency) },
        { label: t('reports.total'), of: row => money(row.total, currency) },
      ]}
      currency={currency}
      file={{ name: 'definitions', query }}
    >
      <Paged page={page} limit={LIMIT} total={data.total} onPage={setPage} />
    </BesideFigure>
  )
}

function ChannelsFigure({ query, currency }: { query: Record<string, string>; currency: string }) {
  const { t } = useTranslation('desk')
  const { count, money } = useSpelling()
  const asked = new URLSearchParams(query)
  const { data, error, refetch } = useSiteQuery<ChannelsReport>(`/boxoffice/v1/reports/channels?${asked}`)
  if (error) return <Failed error={error} again={refetch} />
  if (!data) return <Waiting />
  const nameOf = ({ channel, method }: ChannelRow) => {
    const way = WAYS.find(each => each === method)
    const paid = method === undefined ? t('reports.methods.free') : way ? t(`reports.methods.${way}`) : method
    return `${t(`reports.channels.${channel}`)} · ${paid}`
  }
  return (
    <BesideFigure<ChannelRow>
      title={t('reports.byChannel')}
      rows={data.channels.filter(row => row.currency === currency)}
      keyOf={row => `${row.channel} ${row.method}`}
      nameOf={nameOf}
      bar={{ label: t('reports.total'), of: row => row.total }}
      columns={[
        { label: t('reports.orders'), of: row => count(row.orders) },
        { label: t('reports.tickets'), of: row => count(row.tickets) },
        { label: t('reports.total'), of: row => money(row.total, currency) },
        { label: t('reports.refunded'), of: row => money(row.refunded, currency) },
      ]}
      currency={currency}
      file={{ name: 'channels', query }}
    />
  )
}

function EventsFigure({ query, currency }: { query: Record<string, string>; currency: string }) {
  const { t } = useTranslation('desk')
  const { count, money } = useSpelling()
  const [page, setPage] = usePage('events')
  const offset = (page - 1) * LIMIT
  const asked = new URLSearchParams({ ...query, limit: String(LIMIT), offset: String(offset) })
  const { data, error, refetch } = useSiteQuery<EventsReport>(`/boxoffice/v1/reports/events?${asked}`)
  if (error) return <Failed error={error} again={refetch} />
  if (!data) return <Waiting />
  return (
    <BesideFigure<EventRow>
      title={t('reports.events')}
      story={t('reports.eventsStory')}
      rows={data.events.filter(row => row.currency === currency)}
      keyOf={row => row.eventId}
      nameOf={({ title }) => title ?? t('reports.goneEvent')}
      linkOf={({ eventId, title }) =>
        title === undefined ? (
          t('reports.goneEvent')
        ) : (
          <Anchor component={Link} href={`/events/${eventId}/reports`}>
            {title}
          </Anchor>
        )
      }
      bar={{ label: t('reports.total'), of: row => row.total }}
      columns={[
        { label: t('reports.orders'), of: row => count(row.orders) },
        { label: t('reports.tickets'), of: row => count(row.tickets) },
        { label: t('reports.total'), of: row => money(row.total, currency) },
        { label: t('reports.refunded'), of: row => money(row.refunded, currency) },
        { label: t('reports.checkedIn'), of: row => `${count(row.checkedIn)} / ${count(row.ticketsAdmitting)}` },
      ]}
      currency={currency}
      file={{ name: 'events', query }}
    >
      <Paged page={page} limit={LIMIT} total={data.total} onPage={setPage} />
    </BesideFigure>
  )
}
