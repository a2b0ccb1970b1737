import { Anchor, Button, Chip, Group, Image, Stack, Table, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { keepPreviousData } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { spellMoney } from '../../shared/money.ts'
import { pictureSource } from '../../shared/picture.ts'
import { Waiting } from '../desk.tsx'
import { Empty } from '../parts/empty.tsx'
import { Failed } from '../parts/failed.tsx'
import { Page } from '../parts/page.tsx'
import { Paged } from '../parts/paged.tsx'
import { Scrolling } from '../parts/scrolling.tsx'
import { usePage, useParam } from '../parts/use-param.ts'
import { useMay, useSiteQuery } from '../site.tsx'
import { EventActions } from './actions.tsx'
import { type DeskEvent, EventBadge, type EventStatus } from './event.tsx'
import { placeOf, useEventDate } from './spelled.ts'
import { EventViews } from './views.tsx'

const LIMIT = 20
const STATUSES: readonly EventStatus[] = ['UPCOMING', 'STARTED', 'DRAFT', 'ENDED', 'CANCELED']

type Found = { events: DeskEvent[]; total: number; counts: Partial<Record<EventStatus, number>> }

/** The events of the site: what is to come first. */
export function EventList() {
  const { t, i18n } = useTranslation('desk')
  const mayManage = useMay('MANAGE_EVENTS')
  const [page, setPage] = usePage()
  const [q, setQ] = useParam('q')
  const [status, setStatus] = useParam('status')
  const [typed, setTyped] = useState(q)
  const search = useDebouncedCallback((words: string) => setQ(words.trim(), { page: '' }), 250)
  const asked = new URLSearchParams({
    limit: String(LIMIT),
    offset: String((page - 1) * LIMIT),
    ...(q && { q }),
    ...(status && { status }),
  })
  const { data, error, refetch, isPlaceholderData } = useSiteQuery<Found>(`/boxoffice/v1/events?${asked}`, undefined, {
    placeholderData: keepPreviousData,
  })
  const all = STATUSES.reduce((sum, each) => sum + (data?.counts[each] ?? 0), 0)
  const number = new Intl.NumberFormat(i18n.language)
  return (
    <Page title={t('sections.events')} actions={<EventViews other="calendar" />}>
      <TextInput
        type="search"
        label={t('events.search')}
        maxLength={100}
        value={typed}
        onChange={({ currentTarget: { value } }) => {
          setTyped(value)
          search(value)
        }}
        maw={420}
      />
      <Chip.Group value={status} onChange={value => setStatus(String(value), { page: '' })}>
        <Group gap="xs" role="group" aria-label={t('events.status')}>
          <Chip value="" variant="light">
            {t('events.all', { count: number.format(all) })}
          </Chip>
          {STATUSES.map(each => (
            <Chip key={each} value={each} variant="light">
              {t('events.ofStatus', {
                status: t(`eventStatus.${each}`),
                count: number.format(data?.counts[each] ?? 0),
              })}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      {error && !data && <Failed error={error} again={refetch} />}
      {!error && !data && <Waiting />}
      {data && data.events.length === 0 && <Nothing isFiltered={q !== '' || status !== ''} />}
      {data && data.events.length > 0 && (
        <div style={{ opacity: isPlaceholderData ? 0.6 : 1 }} aria-busy={isPlaceholderData}>
          <Scrolling label={t('sections.events')} width={720}>
            <Table verticalSpacing="sm" highlightOnHover>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('events.title')}</Table.Th>
                  <Table.Th>{t('events.date')}</Table.Th>
                  <Table.Th>{t('events.status')}</Table.Th>
                  <Table.Th ta="right">{t('events.sold')}</Table.Th>
                  {mayManage && (
                    <Table.Th>
                      <VisuallyHidden>{t('actions')}</VisuallyHidden>
                    </Table.Th>
                  )}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.events.map(event => (
                  <Row key={event.id} event={event} mayManage={mayManage} />
                ))}
              </Table.Tbody>
            </Table>
          </Scrolling>
        </div>
      )}
      {data && <Paged page={page} limit={LIMIT} total={data.total} onPage={setPage} />}
    </Page>
  )
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  const { t } = useTranslation('desk')
  const mayManage = useMay('MANAGE_EVENTS')
  if (isFiltered) return <Empty title={t('events.noneFound')} story={t('events.noneFoundStory')} />
  return (
    <Empty title={t('events.none')} story={t('events.noneStory')}>
      {mayManage && (
        <Button component={Link} href="/home/first-steps" mt="sm">
          {t('guide.begin')}
        </Button>
      )}
    </Empty>
  )
}

function Row({ event, mayManage }: { event: DeskEvent; mayManage: boolean }) {
  const { t } = useTranslation('desk')
  const date = useEventDate()
  const { id, title, status, mainImage } = event
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="sm" wrap="nowrap">
          {mainImage ? (
            <Image
              src={pictureSource(mainImage)}
              alt=""
              w={56}
              h={40}
              radius="sm"
              fit="cover"
              style={{ flexShrink: 0 }}
            />
          ) : null}
          <Stack gap={0}>
            <Anchor component={Link} href={`/events/${id}`} fw={600}>
              {title}
            </Anchor>
            <Text size="sm" c="dimmed">
              {placeOf(event)}
            </Text>
          </Stack>
        </Group>
      </Table.Td>
      <Table.Td>
        {date(event)}
        {event.dateAndTimeSettings?.recurrenceStatus !== 'ONE_TIME' && (
          <Text size="sm" c="dimmed">
            {t('events.recurring')}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <EventBadge status={status} />
      </Table.Td>
      <Table.Td ta="right">
        <Sold event={event} />
      </Table.Td>
      {mayManage && (
        <Table.Td>
          <EventActions event={event} />
        </Table.Td>
      )}
    </Table.Tr>
  )
}

function Sold({ event: { summaries } }: { event: DeskEvent }) {
  const { t, i18n } = useTranslation('desk')
  if (summaries?.rsvps) return <Text>{t('events.coming', { count: summaries.rsvps.yesCount })}</Text>
  if (!summaries?.tickets) return null
  const { ticketsSold, revenue } = summaries.tickets
  return (
    <>
      <Text>{t('events.ticketsSold', { count: ticketsSold })}</Text>
      {ticketsSold > 0 && (
        <Text size="sm" c="dimmed">
          {spellMoney(revenue, i18n.language)}
        </Text>
      )}
    </>
  )
}
