import { MultiSelect } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Failed } from '../parts/failed.tsx'
import { useSaid } from '../parts/said.ts'
import { useMay, useSiteChange, useSiteQuery } from '../site.tsx'

type Category = { id: string; name: string; states: string[] }

/** The categories that an event is in; each choice counts at once. */
export function CategoryField({ eventId }: { eventId: string }) {
  const { t } = useTranslation('desk')
  const said = useSaid()
  const mayManage = useMay('MANAGE_CATEGORIES')
  const all = useSiteQuery<{ categories: Category[] }>('/events/v1/categories/query', ALL, {
    enabled: useMay('READ_CATEGORIES'),
  })
  const own = useSiteQuery<{ categories: Category[] }>(`/events/v1/categories/${eventId}`, undefined, {
    enabled: useMay('READ_CATEGORIES'),
  })
  const add = useSiteChange<{ id: string; eventId: string[] }>('POST', ({ id }) => `/events/v1/categories/${id}/events`)
  const take = useSiteChange<{ id: string }>(
    'DELETE',
    ({ id }) => `/events/v1/categories/${id}/events?eventId=${eventId}`,
  )
  const categories = (all.data?.categories ?? []).filter(isOrdinary)
  if (!own.data || categories.length === 0) return null
  const mine = own.data.categories.filter(isOrdinary)
  const chosen = mine.map(({ id }) => id)
  // Also those that it is in and that are not among the first.
  const offered = [...categories, ...mine.filter(({ id }) => !categories.some(each => each.id === id))]
  const failed = add.error ?? take.error

  function choose(ids: string[]): void {
    add.reset()
    take.reset()
    for (const id of ids) if (!chosen.includes(id)) add.mutate({ id, eventId: [eventId] }, { onSuccess: () => said() })
    for (const id of chosen) if (!ids.includes(id)) take.mutate({ id }, { onSuccess: () => said() })
  }

  return (
    <>
      <MultiSelect
        label={t('sections.categories')}
        description={t('events.categoriesHint')}
        data={offered.map(({ id, name }) => ({ value: id, label: name }))}
        value={chosen}
        onChange={choose}
        searchable
        maxValues={10}
        disabled={!mayManage || add.isPending || take.isPending}
        clearButtonProps={{ 'aria-label': t('remove') }}
      />
      {failed && <Failed error={failed} />}
    </>
  )
}

/** Those of recurring events are made by themselves (events 2.2.8). */
function isOrdinary({ states }: Category): boolean {
  return !states.includes('RECURRING_EVENT') && !states.includes('HIDDEN')
}

const ALL = { query: { paging: { limit: 100 } } }
