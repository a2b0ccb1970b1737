import { useTranslation } from 'react-i18next'
import type { ApiError } from '../../shared/api.ts'
import { useTold } from '../../shared/refusals.ts'
import type { Definition } from '../boot.ts'
import { Button } from '../parts/button.tsx'
import { Notice } from '../parts/notice.tsx'

/** Why tickets could not be held, and what to do now; what was picked is still there. */
export function Problem({
  error,
  definitions,
  minutes,
  onRetry,
}: {
  error: ApiError
  definitions: readonly Definition[]
  /** For how long tickets are held. */
  minutes: number
  onRetry: () => void
}) {
  const { t } = useTranslation()
  const told = useTold()
  const name = definitions.find(({ id }) => id === error.data.ticketDefinitionId)?.name ?? ''
  const available = Number(error.data.available ?? 0)
  const retry = <Button onClick={onRetry}>{t('reserve.again')}</Button>
  switch (error.code) {
    case 'TICKET_LIMIT_EXCEEDED':
      return (
        <Notice tone="bad" takesFocus title={t('reserve.tooMany', { count: available })}>
          <p>{t('reserve.tooManyStory')}</p>
        </Notice>
      )
    case 'SEAT_NOT_AVAILABLE':
      return (
        <Notice tone="bad" takesFocus title={t('reserve.seatTaken')}>
          <p>{t('reserve.seatTakenStory')}</p>
        </Notice>
      )
    case 'TICKET_NOT_ON_SALE':
    case 'TICKET_DEFINITION_HIDDEN':
    case 'TICKET_DEFINITION_NOT_FOUND':
    case 'UNSUPPORTED_PRICING_OPTION':
      return (
        <Notice tone="bad" takesFocus title={t('reserve.notOnSale', { name })}>
          <p>{t('reserve.notOnSaleStory')}</p>
        </Notice>
      )
    case 'REGISTRATION_CLOSED':
    case 'EVENT_NOT_FOUND':
      return (
        <Notice tone="bad" takesFocus title={t('reserve.closed')}>
          <p>{t('reserve.closedStory')}</p>
        </Notice>
      )
    case 'NO_PAYMENT_METHOD_CONFIGURED':
      return (
        <Notice tone="bad" takesFocus title={t('reserve.noPayment')}>
          <p>{t('reserve.noPaymentStory')}</p>
        </Notice>
      )
    case 'PERMISSION_DENIED':
      return (
        <Notice tone="bad" takesFocus title={t('reserve.membersOnly')}>
          <p>{t('reserve.membersOnlyStory')}</p>
        </Notice>
      )
  }
  if (error.status === 503 || error.status === 429)
    return (
      <Notice tone="bad" takesFocus title={t('reserve.stillBusy')} actions={retry}>
        <p>{t('reserve.stillBusyStory')}</p>
      </Notice>
    )
  if (error.status === 0)
    return (
      <Notice tone="bad" takesFocus title={t('reserve.noAnswer')} actions={retry}>
        <p>{t('reserve.noAnswerStory', { count: minutes })}</p>
      </Notice>
    )
  return (
    <Notice tone="bad" takesFocus title={t('reserve.fault')} actions={retry}>
      <p>{told(error) ?? t('reserve.faultStory')}</p>
    </Notice>
  )
}
