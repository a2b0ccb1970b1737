import { Alert } from '@mantine/core'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { ApiError } from '../../shared/api.ts'
import { Failed, useProblem } from '../parts/failed.tsx'

/** Why an order cannot be changed so, in the reader's words; whatever else went wrong, as everywhere. */
export function Refused({ error }: { error: ApiError }) {
  const { t } = useTranslation('desk')
  const story = storyOf(error, t)
  if (story === null) return <Failed error={error} />
  return (
    <Alert color="red" role="alert" title={t('orders.refused.title')}>
      {story}
    </Alert>
  )
}

/** The same as a line of its own. */
export function useOrderProblem(): (error: ApiError) => string {
  const { t } = useTranslation('desk')
  const problemOf = useProblem()
  return error => storyOf(error, t) ?? problemOf(error)
}

function storyOf({ code, data }: ApiError, t: TFunction<'desk'>): string | null {
  switch (code) {
    case 'ORDER_ACTION_NOT_AVAILABLE':
      if (data.reason === 'SEATED') return t('orders.refused.seated')
      if (data.action === 'UNARCHIVE') return t('orders.refused.noRoom', { count: Number(data.available ?? 0) })
      if (data.reason === 'AMOUNT') return t('orders.refused.amount')
      return t('orders.refused.changed')
    case 'ORDER_STATUS_NOT_AUTHORIZED':
    case 'FAILED_PRECONDITION':
      return t('orders.refused.changed')
    default:
      return null
  }
}
