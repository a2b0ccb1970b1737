import { Alert, Anchor, Button, Fieldset, Group, List, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { ApiError } from '../../shared/api.ts'
import { Waiting } from '../desk.tsx'
import { Clash } from '../parts/clash.tsx'
import { Failed } from '../parts/failed.tsx'
import { useRefusedFields } from '../parts/refused-fields.ts'
import { differing, useRevised } from '../parts/revised.ts'
import { textOf } from '../parts/rich-text/ricos.ts'
import { useSaid } from '../parts/said.ts'
import { useUnsaved } from '../parts/unsaved.ts'
import { useMay, useSiteChange, useSiteQuery } from '../site.tsx'
import { CategoryField } from './category-field.tsx'
import { type DeskEvent, useEvent } from './event.tsx'
import { eventOf, FACTS, type FactMember, type Facts, factsOf, problemsOf, REFUSED_FACTS } from './facts.ts'
import styles from './facts-tab.module.css'
import { DateDisplayFields, DateFields, PlaceFields, RegistrationFields, TextFields, TitleFields } from './fields.tsx'
import { SeoFields } from './seo-fields.tsx'
import { useEventDate } from './spelled.ts'

const FIELDSETS = ['DETAILS', 'TEXTS', 'REGISTRATION', 'URLS', 'SEO_SETTINGS']

function factsPath(eventId: string): string {
  return `/events/v3/events/${eventId}?${FIELDSETS.map(each => `fields=${each}`).join('&')}`
}

/** All that an event is, to be changed. */
export default function FactsTab() {
  const { id } = useEvent()
  const { data, error, refetch } = useSiteQuery<{ event: DeskEvent }>(factsPath(id))
  if (error && !data) return <Failed error={error} again={refetch} />
  if (!data) return <Waiting />
  return <FactsOf key={id} event={data.event} again={async () => (await refetch()).data?.event} />
}

function FactsOf({ event, again }: { event: DeskEvent; again: () => Promise<DeskEvent | undefined> }) {
  const { t } = useTranslation('desk')
  const refusedFields = useRefusedFields(REFUSED_FACTS)
  const said = useSaid()
  const mayManage = useMay('MANAGE_EVENTS')
  const initialType = event.registration?.initialType ?? 'TICKETING'
  const form = useForm<Facts>({
    initialValues: factsOf(event, 'UTC'),
    validate: values => {
      const problems = Object.entries(problemsOf(values, initialType))
      return Object.fromEntries(problems.map(([field, problem]) => [field, t(`events.wrong.${problem}`)]))
    },
  })
  const [failed, setFailed] = useState<ApiError | null>(null)
  const change = useSiteChange<object>('PATCH', `/events/v3/events/${event.id}`)
  const stored = useMemo(() => ({ ...event, revision: event.updatedDate }), [event])
  const revised = useRevised({
    // An event has no revision: what stands for it is when it was changed last.
    stored,
    valuesOf: of => factsOf(of, 'UTC'),
    shape: FACTS,
    form,
    again: async () => {
      const now = await again()
      return now && { ...now, revision: now.updatedDate }
    },
  })
  useUnsaved(form.isDirty())

  async function save() {
    setFailed(null)
    try {
      const isSaved = await revised.send((ifUpdatedDate, patch) =>
        change.mutateAsync({ event: eventOf(patch), ifUpdatedDate, fields: FIELDSETS }),
      )
      if (isSaved) said()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      setFailed(error)
      form.setErrors(refusedFields(error))
    }
  }

  const { clash } = revised
  const trouble = useRef<HTMLDivElement>(null)
  const isInTrouble = clash !== null || failed !== null
  // The form is long: what is wrong with it is looked at where it stands.
  useEffect(() => {
    if (isInTrouble) trouble.current?.scrollIntoView({ block: 'center' })
  }, [isInTrouble])
  const isGuestTold =
    (event.status === 'UPCOMING' || event.status === 'STARTED') &&
    differing(FACTS, factsOf(event, 'UTC'), form.values).some(
      each => each === 'dateAndTimeSettings' || each === 'location',
    )
  const parts = { form, disabled: !mayManage }
  return (
    <form onSubmit={form.onSubmit(save, focusFirst)} noValidate>
      <Stack maw={760}>
        <Fieldset legend={t('events.about')}>
          <Stack>
            <TitleFields {...parts} />
            {event.detailedDescription && !event.description && (
              <Alert color="indigo">{t('events.writtenAsHtml')}</Alert>
            )}
            <TextFields {...parts} />
          </Stack>
        </Fieldset>
        <Fieldset legend={t('events.when')}>
          <Stack>
            <DateFields {...parts} />
            <DateDisplayFields {...parts} />
            <OtherDates event={event} />
          </Stack>
        </Fieldset>
        <Fieldset legend={t('events.where')}>
          <Stack>
            <PlaceFields {...parts} />
          </Stack>
        </Fieldset>
        <Fieldset legend={t('events.who')}>
          <Stack>
            <RegistrationFields {...parts} initialType={initialType} />
          </Stack>
        </Fieldset>
        <Fieldset legend={t('events.found')}>
          <Stack>
            <TextInput
              label={t('events.slug')}
              description={t('events.slugHint', { base: event.eventPageUrl?.base ?? '' })}
              maxLength={130}
              disabled={!mayManage}
              {...form.getInputProps('slug')}
            />
            <CategoryField eventId={event.id} />
          </Stack>
        </Fieldset>
        <Fieldset legend={t('seo.legend')}>
          <Stack>
            <SeoFields form={form} disabled={!mayManage} base={event.eventPageUrl?.base ?? ''} />
          </Stack>
        </Fieldset>
        {isGuestTold && <Alert color="indigo">{t('events.guestsAreTold')}</Alert>}
        <div ref={trouble} />
        {failed && !clash && <Failed error={failed} />}
        {clash && (
          <Clash
            changes={clash.members.map(member => ({
              name: t(`events.members.${member}`),
              theirs: spelled(member, clash.theirs, t),
              mine: differing(FACTS, clash.before, form.values).includes(member)
                ? spelled(member, form.values, t)
                : null,
            }))}
            onTheirs={revised.takeTheirs}
            onMine={revised.keepMine}
          />
        )}
        {mayManage && (
          <Group className={styles.bar}>
            <Button type="submit" loading={change.isPending} disabled={clash !== null || !form.isDirty()}>
              {t('save')}
            </Button>
            {form.isDirty() && (
              <Text size="sm" c="dimmed">
                {t('events.unsaved')}
              </Text>
            )}
          </Group>
        )}
      </Stack>
    </form>
  )
}

/** Who pressed the button sees what is wrong, however long the form is. */
function focusFirst(): void {
  setTimeout(() => document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus())
}

/** The other dates of a recurring event: each is an event by itself (events 2.1). */
function OtherDates({ event }: { event: DeskEvent }) {
  const { t } = useTranslation('desk')
  const date = useEventDate()
  const seriesId = event.dateAndTimeSettings?.recurringEvents?.categoryId
  const { data } = useSiteQuery<{ events: DeskEvent[]; total: number }>(
    `/boxoffice/v1/events?category=${seriesId}&limit=${DATES_SHOWN + 1}`,
    undefined,
    { enabled: seriesId !== undefined },
  )
  const others = (data?.events ?? []).filter(({ id }) => id !== event.id).slice(0, DATES_SHOWN)
  if (!data || others.length === 0) return null
  return (
    <Stack gap={4}>
      <Text size="sm">{t('events.otherDates', { count: data.total - 1 })}</Text>
      <List size="sm">
        {others.map(other => (
          <List.Item key={other.id}>
            <Anchor component={Link} href={`~/dashboard/events/${other.id}/facts`}>
              {date(other)}
            </Anchor>
          </List.Item>
        ))}
      </List>
    </Stack>
  )
}

const DATES_SHOWN = 10

type Translate = ReturnType<typeof useTranslation<'desk'>>['t']

/** What a form says of a member, in a line. */
function spelled(member: FactMember, facts: Facts, t: Translate): string {
  switch (member) {
    case 'title':
      return facts.title
    case 'shortDescription':
      return facts.shortDescription
    case 'description':
      return textOf(facts.description).slice(0, 200)
    case 'mainImage':
      return facts.picture ? (facts.picture.altText ?? facts.picture.filename ?? t('picture.shown')) : ''
    case 'dateAndTimeSettings':
      return facts.isDateOpen
        ? facts.dateMessage
        : `${facts.start.replace('T', ' ')} – ${facts.end.replace('T', ' ')} (${facts.timeZone})`
    case 'location':
      return facts.place === 'ONLINE'
        ? t('events.places.ONLINE')
        : [facts.placeName, facts.street, facts.postalCode, facts.city].filter(each => each !== '').join(', ')
    case 'registersBy':
      return facts.registersBy === 'ELSEWHERE' ? facts.externalUrl : t(`events.registersByIn.${facts.registersBy}`)
    case 'allowedGuestTypes':
      return facts.membersOnly ? t('on') : t('off')
    case 'registrationPaused':
      return facts.isPaused ? t('on') : t('off')
    case 'rsvp':
      return [facts.guestLimit, facts.mayDecline, facts.hasWaitlist, facts.answersFrom, facts.answersUntil]
        .filter(each => each !== '' && each !== false)
        .map(each => (each === true ? t('on') : each))
        .join(', ')
    case 'guestListSettings':
      return facts.showsGuests ? t('on') : t('off')
    case 'slug':
      return facts.slug
    case 'seo':
      return [facts.seoTitle, facts.seoDescription, facts.seoPicture?.url, facts.isUnlisted && t('seo.unlisted')]
        .filter(Boolean)
        .join(', ')
  }
}
