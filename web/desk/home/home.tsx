import { Alert, Anchor, Button, Card, Group, List, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, Route, Switch } from 'wouter'
import { spellMoney } from '../../shared/money.ts'
import { Waiting } from '../desk.tsx'
import { type DeskEvent, EventBadge } from '../events/event.tsx'
import { amounts, Figure } from '../events/overview.tsx'
import { placeOf, useEventDate } from '../events/spelled.ts'
import { Failed } from '../parts/failed.tsx'
import { Page } from '../parts/page.tsx'
import { Scrolling } from '../parts/scrolling.tsx'
import { useMay, useSiteQuery } from '../site.tsx'
import { FirstSteps } from './first-steps.tsx'

type Found = { events: DeskEvent[]; total: number; counts: Partial<Record<DeskEvent['status'], number>> }
type Amount = { value: string; currency: string }
type Today = {
  orders: number
  tickets: number
  revenue: Amount[]
  events: { eventId: string; title: string; orders: number; tickets: number; revenue: Amount }[]
}

/** Where the desk begins: what is on, what sells, what needs somebody. */
export default function HomeSection() {
  return (
    <Switch>
      <Route path="/home" component={HomePage} />
      <Route path="/home/first-steps" component={FirstSteps} />
    </Switch>
  )
}

const EVENTS_SHOWN = 6

function HomePage() {
  const { t, i18n } = useTranslation('desk')
  const mayManage = useMay('MANAGE_EVENTS')
  const found = useSiteQuery<Found>(`/boxoffice/v1/events?limit=${EVENTS_SHOWN}`)
  const today = useSiteQuery<Today>('/boxoffice/v1/today', undefined, { refetchInterval: 60_000 })
  const { data } = found
  if (found.error && !data) return <Failed error={found.error} again={found.refetch} />
  if (!data) return <Waiting />
  const { counts, events } = data
  const published = (counts.UPCOMING ?? 0) + (counts.STARTED ?? 0) + (counts.ENDED ?? 0) + (counts.CANCELED ?? 0)
  const coming = events.filter(({ status }) => status === 'UPCOMING' || status === 'STARTED')
  const drafts = events.filter(({ status }) => status === 'DRAFT')
  return (
    <Page
      title={t('home.name')}
      actions={
        mayManage && (
          <Button component={Link} href="/events/new">
            {t('events.new')}
          </Button>
        )
      }
    >
      {published === 0 && mayManage && <Welcome hasDraft={drafts.length > 0} />}
      <Attention />
      {published > 0 && (
        <>
          <Title order={2} size="h4">
            {t('home.today')}
          </Title>
          {today.error && <Failed error={today.error} again={today.refetch} />}
          <SimpleGrid cols={{ base: 2, sm: 3 }}>
            <Figure name={t('home.revenue')} value={amounts(today.data?.revenue, i18n.language)} />
            <Figure name={t('home.tickets')} value={String(today.data?.tickets ?? '…')} />
            <Figure name={t('home.orders')} value={String(today.data?.orders ?? '…')} />
          </SimpleGrid>
          {today.data && today.data.events.length > 0 && <Selling today={today.data} />}
        </>
      )}
      {coming.length > 0 && (
        <Part
          title={t('home.coming')}
          more={
            (counts.UPCOMING ?? 0) + (counts.STARTED ?? 0) > coming.length ? (
              <Anchor component={Link} href="/events?status=UPCOMING" size="sm">
                {t('home.all')}
              </Anchor>
            ) : null
          }
        >
          <Events events={coming} />
        </Part>
      )}
      {drafts.length > 0 && (
        <Part title={t('home.drafts')} more={null}>
          <Events events={drafts} />
        </Part>
      )}
    </Page>
  )
}

function Part({ title, more, children }: { title: string; more: ReactNode; children: ReactNode }) {
  return (
    <Stack gap="xs" component="section">
      <Group justify="space-between">
        <Title order={2} size="h4">
          {title}
        </Title>
        {more}
      </Group>
      {children}
    </Stack>
  )
}

function Welcome({ hasDraft }: { hasDraft: boolean }) {
  const { t } = useTranslation('desk')
  return (
    <Card withBorder padding="lg">
      <Stack gap="xs" align="flex-start">
        <Title order={2} size="h3">
          {t(hasDraft ? 'guide.continueTitle' : 'guide.welcome')}
        </Title>
        <Text maw={560}>{t(hasDraft ? 'guide.continueStory' : 'guide.story')}</Text>
        <Button component={Link} href="/home/first-steps">
          {t(hasDraft ? 'guide.continue' : 'guide.begin')}
        </Button>
      </Stack>
    </Card>
  )
}

