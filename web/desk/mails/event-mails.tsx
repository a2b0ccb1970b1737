import { Stack } from '@mantine/core'
import { useEvent } from '../events/event.tsx'
import { Outbox } from './outbox.tsx'

/** The mails of one event. */
export default function EventMailsTab() {
  const { id } = useEvent()
  return (
    <Stack>
      <Outbox eventId={id} />
    </Stack>
  )
}
