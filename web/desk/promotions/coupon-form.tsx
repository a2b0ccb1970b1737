import {
  Alert,
  Button,
  Fieldset,
  Group,
  NumberInput,
  Radio,
  SegmentedControl,
  Select,
  Stack,
  TextInput,
} from '@mantine/core'
import { type UseFormReturnType, useForm } from '@mantine/form'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useParams } from 'wouter'
import { ApiError } from '../../shared/api.ts'
import { spellMoney } from '../../shared/money.ts'
import { Waiting } from '../desk.tsx'
import { Clash } from '../parts/clash.tsx'
import { EventSelect } from '../parts/event-select.tsx'
import { Failed } from '../parts/failed.tsx'
import { MomentField } from '../parts/moment-field.tsx'
import { momentOf } from '../parts/moments.ts'
import { MoneyField } from '../parts/money-field.tsx'
import { NothingHere } from '../parts/nothing-here.tsx'
import { Page } from '../parts/page.tsx'
import { useRefusedFields } from '../parts/refused-fields.ts'
import { CurrencyField } from '../parts/region-fields.tsx'
import { differing, type Shape, useRevised } from '../parts/revised.ts'
import { useSaid } from '../parts/said.ts'
import { SaveOrCancel } from '../parts/save-or-cancel.tsx'
import { useUnsaved } from '../parts/unsaved.ts'
import { useDate } from '../parts/use-date.ts'
import { useSiteChange, useSiteQuery } from '../site.tsx'
import {
  COUPON_MEMBERS,
  type Coupon,
  type CouponMember,
  type CouponValues,
  couponProblemsOf,
  couponSent,
  couponValuesOf,
  couponWireOf,
  emptyCoupon,
  newCode,
  REFUSED_COUPON_FIELDS,
} from './coupon.ts'

type SiteFacts = { currency: string; timeZoneId: string }
type CouponFormOf = UseFormReturnType<CouponValues>

function useCouponForm(initialValues: CouponValues, timeZone: string): CouponFormOf {
  const { t } = useTranslation('desk')
  return useForm<CouponValues>({
    initialValues,
    validate: values =>
      Object.fromEntries(
        Object.entries(couponProblemsOf(values, timeZone)).map(([field, wrong]) => [
          field,
          t(`promotions.wrong.${wrong}`),
        ]),
      ),
  })
}

export function NewCoupon() {
  const { data, error, refetch } = useSiteQuery<{ site: SiteFacts }>('/boxoffice/v1/site')
  if (error && !data) return <Failed error={error} again={refetch} />
  if (!data) return <Waiting />
  return <NewForm site={data.site} />
}

function NewForm({ site }: { site: SiteFacts }) {
  const { t } = useTranslation('desk')
  const refusedFields = useRefusedFields(REFUSED_COUPON_FIELDS)
  const [, go] = useLocation()
  const said = useSaid()
  const form = useCouponForm(emptyCoupon(site.currency), site.timeZoneId)
  const create = useSiteChange<object>('POST', '/boxoffice/v1/coupons')
  const forget = useUnsaved(form.isDirty())
  return (
    <Page title={t('promotions.coupons.add')}>
      <CouponForm
        form={form}
        timeZone={site.timeZoneId}
        onSubmit={() =>
          create.mutate(
            { coupon: couponSent(couponWireOf(form.getValues(), site.timeZoneId)) },
            {
              onSuccess: () => {
                forget()
                said()
                go('/promotions/coupons')
              },
              onError: refused => form.setErrors(refusedFields(refused)),
            },
          )
        }
      >
        {create.error && <Failed error={create.error} />}
        <SaveOrCancel back="/promotions/coupons" isPending={create.isPending} />
      </CouponForm>
    </Page>
  )
}

export function EditCoupon() {
  const { couponId } = useParams<{ couponId: string }>()
  const site = useSiteQuery<{ site: SiteFacts }>('/boxoffice/v1/site')
  const one = useSiteQuery<{ coupon: Coupon }>(`/boxoffice/v1/coupons/${couponId}`)
  const coupon = one.data?.coupon
  const ticketId = coupon?.scope.group === 'ticket' ? coupon.scope.entityId : undefined
  const definition = useSiteQuery<{ ticketDefinition: { eventId: string } }>(
    `/events/v3/ticket-definitions/${ticketId}`,
    undefined,
    { enabled: ticketId !== undefined },
  )
  const error = site.error ?? one.error
  if (one.error?.status === 404 && !coupon) return <NothingHere />
  if (error && (!site.data || !coupon))
    return <Failed error={error} again={() => Promise.all([site.refetch(), one.refetch()])} />
  if (!site.data || !coupon || (ticketId !== undefined && definition.isPending)) return <Waiting />
  return (
    <EditForm
      key={coupon.id}
      stored={coupon}
      isGone={one.error?.status === 404}
      // Of a definition that was deleted nobody says any more of which event it was.
      eventId={definition.data?.ticketDefinition.eventId ?? null}
      site={site.data.site}
      again={async () => (await one.refetch()).data?.coupon}
    />
  )
}

