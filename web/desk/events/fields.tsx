import { Checkbox, Fieldset, Group, Select, Stack, Switch, Textarea, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { MomentField } from '../parts/moment-field.tsx'
import { PictureField } from '../parts/picture-field.tsx'
import { RichTextField } from '../parts/rich-text/rich-text-field.tsx'
import { endFor, type Facts } from './facts.ts'

export type FactsForm = UseFormReturnType<Facts>
type Fields = { form: FactsForm; disabled?: boolean }

/** What an event is called, and what is said of it in two lines. */
export function TitleFields({ form, disabled = false }: Fields) {
  const { t } = useTranslation('desk')
  return (
    <>
      <TextInput
        label={t('events.title')}
        required
        maxLength={120}
        disabled={disabled}
        {...form.getInputProps('title')}
      />
      <Textarea
        label={t('events.short')}
        description={t('events.shortHint')}
        maxLength={500}
        autosize
        minRows={2}
        maxRows={6}
        disabled={disabled}
        {...form.getInputProps('shortDescription')}
      />
    </>
  )
}

/** Its picture, and all that is said of it. */
export function TextFields({ form, disabled = false }: Fields) {
  const { t } = useTranslation('desk')
  return (
    <>
      <PictureField
        label={t('events.picture')}
        description={t('events.pictureHint')}
        disabled={disabled}
        value={form.values.picture}
        onChange={picture => form.setFieldValue('picture', picture)}
      />
      <RichTextField
        label={t('events.description')}
        description={t('events.descriptionHint')}
        disabled={disabled}
        value={form.values.description}
        onChange={description => form.setFieldValue('description', description)}
      />
    </>
  )
}

/** When it is: dates are told by a clock in the event's zone. */
export function DateFields({ form, disabled = false }: Fields) {
  const { t } = useTranslation('desk')
  const { values } = form
  const zones = useMemo(() => Intl.supportedValuesOf('timeZone'), [])
  return (
    <>
      {values.isDateOpen ? (
        <TextInput
          label={t('events.dateMessage')}
          description={t('events.dateMessageHint')}
          required
          maxLength={100}
          disabled={disabled}
          {...form.getInputProps('dateMessage')}
        />
      ) : (
        <Group align="flex-start" grow preventGrowOverflow={false}>
          <MomentField
            label={t('events.start')}
            timeZone={values.timeZone}
            required
            disabled={disabled}
            miw={200}
            {...form.getInputProps('start')}
            onChange={({ currentTarget: { value } }) => {
              form.setValues({ start: value, end: endFor(value, values) })
              form.clearFieldError('end')
            }}
          />
          <MomentField
            label={t('events.end')}
            timeZone={values.timeZone}
            required
            disabled={disabled}
            miw={200}
            {...form.getInputProps('end')}
          />
        </Group>
      )}
      <Checkbox
        label={t('events.isDateOpen')}
        disabled={disabled}
        {...form.getInputProps('isDateOpen', { type: 'checkbox' })}
      />
      <Select
        label={t('events.timeZone')}
        data={zones.includes(values.timeZone) ? zones : [values.timeZone, ...zones]}
        searchable
        limit={50}
        allowDeselect={false}
        disabled={disabled}
        {...form.getInputProps('timeZone')}
      />
    </>
  )
}

/** How much of the dates guests read. */
export function DateDisplayFields({ form, disabled = false }: Fields) {
  const { t } = useTranslation('desk')
  return (
    <Group>
      <Checkbox
        label={t('events.hidesEnd')}
        disabled={disabled || form.values.isDateOpen}
        {...form.getInputProps('hidesEnd', { type: 'checkbox' })}
      />
      <Checkbox
        label={t('events.showsZone')}
        disabled={disabled}
        {...form.getInputProps('showsZone', { type: 'checkbox' })}
      />
    </Group>
  )
}

/** Where it is. */
export function PlaceFields({ form, disabled = false }: Fields) {
  const { t } = useTranslation('desk')
  const { place } = form.values
  return (
    <>
      <Select
        label={t('events.placeKind')}
        data={(['VENUE', 'ONLINE', 'OPEN'] as const).map(each => ({ value: each, label: t(`events.places.${each}`) }))}
        allowDeselect={false}
        disabled={disabled}
        {...form.getInputProps('place')}
      />
      <TextInput
        label={t(place === 'OPEN' ? 'events.openPlaceName' : 'events.placeName')}
        required={place === 'OPEN'}
        maxLength={50}
        disabled={disabled}
        {...form.getInputProps('placeName')}
      />
      {place === 'VENUE' && <AddressFields form={form} disabled={disabled} />}
    </>
  )
}

function AddressFields({ form, disabled = false }: Fields) {
  const { t, i18n } = useTranslation('desk')
  const countries = useMemo(() => countriesIn(i18n.language), [i18n.language])
  return (
    <>
      <TextInput label={t('events.street')} maxLength={250} disabled={disabled} {...form.getInputProps('street')} />
      {form.values.street2 !== '' && (
        <TextInput label={t('events.street2')} maxLength={250} disabled={disabled} {...form.getInputProps('street2')} />
      )}
      <Group align="flex-start" grow preventGrowOverflow={false}>
        <TextInput
          label={t('events.postalCode')}
          maxLength={100}
          miw={120}
          disabled={disabled}
          {...form.getInputProps('postalCode')}
        />
        <TextInput
          label={t('events.city')}
          maxLength={100}
          miw={180}
          disabled={disabled}
          {...form.getInputProps('city')}
        />
        <Select
          label={t('events.country')}
          data={countries}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': t('remove') }}
          miw={180}
          disabled={disabled}
          {...form.getInputProps('country')}
          value={form.values.country || null}
          onChange={country => form.setFieldValue('country', country ?? '')}
        />
      </Group>
    </>
  )
}

/** How guests get in: here, elsewhere, or without any registration. */
export function RegistrationFields({
  form,
  initialType,
  disabled = false,
}: Fields & { initialType: 'RSVP' | 'TICKETING' }) {
  const { t } = useTranslation('desk')
  const { registersBy, timeZone } = form.values
  return (
    <>
      <Select
        label={t('events.registersBy')}
        data={(['HERE', 'ELSEWHERE', 'NOTHING'] as const).map(each => ({
          value: each,
          label: each === 'HERE' ? t(`events.registration.${initialType}`) : t(`events.registration.${each}`),
        }))}
        allowDeselect={false}
        disabled={disabled}
        {...form.getInputProps('registersBy')}
      />
      {registersBy === 'ELSEWHERE' && (
        <TextInput
          label={t('events.externalUrl')}
          required
          type="url"
          placeholder="https://"
          maxLength={2000}
          disabled={disabled}
          {...form.getInputProps('externalUrl')}
        />
      )}
      {registersBy === 'HERE' && initialType === 'RSVP' && (
        <Fieldset legend={t('events.answers')}>
          <Stack>
            <Switch
              label={t('events.isPaused')}
              disabled={disabled}
              {...form.getInputProps('isPaused', { type: 'checkbox' })}
            />
            <Switch
              label={t('events.mayDecline')}
              disabled={disabled}
              {...form.getInputProps('mayDecline', { type: 'checkbox' })}
            />
            <TextInput
              label={t('events.guestLimit')}
              description={t('events.guestLimitHint')}
              inputMode="numeric"
              maw={240}
              disabled={disabled}
              {...form.getInputProps('guestLimit')}
            />
            <Switch
              label={t('events.hasWaitlist')}
              disabled={disabled || form.values.guestLimit.trim() === ''}
              {...form.getInputProps('hasWaitlist', { type: 'checkbox' })}
            />
            <Group align="flex-start" grow preventGrowOverflow={false}>
              <MomentField
                label={t('events.answersFrom')}
                timeZone={timeZone}
                miw={200}
                disabled={disabled}
                {...form.getInputProps('answersFrom')}
              />
              <MomentField
                label={t('events.answersUntil')}
                timeZone={timeZone}
                miw={200}
                disabled={disabled}
                {...form.getInputProps('answersUntil')}
              />
            </Group>
          </Stack>
        </Fieldset>
      )}
      {registersBy === 'HERE' && (
        <Switch
          label={t('events.membersOnly')}
          description={t('events.membersOnlyHint')}
          disabled={disabled}
          {...form.getInputProps('membersOnly', { type: 'checkbox' })}
        />
      )}
      <Switch
        label={t('events.showsGuests')}
        disabled={disabled}
        {...form.getInputProps('showsGuests', { type: 'checkbox' })}
      />
    </>
  )
}

/** Countries by the names that the reader gives them; codes that stand for none are left out. */
function countriesIn(language: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' })
  const letters = Array.from({ length: 26 }, (_, at) => String.fromCharCode(65 + at))
  return letters
    .flatMap(first => letters.map(second => first + second))
    .flatMap(value => {
      const label = NO_COUNTRIES.has(value) ? undefined : names.of(value)
      return label ? [{ value, label }] : []
    })
    .toSorted((one, other) => one.label.localeCompare(other.label, language))
}

const NO_COUNTRIES: ReadonlySet<string> = new Set(['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ'])
