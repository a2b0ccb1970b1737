import { Badge, Button, Group, Progress, Select, Stack, Table, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useMutation } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { plain } from '../../door/core/guest-list.ts'
import type { CheckIn, Entry, ScanResult } from '../../door/core/wire.ts'
import type { ApiError } from '../../shared/api.ts'
import { newGuid } from '../../shared/guid.ts'
import { spellMoney } from '../../shared/money.ts'
import { askFor } from '../api.ts'
import { useEvent, useEventZone } from '../events/event.tsx'
import { Empty } from '../parts/empty.tsx'
import { Failed } from '../parts/failed.tsx'
import { Paged } from '../parts/paged.tsx'
import { useSaid } from '../parts/said.ts'
import { Scrolling } from '../parts/scrolling.tsx'
import { usePage, useParam } from '../parts/use-param.ts'
import { useFile } from '../reports/figure.tsx'
import { useMay, useSite } from '../site.tsx'
import { AddGuest } from './add-guest.tsx'
import { Conflicts } from './conflicts.tsx'
import { printList } from './print-list.ts'
import { RsvpStatus } from './rsvp-status.tsx'
import { useGuestList } from './use-guest-list.ts'

const LIMIT = 50
const FILTERS = ['inside', 'out', 'expected', 'notComing'] as const
type Filter = (typeof FILTERS)[number]

