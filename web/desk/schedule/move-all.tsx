import {
  Autocomplete,
  Button,
  Group,
  Modal,
  NumberInput,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Text,
} from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useEvent, useEventZone } from '../events/event.tsx'
import { Failed } from '../parts/failed.tsx'
import { useSiteChange } from '../site.tsx'
import { type Item, SCHEDULE } from './schedule.ts'

/** Moves the whole draft by one and the same time, and tells it in one zone (events 6.5.6). */
export function MoveAll({ first, onDone, onClose }: { first: Item; onDone: () => void; onClose: () => void }) {
  const { t, i18n } = useTranslation('desk')
  const { id: eventId } = useEvent()
  const [by, setBy] = useState({ days: 0, hours: 0, minutes: 0 })
  const [way, setWay] = useState<'later' | 'earlier'>('later')
  const [zone, setZone] = useState(useEventZone())
  const move = useSiteChange<object>('POST', `${SCHEDULE}/draft/reschedule`)
  const seconds = (way === 'later' ? 1 : -1) * (by.days * 86_400 + by.hours * 3600 + by.minutes * 60)
  const isZone = ZONES.has(zone)
  const set = (name: keyof typeof by) => (value: number | string) => setBy({ ...by, [name]: Number(value) || 0 })
  const moment =
    isZone &&
    new Intl.DateTimeFormat(i18n.language, { dateStyle: 'full', timeStyle: 'short', timeZone: zone }).format(
      Date.parse(first.timeSlot.start) + seconds * 1000,
    )
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('schedule.reschedule.title')}
      closeButtonProps={{ 'aria-label': t('cancel') }}
    >
      <form
        onSubmit={event => {
          event.preventDefault()
          if (isZone) move.mutate({ eventId, timeZoneId: zone, timeSlotOffset: `${seconds}s` }, { onSuccess: onDone })
        }}
      >
        <Stack>
          <Text>{t('schedule.reschedule.story')}</Text>
          <SimpleGrid cols={3}>
            {BOUNDS.map(([name, max]) => (
              <NumberInput
                key={name}
                label={t(`schedule.reschedule.${name}`)}
                min={0}
                max={max}
                clampBehavior="strict"
                allowDecimal={false}
                allowNegative={false}
                value={by[name]}
                onChange={set(name)}
              />
            ))}
          </SimpleGrid>
          <SegmentedControl
            aria-label={t('schedule.reschedule.direction')}
            data={[
              { value: 'later', label: t('schedule.reschedule.later') },
              { value: 'earlier', label: t('schedule.reschedule.earlier') },
            ]}
            value={way}
            onChange={value => setWay(value === 'earlier' ? 'earlier' : 'later')}
          />
          <Autocomplete
            label={t('schedule.reschedule.zone')}
            description={t('schedule.reschedule.zoneHint')}
            data={[...ZONES]}
            limit={50}
            value={zone}
            onChange={setZone}
            error={!isZone && t('schedule.reschedule.zoneWrong')}
          />
          {moment && <Text fw={600}>{t('schedule.reschedule.preview', { name: first.name, moment })}</Text>}
          {move.error && <Failed error={move.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={move.isPending} disabled={!isZone}>
              {t('schedule.reschedule.do')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

const BOUNDS = [
  ['days', 3650],
  ['hours', 23],
  ['minutes', 59],
] as const
const ZONES: ReadonlySet<string> = new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])
