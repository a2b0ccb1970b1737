import { Button, Checkbox, Group, Modal, MultiSelect, Radio, Stack, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useEvent } from '../events/event.tsx'
import { Failed } from '../parts/failed.tsx'
import { useUnsaved } from '../parts/unsaved.ts'
import { useSiteChange, useSiteQuery } from '../site.tsx'
import {
  EVENTS_MAX,
  NAME_LENGTH_MAX,
  newcomer,
  PERMISSIONS_MAX,
  type Scope,
  STAFF,
  STAFF_PERMISSIONS,
  type StaffMember,
  type StaffPermission,
  sentOf,
  type Typed,
  typedOf,
} from './staff.ts'

/** Makes a staff member, or changes one: the name, what they may do, and where. */
export function StaffForm({
  staffMember,
  onSaved,
  onClose,
}: {
  /** null: a new one. */
  staffMember: StaffMember | null
  onSaved: (saved: StaffMember) => void
  onClose: () => void
}) {
  const { t } = useTranslation('desk')
  const { id: eventId, title } = useEvent()
  const [seen, setSeen] = useState(staffMember)
  const [typed, setTyped] = useState<Typed>(() => (staffMember ? typedOf(staffMember, eventId) : newcomer()))
  const [wasTried, setWasTried] = useState(false)
  const before = seen ? typedOf(seen, eventId) : newcomer()
  useUnsaved(JSON.stringify(typed) !== JSON.stringify(before))
  const save = useSiteChange<object, { staffMember: StaffMember }>(
    seen ? 'PATCH' : 'POST',
    seen ? `${STAFF}/${seen.id}` : STAFF,
  )
  const now = useSiteQuery<{ staffMember: StaffMember }>(`${STAFF}/${seen?.id}`, undefined, { enabled: false })
  const set = (change: Partial<Typed>) => setTyped({ ...typed, ...change })
  const hasNoName = typed.name.trim() === ''
  const hasNoEvent = typed.scope === 'chosen' && typed.events.length === 0

  async function loadTheirs(): Promise<void> {
    const { data } = await now.refetch()
    if (!data) return
    save.reset()
    setSeen(data.staffMember)
    setTyped(typedOf(data.staffMember, eventId))
  }

  function choose(scope: Scope): void {
    set({ scope, ...(scope === 'chosen' && typed.events.length === 0 && { events: [eventId] }) })
  }

  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={staffMember ? t('staff.editOf', { name: staffMember.name }) : t('staff.add')}
      closeButtonProps={{ 'aria-label': t('cancel') }}
    >
      <form
        noValidate
        onSubmit={event => {
          event.preventDefault()
          setWasTried(true)
          if (hasNoName || hasNoEvent) return
          save.mutate(
            { staffMember: { ...sentOf(typed, eventId), ...(seen && { revision: seen.revision }) } },
            { onSuccess: ({ staffMember: saved }) => onSaved(saved) },
          )
        }}
      >
        <Stack>
          <TextInput
            label={t('field.name')}
            description={t('staff.nameHint')}
            required
            data-autofocus
            maxLength={NAME_LENGTH_MAX}
            value={typed.name}
            onChange={({ target }) => set({ name: target.value })}
            error={wasTried && hasNoName && t('field.needed')}
          />
          <Checkbox.Group
            label={t('staff.may')}
            description={t('staff.mayHint', { max: PERMISSIONS_MAX })}
            value={typed.permissions}
            onChange={permissions => set({ permissions: permissions as StaffPermission[] })}
          >
            <Stack gap="xs" mt="xs">
              {STAFF_PERMISSIONS.map(each => (
                <Checkbox
                  key={each}
                  value={each}
                  label={t(`staff.permissions.${each}.name`)}
                  description={t(`staff.permissions.${each}.story`)}
                  disabled={typed.permissions.length >= PERMISSIONS_MAX && !typed.permissions.includes(each)}
                />
              ))}
            </Stack>
          </Checkbox.Group>
          <Radio.Group label={t('staff.where')} value={typed.scope} onChange={scope => choose(scope as Scope)}>
            <Stack gap="xs" mt="xs">
              <Radio value="this" label={t('staff.scopes.this', { title })} />
              <Radio value="chosen" label={t('staff.scopes.chosen')} />
              <Radio value="all" label={t('staff.scopes.all')} description={t('staff.scopes.allHint')} />
            </Stack>
          </Radio.Group>
          {typed.scope === 'chosen' && (
            <EventChoice
              chosen={typed.events}
              error={wasTried && hasNoEvent ? t('field.needed') : undefined}
              onChange={events => set({ events })}
            />
          )}
          {save.error && <Failed error={save.error} theirs={seen ? loadTheirs : undefined} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {staffMember ? t('save') : t('staff.addDo')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

type Found = { events: { id: string; title: string }[] }

/** Events by title, found while one types; those that are chosen keep their names. */
function EventChoice({
  chosen,
  error,
  onChange,
}: {
  chosen: string[]
  error: string | undefined
  onChange: (events: string[]) => void
}) {
  const { t } = useTranslation('desk')
  const [words, setWords] = useState('')
  const [asked] = useDebouncedValue(words.trim().slice(0, 100), 250)
  const found = useSiteQuery<Found>(
    `/boxoffice/v1/events?limit=${FOUND_MAX}${asked && `&q=${encodeURIComponent(asked)}`}`,
  )
  const named = useSiteQuery<Found>(
    '/events/v3/events/query',
    { query: { filter: { id: { $in: chosen } }, paging: { limit: EVENTS_MAX } }, includeDrafts: true },
    { enabled: chosen.length > 0, placeholderData: before => before },
  )
  const titles = new Map(
    [...(named.data?.events ?? []), ...(found.data?.events ?? [])].map(({ id, title }) => [id, title]),
  )
  return (
    <>
      <MultiSelect
        label={t('staff.events')}
        description={t('staff.eventsHint', { count: chosen.length, max: EVENTS_MAX })}
        data={[...new Set([...chosen, ...titles.keys()])].map(value => ({ value, label: titles.get(value) ?? '…' }))}
        value={chosen}
        onChange={onChange}
        searchable
        searchValue={words}
        onSearchChange={setWords}
        nothingFoundMessage={t('staff.noEvents')}
        maxValues={EVENTS_MAX}
        hidePickedOptions
        clearButtonProps={{ 'aria-label': t('remove') }}
        error={error}
      />
      {found.error && <Failed error={found.error} again={found.refetch} />}
    </>
  )
}

const FOUND_MAX = 20
