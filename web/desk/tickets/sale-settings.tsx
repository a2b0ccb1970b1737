import { Button, Fieldset, Group, NumberInput, Radio, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../shared/api.ts'
import { type DeskEvent, eventPath, useEvent } from '../events/event.tsx'
import { Clash } from '../parts/clash.tsx'
import { Failed } from '../parts/failed.tsx'
import { useRefusedFields } from '../parts/refused-fields.ts'
import { differing, type Shape, useRevised } from '../parts/revised.ts'
import { useSaid } from '../parts/said.ts'
import { useUnsaved } from '../parts/unsaved.ts'
import { useMay, useSiteChange, useSiteQuery } from '../site.tsx'
import { GuestSettings } from './guest-settings.tsx'
import { PaymentSettings } from './payment-settings.tsx'
import {
  REFUSED_SALE_FIELDS,
  SALE_MEMBERS,
  type SaleMember,
  type SaleValues,
  saleProblemsOf,
  saleValuesOf,
  saleWireOf,
} from './sale-values.ts'

const SHAPE: Shape<SaleValues, SaleMember> = { members: SALE_MEMBERS, wireOf: saleWireOf }

/** How the event sells, whatever the ticket: pausing, limits, tax, and how guests may pay. */
export function SaleSettings() {
  const event = useEvent()
  return (
    <Stack maw={640}>
      <SaleForm key={event.id} event={event} />
      <PaymentSettings />
      <GuestSettings />
    </Stack>
  )
}

function SaleForm({ event }: { event: DeskEvent }) {
  const { t, i18n } = useTranslation('desk')
  const refusedFields = useRefusedFields(REFUSED_SALE_FIELDS)
  const valuesOf = (of: DeskEvent) => saleValuesOf(of, i18n.language)
  const said = useSaid()
  const mayManage = useMay('MANAGE_EVENTS')
  const [failed, setFailed] = useState<ApiError | null>(null)
  const form = useForm<SaleValues>({
    initialValues: valuesOf(event),
    validate: values =>
      Object.fromEntries(
        Object.entries(saleProblemsOf(values)).map(([field, wrong]) => [field, t(`tickets.settings.wrong.${wrong}`)]),
      ),
  })
  const { refetch } = useSiteQuery<{ event: DeskEvent }>(eventPath(event.id))
  const change = useSiteChange<object>('PATCH', `/events/v3/events/${event.id}`)
  const revised = useRevised({
    // An event has no revision: what stands for it is when it was changed last.
    stored: { ...event, revision: event.updatedDate },
    valuesOf,
    shape: SHAPE,
    form,
    again: async () => {
      const now = (await refetch()).data?.event
      return now && { ...now, revision: now.updatedDate }
    },
  })
  useUnsaved(form.isDirty())

  async function save() {
    setFailed(null)
    try {
      const isSaved = await revised.send((ifUpdatedDate, { registrationPaused, ...tickets }) =>
        change.mutateAsync({
          event: {
            registration: {
              ...(registrationPaused !== undefined && { registrationPaused }),
              ...(Object.keys(tickets).length > 0 && { tickets }),
            },
          },
          ifUpdatedDate,
        }),
      )
      if (isSaved) said()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      setFailed(error)
      form.setErrors(refusedFields(error))
    }
  }

  const { values } = form
  const { clash } = revised
  const spell = (member: SaleMember, of: SaleValues) => {
    switch (member) {
      case 'registrationPaused':
        return of.isPaused ? t('on') : t('off')
      case 'guestsAssignedSeparately':
        return of.guestsAssignedSeparately ? t('on') : t('off')
      case 'ticketLimitPerOrder':
        return of.perOrder
      case 'reservationDurationInMinutes':
        return of.minutes
      case 'taxSettings':
        return of.tax === 'NONE' ? t('tickets.settings.tax.NONE.name') : `${of.taxName} ${of.taxRate} %`
    }
  }
  return (
    <form onSubmit={form.onSubmit(save)} noValidate>
      <Stack>
        <Fieldset legend={t('tickets.settings.selling')} disabled={!mayManage}>
          <Stack>
            <Switch
              label={t('tickets.settings.paused')}
              description={t('tickets.settings.pausedHint')}
              {...form.getInputProps('isPaused', { type: 'checkbox' })}
            />
            <NumberInput
              label={t('tickets.settings.perOrder')}
              description={t('tickets.settings.perOrderHint')}
              min={1}
              max={50}
              allowDecimal={false}
              maw={240}
              value={values.perOrder}
              error={form.errors.perOrder}
              onChange={perOrder => form.setFieldValue('perOrder', String(perOrder))}
            />
            <NumberInput
              label={t('tickets.settings.minutes')}
              description={t('tickets.settings.minutesHint')}
              min={5}
              max={30}
              allowDecimal={false}
              maw={240}
              value={values.minutes}
              error={form.errors.minutes}
              onChange={minutes => form.setFieldValue('minutes', String(minutes))}
            />
            <Switch
              label={t('tickets.settings.eachGuest')}
              description={t('tickets.settings.eachGuestHint')}
              {...form.getInputProps('guestsAssignedSeparately', { type: 'checkbox' })}
            />
          </Stack>
        </Fieldset>
        <Fieldset legend={t('tickets.settings.tax.title')} disabled={!mayManage}>
          <Stack>
            <Radio.Group
              aria-label={t('tickets.settings.tax.title')}
              value={values.tax}
              onChange={tax => form.setFieldValue('tax', tax as SaleValues['tax'])}
            >
              <Stack gap="xs">
                {(['NONE', 'INCLUDED_IN_PRICE', 'ADDED_AT_CHECKOUT'] as const).map(each => (
                  <Radio
                    key={each}
                    value={each}
                    label={t(`tickets.settings.tax.${each}.name`)}
                    description={t(`tickets.settings.tax.${each}.story`)}
                  />
                ))}
              </Stack>
            </Radio.Group>
            {values.tax !== 'NONE' && (
              <>
                <Group align="flex-start">
                  <TextInput
                    label={t('tickets.settings.tax.name')}
                    description={t('tickets.settings.tax.nameHint')}
                    required
                    maxLength={10}
                    w={200}
                    {...form.getInputProps('taxName')}
                  />
                  <TextInput
                    label={t('tickets.settings.tax.rate')}
                    description={t('tickets.settings.tax.rateHint')}
                    required
                    inputMode="decimal"
                    rightSection="%"
                    w={200}
                    {...form.getInputProps('taxRate')}
                  />
                </Group>
                <Switch
                  label={t('tickets.settings.tax.onGuestPrices')}
                  {...form.getInputProps('taxOnDonations', { type: 'checkbox' })}
                />
              </>
            )}
            <Text size="sm" c="dimmed">
              {t('tickets.settings.tax.later')}
            </Text>
          </Stack>
        </Fieldset>
        {failed && !clash && <Failed error={failed} />}
        {clash && (
          <Clash
            changes={clash.members.map(member => ({
              name: t(`tickets.settings.members.${member}`),
              theirs: spell(member, clash.theirs),
              mine: differing(SHAPE, clash.before, values).includes(member) ? spell(member, values) : null,
            }))}
            onTheirs={revised.takeTheirs}
            onMine={revised.keepMine}
          />
        )}
        <Button
          type="submit"
          w="fit-content"
          loading={change.isPending}
          disabled={!mayManage || clash !== null || !form.isDirty()}
        >
          {t('save')}
        </Button>
      </Stack>
    </form>
  )
}
