import {
  Alert,
  Anchor,
  Badge,
  Button,
  Card,
  Group,
  List,
  SegmentedControl,
  Select,
  Stack,
  Switch,
  Text,
  Title,
} from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { askFor } from '../api.ts'
import { Waiting } from '../desk.tsx'
import { useEvent, useEventZone } from '../events/event.tsx'
import { sendAsSeen } from '../parts/as-seen.ts'
import { Confirm } from '../parts/confirm.tsx'
import { Empty } from '../parts/empty.tsx'
import { Failed } from '../parts/failed.tsx'
import { Paged } from '../parts/paged.tsx'
import { useSaid } from '../parts/said.ts'
import { usePage, useParam } from '../parts/use-param.ts'
import { useRefresh, useSite, useSiteChange, useSiteQuery } from '../site.tsx'
import { MoveAll } from './move-all.tsx'
import {
  type Change,
  changesBetween,
  dayOf,
  ITEMS_MAX,
  type Item,
  listPath,
  newItem,
  SCHEDULE,
  type Typed,
  typedOf,
} from './schedule.ts'

const ItemForm = lazy(() => import('./item-form.tsx'))

type Listed = { items: Item[]; total: number }
const LIMIT = 50

/** What happens when and where: the draft that is worked on, and beside it what guests see (events section 6). */
export default function ScheduleTab() {
  const { t } = useTranslation('desk')
  const { id: eventId } = useEvent()
  const draft = useSiteQuery<Listed>(listPath(eventId, 'DRAFT'))
  const published = useSiteQuery<Listed>(listPath(eventId, 'PUBLISHED'))
  const counted = useSiteQuery<{ bookmarks: { itemId: string; count: number }[] }>(
    `/boxoffice/v1/events/${eventId}/schedule-bookmarks`,
  )
  const error = draft.error ?? published.error
  if (error && !(draft.data && published.data))
    return <Failed error={error} again={() => Promise.all([draft.refetch(), published.refetch()])} />
  if (!draft.data || !published.data) return <Waiting />
  const bookmarks = new Map(counted.data?.bookmarks.map(({ itemId, count }) => [itemId, count]))
  const total = Math.max(draft.data.total, published.data.total)
  return (
    <Stack>
      <Schedule draft={draft.data.items} published={published.data.items} bookmarks={bookmarks} />
      {total > ITEMS_MAX && <Alert color="yellow">{t('schedule.tooMany', { total, max: ITEMS_MAX })}</Alert>}
    </Stack>
  )
}

