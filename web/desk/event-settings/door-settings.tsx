import { Button, Checkbox, Group, NumberInput, Radio, Stack, TagsInput, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Waiting } from '../desk.tsx'
import { useEvent, useEventZone } from '../events/event.tsx'
import { useEventSeen } from '../events/event-seen.ts'
import { sendAsSeen } from '../parts/as-seen.ts'
import { isSame } from '../parts/changed-meanwhile.ts'
import { Failed } from '../parts/failed.tsx'
import { useSaid } from '../parts/said.ts'
import { useUnsaved } from '../parts/unsaved.ts'
import { useDate } from '../parts/use-date.ts'
import { useSiteChange, useSiteQuery } from '../site.tsx'

type Door = { admissionMinutes?: number; admissionOpensDate?: string; reentry: boolean; gates: string[] }
type Typed = { minutes: number | string | null; reentry: boolean; gates: string[] }
/** What is typed, and what was there when that began. */
type Edit = { typed: Typed; before: Typed; mark: string }

/** Bounds of the API: a week, and so many gates with names of so many characters. */
const MINUTES_MAX = 10_080
const GATES_MAX = 50
const GATE_LENGTH_MAX = 50
const MINUTES_DEFAULT = 60

/** When guests are let in, whether again after they left, and what the gates are called that the check-in app offers. */
export function DoorSettings() {
  const { t } = useTranslation('desk')
  const { id, updatedDate } = useEvent()
  const seenOf = useEventSeen()
  const { moment } = useDate(useEventZone())
  const said = useSaid()
  const path = `/boxoffice/v1/events/${id}/door-settings`
  const { data, error, refetch } = useSiteQuery<{ doorSettings: Door }>(path)
  const [edit, setEdit] = useState<Edit | null>(null)
  const save = useSiteChange<object>('PATCH', path)
  const stored = data && typedOf(data)
  const shown = edit?.typed ?? stored
  const isDirty = edit !== null && JSON.stringify(edit.typed) !== JSON.stringify(stored)
  useUnsaved(isDirty)
  if (error && !data) return <Failed error={error} again={refetch} />
  if (!data || !shown || !stored) return <Waiting />
  const { minutes, reentry, gates } = shown
  const setTyped = (typed: Typed) => setEdit(edit ? { ...edit, typed } : { typed, before: stored, mark: updatedDate })
  const isWrong =
    minutes !== null && !(Number.isInteger(minutes) && Number(minutes) >= 0 && Number(minutes) <= MINUTES_MAX)
  const opens = data.doorSettings.admissionOpensDate

  /** What was not touched here stays as somebody else may have set it meanwhile. */
  async function send({ typed, before, mark }: Edit): Promise<void> {
    const changed = (['minutes', 'reentry', 'gates'] as const).filter(name => !isSame(typed[name], before[name]))
    const seen = (of: Typed) => changed.map(name => of[name])
    const doorSettings = {
      ...(changed.includes('minutes') && { admissionMinutes: typed.minutes }),
      ...(changed.includes('reentry') && { reentry: typed.reentry }),
      ...(changed.includes('gates') && { gates: typed.gates }),
    }
    await sendAsSeen(
      { mark, shown: seen(before) },
      {
        put: ifUpdatedDate => save.mutateAsync({ doorSettings, ifUpdatedDate }),
        again: async () => {
          const now = await seenOf<{ doorSettings: Door }>(path)
          return { mark: now.mark, shown: seen(typedOf(now.shown)) }
        },
      },
    )
  }

  async function loadTheirs(): Promise<void> {
    await refetch()
    save.reset()
    setEdit(null)
  }

  return (
    <Stack component="section" aria-label={t('eventSettings.door.title')}>
      <Title order={2} size="h3">
        {t('eventSettings.door.title')}
      </Title>
      <Text c="dimmed">{t('eventSettings.door.story')}</Text>
      <Radio.Group
        label={t('eventSettings.door.opens')}
        value={minutes === null ? 'always' : 'before'}
        onChange={value => setTyped({ ...shown, minutes: value === 'always' ? null : MINUTES_DEFAULT })}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="always" label={t('eventSettings.door.always')} />
          <Radio value="before" label={t('eventSettings.door.before')} />
        </Stack>
      </Radio.Group>
      {minutes !== null && (
        <NumberInput
          label={t('eventSettings.door.minutes')}
          description={
            !isDirty && opens
              ? t('eventSettings.door.from', { moment: moment(opens) })
              : t('eventSettings.door.minutesHint')
          }
          allowDecimal={false}
          allowNegative={false}
          maw={280}
          value={minutes}
          onChange={value => setTyped({ ...shown, minutes: value })}
          error={isWrong && t('eventSettings.door.minutesWrong', { max: MINUTES_MAX })}
        />
      )}
      <Checkbox
        label={t('eventSettings.door.reentry')}
        description={t('eventSettings.door.reentryHint')}
        checked={reentry}
        onChange={({ currentTarget }) => setTyped({ ...shown, reentry: currentTarget.checked })}
      />
      <TagsInput
        label={t('eventSettings.door.gates')}
        description={t('eventSettings.door.gatesHint', { max: GATES_MAX })}
        maxTags={GATES_MAX}
        value={gates}
        onChange={names =>
          setTyped({ ...shown, gates: names.map(name => name.trim().slice(0, GATE_LENGTH_MAX)).filter(Boolean) })
        }
      />
      {save.error && <Failed error={save.error} about={{ kind: 'event', id }} theirs={loadTheirs} />}
      <Group>
        <Button
          disabled={!isDirty || isWrong}
          loading={save.isPending}
          onClick={() =>
            edit &&
            send(edit).then(
              () => {
                said()
                setEdit(null)
              },
              () => {}, // said by `save.error`
            )
          }
        >
          {t('eventSettings.door.save')}
        </Button>
        {isDirty && (
          <Button
            variant="default"
            onClick={() => {
              save.reset()
              setEdit(null)
            }}
          >
            {t('eventSettings.undo')}
          </Button>
        )}
      </Group>
    </Stack>
  )
}

function typedOf({ doorSettings }: { doorSettings: Door }): Typed {
  const { admissionMinutes, reentry, gates } = doorSettings
  return { minutes: admissionMinutes ?? null, reentry, gates }
}
