import {
  Alert,
  Anchor,
  Button,
  Card,
  Code,
  CopyButton,
  Grid,
  Group,
  Progress,
  SimpleGrid,
  Stack,
  Table,
  Text,
  Title,
} from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { spellMoney } from '../../shared/money.ts'
import { useAvailability } from '../../shared/use-availability.ts'
import { Waiting } from '../desk.tsx'
import { Failed } from '../parts/failed.tsx'
import { Scrolling } from '../parts/scrolling.tsx'
import { useMay, useSite, useSiteQuery } from '../site.tsx'
import { type Cancelation, EventActions } from './actions.tsx'
import { Checklist } from './checklist.tsx'
import { type DeskEvent, useEvent } from './event.tsx'
import { placeOf, useEventDate } from './spelled.ts'

const FIELDSETS = ['DETAILS', 'TEXTS', 'REGISTRATION', 'URLS', 'DASHBOARD']

/** How the event stands: what is sold, held and left at this moment, what it brought, and what it still lacks. */
export default function OverviewTab() {
  const { id, status } = useEvent()
  const mayManage = useMay('MANAGE_EVENTS')
  const { data, error, refetch } = useSiteQuery<{ event: DeskEvent }>(
    `/events/v3/events/${id}?${FIELDSETS.map(each => `fields=${each}`).join('&')}`,
  )
  if (error && !data) return <Failed error={error} again={refetch} />
  if (!data) return <Waiting />
  const { event } = data
  const isSelling = event.registration?.type === 'TICKETING' && status !== 'DRAFT' && status !== 'CANCELED'
  return (
    <Stack>
      <Group justify="space-between" align="flex-start">
        <WhenAndWhere event={event} />
        {mayManage && <EventActions event={event} isWide />}
      </Group>
      {status === 'CANCELED' && <Telling eventId={id} />}
      <Grid>
        <Grid.Col span={{ base: 12, md: status === 'DRAFT' ? 7 : 8 }}>
          <Stack>
            {status === 'DRAFT' && <Lacking event={event} />}
            <Figures event={event} />
            {isSelling && <LiveTickets eventId={id} />}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: status === 'DRAFT' ? 5 : 4 }}>
          <Stack>
            {status !== 'DRAFT' && <Links event={event} />}
            {status !== 'DRAFT' && status !== 'CANCELED' && <Embed event={event} />}
          </Stack>
        </Grid.Col>
      </Grid>
    </Stack>
  )
}

function Panel({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card withBorder component="section" aria-label={title}>
      <Stack gap="sm">
        <Title order={2} size="h4">
          {title}
        </Title>
        {children}
      </Stack>
    </Card>
  )
}

function WhenAndWhere({ event }: { event: DeskEvent }) {
  const { t } = useTranslation('desk')
  const date = useEventDate()
  const { timeZoneId } = event.dateAndTimeSettings ?? {}
  const place = placeOf(event)
  return (
    <Stack gap={0}>
      <Text fw={600}>{date(event) || t('events.noDateYet')}</Text>
      {timeZoneId && (
        <Text size="sm" c="dimmed">
          {t('inZone', { zone: timeZoneId.replaceAll('_', ' ') })}
        </Text>
      )}
      <Text>{place || (event.location?.type === 'ONLINE' ? t('events.places.ONLINE') : t('events.noPlaceYet'))}</Text>
    </Stack>
  )
}

function Lacking({ event }: { event: DeskEvent }) {
  const { t } = useTranslation('desk')
  return (
    <Panel title={t('checklist.title')}>
      <Checklist event={event} />
    </Panel>
  )
}

type Today = { orders: number; tickets: number; revenue: { value: string; currency: string }[] }

function Figures({ event }: { event: DeskEvent }) {
  const { t, i18n } = useTranslation('desk')
  const today = useSiteQuery<Today>(`/boxoffice/v1/today?eventId=${event.id}`, undefined, { refetchInterval: 30_000 })
  const number = new Intl.NumberFormat(i18n.language)
  const { tickets, rsvps } = event.summaries ?? {}
  if (event.status === 'DRAFT') return null
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }}>
      {tickets && (
        <>
          <Figure name={t('overview.revenueToday')} value={amounts(today.data?.revenue, i18n.language)} />
          <Figure name={t('overview.ticketsToday')} value={today.data ? number.format(today.data.tickets) : '…'} />
          <Figure name={t('overview.revenue')} value={spellMoney(tickets.revenue, i18n.language)} />
          <Figure name={t('overview.ticketsSold')} value={number.format(tickets.ticketsSold)} />
        </>
      )}
      {rsvps && (
        <>
          <Figure name={t('overview.yes')} value={number.format(rsvps.yesCount)} />
          <Figure name={t('overview.waitlist')} value={number.format(rsvps.waitlistCount)} />
          <Figure name={t('overview.no')} value={number.format(rsvps.noCount)} />
        </>
      )}
    </SimpleGrid>
  )
}

/** Of each currency; nothing yet is a dash. */
export function amounts(revenue: Today['revenue'] | undefined, language: string): string {
  if (!revenue) return '…'
  return revenue.length === 0 ? '–' : revenue.map(each => spellMoney(each, language)).join(' + ')
}

