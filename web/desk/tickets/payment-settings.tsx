import { Alert, Fieldset, List, Stack, Switch, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Waiting } from '../desk.tsx'
import { useEvent } from '../events/event.tsx'
import { useEventSeen } from '../events/event-seen.ts'
import { sendAsSeen } from '../parts/as-seen.ts'
import { Failed } from '../parts/failed.tsx'
import { useSaid } from '../parts/said.ts'
import { useMay, useRefresh, useSiteChange, useSiteQuery } from '../site.tsx'

type Methods = { methods: { method: 'stripe' | 'test' | 'offline' }[] }
type OfEvent = { paymentSettings: { autoCapture: boolean; offlinePayment: boolean } }
type OfSite = {
  eventsSettings: {
    id: string
    revision: string
    serviceFeeSettings?: { serviceFeeEnabled: boolean }
    paymentSettings?: { delayedPaymentCaptureSettings: { enabled: boolean } }
  }
}

/** How guests may pay for this event; each switch counts at once. */
export function PaymentSettings() {
  const { t } = useTranslation('desk')
  const { id: eventId, updatedDate } = useEvent()
  const seenOf = useEventSeen()
  const refresh = useRefresh()
  const said = useSaid()
  const mayManage = useMay('MANAGE_EVENTS')
  const path = `/boxoffice/v1/events/${eventId}/payment-settings`
  const methods = useSiteQuery<Methods>(`/boxoffice/v1/events/${eventId}/payment-methods`)
  const ofEvent = useSiteQuery<OfEvent>(path, undefined, { enabled: mayManage })
  const ofSite = useSiteQuery<OfSite>(
    '/v1/events-settings?fields=SERVICE_FEE_SETTINGS&fields=PAYMENT_SETTINGS',
    undefined,
    { enabled: useMay('READ_EVENTS_SETTINGS') },
  )
  const change = useSiteChange<{ paymentSettings: Partial<OfEvent['paymentSettings']>; ifUpdatedDate: string }>(
    'PATCH',
    path,
  )
  const error = methods.error ?? ofEvent.error
  if (error) return <Failed error={error} again={() => Promise.all([methods.refetch(), ofEvent.refetch()])} />
  if (!methods.data || !ofEvent.data) return <Waiting />
  // What was switched is shown at once; a refusal switches it back.
  const switched = change.isPending ? change.variables.paymentSettings : {}
  const { autoCapture, offlinePayment } = { ...ofEvent.data.paymentSettings, ...switched }
  const names = methods.data.methods.map(({ method }) => method)
  const site = ofSite.data?.eventsSettings
  const isDelayed = site?.paymentSettings?.delayedPaymentCaptureSettings.enabled ?? false
  const stored = ofEvent.data.paymentSettings
  /** One switch; what somebody else made of the other is theirs. */
  const set = (name: keyof typeof stored, on: boolean) =>
    sendAsSeen(
      { mark: updatedDate, shown: stored[name] },
      {
        put: ifUpdatedDate => change.mutateAsync({ paymentSettings: { [name]: on }, ifUpdatedDate }),
        again: async () => {
          const { mark, shown } = await seenOf<OfEvent>(path)
          return { mark, shown: shown.paymentSettings[name] }
        },
      },
    ).then(
      () => said(),
      () => {}, // said by `change.error`
    )
  return (
    <>
      <Fieldset legend={t('tickets.payment.title')}>
        <Stack>
          {names.length === 0 ? (
            <Alert color="orange">{t('tickets.payment.none')}</Alert>
          ) : (
            <>
              <Text>{t('tickets.payment.by')}</Text>
              <List>
                {names.map(name => (
                  <List.Item key={name}>{t(`tickets.payment.methods.${name}`)}</List.Item>
                ))}
              </List>
            </>
          )}
          <Switch
            label={t('tickets.payment.offline')}
            description={t('tickets.payment.offlineHint')}
            checked={offlinePayment}
            disabled={!mayManage}
            onChange={({ currentTarget }) => set('offlinePayment', currentTarget.checked)}
          />
          {isDelayed && (
            <Switch
              label={t('tickets.payment.autoCapture')}
              description={t('tickets.payment.autoCaptureHint')}
              checked={autoCapture}
              disabled={!mayManage}
              onChange={({ currentTarget }) => set('autoCapture', currentTarget.checked)}
            />
          )}
          {change.error && (
            <Failed
              error={change.error}
              about={{ kind: 'event', id: eventId }}
              theirs={async () => {
                await refresh()
                change.reset()
              }}
            />
          )}
        </Stack>
      </Fieldset>
      {site && <OfAllEvents site={site} again={ofSite.refetch} />}
    </>
  )
}

/** What is set once for all events of the site. */
function OfAllEvents({ site, again }: { site: OfSite['eventsSettings']; again: () => unknown }) {
  const { t } = useTranslation('desk')
  const said = useSaid()
  const mayUpdate = useMay('UPDATE_EVENTS_SETTINGS')
  const change = useSiteChange<object>('PATCH', `/v1/events-settings/${site.id}`)
  const isDelayed = site.paymentSettings?.delayedPaymentCaptureSettings.enabled ?? false
  return (
    <Fieldset legend={t('tickets.payment.allEvents')}>
      <Stack>
        <Switch
          label={t('tickets.payment.delayed')}
          description={t('tickets.payment.delayedHint')}
          checked={isDelayed}
          disabled={!mayUpdate || change.isPending}
          onChange={({ currentTarget }) =>
            change.mutate(
              {
                eventsSettings: {
                  revision: site.revision,
                  paymentSettings: { delayedPaymentCaptureSettings: { enabled: currentTarget.checked } },
                },
              },
              { onSuccess: () => said() },
            )
          }
        />
        {change.error && (
          <Failed
            error={change.error}
            about={{ kind: 'events_settings', id: site.id }}
            theirs={async () => {
              await again()
              change.reset()
            }}
          />
        )}
        <Text size="sm" c="dimmed">
          {site.serviceFeeSettings?.serviceFeeEnabled ? t('tickets.payment.fee') : t('tickets.payment.noFee')}
        </Text>
      </Stack>
    </Fieldset>
  )
}
