import { Button, Collapse, Group, MultiSelect, Select, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParam } from '../parts/use-param.ts'
import { useSiteQuery } from '../site.tsx'
import { OWN_ZONE, type Wanted } from './filter.ts'
import { ORDER_STATUSES } from './model.ts'

const NAMES = ['q', 'status', 'ticket', 'channel', 'from', 'to', 'shelf'] as const
const SORTS = ['created:desc', 'created:asc', 'fullName:asc', 'totalPrice:desc', 'status:asc'] as const

export function useWanted(): Wanted {
  const [q] = useParam('q')
  const [status] = useParam('status')
  const [ticket] = useParam('ticket')
  const [channel] = useParam('channel')
  const [from] = useParam('from')
  const [to] = useParam('to')
  const [shelf] = useParam('shelf')
  return { q, status, ticket, channel, from, to, shelf }
}

/** What is looked for; it stands in the address, so that it can be kept and sent to a colleague. */
export function OrderFilters({ eventId }: { eventId?: string }) {
  const { t } = useTranslation('desk')
  const wanted = useWanted()
  const [q, setQ] = useParam('q')
  const [sort, setSort] = useParam('sort')
  const [shelf] = useParam('shelf')
  const inUse = NAMES.filter(name => name !== 'q' && wanted[name] !== '').length
  const [isOpen, { toggle }] = useDisclosure(inUse > 0)
  // Another search begins on its first page.
  const set = (name: (typeof NAMES)[number]) => (value: string | null) => setQ(q, { [name]: value ?? '', page: '' })
  return (
    <Stack gap="xs" role="search">
      <Group align="flex-end" gap="xs">
        <SearchField value={q} onChange={value => setQ(value, { page: '' })} />
        <Select
          label={t('orders.sort')}
          data={SORTS.map(value => ({ value, label: t(`orders.sorts.${value.replace(':', '_') as 'created_desc'}`) }))}
          value={sort || 'created:desc'}
          allowDeselect={false}
          onChange={value => setSort(value === 'created:desc' ? '' : (value ?? ''), { page: '' })}
          w={180}
        />
        <Button variant="default" onClick={toggle} aria-expanded={isOpen}>
          {inUse > 0 ? t('orders.filtersInUse', { count: inUse }) : t('orders.filters')}
        </Button>
        {(inUse > 0 || q !== '') && (
          <Button
            variant="subtle"
            onClick={() => setQ('', Object.fromEntries([...NAMES, 'page'].map(name => [name, ''])))}
          >
            {t('orders.clearFilters')}
          </Button>
        )}
      </Group>
      <Collapse expanded={isOpen}>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="xs" style={{ alignItems: 'end' }}>
          <MultiSelect
            label={t('orders.state')}
            placeholder={wanted.status === '' ? t('orders.any') : ''}
            data={ORDER_STATUSES.map(value => ({ value, label: t(`orders.status.${value}`) }))}
            value={wanted.status === '' ? [] : wanted.status.split(',')}
            onChange={values => set('status')(values.join(','))}
            clearable
            clearButtonProps={{ 'aria-label': t('orders.clearStates') }}
          />
          {eventId && <TicketSelect eventId={eventId} value={wanted.ticket} onChange={set('ticket')} />}
          <Select
            label={t('orders.channel')}
            placeholder={t('orders.any')}
            data={(['ONLINE', 'OFFLINE_POS'] as const).map(value => ({ value, label: t(`orders.channels.${value}`) }))}
            value={wanted.channel || null}
            onChange={set('channel')}
            clearable
            clearButtonProps={{ 'aria-label': t('orders.clearChannel') }}
          />
          <Select
            label={t('orders.shelf')}
            data={[
              { value: '', label: t('orders.shelves.current') },
              { value: 'archived', label: t('orders.shelves.archived') },
              { value: 'all', label: t('orders.shelves.all') },
            ]}
            value={shelf}
            allowDeselect={false}
            onChange={set('shelf')}
          />
          <TextInput
            type="date"
            label={t('orders.from')}
            description={t('inZone', { zone: OWN_ZONE.replaceAll('_', ' ') })}
            value={wanted.from}
            onChange={event => set('from')(event.currentTarget.value)}
          />
          <TextInput
            type="date"
            label={t('orders.to')}
            description={t('inZone', { zone: OWN_ZONE.replaceAll('_', ' ') })}
            value={wanted.to}
            onChange={event => set('to')(event.currentTarget.value)}
          />
        </SimpleGrid>
      </Collapse>
    </Stack>
  )
}

/** Searches a moment after the last letter. */
function SearchField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation('desk')
  const [typed, setTyped] = useState(value)
  const search = useDebouncedCallback(onChange, 300)
  useEffect(() => setTyped(value), [value])
  return (
    <TextInput
      type="search"
      label={t('orders.search')}
      placeholder={t('orders.searchHint')}
      value={typed}
      maxLength={200}
      style={{ flex: '1 1 260px' }}
      onChange={event => {
        setTyped(event.currentTarget.value)
        search(event.currentTarget.value)
      }}
    />
  )
}

function TicketSelect({
  eventId,
  value,
  onChange,
}: {
  eventId: string
  value: string
  onChange: (value: string | null) => void
}) {
  const { t } = useTranslation('desk')
  const { data } = useSiteQuery<{ ticketDefinitions: { id: string; name: string }[] }>(
    '/events/v3/ticket-definitions/query',
    { query: { filter: { eventId }, paging: { limit: 100 } } },
  )
  return (
    <Select
      label={t('orders.ticket')}
      placeholder={t('orders.any')}
      data={(data?.ticketDefinitions ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      value={value || null}
      onChange={onChange}
      clearable
      clearButtonProps={{ 'aria-label': t('orders.clearTicket') }}
    />
  )
}