function Events({ events }: { events: readonly DeskEvent[] }) {
  const { t, i18n } = useTranslation('desk')
  const date = useEventDate()
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
      {events.map(event => {
        const { id, title, status, summaries } = event
        return (
          <Card key={id} withBorder padding="sm">
            <Group justify="space-between" wrap="nowrap" align="flex-start">
              <Anchor component={Link} href={`/events/${id}`} fw={600} style={{ overflowWrap: 'anywhere' }}>
                {title}
              </Anchor>
              <EventBadge status={status} />
            </Group>
            <Text size="sm">{date(event)}</Text>
            <Text size="sm" c="dimmed">
              {placeOf(event)}
            </Text>
            {status !== 'DRAFT' && summaries?.tickets && (
              <Text size="sm" mt="xs">
                {t('events.ticketsSold', { count: summaries.tickets.ticketsSold })}
                {' · '}
                {spellMoney(summaries.tickets.revenue, i18n.language)}
              </Text>
            )}
            {status !== 'DRAFT' && summaries?.rsvps && (
              <Text size="sm" mt="xs">
                {t('events.coming', { count: summaries.rsvps.yesCount })}
              </Text>
            )}
          </Card>
        )
      })}
    </SimpleGrid>
  )
}

function Selling({ today }: { today: Today }) {
  const { t, i18n } = useTranslation('desk')
  return (
    <Scrolling label={t('home.selling')} width={420}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('home.selling')}</Table.Th>
            <Table.Th ta="right">{t('home.tickets')}</Table.Th>
            <Table.Th ta="right">{t('home.revenue')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {today.events.map(({ eventId, title, tickets, revenue }) => (
            <Table.Tr key={`${eventId} ${revenue.currency}`}>
              <Table.Td>
                <Anchor component={Link} href={`/events/${eventId}`}>
                  {title || t('home.deletedEvent')}
                </Anchor>
              </Table.Td>
              <Table.Td ta="right">{tickets}</Table.Td>
              <Table.Td ta="right">{spellMoney(revenue, i18n.language)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Scrolling>
  )
}

/** What waits for a person; nothing is shown where nothing does, or where it is nobody's business. */
function Attention() {
  const { t } = useTranslation('desk')
  const mayDecide = useMay('DECIDE_PAYMENTS')
  const mayMail = useMay('MANAGE')
  const mayJobs = useMay('MANAGE_JOBS')
  const mayHooks = useMay('MANAGE_WEBHOOKS')
  // Of what was given up long ago nobody needs to be told each morning.
  const [weekAgo] = useState(() => new Date(Date.now() - 7 * 86_400_000).toISOString())
  const cases = useTotal('/boxoffice/v1/reconciliation?state=OPEN&limit=0', mayDecide)
  const mails = useTotal('/boxoffice/v1/mails?state=FAILED&limit=0', mayMail)
  const jobs = useTotal('/boxoffice/v1/jobs?state=FAILED&limit=0', mayJobs)
  const hooks = useTotal(`/boxoffice/v1/webhook-deliveries?state=DROPPED&fromDate=${weekAgo}&limit=0`, mayHooks)
  const all = [
    { kind: 'cases', count: cases, path: '/money' },
    { kind: 'mails', count: mails, path: '/mails' },
    { kind: 'jobs', count: jobs, path: '/jobs' },
    { kind: 'hooks', count: hooks, path: '/webhooks' },
  ] as const
  const open = all.filter(({ count }) => count > 0)
  if (open.length === 0) return null
  return (
    <Alert color="orange" title={t('home.attention')}>
      <List>
        {open.map(({ kind, count, path }) => (
          <List.Item key={kind}>
            <Anchor component={Link} href={path}>
              {t(`home.needs.${kind}`, { count })}
            </Anchor>
          </List.Item>
        ))}
      </List>
    </Alert>
  )
}

function useTotal(path: string, enabled: boolean): number {
  const { data } = useSiteQuery<{ total?: number }>(path, undefined, { enabled, refetchInterval: 60_000 })
  return data?.total ?? 0
}
