import {
  Alert,
  Button,
  Checkbox,
  Chip,
  Fieldset,
  Grid,
  Group,
  NumberInput,
  Radio,
  ScrollArea,
  Select,
  Stack,
  Text,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { Waiting } from '../desk.tsx'
import { Failed } from '../parts/failed.tsx'
import { momentOf } from '../parts/moments.ts'
import { Page } from '../parts/page.tsx'
import { useRefusedFields } from '../parts/refused-fields.ts'
import { useSaid } from '../parts/said.ts'
import { useUnsaved } from '../parts/unsaved.ts'
import { useSiteChange, useSiteQuery } from '../site.tsx'
import type { DeskEvent } from './event.tsx'
import { emptyFacts, eventOf, FACTS, type Facts, problemsOf, REFUSED_FACTS } from './facts.ts'
import { DateFields, PlaceFields, TextFields, TitleFields } from './fields.tsx'
import { PreviewCard } from './preview-card.tsx'
import { DATES_MAX, type Dates, datesOf, type Repeat } from './recurrence.ts'

type Kind = 'TICKETING' | 'RSVP'

/** Makes an event: always a draft at first, which is looked at and then published. */
export function NewEventPage() {
  const { data, error, refetch } = useSiteQuery<{ site: { timeZoneId: string } }>('/boxoffice/v1/site')
  if (error && !data) return <Failed error={error} again={refetch} />
  if (!data) return <Waiting />
  return <NewEvent timeZone={data.site.timeZoneId} />
}

function NewEvent({ timeZone }: { timeZone: string }) {
  const { t } = useTranslation('desk')
  const refusedFields = useRefusedFields(REFUSED_FACTS)
  const said = useSaid()
  const [, go] = useLocation()
  const [kind, setKind] = useState<Kind>('TICKETING')
  const [repeat, setRepeat] = useState<Repeat | null>(null)
  const [leftOut, setLeftOut] = useState<ReadonlySet<string>>(new Set())
  const form = useForm<Facts>({
    initialValues: emptyFacts(timeZone),
    validate: values => {
      const problems = Object.entries(problemsOf(values, kind))
      return Object.fromEntries(problems.map(([field, problem]) => [field, t(`events.wrong.${problem}`)]))
    },
  })
  const create = useSiteChange<object, { event: DeskEvent }>('POST', '/events/v3/events')
  const forget = useUnsaved(form.isDirty())
  const { values } = form
  const dates = useMemo(() => (repeat && !values.isDateOpen ? datesOf(values, repeat) : []), [repeat, values])
  const kept = dates.filter(({ start }) => !leftOut.has(start))

  function save(facts: Facts): void {
    create.mutate(newEvent(facts, kind, kept), {
      onSuccess: ({ event }) => {
        forget()
        said(t('events.created'))
        go(`/events/${event.id}/overview`)
      },
      onError: error => form.setErrors(refusedFields(error)),
    })
  }

  return (
    <Page title={t('events.new')}>
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <form onSubmit={form.onSubmit(save, focusFirst)} noValidate>
            <Stack>
              <Radio.Group label={t('events.kind')} value={kind} onChange={value => setKind(value as Kind)}>
                <Stack gap="xs" mt="xs">
                  {(['TICKETING', 'RSVP'] as const).map(each => (
                    <Radio
                      key={each}
                      value={each}
                      label={t(`events.kinds.${each}.name`)}
                      description={t(`events.kinds.${each}.story`)}
                    />
                  ))}
                </Stack>
              </Radio.Group>
              <TitleFields form={form} />
              <Fieldset legend={t('events.when')}>
                <Stack>
                  <DateFields form={form} />
                  {!values.isDateOpen && (
                    <RepeatFields
                      repeat={repeat}
                      onChange={next => {
                        setRepeat(next)
                        setLeftOut(new Set())
                      }}
                    />
                  )}
                  {repeat && dates.length > 0 && (
                    <DateList
                      dates={dates}
                      leftOut={leftOut}
                      onToggle={start =>
                        setLeftOut(before => {
                          const after = new Set(before)
                          if (!after.delete(start)) after.add(start)
                          return after
                        })
                      }
                    />
                  )}
                </Stack>
              </Fieldset>
              <Fieldset legend={t('events.where')}>
                <Stack>
                  <PlaceFields form={form} />
                </Stack>
              </Fieldset>
              <Fieldset legend={t('events.more')}>
                <Stack>
                  <TextFields form={form} />
                </Stack>
              </Fieldset>
              {create.error && <Failed error={create.error} />}
              {repeat && kept.length === 0 && dates.length > 0 && <Alert color="orange">{t('events.noDates')}</Alert>}
              <Button
                type="submit"
                w="fit-content"
                loading={create.isPending}
                disabled={repeat !== null && dates.length > 0 && kept.length === 0}
              >
                {kept.length > 1 ? t('events.createMany', { count: kept.length }) : t('events.create')}
              </Button>
              <Text size="sm" c="dimmed">
                {t('events.createHint')}
              </Text>
            </Stack>
          </form>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <PreviewCard facts={values} moreDates={Math.max(0, kept.length - 1)} />
        </Grid.Col>
      </Grid>
    </Page>
  )
}

function focusFirst(): void {
  setTimeout(() => document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus())
}

/** A draft of what was typed; with several dates the first of them is the event's own (events 2.2.5). */
export function newEvent(facts: Facts, initialType: Kind, dates: readonly Dates[]) {
  const [first] = dates
  const own = first && dates.length > 1 ? { ...facts, ...first } : facts
  const { title, shortDescription, description, mainImage, dateAndTimeSettings, location } = FACTS.wireOf(own)
  const { timeZone, showsZone } = facts
  const individualEventDates = dates.map(({ start, end }) => ({
    startDate: momentOf(start, timeZone),
    endDate: momentOf(end, timeZone),
    timeZoneId: timeZone,
    showTimeZone: showsZone,
  }))
  const event = eventOf({ title, shortDescription, description, mainImage, dateAndTimeSettings, location })
  return {
    event: {
      ...event,
      ...(dates.length > 1 && {
        dateAndTimeSettings: { ...(dateAndTimeSettings as object), recurringEvents: { individualEventDates } },
      }),
      registration: { initialType },
    },
    draft: true,
    fields: ['DETAILS', 'REGISTRATION', 'URLS'],
  }
}

const ONCE_A_WEEK: Repeat = { every: 1, unit: 'WEEK', weekdays: [], count: 6 }

function RepeatFields({ repeat, onChange }: { repeat: Repeat | null; onChange: (repeat: Repeat | null) => void }) {
  const { t, i18n } = useTranslation('desk')
  const weekday = new Intl.DateTimeFormat(i18n.language, { weekday: 'short', timeZone: 'UTC' })
  return (
    <>
      <Checkbox
        label={t('repeat.do')}
        description={t('repeat.hint')}
        checked={repeat !== null}
        onChange={({ currentTarget: { checked } }) => onChange(checked ? ONCE_A_WEEK : null)}
      />
      {repeat && (
        <>
          <Group align="flex-end">
            <NumberInput
              label={t('repeat.every')}
              min={1}
              max={99}
              allowDecimal={false}
              w={110}
              value={repeat.every}
              onChange={value => onChange({ ...repeat, every: Number(value) || 1 })}
            />
            <Select
              label={t('repeat.unit')}
              data={(['DAY', 'WEEK', 'MONTH'] as const).map(each => ({
                value: each,
                label: t(`repeat.units.${each}`),
              }))}
              allowDeselect={false}
              w={160}
              value={repeat.unit}
              onChange={unit => onChange({ ...repeat, unit: unit as Repeat['unit'], weekdays: [] })}
            />
            <NumberInput
              label={t('repeat.count')}
              min={2}
              max={DATES_MAX}
              allowDecimal={false}
              w={160}
              value={repeat.count}
              onChange={value => onChange({ ...repeat, count: Number(value) || 2 })}
            />
          </Group>
          {repeat.unit === 'WEEK' && (
            <Chip.Group
              multiple
              value={repeat.weekdays.map(String)}
              onChange={days => onChange({ ...repeat, weekdays: days.map(Number) })}
            >
              <Group gap="xs" role="group" aria-label={t('repeat.weekdays')}>
                {[1, 2, 3, 4, 5, 6, 7].map(day => (
                  <Chip key={day} value={String(day)} variant="light" size="sm">
                    {weekday.format(Date.UTC(2024, 0, day))}
                  </Chip>
                ))}
              </Group>
            </Chip.Group>
          )}
        </>
      )}
    </>
  )
}

function DateList({
  dates,
  leftOut,
  onToggle,
}: {
  dates: readonly Dates[]
  leftOut: ReadonlySet<string>
  onToggle: (start: string) => void
}) {
  const { t, i18n } = useTranslation('desk')
  const format = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' })
  return (
    <Stack gap={4}>
      <Text size="sm" fw={500}>
        {t('repeat.dates', { count: dates.length - leftOut.size })}
      </Text>
      <ScrollArea.Autosize mah={240} type="auto" viewportProps={{ tabIndex: 0 }}>
        <Stack gap={4} role="group" aria-label={t('repeat.dates', { count: dates.length - leftOut.size })}>
          {dates.map(({ start }) => (
            <Checkbox
              key={start}
              size="sm"
              label={format.format(new Date(`${start}Z`))}
              checked={!leftOut.has(start)}
              onChange={() => onToggle(start)}
            />
          ))}
        </Stack>
      </ScrollArea.Autosize>
    </Stack>
  )
}
