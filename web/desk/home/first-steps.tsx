import {
  Alert,
  Anchor,
  Button,
  Checkbox,
  Group,
  List,
  NumberInput,
  Stack,
  Stepper,
  Text,
  TextInput,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMediaQuery } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { ApiError } from '../../shared/api.ts'
import { typedAmount } from '../../shared/money.ts'
import { Waiting } from '../desk.tsx'
import { Checklist } from '../events/checklist.tsx'
import type { DeskEvent } from '../events/event.tsx'
import { emptyFacts, eventOf, FACTS, type Facts, factsOf, problemsOf, REFUSED_FACTS } from '../events/facts.ts'
import { DateFields, PlaceFields } from '../events/fields.tsx'
import { newEvent } from '../events/new.tsx'
import { PreviewCard } from '../events/preview-card.tsx'
import { Failed } from '../parts/failed.tsx'
import { MoneyField } from '../parts/money-field.tsx'
import { Page } from '../parts/page.tsx'
import { useRefusedFields } from '../parts/refused-fields.ts'
import { CurrencyField, ZoneField } from '../parts/region-fields.tsx'
import { patchOf } from '../parts/revised.ts'
import { useUnsaved } from '../parts/unsaved.ts'
import { useParam } from '../parts/use-param.ts'
import { useMay, useSiteChange, useSiteQuery } from '../site.tsx'

type Site = { revision: string; name: string; currency: string; timeZoneId: string; testPayments: boolean }
type Definition = { id: string; name: string }

const STEPS = ['site', 'event', 'ticket', 'payment', 'publish'] as const
type Step = (typeof STEPS)[number]

/**
 * From nothing to tickets on sale, a question at a time. Each step is saved when it is done, so it can be left at any
 * moment: who comes back goes on with the youngest draft where something is missing.
 */
export function FirstSteps() {
  const { t } = useTranslation('desk')
  const [chosen, setStep] = useParam('step')
  const [named] = useParam('event')
  const isNarrow = useMediaQuery('(max-width: 48em)')
  const site = useSiteQuery<{ site: Site }>('/boxoffice/v1/site')
  const drafts = useSiteQuery<{ events: DeskEvent[] }>('/events/v3/events/query', YOUNGEST)
  const eventId = named || drafts.data?.events[0]?.id || ''
  const event = useSiteQuery<{ event: DeskEvent }>(`/events/v3/events/${eventId}?${FIELDS}`, undefined, {
    enabled: eventId !== '',
  })
  const tickets = useSiteQuery<{ ticketDefinitions: Definition[] }>(
    '/events/v3/ticket-definitions/query',
    { query: { filter: { eventId }, paging: { limit: 1 } } },
    { enabled: eventId !== '' },
  )
  const error = site.error ?? drafts.error ?? event.error ?? tickets.error
  if (error) return <Failed error={error} again={() => location.reload()} />
  if (!site.data || !drafts.data || (eventId !== '' && (!event.data || !tickets.data))) return <Waiting />
  const known = eventId === '' ? null : (event.data?.event ?? null)
  const hasTickets = (tickets.data?.ticketDefinitions.length ?? 0) > 0
  const furthest: Step = !known ? 'site' : !hasTickets ? 'ticket' : 'payment'
  const isStep = (step: string): step is Step => STEPS.includes(step as Step)
  const step = isStep(chosen) ? chosen : furthest
  const at = STEPS.indexOf(step)
  const reachable = (to: Step) => to === 'site' || to === 'event' || known !== null
  const next = (to: Step, ofEvent = eventId) => setStep(to, { event: ofEvent })
  return (
    <Page title={t('guide.name')}>
      <Text maw={640}>{t('guide.leave')}</Text>
      <Stepper
        active={at}
        onStepClick={to => {
          const wanted = STEPS[to]
          if (wanted && reachable(wanted)) next(wanted)
        }}
        orientation={isNarrow ? 'vertical' : 'horizontal'}
        size="sm"
        aria-label={t('guide.name')}
      >
        {STEPS.map(each => (
          <Stepper.Step key={each} label={t(`guide.steps.${each}`)} allowStepSelect={reachable(each)} />
        ))}
      </Stepper>
      <Stack maw={640} key={`${step} ${eventId}`}>
        {step === 'site' && <SiteStep site={site.data.site} onDone={() => next('event')} />}
        {step === 'event' && (
          <EventStep event={known} timeZone={site.data.site.timeZoneId} onDone={id => next('ticket', id)} />
        )}
        {step === 'ticket' && known && (
          <TicketStep event={known} hasTickets={hasTickets} onDone={() => next('payment')} />
        )}
        {step === 'payment' && known && (
          <PaymentStep event={known} site={site.data.site} onDone={() => next('publish')} />
        )}
        {step === 'publish' && known && <PublishStep event={known} />}
      </Stack>
    </Page>
  )
}