export function Figure({ name, value }: { name: string; value: string }) {
  return (
    <Card withBorder padding="sm">
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text fw={700} size="xl">
        {value}
      </Text>
    </Card>
  )
}

/** What guests can get at this moment, as it changes. */
function LiveTickets({ eventId }: { eventId: string }) {
  const { t, i18n } = useTranslation('desk')
  const availability = useAvailability(eventId)
  const number = new Intl.NumberFormat(i18n.language)
  if (availability === undefined) return <Waiting />
  const definitions = availability?.ticketDefinitions ?? []
  return (
    <Panel title={t('overview.live')}>
      {definitions.length === 0 ? (
        <Text c="dimmed">{t('overview.nothingOnOffer')}</Text>
      ) : (
        <Scrolling label={t('overview.byTicket')} width={480}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('overview.ticket')}</Table.Th>
                <Table.Th ta="right">{t('overview.sold')}</Table.Th>
                <Table.Th ta="right">{t('overview.held')}</Table.Th>
                <Table.Th ta="right">{t('overview.left')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody aria-live="off">
              {definitions.map(({ id, name, sold, held, unsold, saleStatus }) => (
                <Table.Tr key={id}>
                  <Table.Td>
                    {name}
                    {saleStatus !== 'SALE_STARTED' && (
                      <Text size="sm" c="dimmed">
                        {t(`overview.${saleStatus}`)}
                      </Text>
                    )}
                    {unsold !== undefined && sold + held + unsold > 0 && (
                      <Progress.Root size="sm" mt={4} aria-hidden>
                        <Progress.Section value={(100 * sold) / (sold + held + unsold)} color="indigo" />
                        <Progress.Section value={(100 * held) / (sold + held + unsold)} color="yellow" />
                      </Progress.Root>
                    )}
                  </Table.Td>
                  <Table.Td ta="right">{number.format(sold)}</Table.Td>
                  <Table.Td ta="right">{number.format(held)}</Table.Td>
                  <Table.Td ta="right">
                    {unsold === undefined ? t('overview.unlimited') : number.format(unsold)}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Scrolling>
      )}
    </Panel>
  )
}

function Links({ event }: { event: DeskEvent }) {
  const { t } = useTranslation('desk')
  const { base = '', path = '' } = event.eventPageUrl ?? {}
  const url = `${base}${path}`
  return (
    <Panel title={t('overview.page')}>
      <Anchor href={path} target="_blank" rel="noopener" style={{ overflowWrap: 'anywhere' }}>
        {url}
      </Anchor>
      <Group gap="xs">
        <Button component="a" href={path} target="_blank" rel="noopener" variant="default">
          {t('events.openPage')}
        </Button>
        <Copy text={url} name={t('overview.copyLink')} />
      </Group>
    </Panel>
  )
}

function Embed({ event }: { event: DeskEvent }) {
  const { t } = useTranslation('desk')
  const { siteId } = useSite()
  const { base = location.origin } = event.eventPageUrl ?? {}
  const code = `<script src="${base}/embed.js?site=${siteId}" async></script>\n<boxoffice-tickets event="${event.slug}"></boxoffice-tickets>`
  return (
    <Panel title={t('overview.embed')}>
      <Text size="sm">{t('overview.embedStory')}</Text>
      <Code block tabIndex={0} aria-label={t('overview.embed')}>
        {code}
      </Code>
      <Copy text={code} name={t('overview.copyCode')} />
    </Panel>
  )
}

function Copy({ text, name }: { text: string; name: string }) {
  const { t } = useTranslation('desk')
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button variant="default" w="fit-content" onClick={copy}>
          {copied ? t('copied') : name}
        </Button>
      )}
    </CopyButton>
  )
}

/** How many of the guests have been told that it is off. */
function Telling({ eventId }: { eventId: string }) {
  const { t, i18n } = useTranslation('desk')
  const mayManage = useMay('MANAGE_EVENTS')
  const { data } = useSiteQuery<{ cancelation: Cancelation }>(
    `/boxoffice/v1/events/${eventId}/cancelation`,
    undefined,
    {
      enabled: mayManage,
      refetchInterval: ({ state }) => (isTold(state.data?.cancelation) ? false : 2000),
    },
  )
  const known = data?.cancelation
  if (!known) return null
  const { sendingEnabled, recipients, mails } = known
  const { sent, dropped, failed, waiting } = mails
  const all = Math.max(recipients, sent + dropped + failed + waiting)
  const number = new Intl.NumberFormat(i18n.language)
  if (!sendingEnabled || all === 0)
    return <Alert color="gray">{t(all === 0 ? 'telling.nobody' : 'telling.off', { count: all })}</Alert>
  return (
    <Alert color={failed > 0 ? 'orange' : 'indigo'} title={t('telling.title')}>
      <Stack gap="xs">
        <Text role="status">
          {t('telling.sent', { sent: number.format(sent), count: all })}
          {failed > 0 && ` ${t('telling.failed', { count: failed })}`}
        </Text>
        <Progress value={(100 * (sent + dropped + failed)) / all} aria-label={t('telling.title')} />
      </Stack>
    </Alert>
  )
}

function isTold(known: Cancelation | undefined): boolean {
  if (!known) return false
  const { sent, dropped, failed, waiting } = known.mails
  return !known.sendingEnabled || (waiting === 0 && sent + dropped + failed >= known.recipients)
}
