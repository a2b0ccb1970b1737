import { useTranslation } from 'react-i18next'
import { Page } from '../parts/page.tsx'
import { HeldList } from './held.tsx'

/** What is held of all events. */
export default function ReservationsSection() {
  const { t } = useTranslation('desk')
  return (
    <Page title={t('reservations.name')}>
      <HeldList />
    </Page>
  )
}