const FIELDS = ['DETAILS', 'TEXTS', 'REGISTRATION', 'URLS'].map(each => `fields=${each}`).join('&')
const YOUNGEST = {
  query: {
    filter: { status: 'DRAFT' },
    sort: [{ fieldName: 'createdDate', order: 'DESC' }],
    paging: { limit: 1 },
  },
  includeDrafts: true,
}

function SiteStep({ site, onDone }: { site: Site; onDone: () => void }) {
  const { t } = useTranslation('desk')
  const mayManage = useMay('MANAGE_SITE')
  const queries = useQueryClient()
  const change = useSiteChange<{ site: Partial<Site> }>('PATCH', '/boxoffice/v1/site')
  const { name, currency, timeZoneId } = site
  const [seen] = useState(site.revision)
  const form = useForm({
    // What most people would choose is there already: the zone of their own device where nobody chose one.
    initialValues: { name, currency, timeZoneId },
    validate: { name: value => (value.trim() === '' ? t('field.needed') : null) },
  })
  useUnsaved(form.isDirty() && !change.isSuccess)
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(values => {
        if (!form.isDirty() || !mayManage) return onDone()
        change.mutate(
          { site: { ...values, name: values.name.trim(), revision: seen } },
          {
            onSuccess: async () => {
              await queries.invalidateQueries({ queryKey: ['account'] })
              onDone()
            },
          },
        )
      })}
    >
      <Stack>
        <Text>{t('guide.siteStory')}</Text>
        <TextInput
          label={t('settings.name')}
          maxLength={100}
          required
          disabled={!mayManage}
          {...form.getInputProps('name')}
        />
        <CurrencyField label={t('settings.currency')} disabled={!mayManage} {...form.getInputProps('currency')} />
        <ZoneField label={t('settings.timeZone')} disabled={!mayManage} {...form.getInputProps('timeZoneId')} />
        {change.error && <Failed error={change.error} />}
        <Button type="submit" w="fit-content" loading={change.isPending}>
          {t('guide.next')}
        </Button>
      </Stack>
    </form>
  )
}

function EventStep({
  event,
  timeZone,
  onDone,
}: {
  event: DeskEvent | null
  timeZone: string
  onDone: (eventId: string) => void
}) {
  const { t } = useTranslation('desk')
  const refusedFields = useRefusedFields(REFUSED_FACTS)
  const before = event ? factsOf(event, timeZone) : emptyFacts(timeZone)
  const form = useForm<Facts>({
    initialValues: before,
    validate: values => {
      const problems = Object.entries(problemsOf(values, 'TICKETING'))
      return Object.fromEntries(problems.map(([field, problem]) => [field, t(`events.wrong.${problem}`)]))
    },
  })
  const create = useSiteChange<object, { event: DeskEvent }>('POST', '/events/v3/events')
  const change = useSiteChange<object, { event: DeskEvent }>('PATCH', `/events/v3/events/${event?.id}`)
  useUnsaved(form.isDirty())
  const failed = create.error ?? change.error
  /** Awaited, for this step is gone as soon as its event is there. */
  async function save(facts: Facts): Promise<void> {
    try {
      if (!event) {
        const made = await create.mutateAsync(newEvent(facts, 'TICKETING', []))
        return onDone(made.event.id)
      }
      const changes = eventOf(patchOf(FACTS, before, facts))
      if (Object.keys(changes).length > 0)
        await change.mutateAsync({ event: changes, ifUpdatedDate: event.updatedDate })
      onDone(event.id)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      form.setErrors(refusedFields(error))
    }
  }
  return (
    <form noValidate onSubmit={form.onSubmit(save)}>
      <Stack>
        <Text>{t('guide.eventStory')}</Text>
        <TextInput label={t('events.title')} required maxLength={120} {...form.getInputProps('title')} />
        <DateFields form={form} />
        <PlaceFields form={form} />
        {failed && <Failed error={failed} />}
        <Button type="submit" w="fit-content" loading={create.isPending || change.isPending}>
          {t('guide.next')}
        </Button>
      </Stack>
    </form>
  )
}