function Schedule({
  draft,
  published,
  bookmarks,
}: {
  draft: readonly Item[]
  published: readonly Item[]
  bookmarks: ReadonlyMap<string, number>
}) {
  const { t } = useTranslation('desk')
  const { id: eventId, dateAndTimeSettings } = useEvent()
  const zone = useEventZone()
  const said = useSaid()
  const agenda = useAgenda()
  const [view, setView] = useParam('view')
  const [wantedDay, setDay] = useParam('day')
  const [stage, setStage] = useParam('stage')
  const [asked, setPage] = usePage()
  const [editing, setEditing] = useState<{ item: Item | null; begin: Typed } | null>(null)
  const [removing, setRemoving] = useState<Item | null>(null)
  const [asking, setAsking] = useState<'move' | 'publish' | 'discard' | null>(null)
  const remove = useSiteChange<Item>('DELETE', ({ id }) => `${SCHEDULE}/draft/items?eventId=${eventId}&itemIds=${id}`)
  const publish = useSiteChange<object>('POST', `${SCHEDULE}/publish`)
  const discard = useSiteChange<object>('DELETE', `${SCHEDULE}/draft?eventId=${eventId}`)

  const isDraft = view !== 'guests'
  const changes = changesBetween(published, draft)
  const gone = published.filter(({ id }) => changes.get(id) === 'REMOVED')
  const all = isDraft
    ? [...draft, ...gone].toSorted((one, other) => compare(one.timeSlot.start, other.timeSlot.start))
    : published.filter(({ hidden }) => !hidden)
  const stages = [...new Set(all.flatMap(({ stageName }) => stageName ?? []))].toSorted()
  const ofStage = stage === '' ? all : all.filter(({ stageName }) => stageName === stage)
  const byDay = Map.groupBy(ofStage, dayOf)
  const days = [...byDay.keys()].toSorted()
  const day = days.includes(wantedDay) ? wantedDay : (days[0] ?? '')
  const items = byDay.get(day) ?? []
  const page = Math.min(asked, Math.max(1, Math.ceil(items.length / LIMIT)))
  const [firstOfDraft] = draft

  function add(): void {
    const last = draft.filter(item => dayOf(item) === day).at(-1) ?? draft.at(-1)
    const after = last?.timeSlot.end ?? dateAndTimeSettings?.startDate
    setEditing({ item: null, begin: newItem({ zone: last?.timeSlot.timeZoneId ?? zone, after, stageName: stage }) })
  }

  return (
    <>
      <Group justify="space-between">
        <Title order={2} size="h3">
          {t('schedule.title')}
        </Title>
        <Group gap="xs">
          {firstOfDraft && (
            <Button variant="default" onClick={() => setAsking('move')}>
              {t('schedule.move')}
            </Button>
          )}
          <Button onClick={add}>{t('schedule.add')}</Button>
        </Group>
      </Group>
      <Text c="dimmed">{t('schedule.story')}</Text>
      <Shown />
      {changes.size > 0 ? (
        <Alert color="orange" title={t('schedule.differs')}>
          <Stack gap="xs">
            <Text size="sm">{sumOf(changes)}</Text>
            <Group gap="xs">
              <Button size="compact-md" onClick={() => setAsking('publish')}>
                {t('schedule.publish')}
              </Button>
              <Button size="compact-md" variant="default" onClick={() => setAsking('discard')}>
                {t('schedule.discard')}
              </Button>
            </Group>
          </Stack>
        </Alert>
      ) : (
        draft.length > 0 && <Text size="sm">{t('schedule.same')}</Text>
      )}
      <Group>
        <SegmentedControl
          aria-label={t('schedule.views.label')}
          data={[
            { value: 'draft', label: t('schedule.views.draft') },
            { value: 'guests', label: t('schedule.views.guests') },
          ]}
          value={isDraft ? 'draft' : 'guests'}
          onChange={value => setView(value === 'guests' ? 'guests' : '', { page: '' })}
        />
        {stages.length > 1 && (
          <Select
            aria-label={t('schedule.stage')}
            data={[{ value: '', label: t('schedule.allStages') }, ...stages.map(value => ({ value, label: value }))]}
            value={stage}
            allowDeselect={false}
            onChange={value => setStage(value ?? '', { page: '' })}
          />
        )}
      </Group>
      {all.length === 0 &&
        (isDraft ? (
          <Empty title={t('schedule.none')} story={t('schedule.noneStory')}>
            <Button mt="xs" onClick={add}>
              {t('schedule.add')}
            </Button>
          </Empty>
        ) : (
          <Empty title={t('schedule.noneShown')} />
        ))}
      {days.length > 1 && (
        <Group gap={4} component="nav" aria-label={t('schedule.days')}>
          {days.map(each => (
            <Button
              key={each}
              size="compact-sm"
              variant={each === day ? 'filled' : 'default'}
              {...(each === day && { 'aria-current': 'true' })}
              onClick={() => setDay(each, { page: '' })}
            >
              <Day day={each} isShort />
            </Button>
          ))}
        </Group>
      )}
      {items.length > 0 && (
        <Stack gap="xs" component="section">
          <Title order={3} size="h4">
            <Day day={day} />
          </Title>
          <Stack gap="xs" component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
            {items.slice((page - 1) * LIMIT, page * LIMIT).map(item => (
              <li key={item.id}>
                <Entry
                  item={item}
                  change={isDraft ? changes.get(item.id) : undefined}
                  bookmarks={bookmarks.get(item.id) ?? 0}
                  isEditable={isDraft && item.draft}
                  onEdit={() => setEditing({ item, begin: typedOf(item) })}
                  onRemove={() => setRemoving(item)}
                />
              </li>
            ))}
          </Stack>
          <Paged page={page} limit={LIMIT} total={items.length} onPage={setPage} />
        </Stack>
      )}
      {editing && (
        <Suspense>
          <ItemForm
            item={editing.item}
            begin={editing.begin}
            stages={stages}
            onSaved={() => {
              said()
              setEditing(null)
            }}
            onClose={() => setEditing(null)}
          />
        </Suspense>
      )}
      {asking === 'move' && firstOfDraft && (
        <MoveAll
          first={firstOfDraft}
          onDone={() => {
            said(t('schedule.reschedule.done'))
            setAsking(null)
          }}
          onClose={() => setAsking(null)}
        />
      )}
      <Confirm
        opened={asking === 'publish'}
        title={t('schedule.publishTitle')}
        story={t('schedule.publishStory')}
        action={t('schedule.publish')}
        isPending={publish.isPending}
        error={publish.error}
        onConfirm={() =>
          publish.mutate(
            { eventId },
            {
              onSuccess: () => {
                said(t('schedule.published'))
                setAsking(null)
              },
            },
          )
        }
        onClose={() => setAsking(null)}
      >
        <Changes items={[...draft, ...gone]} changes={changes} />
        {agenda?.enabled === false && <Alert color="yellow">{t('schedule.publishHidden')}</Alert>}
      </Confirm>
      <Confirm
        opened={asking === 'discard'}
        title={t('schedule.discardTitle')}
        story={t('schedule.discardStory')}
        action={t('schedule.discard')}
        isDangerous
        isPending={discard.isPending}
        error={discard.error}
        onConfirm={() => discard.mutate({}, { onSuccess: () => setAsking(null) })}
        onClose={() => setAsking(null)}
      >
        <Changes items={[...draft, ...gone]} changes={changes} />
      </Confirm>
      <Confirm
        opened={removing !== null}
        title={t('schedule.removeTitle', { name: removing?.name })}
        story={t('schedule.removeStory')}
        action={t('remove')}
        isDangerous
        isPending={remove.isPending}
        error={remove.error}
        onConfirm={() => removing && remove.mutate(removing, { onSuccess: () => setRemoving(null) })}
        onClose={() => setRemoving(null)}
      />
    </>
  )

  function sumOf(of: ReadonlyMap<string, Change>): string {
    return CHANGES.map(change => [change, [...of.values()].filter(each => each === change).length] as const)
      .filter(([, count]) => count > 0)
      .map(([change, count]) => t(`schedule.summary.${change}`, { count }))
      .join(', ')
  }
}

