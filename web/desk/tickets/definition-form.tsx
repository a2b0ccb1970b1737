import {
  Alert,
  Anchor,
  Button,
  CloseButton,
  Fieldset,
  Group,
  NumberInput,
  Radio,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useEventZone } from '../events/event.tsx'
import { MomentField } from '../parts/moment-field.tsx'
import { MoneyField } from '../parts/money-field.tsx'
import { CurrencyField } from '../parts/region-fields.tsx'
import { useMay, useSiteQuery } from '../site.tsx'
import { type DefinitionValues, NAME_MAX, newOption, OPTIONS_MAX, PRICINGS, problemsOf } from './definition.ts'
import type { Numbers } from './use-definitions.ts'

export type DefinitionFormOf = UseFormReturnType<DefinitionValues>

/** What is wrong with a form, in words, by the names of its fields. */
export function useProblemWords(): (values: DefinitionValues) => Record<string, string> {
  const { t } = useTranslation('desk')
  const timeZone = useEventZone()
  return values =>
    Object.fromEntries(
      Object.entries(problemsOf(values, timeZone)).map(([field, wrong]) => [field, t(`tickets.wrong.${wrong}`)]),
    )
}

/**
 * The fields of a definition.
 * @param numbers of one that is on sale already: what is sold and held of it is protected
 * @param isCurrencyFree whether the event has no prices yet that say its currency
 * @param perOrder how many tickets one order may have
 */
export function DefinitionForm({
  form,
  numbers,
  seats,
  isCurrencyFree,
  perOrder,
  mayManage,
  children,
  onSubmit,
}: {
  form: DefinitionFormOf
  numbers: Numbers | null
  /** Of a seated definition how many it has. */
  seats: number | null
  isCurrencyFree: boolean
  perOrder: number
  mayManage: boolean
  children: ReactNode
  onSubmit: () => void
}) {
  const { t } = useTranslation('desk')
  const timeZone = useEventZone()
  const { values } = form
  const bound = (numbers?.sold ?? 0) + (numbers?.held ?? 0)
  const isBelow = values.isLimited && values.limit !== '' && Number(values.limit) < bound && seats === null
  return (
    <form onSubmit={form.onSubmit(onSubmit)} noValidate>
      <Stack maw={640}>
        <Fieldset legend={t('tickets.form.what')} disabled={!mayManage}>
          <Stack>
            <TextInput
              label={t('tickets.form.name')}
              description={t('tickets.form.nameHint', { count: NAME_MAX })}
              required
              maxLength={NAME_MAX}
              {...form.getInputProps('name')}
            />
            <Textarea
              label={t('tickets.form.description')}
              description={t('tickets.form.descriptionHint')}
              autosize
              minRows={2}
              maxRows={8}
              maxLength={500}
              {...form.getInputProps('description')}
            />
          </Stack>
        </Fieldset>
        <Fieldset legend={t('tickets.form.price')} disabled={!mayManage}>
          <Stack>
            {bound > 0 && <Text size="sm">{t('tickets.form.priceProtected', { count: bound })}</Text>}
            <Radio.Group
              aria-label={t('tickets.form.price')}
              value={values.pricing}
              onChange={pricing => form.setFieldValue('pricing', pricing as DefinitionValues['pricing'])}
            >
              <Stack gap="xs">
                {PRICINGS.map(each => (
                  <Radio
                    key={each}
                    value={each}
                    label={t(`tickets.form.pricing.${each}.name`)}
                    description={t(`tickets.form.pricing.${each}.story`)}
                  />
                ))}
              </Stack>
            </Radio.Group>
            {isCurrencyFree && (
              <CurrencyField
                label={t('tickets.form.currency')}
                description={t('tickets.form.currencyHint')}
                w={240}
                {...form.getInputProps('currency')}
              />
            )}
            {(values.pricing === 'FIXED' || values.pricing === 'GUEST') && (
              <MoneyField
                currency={values.currency}
                label={values.pricing === 'FIXED' ? t('tickets.form.amount') : t('tickets.form.minimum')}
                {...(values.pricing === 'GUEST' && { description: t('tickets.form.minimumHint') })}
                required={values.pricing === 'FIXED'}
                maw={240}
                {...form.getInputProps('price')}
              />
            )}
            {values.pricing === 'OPTIONS' && <Options form={form} />}
            <Fee form={form} />
          </Stack>
        </Fieldset>
        <Fieldset legend={t('tickets.form.howMany')} disabled={!mayManage}>
          <Stack>
            {seats !== null ? (
              <Text>{t('tickets.form.seated', { count: seats })}</Text>
            ) : (
              <>
                <Switch label={t('tickets.form.limited')} {...form.getInputProps('isLimited', { type: 'checkbox' })} />
                {values.isLimited && (
                  <NumberInput
                    label={t('tickets.form.limit')}
                    description={
                      numbers && bound > 0
                        ? t('tickets.form.limitBound', { sold: numbers.sold, held: numbers.held })
                        : t('tickets.form.limitHint')
                    }
                    required
                    min={0}
                    max={999_999_999}
                    allowDecimal={false}
                    allowNegative={false}
                    maw={240}
                    value={values.limit}
                    error={form.errors.limit}
                    onChange={limit => form.setFieldValue('limit', String(limit))}
                  />
                )}
                {isBelow && <Alert color="orange">{t('tickets.form.belowBound', { count: bound })}</Alert>}
              </>
            )}
            <Text size="sm" c="dimmed">
              {t('tickets.form.perOrder', { count: perOrder })}{' '}
              <Anchor component={Link} href="/tickets/sale" underline="always">
                {t('tickets.form.perOrderWhere')}
              </Anchor>
            </Text>
          </Stack>
        </Fieldset>
        <Fieldset legend={t('tickets.form.when')} disabled={!mayManage}>
          <Stack>
            <Group align="flex-start" grow preventGrowOverflow={false}>
              <MomentField
                timeZone={timeZone}
                label={t('tickets.form.saleStart')}
                miw={220}
                {...form.getInputProps('saleStart')}
              />
              <MomentField
                timeZone={timeZone}
                label={t('tickets.form.saleEnd')}
                miw={220}
                {...form.getInputProps('saleEnd')}
              />
            </Group>
            <Text size="sm" c="dimmed">
              {t('tickets.form.whenHint')}
            </Text>
            {(values.saleStart !== '' || values.saleEnd !== '') && (
              <Switch
                label={t('tickets.form.displayNotOnSale')}
                {...form.getInputProps('displayNotOnSale', { type: 'checkbox' })}
              />
            )}
            <Switch
              label={t('tickets.form.hidden')}
              description={t('tickets.form.hiddenHint')}
              {...form.getInputProps('hidden', { type: 'checkbox' })}
            />
          </Stack>
        </Fieldset>
        <Fieldset legend={t('tickets.form.terms')} disabled={!mayManage}>
          <Textarea
            label={t('tickets.form.policyText')}
            description={t('tickets.form.policyTextHint')}
            autosize
            minRows={2}
            maxRows={10}
            maxLength={1000}
            {...form.getInputProps('policyText')}
          />
        </Fieldset>
        {children}
      </Stack>
    </form>
  )
}

