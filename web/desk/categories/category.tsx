import { Anchor, Button, Card, Group, Stack, Text } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'wouter'
import { Waiting } from '../desk.tsx'
import { type DeskEvent, EventBadge } from '../events/event.tsx'
import { useEventDate } from '../events/spelled.ts'
import { Empty } from '../parts/empty.tsx'
import { EventSelect } from '../parts/event-select.tsx'
import { Failed } from '../parts/failed.tsx'
import { NothingHere } from '../parts/nothing-here.tsx'
import { Page } from '../parts/page.tsx'
import { Paged } from '../parts/paged.tsx'
import { useSaid } from '../parts/said.ts'
import { type Move, Sortable } from '../parts/sortable.tsx'
import { usePage } from '../parts/use-param.ts'
import { useMay, useSiteChange, useSiteQuery } from '../site.tsx'
import type { Category } from './categories.tsx'

const LIMIT = 50

/** One category: its events, in the order in which it shows them. */
export function CategoryPage() {
  const { t } = useTranslation('desk')
  const { categoryId = '' } = useParams<{ categoryId: string }>()
  const mayManage = useMay('MANAGE_CATEGORIES')
  const [page, setPage] = usePage()
  const category = useSiteQuery<{ categories: Category[] }>('/events/v1/categories/query', {
    query: { filter: { id: categoryId }, paging: { limit: 1 } },
    fieldset: ['COUNTS'],
  })
  const listed = useSiteQuery<{ events: DeskEvent[]; pagingMetadata: { total: number } }>(
    `/events/v3/events/category/${categoryId}?paging.limit=${LIMIT}&paging.offset=${(page - 1) * LIMIT}`,
  )
  const move = useSiteChange<object>('POST', `/events/v1/categories/${categoryId}/reorder`)
  const take = useSiteChange<{ eventId: string }>(
    'DELETE',
    ({ eventId }) => `/events/v1/categories/${categoryId}/events?eventId=${eventId}`,
  )
  const error = category.error ?? listed.error
  if (error) return <Failed error={error} again={() => Promise.all([category.refetch(), listed.refetch()])} />
  if (!category.data || !listed.data) return <Waiting />
  const [known] = category.data.categories
  if (!known) return <NothingHere />
  const { events, pagingMetadata } = listed.data
  const drafts = known.counts?.assignedDraftEventsCount ?? 0

  function moveEvent(to: Move): Promise<unknown> {
    const reference = 'beforeId' in to ? { beforeEventId: to.beforeId } : { afterEventId: to.afterId }
    return move.mutateAsync({ eventId: to.id, ...reference })
  }

  return (
    <Page title={known.name}>
      <Anchor component={Link} href="/categories" size="sm" w="fit-content">
        {t('sections.categories')}
      </Anchor>
      {mayManage && <AddEvent categoryId={categoryId} known={events} />}
      {move.error && <Failed error={move.error} />}
      {take.error && <Failed error={take.error} />}
      {events.length === 0 ? (
        <Empty title={t('categories.empty')} story={t('categories.emptyStory')} />
      ) : (
        <Sortable
          items={events}
          label={t('categories.order', { name: known.name })}
          nameOf={({ title }) => title}
          onMove={mayManage ? moveEvent : null}
        >
          {(event, handle) => (
            <Entry event={event} handle={handle}>
              {mayManage && (
                <Button
                  variant="subtle"
                  color="red"
                  size="compact-sm"
                  loading={take.isPending && take.variables.eventId === event.id}
                  aria-label={t('categories.takeOut', { title: event.title })}
                  onClick={() => take.mutate({ eventId: event.id })}
                >
                  {t('categories.out')}
                </Button>
              )}
            </Entry>
          )}
        </Sortable>
      )}
      {drafts > 0 && <Text c="dimmed">{t('categories.drafts', { count: drafts })}</Text>}
      <Paged page={page} limit={LIMIT} total={pagingMetadata.total} onPage={setPage} />
    </Page>
  )
}

function Entry({ event, handle, children }: { event: DeskEvent; handle: ReactNode; children: ReactNode }) {
  const date = useEventDate()
  return (
    <Card withBorder padding="xs">
      <Group justify="space-between" gap="xs">
        <Group gap="sm" wrap="nowrap">
          {handle}
          <Stack gap={0}>
            <Anchor component={Link} href={`/events/${event.id}`}>
              {event.title}
            </Anchor>
            <Text size="sm" c="dimmed">
              {date(event)}
            </Text>
          </Stack>
          <EventBadge status={event.status} />
        </Group>
        {children}
      </Group>
    </Card>
  )
}

function AddEvent({ categoryId, known }: { categoryId: string; known: readonly DeskEvent[] }) {
  const { t } = useTranslation('desk')
  const said = useSaid()
  const [chosen, setChosen] = useState<string | null>(null)
  const add = useSiteChange<{ eventId: string[] }>('POST', `/events/v1/categories/${categoryId}/events`)
  const isKnown = known.some(({ id }) => id === chosen)
  return (
    <Stack gap="xs" maw={560}>
      <Group align="flex-end" wrap="nowrap">
        <EventSelect
          label={t('categories.addEvent')}
          value={chosen}
          onChange={setChosen}
          clearable
          clearButtonProps={{ 'aria-label': t('remove') }}
          error={isKnown ? t('categories.isIn') : null}
          style={{ flex: 1 }}
        />
        <Button
          loading={add.isPending}
          disabled={chosen === null || isKnown}
          onClick={() =>
            chosen &&
            add.mutate(
              { eventId: [chosen] },
              {
                onSuccess: () => {
                  setChosen(null)
                  said()
                },
              },
            )
          }
        >
          {t('categories.add')}
        </Button>
      </Group>
      {add.error && <Failed error={add.error} />}
    </Stack>
  )
}
