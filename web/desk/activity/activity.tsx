import { Button, Group, Select, Stack, Text, TextInput, Timeline } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { ApiError } from '../../shared/api.ts'
import { askFor } from '../api.ts'
import { Waiting } from '../desk.tsx'
import { useDownload } from '../parts/download.ts'
import { Empty } from '../parts/empty.tsx'
import { Failed } from '../parts/failed.tsx'
import { Page } from '../parts/page.tsx'
import { useDate } from '../parts/use-date.ts'
import { useParam } from '../parts/use-param.ts'
import { useSite } from '../site.tsx'
import { type Activity, useActivityWords } from './words.ts'

const PATH = '/boxoffice/v1/activities'
const ENTITIES = [
  'event', 'ticket_definition', 'ticket_reservation', 'order', 'ticket', 'rsvp', 'coupon', 'gift_card', 'policy',
  'schedule', 'registration_form', 'category', 'staff_member', 'seating_plan', 'notification_config',
  'events_settings', 'site', 'membership', 'invitation', 'api_key', 'webhook_subscription', 'webhook_key', 'export',
] as const // biome-ignore format: a list
const ACTORS = ['account', 'admin', 'organizer', 'staff', 'visitor', 'member', 'link', 'payment', 'clock'] as const
const LIMIT = 50

/** Who did what, when and from where, the newest first. */
export default function ActivityPage() {
  const { t } = useTranslation('desk')
  const { siteId } = useSite()
  const [entityKind, setEntityKind] = useParam('about')
  const [entityId, setEntityId] = useParam('id')
  const [actorKind, setActorKind] = useParam('by')
  const download = useDownload()
  const filter = new URLSearchParams({
    ...(entityKind && { entityKind }),
    ...(entityKind && entityId && { entityId }),
    ...(actorKind && { actorKind }),
  })
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery<
    { activities: Activity[]; cursor?: string },
    ApiError
  >({
    queryKey: [siteId, PATH, String(filter)],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams(filter)
      query.set('limit', String(LIMIT))
      if (pageParam) query.set('cursor', String(pageParam))
      return askFor(siteId, `${PATH}?${query}`, { signal })
    },
    getNextPageParam: ({ cursor }) => cursor,
  })
  const activities = data?.pages.flatMap(page => page.activities) ?? []
  return (
    <Page
      title={t('sections.activity')}
      actions={
        <Button
          variant="default"
          loading={download.isPending}
          onClick={() => download.mutate({ path: `${PATH}/export?${filter}`, name: 'activities.csv' })}
        >
          {t('activity.export')}
        </Button>
      }
    >
      <Group align="end">
        <Select
          label={t('activity.about')}
          placeholder={t('activity.anything')}
          data={ENTITIES.map(value => ({ value, label: t(`activity.entities.${value}`) }))}
          value={entityKind || null}
          onChange={value => setEntityKind(value ?? '', { id: '' })}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': t('activity.anything') }}
        />
        {entityKind && (
          <TextInput
            label={t('activity.id')}
            description={t('activity.idHint')}
            defaultValue={entityId}
            onBlur={({ currentTarget }) => setEntityId(currentTarget.value.trim())}
            onKeyDown={({ key, currentTarget }) => {
              if (key === 'Enter') setEntityId(currentTarget.value.trim())
            }}
          />
        )}
        <Select
          label={t('activity.by')}
          placeholder={t('activity.anybody')}
          data={ACTORS.map(value => ({ value, label: t(`activity.actors.${value}`) }))}
          value={actorKind || null}
          onChange={value => setActorKind(value ?? '')}
          clearable
          clearButtonProps={{ 'aria-label': t('activity.anybody') }}
        />
      </Group>
      {download.error && <Failed error={download.error} />}
      {error && !data && <Failed error={error} again={refetch} />}
      {!error && !data && <Waiting />}
      {data && activities.length === 0 && !hasNextPage && <Empty title={t('activity.none')} />}
      <Activities activities={activities} />
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => fetchNextPage()}>
          {t('activity.more')}
        </Button>
      )}
    </Page>
  )
}

/** Facts one below the other, as they are told. */
function Activities({ activities }: { activities: readonly Activity[] }) {
  const { t } = useTranslation('desk')
  const { moment } = useDate()
  const { what, who } = useActivityWords()
  return (
    <Timeline bulletSize={14} lineWidth={2}>
      {activities.map(activity => {
        const { entityKind, entityId, sequence, occurredDate, actor } = activity
        return (
          <Timeline.Item key={`${entityKind} ${entityId} ${sequence}`} title={what(activity)}>
            <Stack gap={0}>
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {entityId}
              </Text>
              <Text size="sm" c="dimmed">
                {moment(occurredDate)} · {who(actor)}
                {actor.address && ` · ${t('activity.from', { address: actor.address })}`}
              </Text>
            </Stack>
          </Timeline.Item>
        )
      })}
    </Timeline>
  )
}