function TicketStep({ event, hasTickets, onDone }: { event: DeskEvent; hasTickets: boolean; onDone: () => void }) {
  const { t } = useTranslation('desk')
  const currency = event.registration?.tickets?.currency ?? 'EUR'
  const least = { value: '0', currency }
  const form = useForm({
    initialValues: { name: t('guide.ticketName'), price: '', limit: '' as number | string },
    validate: {
      name: value => (value.trim() === '' ? t('field.needed') : null),
      price: value => (value.trim() !== '' && !typedAmount(value, least) ? t('guide.wrongPrice') : null),
    },
  })
  const create = useSiteChange<object>('POST', '/events/v3/ticket-definitions')
  useUnsaved(form.isDirty() && !create.isSuccess)
  if (hasTickets)
    return (
      <Stack align="flex-start">
        <Text>{t('guide.hasTickets')}</Text>
        <Anchor component={Link} href={`/events/${event.id}/tickets`}>
          {t('guide.moreTickets')}
        </Anchor>
        <Button onClick={onDone}>{t('guide.next')}</Button>
      </Stack>
    )
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(({ name, price, limit }) =>
        create.mutate(
          {
            ticketDefinition: {
              eventId: event.id,
              name: name.trim(),
              feeType: 'FEE_INCLUDED',
              pricingMethod: { fixedPrice: typedAmount(price.trim() || '0', least) ?? least },
              ...(limit !== '' && { initialLimit: Number(limit) }),
            },
          },
          { onSuccess: onDone },
        ),
      )}
    >
      <Stack>
        <Text>{t('guide.ticketStory')}</Text>
        <TextInput label={t('field.name')} required maxLength={30} {...form.getInputProps('name')} />
        <MoneyField
          label={t('guide.price')}
          description={t('guide.priceHint')}
          currency={currency}
          maw={240}
          {...form.getInputProps('price')}
        />
        <NumberInput
          label={t('guide.limit')}
          description={t('guide.limitHint')}
          min={1}
          max={1_000_000}
          allowDecimal={false}
          maw={240}
          {...form.getInputProps('limit')}
        />
        {create.error && <Failed error={create.error} />}
        <Button type="submit" w="fit-content" loading={create.isPending}>
          {t('guide.next')}
        </Button>
      </Stack>
    </form>
  )
}

type Methods = { methods: { method: 'stripe' | 'test' | 'offline' }[] }

function PaymentStep({ event, site, onDone }: { event: DeskEvent; site: Site; onDone: () => void }) {
  const { t } = useTranslation('desk')
  const path = `/boxoffice/v1/events/${event.id}/payment-settings`
  const methods = useSiteQuery<Methods>(`/boxoffice/v1/events/${event.id}/payment-methods`)
  const settings = useSiteQuery<{ paymentSettings: { offlinePayment: boolean } }>(path)
  const change = useSiteChange<object>('PATCH', path)
  const error = methods.error ?? settings.error
  if (error) return <Failed error={error} again={() => Promise.all([methods.refetch(), settings.refetch()])} />
  if (!methods.data || !settings.data) return <Waiting />
  const names = methods.data.methods.map(({ method }) => method)
  const isPaid = Number(event.registration?.tickets?.highestPrice?.value ?? 0) > 0
  return (
    <Stack>
      <Text>{t(isPaid ? 'guide.paymentStory' : 'guide.paymentFree')}</Text>
      <List spacing="xs">
        <List.Item>{t(names.includes('stripe') ? 'guide.stripeOn' : 'guide.stripeOff')}</List.Item>
        {site.testPayments && <List.Item>{t('guide.testOn')}</List.Item>}
      </List>
      <Checkbox
        label={t('guide.offline')}
        description={t('guide.offlineHint')}
        checked={settings.data.paymentSettings.offlinePayment}
        disabled={change.isPending}
        onChange={({ currentTarget: { checked } }) => change.mutate({ paymentSettings: { offlinePayment: checked } })}
      />
      {change.error && <Failed error={change.error} />}
      {isPaid && names.length === 0 && <Alert color="orange">{t('guide.noPayment')}</Alert>}
      <Button w="fit-content" onClick={onDone}>
        {t('guide.next')}
      </Button>
    </Stack>
  )
}

function PublishStep({ event }: { event: DeskEvent }) {
  const { t } = useTranslation('desk')
  const publish = useSiteChange<object>('POST', `/events/v3/events/${event.id}/publish`)
  const [facts] = useState(() => factsOf(event, 'UTC'))
  const { base = '', path = '' } = event.eventPageUrl ?? {}
  if (event.status !== 'DRAFT')
    return (
      <Alert color="green" title={t('guide.onSale', { title: event.title })} role="status">
        <Text mb="sm">{t('guide.onSaleStory')}</Text>
        <Group gap="xs">
          <Button component="a" href={base + path} target="_blank" rel="noopener">
            {t('events.openPage')}
          </Button>
          <Button component={Link} href={`/events/${event.id}/overview`} variant="default">
            {t('guide.toEvent')}
          </Button>
        </Group>
      </Alert>
    )
  return (
    <Stack>
      <Text>{t('guide.publishStory')}</Text>
      <PreviewCard facts={facts} moreDates={0} />
      <Checklist event={event} onlyOpen />
      {publish.error && <Failed error={publish.error} />}
      <Group>
        <Button loading={publish.isPending} onClick={() => publish.mutate({})}>
          {t('events.publish')}
        </Button>
        <Button component={Link} href={`/events/${event.id}/facts`} variant="default">
          {t('guide.moreFacts')}
        </Button>
      </Group>
    </Stack>
  )
}