const CHANGES = ['NEW', 'CHANGED', 'REMOVED'] as const
const COLOURS = { NEW: 'green', CHANGED: 'orange', REMOVED: 'red' } as const

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

/** A day of the calendar, whatever zone the reader is in. */
function Day({ day, isShort = false }: { day: string; isShort?: boolean }) {
  const { i18n } = useTranslation()
  const style = isShort ? SHORT : LONG
  return (
    <>{new Intl.DateTimeFormat(i18n.language, { ...style, timeZone: 'UTC' }).format(new Date(`${day}T12:00:00Z`))}</>
  )
}

const SHORT = { weekday: 'short', day: 'numeric', month: 'short' } as const
const LONG = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const

function Entry({
  item: { name, timeSlot, stageName, tags, hidden, status },
  change,
  bookmarks,
  isEditable,
  onEdit,
  onRemove,
}: {
  item: Item
  change: Change | undefined
  bookmarks: number
  isEditable: boolean
  onEdit: () => void
  onRemove: () => void
}) {
  const { t, i18n } = useTranslation('desk')
  const zone = useEventZone()
  const clock = new Intl.DateTimeFormat(i18n.language, {
    timeStyle: 'short',
    timeZone: timeSlot.timeZoneId,
  })
  const isOver = status === 'CANCELED' || change === 'REMOVED'
  const facts = [
    stageName,
    ...tags,
    bookmarks > 0 && t('schedule.bookmarks', { count: bookmarks }),
    timeSlot.timeZoneId !== zone && t('inZone', { zone: timeSlot.timeZoneId.replaceAll('_', ' ') }),
  ].filter(Boolean)
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between" align="flex-start" gap="xs">
        <Group align="flex-start" gap="md" miw={0} flex="1 1 220px" wrap="nowrap">
          <Text size="sm" w={116} style={{ flexShrink: 0, fontVariantNumeric: 'tabular-nums' }}>
            {clock.formatRange(new Date(timeSlot.start), new Date(timeSlot.end))}
          </Text>
          <Stack gap={2} miw={0}>
            <Group gap="xs">
              <Text fw={600} dir="auto" td={isOver ? 'line-through' : 'none'} style={{ overflowWrap: 'anywhere' }}>
                {name}
              </Text>
              {change && (
                <Badge size="sm" variant="light" color={COLOURS[change]}>
                  {t(`schedule.change.${change}`)}
                </Badge>
              )}
              {hidden && (
                <Badge size="sm" variant="light" color="gray">
                  {t('schedule.hidden')}
                </Badge>
              )}
              {status === 'CANCELED' && (
                <Badge size="sm" variant="light" color="red">
                  {t('schedule.canceled')}
                </Badge>
              )}
            </Group>
            {facts.length > 0 && (
              <Text size="sm" c="dimmed" dir="auto">
                {facts.join(' · ')}
              </Text>
            )}
          </Stack>
        </Group>
        {isEditable && (
          <Group gap={4} wrap="nowrap">
            <Button size="compact-sm" variant="default" onClick={onEdit} aria-label={t('schedule.editOf', { name })}>
              {t('schedule.edit')}
            </Button>
            <Button
              size="compact-sm"
              variant="subtle"
              color="red"
              onClick={onRemove}
              aria-label={t('schedule.removeOf', { name })}
            >
              {t('remove')}
            </Button>
          </Group>
        )}
      </Group>
    </Card>
  )
}

