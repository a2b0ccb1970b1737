import { Autocomplete, Button, Group, Modal, SimpleGrid, Stack, Switch, TagsInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useEvent } from '../events/event.tsx'
import { Failed } from '../parts/failed.tsx'
import { HtmlField } from '../parts/html-field.tsx'
import { MomentField } from '../parts/moment-field.tsx'
import { useUnsaved } from '../parts/unsaved.ts'
import { useSiteChange, useSiteQuery } from '../site.tsx'
import {
  DESCRIPTION_LENGTH_MAX,
  type Item,
  NAME_LENGTH_MAX,
  problemsOf,
  SCHEDULE,
  STAGE_LENGTH_MAX,
  sentOf,
  TAG_LENGTH_MAX,
  TAGS_MAX,
  type Typed,
  typedOf,
  withStart,
} from './schedule.ts'

/** Adds an item to the draft, or changes one there. */
export default function ItemForm({
  item,
  begin,
  stages,
  onSaved,
  onClose,
}: {
  /** null: a new one, which begins as `begin` says. */
  item: Item | null
  begin: Typed
  stages: readonly string[]
  onSaved: () => void
  onClose: () => void
}) {
  const { t } = useTranslation('desk')
  const { id: eventId } = useEvent()
  const [seen, setSeen] = useState(item)
  const [before, setBefore] = useState(begin)
  const [typed, setTyped] = useState(begin)
  const [wasTried, setWasTried] = useState(false)
  const isDirty = JSON.stringify(typed) !== JSON.stringify(before)
  useUnsaved(isDirty)
  const save = useSiteChange<object>(seen ? 'PATCH' : 'POST', `${SCHEDULE}/draft${seen ? `/${seen.id}` : ''}`)
  const now = useSiteQuery<{ draft?: Item }>(
    `${SCHEDULE}/${seen?.id}?eventId=${eventId}&includeDraft=true`,
    undefined,
    { enabled: false },
  )
  const problems = problemsOf(typed)
  const isTooLong = typed.description.length > DESCRIPTION_LENGTH_MAX
  const set = (change: Partial<Typed>) => setTyped({ ...typed, ...change })
  const wrong = (name: 'name' | 'start' | 'end') => {
    const found = problems[name]
    return wasTried && found ? t(found === 'needed' ? 'field.needed' : 'schedule.item.beforeStart') : undefined
  }

  async function loadTheirs(): Promise<void> {
    const { data } = await now.refetch()
    if (!data?.draft) return
    save.reset()
    setSeen(data.draft)
    setBefore(typedOf(data.draft))
    setTyped(typedOf(data.draft))
  }

  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={item ? t('schedule.editOf', { name: item.name }) : t('schedule.item.new')}
      closeButtonProps={{ 'aria-label': t('cancel') }}
      closeOnClickOutside={!isDirty}
    >
      <form
        noValidate
        onSubmit={event => {
          event.preventDefault()
          setWasTried(true)
          if (Object.keys(problems).length > 0 || isTooLong) return
          save.mutate(
            { eventId, item: sentOf(typed), ...(seen && { ifUpdatedDate: seen.updatedDate }) },
            { onSuccess: onSaved },
          )
        }}
      >
        <Stack>
          <TextInput
            label={t('schedule.item.name')}
            required
            data-autofocus
            maxLength={NAME_LENGTH_MAX}
            value={typed.name}
            onChange={({ target }) => set({ name: target.value })}
            error={wrong('name')}
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <MomentField
              label={t('schedule.item.start')}
              timeZone={typed.zone}
              required
              value={typed.start}
              onChange={({ target }) => setTyped(withStart(typed, target.value))}
              error={wrong('start')}
            />
            <MomentField
              label={t('schedule.item.end')}
              timeZone={typed.zone}
              required
              value={typed.end}
              onChange={({ target }) => set({ end: target.value })}
              error={wrong('end')}
            />
          </SimpleGrid>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <Autocomplete
              label={t('schedule.item.stageName')}
              description={t('schedule.item.stageHint')}
              data={[...stages]}
              maxLength={STAGE_LENGTH_MAX}
              value={typed.stageName}
              onChange={stageName => set({ stageName })}
            />
            <TagsInput
              label={t('schedule.item.tags')}
              description={t('schedule.item.tagsHint', { max: TAGS_MAX })}
              maxTags={TAGS_MAX}
              value={typed.tags}
              onChange={tags => set({ tags: tags.map(tag => tag.trim().slice(0, TAG_LENGTH_MAX)).filter(Boolean) })}
            />
          </SimpleGrid>
          <HtmlField
            label={t('schedule.item.description')}
            description={t('schedule.item.descriptionHint', {
              count: typed.description.length,
              max: DESCRIPTION_LENGTH_MAX,
            })}
            value={typed.description}
            error={isTooLong && t('schedule.item.tooLong', { max: DESCRIPTION_LENGTH_MAX })}
            disabled={false}
            required={false}
            onChange={description => set({ description })}
          />
          <Switch
            label={t('schedule.item.hidden')}
            description={t('schedule.item.hiddenHint')}
            checked={typed.hidden}
            onChange={({ target }) => set({ hidden: target.checked })}
          />
          <Switch
            label={t('schedule.item.canceled')}
            description={t('schedule.item.canceledHint')}
            checked={typed.canceled}
            onChange={({ target }) => set({ canceled: target.checked })}
          />
          {save.error && <Failed error={save.error} theirs={seen ? loadTheirs : undefined} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t('schedule.item.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
