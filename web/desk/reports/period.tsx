import { Group, Select, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { clockOf, momentOf } from '../parts/moments.ts'
import { useParam } from '../parts/use-param.ts'

const PRESETS = ['today', 'week', 'month', 'quarter', 'year', 'all', 'custom'] as const
type Preset = (typeof PRESETS)[number]
/** How many days back each begins, today among them. */
const DAYS: Partial<Record<Preset, number>> = { today: 1, week: 7, month: 30, quarter: 90 }
const AUTO = 'AUTO'
const UNITS = ['HOUR', 'DAY', 'WEEK', 'MONTH'] as const

/** The time that reports are of; it stands in the address. */
export type Chosen = {
  preset: Preset
  /** What the API is asked: `from` and `to`, where there are. */
  query: Record<string, string>
  from: string
  to: string
}

/** @param timeZone in which days begin; null: not known yet */
export function useChosenPeriod(timeZone: string | null, suggested: Preset): Chosen {
  const [said] = useParam('period')
  const [from] = useParam('from')
  const [to] = useParam('to')
  const preset = PRESETS.find(each => each === said) ?? suggested
  const query = timeZone === null ? {} : queryOf(preset, { from, to }, timeZone)
  return { preset, from, to, query }
}

function queryOf(preset: Preset, { from, to }: { from: string; to: string }, timeZone: string): Record<string, string> {
  const startOfDay = (day: string) => momentOf(`${day}T00:00`, timeZone)
  const daysFrom = (day: string, days: number) =>
    new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
  const today = clockOf(new Date(), timeZone).slice(0, 10)
  const asked: Record<string, string | null> = {}
  if (preset === 'custom') {
    asked.from = from ? startOfDay(from) : null
    // The last day is among them.
    asked.to = to && to >= from ? startOfDay(daysFrom(to, 1)) : null
  } else if (preset === 'year') asked.from = startOfDay(`${today.slice(0, 4)}-01-01`)
  else if (DAYS[preset]) asked.from = startOfDay(daysFrom(today, 1 - DAYS[preset]))
  return Object.fromEntries(Object.entries(asked).filter((entry): entry is [string, string] => entry[1] !== null))
}

/** Picks that time, and what reports over time are cut into. */
export function PeriodPicker({
  chosen,
  timeZone,
  withUnit = true,
}: {
  chosen: Chosen
  timeZone: string
  withUnit?: boolean
}) {
  const { t } = useTranslation('desk')
  const [, setPeriod] = useParam('period')
  const [, setFrom] = useParam('from')
  const [, setTo] = useParam('to')
  const [unit, setUnit] = useParam('unit')
  const zone = t('inZone', { zone: timeZone.replaceAll('_', ' ') })
  return (
    <Group align="flex-start">
      <Select
        label={t('reports.period.label')}
        description={zone}
        data={PRESETS.map(value => ({ value, label: t(`reports.period.${value}`) }))}
        value={chosen.preset}
        onChange={value => setPeriod(value ?? '', value === 'custom' ? {} : { from: '', to: '' })}
        allowDeselect={false}
        w={200}
      />
      {chosen.preset === 'custom' && (
        <>
          <TextInput
            type="date"
            label={t('reports.period.from')}
            description={t('reports.period.fromHint')}
            value={chosen.from}
            max={chosen.to || undefined}
            onChange={({ currentTarget }) => setFrom(currentTarget.value)}
          />
          <TextInput
            type="date"
            label={t('reports.period.to')}
            description={t('reports.period.toHint')}
            value={chosen.to}
            min={chosen.from || undefined}
            error={chosen.to !== '' && chosen.to < chosen.from ? t('reports.period.reversed') : null}
            onChange={({ currentTarget }) => setTo(currentTarget.value)}
          />
        </>
      )}
      {withUnit && (
        <Select
          label={t('reports.unit.label')}
          description={t('reports.unit.hint')}
          data={[
            { value: AUTO, label: t('reports.unit.auto') },
            ...UNITS.map(value => ({ value, label: t(`reports.unit.${value}`) })),
          ]}
          value={UNITS.find(each => each === unit) ?? AUTO}
          onChange={value => setUnit(value === null || value === AUTO ? '' : value)}
          allowDeselect={false}
          w={200}
        />
      )}
    </Group>
  )
}
