import { Alert, Fieldset, Group, NumberInput, Stack, TextInput } from '@mantine/core'
import { type UseFormReturnType, useForm } from '@mantine/form'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useParams } from 'wouter'
import { ApiError } from '../../shared/api.ts'
import { Waiting } from '../desk.tsx'
import { Clash } from '../parts/clash.tsx'
import { Failed } from '../parts/failed.tsx'
import { MomentField } from '../parts/moment-field.tsx'
import { momentOf } from '../parts/moments.ts'
import { NothingHere } from '../parts/nothing-here.tsx'
import { Page } from '../parts/page.tsx'
import { useRefusedFields } from '../parts/refused-fields.ts'
import { differing, type Shape, useRevised } from '../parts/revised.ts'
import { useSaid } from '../parts/said.ts'
import { SaveOrCancel } from '../parts/save-or-cancel.tsx'
import { useUnsaved } from '../parts/unsaved.ts'
import { useDate } from '../parts/use-date.ts'
import { useSiteChange, useSiteQuery } from '../site.tsx'
import {
  BENEFIT_MEMBERS,
  type Benefit,
  type BenefitMember,
  type BenefitValues,
  benefitProblemsOf,
  benefitValuesOf,
  benefitWireOf,
  EMPTY_BENEFIT,
  newBenefitOf,
  REFUSED_BENEFIT_FIELDS,
} from './benefit.ts'
import { pathOf } from './benefits.tsx'

type BenefitFormOf = UseFormReturnType<BenefitValues>
const BENEFITS = '/promotions/benefits'

function useBenefitForm(initialValues: BenefitValues, timeZone: string): BenefitFormOf {
  const { t } = useTranslation('desk')
  return useForm<BenefitValues>({
    initialValues,
    validate: values =>
      Object.fromEntries(
        Object.entries(benefitProblemsOf(values, timeZone)).map(([field, wrong]) => [
          field,
          t(`promotions.wrong.${wrong}`),
        ]),
      ),
  })
}

export function NewBenefit() {
  const { data, error, refetch } = useSiteQuery<{ site: { timeZoneId: string } }>('/boxoffice/v1/site')
  if (error && !data) return <Failed error={error} again={refetch} />
  if (!data) return <Waiting />
  return <NewForm timeZone={data.site.timeZoneId} />
}

function NewForm({ timeZone }: { timeZone: string }) {
  const { t } = useTranslation('desk')
  const refusedFields = useRefusedFields(REFUSED_BENEFIT_FIELDS)
  const [, go] = useLocation()
  const said = useSaid()
  const form = useBenefitForm(EMPTY_BENEFIT, timeZone)
  const create = useSiteChange<object>('POST', '/boxoffice/v1/pricing-plan-benefits')
  const forget = useUnsaved(form.isDirty())
  return (
    <Page title={t('promotions.benefits.add')}>
      <BenefitForm
        form={form}
        timeZone={timeZone}
        isNew
        onSubmit={() =>
          create.mutate(
            { benefit: newBenefitOf(form.getValues(), timeZone) },
            {
              onSuccess: () => {
                forget()
                said()
                go(BENEFITS)
              },
              onError: refused => form.setErrors(refusedFields(refused)),
            },
          )
        }
      >
        {create.error && <Failed error={create.error} />}
        <SaveOrCancel back={BENEFITS} isPending={create.isPending} />
      </BenefitForm>
    </Page>
  )
}

export function EditBenefit() {
  const { planOrderId = '', benefitId = '' } = useParams<{ planOrderId: string; benefitId: string }>()
  const site = useSiteQuery<{ site: { timeZoneId: string } }>('/boxoffice/v1/site')
  const one = useSiteQuery<{ benefit: Benefit }>(
    `/boxoffice/v1/pricing-plan-benefits/${pathOf({ planOrderId, benefitId })}`,
  )
  const benefit = one.data?.benefit
  if (!benefit && (one.error?.status === 404 || one.error?.status === 400)) return <NothingHere />
  const error = site.error ?? one.error
  if (error && (!site.data || !benefit))
    return <Failed error={error} again={() => Promise.all([site.refetch(), one.refetch()])} />
  if (!site.data || !benefit) return <Waiting />
  return (
    <EditForm
      key={pathOf(benefit)}
      stored={benefit}
      isGone={one.error?.status === 404}
      timeZone={site.data.site.timeZoneId}
      again={async () => (await one.refetch()).data?.benefit}
    />
  )
}

