import { Stack } from '@mantine/core'
import { useEvent, useEventZone } from '../events/event.tsx'
import { useMay } from '../site.tsx'
import { CheckInsOfEvent } from './check-ins.tsx'
import { Reports } from './reports.tsx'

/** How the sale of one event goes, and who came in. */
export default function EventReports() {
  const { id, registration } = useEvent()
  const readsRsvps = useMay('READ_RSVP')
  const timeZone = useEventZone()
  return (
    <Stack>
      <Reports eventId={id} timeZone={timeZone} withGuests={readsRsvps || registration?.initialType !== 'RSVP'} />
      <CheckInsOfEvent eventId={id} />
    </Stack>
  )
}
