import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useMay } from '../site.tsx'

/** From one way of seeing the events to the other, and to a new one. */
export function EventViews({ other }: { other: 'list' | 'calendar' }) {
  const { t } = useTranslation('desk')
  return (
    <>
      <Button component={Link} href={other === 'list' ? '/events' : '/events/calendar'} variant="default">
        {t(`events.${other}`)}
      </Button>
      {useMay('MANAGE_EVENTS') && (
        <Button component={Link} href="/events/new">
          {t('events.new')}
        </Button>
      )}
    </>
  )
}
