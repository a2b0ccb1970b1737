import { notifications } from '@mantine/notifications'
import { useTranslation } from 'react-i18next'

/** Says that something is done, without being in the way. */
export function useSaid(): (message?: string) => void {
  const { t } = useTranslation('desk')
  return (message = t('saved')) =>
    notifications.show({ message, color: 'green', closeButtonProps: { 'aria-label': t('close') } })
}
