import { Alert, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useEvent } from '../events/event.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { CurrencyField } from '../parts/region-fields.tsx'
import { useSaid } from '../parts/said.ts'
import { useSiteChange, useSiteQuery } from '../site.tsx'

/** Another currency for all prices of the event: the amounts stay, and it is possible until the first order (R108, R109). */
export function ChangeCurrency({ currency: current, onClose }: { currency: string; onClose: () => void }) {
  const { t } = useTranslation('desk')
  const { id: eventId } = useEvent()
  const said = useSaid()
  const [currency, setCurrency] = useState(current)
  const { data } = useSiteQuery<{ event: { summaries?: { tickets?: { currencyLocked?: boolean } } } }>(
    `/events/v3/events/${eventId}?fields=DASHBOARD`,
  )
  const isLocked = data?.event.summaries?.tickets?.currencyLocked ?? false
  const change = useSiteChange<{ eventId: string; currency: string }>('POST', '/events/v3/ticket-definitions/currency')
  return (
    <Confirm
      opened
      title={t('tickets.currency.title')}
      action={t('tickets.currency.to', { currency })}
      isPending={change.isPending}
      error={change.error}
      mayConfirm={!isLocked && currency !== current}
      onConfirm={() =>
        change.mutate(
          { eventId, currency },
          {
            onSuccess: () => {
              said()
              onClose()
            },
          },
        )
      }
      onClose={onClose}
    >
      {isLocked ? (
        <Alert color="orange">{t('tickets.currency.locked', { currency: current })}</Alert>
      ) : (
        <Stack gap="xs">
          <Text>{t('tickets.currency.story')}</Text>
          <CurrencyField
            label={t('tickets.currency.label')}
            value={currency}
            onChange={chosen => chosen && setCurrency(chosen)}
          />
        </Stack>
      )}
    </Confirm>
  )
}