function EditForm({
  stored,
  isGone,
  eventId,
  site,
  again,
}: {
  stored: Coupon
  isGone: boolean
  eventId: string | null
  site: SiteFacts
  again: () => Promise<Coupon | undefined>
}) {
  const { t, i18n } = useTranslation('desk')
  const refusedFields = useRefusedFields(REFUSED_COUPON_FIELDS)
  const [, go] = useLocation()
  const said = useSaid()
  const [failed, setFailed] = useState<ApiError | null>(null)
  const timeZone = site.timeZoneId
  const shape: Shape<CouponValues, CouponMember> = {
    members: COUPON_MEMBERS,
    wireOf: values => couponWireOf(values, timeZone),
  }
  const valuesOf = (of: Coupon) =>
    couponValuesOf(of, { timeZone, currency: site.currency, eventId, locale: i18n.language })
  const form = useCouponForm(valuesOf(stored), timeZone)
  const change = useSiteChange<object>('PATCH', `/boxoffice/v1/coupons/${stored.id}`)
  const revised = useRevised({ stored, valuesOf, shape, form, again })
  const spell = useSpelled(timeZone)
  const forget = useUnsaved(form.isDirty())
  const { clash } = revised

  async function save() {
    setFailed(null)
    try {
      const isSaved = await revised.send((revision, patch) =>
        change.mutateAsync({ coupon: { revision, ...couponSent(patch) } }),
      )
      if (!isSaved) return
      forget()
      said()
      go('/promotions/coupons')
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      // Somebody deleted it: then it says so.
      if (error.status === 404) await again()
      setFailed(error)
      form.setErrors(refusedFields(error))
    }
  }

  return (
    <Page title={stored.code}>
      {isGone && <Alert color="orange">{t('promotions.coupons.gone')}</Alert>}
      {stored.uses > 0 && <Alert color="indigo">{t('promotions.coupons.used', { count: stored.uses })}</Alert>}
      <CouponForm form={form} timeZone={timeZone} onSubmit={save}>
        {failed && !clash && <Failed error={failed} />}
        {clash && (
          <Clash
            changes={clash.members.map(member => ({
              name: t(`promotions.members.${member}`),
              theirs: spell(member, clash.theirs),
              mine: differing(shape, clash.before, form.values).includes(member) ? spell(member, form.values) : null,
            }))}
            onTheirs={revised.takeTheirs}
            onMine={revised.keepMine}
          />
        )}
        <SaveOrCancel
          back="/promotions/coupons"
          isPending={change.isPending}
          isDisabled={isGone || clash !== null || !form.isDirty()}
        />
      </CouponForm>
    </Page>
  )
}

/** What a form says of a member, in words. */
function useSpelled(timeZone: string): (member: CouponMember, values: CouponValues) => string {
  const { t, i18n } = useTranslation('desk')
  const { moment } = useDate(timeZone)
  const spellAmount = (typed: string, currency: string) =>
    /^\d+([.,]\d+)?$/.test(typed) ? spellMoney({ value: typed.replace(',', '.'), currency }, i18n.language) : typed
  const spellMoment = (typed: string) => {
    const at = momentOf(typed, timeZone)
    return at === null ? '' : moment(at)
  }
  return (member, values) => {
    switch (member) {
      case 'off':
        return values.kind === 'PERCENT' ? `${values.percent} %` : spellAmount(values.amount, values.currency)
      case 'appliesPer':
        return t(`promotions.coupons.per.${values.appliesPer}`)
      case 'scope':
        return t(`promotions.form.scope.${values.scope}`)
      case 'minimumSubTotal':
        return values.minimum === '' ? '' : spellAmount(values.minimum, values.currency)
      case 'startDate':
        return spellMoment(values.start)
      case 'endDate':
        return spellMoment(values.end)
      default:
        return values[member]
    }
  }
}