/** Several prices of one ticket, such as for adults and for children. */
function Options({ form }: { form: DefinitionFormOf }) {
  const { t } = useTranslation('desk')
  const { options, currency } = form.values
  return (
    <Stack gap="xs">
      {options.map(({ key }, index) => (
        <Group key={key} wrap="nowrap" align="flex-start" gap="xs">
          <TextInput
            aria-label={t('tickets.form.optionName', { number: index + 1 })}
            placeholder={t('tickets.form.optionExample')}
            maxLength={200}
            flex={2}
            {...form.getInputProps(`options.${index}.name`)}
          />
          <MoneyField
            currency={currency}
            aria-label={t('tickets.form.optionPrice', { number: index + 1 })}
            flex={1}
            miw={110}
            {...form.getInputProps(`options.${index}.price`)}
          />
          <CloseButton
            size="lg"
            aria-label={t('tickets.form.optionRemove', { number: index + 1 })}
            onClick={() => form.removeListItem('options', index)}
          />
        </Group>
      ))}
      {form.errors.options && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {form.errors.options}
        </Text>
      )}
      {options.length < OPTIONS_MAX && (
        <Button
          variant="default"
          size="compact-md"
          w="fit-content"
          onClick={() => form.insertListItem('options', newOption())}
        >
          {t('tickets.form.optionAdd')}
        </Button>
      )}
    </Stack>
  )
}

/** Who bears the service fee; where this server takes none there is nothing to choose. */
function Fee({ form }: { form: DefinitionFormOf }) {
  const { t } = useTranslation('desk')
  const { data } = useSiteQuery<{ eventsSettings: { serviceFeeSettings?: { serviceFeeEnabled: boolean } } }>(
    '/v1/events-settings?fields=SERVICE_FEE_SETTINGS',
    undefined,
    { enabled: useMay('READ_EVENTS_SETTINGS') },
  )
  const { pricing, feeType } = form.values
  if (!data?.eventsSettings.serviceFeeSettings?.serviceFeeEnabled || pricing === 'FREE') return null
  return (
    <Radio.Group
      label={t('tickets.form.fee')}
      value={feeType}
      error={form.errors.feeType}
      onChange={chosen => form.setFieldValue('feeType', chosen as DefinitionValues['feeType'])}
    >
      <Stack gap="xs" mt="xs">
        {(['FEE_INCLUDED', 'FEE_ADDED_AT_CHECKOUT'] as const).map(each => (
          <Radio
            key={each}
            value={each}
            label={t(`tickets.form.feeType.${each}.name`)}
            description={t(`tickets.form.feeType.${each}.story`)}
          />
        ))}
      </Stack>
    </Radio.Group>
  )
}