/** Who comes, who is in, and the lists of it. */
export default function GuestsTab() {
  const { t } = useTranslation('desk')
  const { id: eventId, title, registration, status } = useEvent()
  const isRsvp = registration?.initialType === 'RSVP'
  const mayManageRsvps = useMay('MANAGE_RSVP')
  const mayExport = useMay('EXPORT_DATA')
  const file = useFile()
  const [typed, setTyped] = useParam('q')
  const [searched] = useDebouncedValue(typed, 200)
  const [filter, setFilter] = useParam('who')
  const [asked, setPage] = usePage()
  const { data, error, refetch, loaded, update } = useGuestList(eventId)
  const [edited, setEdited] = useState<Entry | null>(null)
  const [isAdding, setIsAdding] = useState(false)
  const moment = useMomentOfEvent()

  const entries = useMemo(
    () => [...(data?.values() ?? [])].sort((one, other) => nameOf(one).localeCompare(nameOf(other))),
    [data],
  )
  const found = useMemo(() => {
    const words = plain(searched).split(/\s+/).filter(Boolean)
    return entries.filter(entry => {
      if (filter !== '' && kindOf(entry) !== filter) return false
      if (words.length === 0) return true
      const { number, orderNumber = '', guestName, buyerName, definitionName = '', seat = '' } = entry
      const haystack = plain(`${guestName} ${buyerName} ${number} ${orderNumber} ${definitionName} ${seat}`)
      return words.every(word => haystack.includes(word))
    })
  }, [entries, filter, searched])

  if (error && !data) return <Failed error={error} again={refetch} />
  if (!data)
    return (
      <Text role="status" c="dimmed">
        {t('guests.loading', { count: loaded })}
      </Text>
    )
  const coming = entries.filter(({ state }) => state === 'ADMITS')
  const came = coming.filter(({ checkIn }) => checkIn).length
  const inside = coming.filter(isInside).length
  const page = Math.min(asked, Math.max(1, Math.ceil(found.length / LIMIT)))
  const stateOf = (entry: Entry) => {
    if (entry.checkIn) return t(entry.left ? 'guests.out' : 'guests.inside')
    return t(`guests.states.${entry.state}`)
  }
  const rowOf = (entry: Entry) => [
    nameOf(entry),
    entry.number,
    entry.orderNumber ?? '',
    entry.definitionName ?? '',
    entry.seat ?? '',
    stateOf(entry),
  ]
  const head = (['name', 'number', 'orderNumber', 'ticket', 'seat', 'state'] as const).map(each => t(`guests.${each}`))
  return (
    <Stack>
      <Stack gap={4}>
        <Text fw={600} aria-live="polite">
          {t('guests.insideOf', { inside, count: coming.length })}
          {came > inside && ` · ${t('guests.came', { count: came })}`}
        </Text>
        <Progress
          value={coming.length === 0 ? 0 : (inside / coming.length) * 100}
          aria-label={t('guests.insideOf', { inside, count: coming.length })}
        />
      </Stack>
      <Conflicts eventId={eventId} />
      <Group align="end">
        <TextInput
          label={t('guests.search')}
          description={t('guests.searchHint')}
          type="search"
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value, { page: '' })}
          w={280}
        />
        <Select
          label={t('guests.who')}
          placeholder={t('guests.everybody')}
          data={FILTERS.map(value => ({ value, label: t(`guests.filters.${value}`) }))}
          value={filter || null}
          onChange={value => setFilter(value ?? '', { page: '' })}
          clearable
          clearButtonProps={{ 'aria-label': t('guests.everybody') }}
        />
        {isRsvp && mayManageRsvps && status !== 'DRAFT' && (
          <Button variant="default" onClick={() => setIsAdding(true)}>
            {t('guests.add')}
          </Button>
        )}
        {mayExport && (
          <Button
            variant="default"
            disabled={entries.length === 0}
            loading={file.isPending}
            onClick={() => file.mutate('exports/guests', 'guests', { eventId })}
          >
            {t('guests.csv')}
          </Button>
        )}
        <Button
          variant="default"
          disabled={found.length === 0}
          onClick={() =>
            printList({
              title,
              head: ['☐', ...head],
              rows: found.map(entry => [entry.checkIn ? '☒' : '☐', ...rowOf(entry)]),
            })
          }
        >
          {t('guests.print')}
        </Button>
      </Group>
      {file.error && <Failed error={file.error} />}
      {found.length === 0 ? (
        <Empty
          title={entries.length === 0 ? t('guests.none') : t('guests.nobodyFound')}
          {...(entries.length === 0 && { story: t('guests.noneStory') })}
        />
      ) : (
        <Scrolling label={t('tabs.guests')} width={720}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('guests.name')}</Table.Th>
                <Table.Th>{t('guests.ticket')}</Table.Th>
                <Table.Th>{t('guests.state')}</Table.Th>
                <Table.Th>{t('actions')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {found.slice((page - 1) * LIMIT, page * LIMIT).map(entry => (
                <Table.Tr key={entry.number}>
                  <Table.Td>
                    <Text>{nameOf(entry) || t('guests.nameless')}</Text>
                    {entry.kind === 'TICKET' && (
                      <Text size="sm" c="dimmed">
                        {entry.number}
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td>
                    {entry.definitionName}
                    {entry.seat && <Text size="sm">{entry.seat}</Text>}
                  </Table.Td>
                  <Table.Td>
                    <State entry={entry} words={stateOf(entry)} moment={moment} />
                  </Table.Td>
                  <Table.Td>
                    <CheckInButton entry={entry} onDone={update} />
                    {entry.kind === 'RSVP' && mayManageRsvps && (
                      <Button variant="subtle" size="compact-md" onClick={() => setEdited(entry)}>
                        {t('guests.answer')}
                      </Button>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Scrolling>
      )}
      <Paged page={page} limit={LIMIT} total={found.length} onPage={setPage} />
      {edited && <RsvpStatus entry={edited} onClose={() => setEdited(null)} onDone={update} />}
      {isAdding && <AddGuest onClose={() => setIsAdding(false)} onDone={update} />}
    </Stack>
  )
}

const COLOURS = {
  ADMITS: 'gray',
  UNPAID: 'orange',
  CANCELED: 'red',
  ARCHIVED: 'red',
  WAITING: 'yellow',
  DECLINED: 'red',
}

function State({
  entry: { state, checkIn, left, due },
  words,
  moment,
}: {
  entry: Entry
  words: string
  moment: (at: string) => string
}) {
  const { t, i18n } = useTranslation('desk')
  const spelled = ({ date, gate, by }: CheckIn) => [moment(date), gate, by].filter(Boolean).join(' · ')
  return (
    <>
      <Badge variant="light" color={left ? 'blue' : checkIn ? 'green' : COLOURS[state]}>
        {words}
      </Badge>
      {checkIn && <Text size="sm">{spelled(checkIn)}</Text>}
      {left && <Text size="sm">{t('guests.leftAt', { what: spelled(left) })}</Text>}
      {due && <Text size="sm">{t('guests.due', { amount: spellMoney(due, i18n.language) })}</Text>}
    </>
  )
}

/** Lets somebody in from the desk, or takes it back, as a gate would. */
function CheckInButton({ entry, onDone }: { entry: Entry; onDone: () => void }) {
  const { t } = useTranslation('desk')
  const { siteId } = useSite()
  const { id: eventId } = useEvent()
  const said = useSaid()
  const { number, state, guestName } = entry
  const isIn = isInside(entry)
  const scan = useMutation<ScanResult | undefined, ApiError>({
    mutationFn: async () => {
      const date = new Date().toISOString()
      const { results } = await askFor<{ results: ScanResult[] }>(
        siteId,
        `/boxoffice/v1/door/events/${eventId}/scans`,
        {
          method: 'POST',
          body: {
            sentDate: date,
            scans: [
              {
                id: newGuid(),
                kind: isIn ? 'UNDO' : 'ENTER',
                number,
                date,
                gate: t('guests.desk'),
                device: 'desk',
                offline: false,
                accepted: true,
                // Whoever presses this at a desk has decided it.
                anyway: true,
              },
            ],
          },
        },
      )
      return results[0]
    },
    onSuccess: found => {
      onDone()
      if (found && found.result !== 'ADMITTED' && found.result !== 'UNDONE') said(t(`guests.results.${found.result}`))
    },
  })
  if (!isIn && state !== 'ADMITS' && state !== 'UNPAID') return null
  return (
    <>
      <Button
        variant={isIn ? 'subtle' : 'default'}
        size="compact-md"
        loading={scan.isPending}
        aria-label={t(isIn ? 'guests.undoOf' : 'guests.checkInOf', { name: guestName || number })}
        onClick={() => scan.mutate()}
      >
        {isIn ? t('guests.undo') : t('guests.checkIn')}
      </Button>
      {scan.error && <Failed error={scan.error} />}
    </>
  )
}

function isInside({ checkIn, left }: Entry): boolean {
  return checkIn !== undefined && left === undefined
}

function kindOf({ state, checkIn, left }: Entry): Filter {
  if (checkIn) return left ? 'out' : 'inside'
  return state === 'ADMITS' || state === 'UNPAID' ? 'expected' : 'notComing'
}

function nameOf({ guestName, buyerName }: Entry): string {
  return guestName || buyerName
}

function useMomentOfEvent() {
  const { i18n } = useTranslation()
  const timeZone = useEventZone()
  const format = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'short', timeStyle: 'short', timeZone })
  return (at: string) => format.format(new Date(at))
}