function CouponForm({
  form,
  timeZone,
  onSubmit,
  children,
}: {
  form: CouponFormOf
  timeZone: string
  onSubmit: () => void
  children: ReactNode
}) {
  const { t } = useTranslation('desk')
  const { values } = form
  const { data } = useSiteQuery<{ ticketDefinitions: { id: string; name: string }[] }>(
    '/events/v3/ticket-definitions/query',
    { query: { filter: { eventId: values.eventId }, cursorPaging: { limit: 100 } } },
    { enabled: values.scope === 'TICKET' && values.eventId !== null },
  )
  return (
    <form onSubmit={form.onSubmit(onSubmit)} noValidate>
      <Stack maw={640}>
        <Fieldset legend={t('promotions.form.what')}>
          <Stack>
            <TextInput
              label={t('promotions.form.code')}
              description={t('promotions.form.codeHint')}
              required
              maxLength={20}
              styles={{ input: { textTransform: 'uppercase' } }}
              {...form.getInputProps('code')}
            />
            <Button
              variant="default"
              size="compact-md"
              w="fit-content"
              onClick={() => form.setFieldValue('code', newCode())}
            >
              {t('promotions.form.makeCode')}
            </Button>
            <TextInput
              label={t('promotions.form.name')}
              description={t('promotions.form.nameHint')}
              required
              maxLength={50}
              {...form.getInputProps('name')}
            />
          </Stack>
        </Fieldset>
        <Fieldset legend={t('promotions.form.off')}>
          <Stack>
            <SegmentedControl
              aria-label={t('promotions.form.off')}
              w="fit-content"
              data={(['PERCENT', 'AMOUNT'] as const).map(value => ({
                value,
                label: t(`promotions.form.kind.${value}`),
              }))}
              value={values.kind}
              onChange={kind => form.setFieldValue('kind', kind)}
            />
            {values.kind === 'PERCENT' ? (
              <TextInput
                label={t('promotions.form.percent')}
                required
                inputMode="decimal"
                rightSection="%"
                maw={200}
                {...form.getInputProps('percent')}
              />
            ) : (
              <MoneyField
                currency={values.currency}
                label={t('promotions.form.amount')}
                required
                maw={240}
                {...form.getInputProps('amount')}
              />
            )}
            <Radio.Group
              label={t('promotions.form.per')}
              value={values.appliesPer}
              onChange={per => form.setFieldValue('appliesPer', per as CouponValues['appliesPer'])}
            >
              <Group mt="xs">
                {(['ORDER', 'TICKET'] as const).map(each => (
                  <Radio key={each} value={each} label={t(`promotions.coupons.per.${each}`)} />
                ))}
              </Group>
            </Radio.Group>
            <MoneyField
              currency={values.currency}
              label={t('promotions.form.minimum')}
              description={t('promotions.form.minimumHint')}
              maw={240}
              {...form.getInputProps('minimum')}
            />
            {(values.kind === 'AMOUNT' || values.minimum !== '') && (
              <CurrencyField
                label={t('promotions.form.currency')}
                description={t('promotions.form.currencyHint')}
                maw={240}
                {...form.getInputProps('currency')}
              />
            )}
          </Stack>
        </Fieldset>
        <Fieldset legend={t('promotions.form.for')}>
          <Stack>
            <Radio.Group
              aria-label={t('promotions.form.for')}
              value={values.scope}
              onChange={scope => form.setFieldValue('scope', scope as CouponValues['scope'])}
            >
              <Stack gap="xs">
                {(['ALL', 'EVENT', 'TICKET'] as const).map(each => (
                  <Radio key={each} value={each} label={t(`promotions.form.scope.${each}`)} />
                ))}
              </Stack>
            </Radio.Group>
            {values.scope !== 'ALL' && (
              <EventSelect
                label={t('promotions.form.event')}
                required
                value={values.eventId}
                error={form.errors.eventId}
                onChange={eventId => form.setValues({ eventId, definitionId: null })}
              />
            )}
            {values.scope === 'TICKET' && values.eventId !== null && (
              <Select
                label={t('promotions.form.ticket')}
                required
                data={(data?.ticketDefinitions ?? []).map(({ id, name }) => ({ value: id, label: name }))}
                {...form.getInputProps('definitionId')}
              />
            )}
          </Stack>
        </Fieldset>
        <Fieldset legend={t('promotions.form.limits')}>
          <Stack>
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
            <Group align="flex-start" grow preventGrowOverflow={false}>
              {(['usesMax', 'usesPerBuyerMax'] as const).map(name => (
                <NumberInput
                  key={name}
                  label={t(`promotions.form.${name}`)}
                  description={t('promotions.form.usesHint')}
                  min={1}
                  allowDecimal={false}
                  miw={220}
                  value={values[name]}
                  error={form.errors[name]}
                  onChange={count => form.setFieldValue(name, String(count))}
                />
              ))}
            </Group>
          </Stack>
        </Fieldset>
        {children}
      </Stack>
    </form>
  )
}