function EditForm({
  stored,
  isGone,
  timeZone,
  again,
}: {
  stored: Benefit
  isGone: boolean
  timeZone: string
  again: () => Promise<Benefit | undefined>
}) {
  const { t, i18n } = useTranslation('desk')
  const { moment } = useDate(timeZone)
  const refusedFields = useRefusedFields(REFUSED_BENEFIT_FIELDS)
  const [, go] = useLocation()
  const said = useSaid()
  const [failed, setFailed] = useState<ApiError | null>(null)
  const shape: Shape<BenefitValues, BenefitMember> = {
    members: BENEFIT_MEMBERS,
    wireOf: values => benefitWireOf(values, timeZone),
  }
  const valuesOf = (of: Benefit) => benefitValuesOf(of, { timeZone, locale: i18n.language })
  const form = useBenefitForm(valuesOf(stored), timeZone)
  const change = useSiteChange<object>('PATCH', `/boxoffice/v1/pricing-plan-benefits/${pathOf(stored)}`)
  const revised = useRevised({ stored, valuesOf, shape, form, again })
  const forget = useUnsaved(form.isDirty())
  const { clash } = revised

  async function save() {
    setFailed(null)
    try {
      const isSaved = await revised.send((revision, patch) => change.mutateAsync({ benefit: { revision, ...patch } }))
      if (!isSaved) return
      forget()
      said()
      go(BENEFITS)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      // Somebody deleted it: then it says so.
      if (error.status === 404) await again()
      setFailed(error)
      form.setErrors(refusedFields(error))
    }
  }

  /** What a form says of a member, in words. */
  function spell(member: BenefitMember, values: BenefitValues): string {
    if (member === 'rate') return `${values.rate} %`
    if (member !== 'startDate' && member !== 'endDate') return values[member]
    const at = momentOf(member === 'startDate' ? values.start : values.end, timeZone)
    return at === null ? '' : moment(at)
  }

  return (
    <Page title={stored.name}>
      {isGone && <Alert color="orange">{t('promotions.benefits.gone')}</Alert>}
      {stored.quantityUsed > 0 && (
        <Alert color="indigo">{t('promotions.benefits.wasUsed', { count: stored.quantityUsed })}</Alert>
      )}
      <BenefitForm form={form} timeZone={timeZone} isNew={false} onSubmit={save}>
        {failed && !clash && <Failed error={failed} />}
        {clash && (
          <Clash
            changes={clash.members.map(member => ({
              name: t(`promotions.benefits.members.${member}`),
              theirs: spell(member, clash.theirs),
              mine: differing(shape, clash.before, form.values).includes(member) ? spell(member, form.values) : null,
            }))}
            onTheirs={revised.takeTheirs}
            onMine={revised.keepMine}
          />
        )}
        <SaveOrCancel
          back={BENEFITS}
          isPending={change.isPending}
          isDisabled={isGone || clash !== null || !form.isDirty()}
        />
      </BenefitForm>
    </Page>
  )
}

function BenefitForm({
  form,
  timeZone,
  isNew,
  onSubmit,
  children,
}: {
  form: BenefitFormOf
  timeZone: string
  isNew: boolean
  onSubmit: () => void
  children: ReactNode
}) {
  const { t } = useTranslation('desk')
  return (
    <form onSubmit={form.onSubmit(onSubmit)} noValidate>
      <Stack maw={640}>
        <Fieldset legend={t('promotions.benefits.whose')}>
          <Stack>
            {(['memberId', 'planId', 'planOrderId'] as const).map(name => (
              <TextInput
                key={name}
                label={t(`promotions.benefits.${name}`)}
                description={t(`promotions.benefits.${name}Hint`)}
                required
                maxLength={40}
                // What it belongs to does not change.
                readOnly={!isNew}
                {...form.getInputProps(name)}
              />
            ))}
          </Stack>
        </Fieldset>
        <Fieldset legend={t('promotions.form.off')}>
          <Stack>
            <TextInput
              label={t('promotions.form.name')}
              description={t('promotions.form.nameHint')}
              required
              maxLength={100}
              {...form.getInputProps('name')}
            />
            <TextInput
              label={t('promotions.form.percent')}
              required
              inputMode="decimal"
              rightSection="%"
              maw={200}
              {...form.getInputProps('rate')}
            />
            <NumberInput
              label={t('promotions.benefits.quantityMax')}
              description={t('promotions.form.usesHint')}
              min={1}
              allowDecimal={false}
              maw={220}
              value={form.values.quantityMax}
              error={form.errors.quantityMax}
              onChange={count => form.setFieldValue('quantityMax', String(count))}
            />
            <Group align="flex-start" grow preventGrowOverflow={false}>
              <MomentField
                timeZone={timeZone}
                label={t('promotions.form.start')}
                miw={220}
                {...form.getInputProps('start')}
              />
              <MomentField
                timeZone={timeZone}
                label={t('promotions.form.end')}
                miw={220}
                {...form.getInputProps('end')}
              />
            </Group>
          </Stack>
        </Fieldset>
        {children}
      </Stack>
    </form>
  )
}