/** What becomes different, by name. */
function Changes({ items, changes }: { items: readonly Item[]; changes: ReadonlyMap<string, Change> }) {
  const { t } = useTranslation('desk')
  const changed = items.filter(({ id }) => changes.has(id))
  const more = changed.length - NAMED_MAX
  return (
    <List spacing={4}>
      {changed.slice(0, NAMED_MAX).map(({ id, name }) => {
        const change = changes.get(id) ?? 'CHANGED'
        return (
          <List.Item key={id}>
            <Badge size="sm" variant="light" color={COLOURS[change]} mr="xs">
              {t(`schedule.change.${change}`)}
            </Badge>
            {name}
          </List.Item>
        )
      })}
      {more > 0 && <List.Item>{t('schedule.andMore', { count: more })}</List.Item>}
    </List>
  )
}

const NAMED_MAX = 20

type AgendaSettings = { enabled: boolean; pageUrl?: { base: string; path: string } }

/** Whether the event's page shows the schedule at all (events 6.1); undefined until that is known. */
function useAgenda(): AgendaSettings | undefined {
  const { id } = useEvent()
  const { data } = useSiteQuery<{ event: { agendaSettings?: AgendaSettings } }>(`/events/v3/events/${id}?fields=AGENDA`)
  return data?.event.agendaSettings
}

function Shown() {
  const { t } = useTranslation('desk')
  const { id, updatedDate } = useEvent()
  const { siteId } = useSite()
  const refresh = useRefresh()
  const said = useSaid()
  const settings = useAgenda()
  const [wanted, setWanted] = useState<boolean | null>(null)
  const change = useSiteChange<object>('PATCH', `/events/v3/events/${id}`)
  const isShown = wanted ?? settings?.enabled ?? false
  return (
    <Group gap="md" align="flex-start">
      <Switch
        label={t('schedule.shown')}
        description={t('schedule.shownHint')}
        checked={isShown}
        disabled={!settings}
        onChange={({ target }) => {
          setWanted(target.checked)
          sendAsSeen(
            { mark: updatedDate, shown: settings?.enabled },
            {
              put: ifUpdatedDate =>
                change.mutateAsync({ event: { agendaSettings: { enabled: target.checked } }, ifUpdatedDate }),
              again: async () => {
                const { event } = await askFor<{ event: { updatedDate: string; agendaSettings?: AgendaSettings } }>(
                  siteId,
                  `/events/v3/events/${id}?fields=AGENDA`,
                )
                return { mark: event.updatedDate, shown: event.agendaSettings?.enabled }
              },
            },
          )
            .then(() => said())
            .catch(() => {}) // said by `change.error`
            .finally(() => setWanted(null))
        }}
      />
      {isShown && settings?.pageUrl && (
        <Anchor href={settings.pageUrl.base + settings.pageUrl.path} target="_blank" rel="noopener" size="sm">
          {t('schedule.page')}
        </Anchor>
      )}
      {change.error && (
        <Failed
          error={change.error}
          about={{ kind: 'event', id }}
          theirs={async () => {
            await refresh()
            change.reset()
          }}
        />
      )}
    </Group>
  )
}
